"""What participants are told without asking: that it has been quiet for some days, and that their reading time ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledstang import STOCKHOLM, Daily, Host, Job, NoticeWanted, prepared

from ledstang_programmes.occasions import last_day
from ledstang_programmes.settings import Settings
from ledstang_programmes.tables import Participation, home

if TYPE_CHECKING:
    from ledstang_programmes.participation import Part

BATCH = 200
"""Participations that are looked at in one go."""

FIRST = UUID(int=0)
Row = dict[str, Any]

_running = prepared(
    lambda after: (
        Participation.select(
            Participation.id, Participation.person, Participation.version, Participation.active, Participation.reminded
        )
        .where((Participation.id > after) & Participation.ended.is_null())
        .order_by(Participation.id)
        .limit(BATCH)
    )
)
_remind = prepared(
    lambda active, id_: (
        Participation.update({Participation.reminded: active})
        .where((Participation.id == id_) & (Participation.active == active) & Participation.ended.is_null())
        .returning(Participation.id)
    )
)


def reminder_job(host: Host) -> Job:
    """Return the job that reminds whom their programme wants reminded, once for each time that they fall silent."""

    async def remind(due: datetime) -> None:
        async for row in all_running():
            if await _silent(host, row, due):
                await _tell(host, row)

    return Job("reminders", Daily(host.settings(Settings).notices_at), remind)


async def tell_reading_ends(host: Host, one: Part, ended: datetime, readable_days: int | None) -> None:
    """Write down that a participant is to be told, some days before the last on which they can read."""
    if readable_days:
        settings = host.settings(Settings)
        day = last_day(ended, readable_days) - timedelta(days=settings.reading_ends_days)
        due = datetime.combine(day, settings.notices_at, tzinfo=STOCKHOLM)
        notice = NoticeWanted(person=one.person, reason="ends", path=home(one.id))
        await host.emit(notice, once=_reading(one), due=max(due, ended))


async def call_off(host: Host, one: Part) -> None:
    """Take back a reminder that is on its way: the participant has gone on, or has ended."""
    if one.reminded == one.active:
        await host.call_off(NoticeWanted, _silence(one.id, one.active))


async def call_off_all(host: Host, one: Part) -> None:
    """Take back all that is on its way about a participation."""
    await call_off(host, one)
    await host.call_off(NoticeWanted, _reading(one))


async def all_running() -> AsyncIterator[Row]:
    """Yield id, person, version, active and reminded of every participation that has not ended, in batches."""
    after = FIRST
    while rows := await _running(after):
        for row in rows:
            yield row
        after = rows[-1]["id"]


def _silence(id_: UUID, active: datetime) -> str:
    return f"silent/{id_}/{active.isoformat()}"


def _reading(one: Part) -> str:
    return f"reading/{one.id}"


async def _silent(host: Host, row: Row, due: datetime) -> bool:
    """Say whether it has been quiet for the programme's days, Swedish ones, and nobody has been told so yet."""
    programme = await host.content("programmes").version(row["version"])
    if programme is None or not programme.reminder_days or row["reminded"] == row["active"]:
        return False
    latest = due.astimezone(STOCKHOLM).date() - timedelta(days=programme.reminder_days)
    if row["active"].astimezone(STOCKHOLM).date() > latest:
        return False
    _, answers = await host.database.together(*host.answers.statements(row["id"]))
    return all(answer["changed"].astimezone(STOCKHOLM).date() <= latest for answer in answers)


async def _tell(host: Host, row: Row) -> None:
    """Tell, unless somebody has gone on or ended while we looked."""

    async def work() -> None:
        if await _remind(row["active"], row["id"]):
            notice = NoticeWanted(person=row["person"], reason="waits", path=home(row["id"]))
            await host.emit(notice, once=_silence(row["id"], row["active"]))

    await host.database.write(work)
