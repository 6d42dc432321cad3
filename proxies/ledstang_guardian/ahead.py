"""The end ahead: who is told of it so many days before, and what is put away on the day itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from babel.dates import format_date
from ledstang import (
    STOCKHOLM,
    Daily,
    Host,
    Job,
    Listener,
    NoticeWanted,
    Person,
    PersonProtected,
    ProxyEnded,
    ProxyEnding,
    Task,
    TaskSource,
    Visit,
    text,
)

from ledstang_guardian import links
from ledstang_guardian.links import GUARDIAN, OVER, PUT_AWAY
from ledstang_guardian.settings import Settings
from ledstang_guardian.turns import Turn, turns

LOCALE = Path(__file__).parent / "locale"
FIRST = UUID(int=0)
TITLE = "On {day} something that you can do for {name} ends"
ABOUT = "{name} turns {age} then. See what it means, and what you can do before."


def jobs(host: Host) -> list[Job]:
    """Return what is done by the clock: telling of the ends ahead, and putting away at midnight what has ended."""
    settings = host.settings(Settings)

    async def tell(due: datetime) -> None:
        today = due.astimezone(STOCKHOLM).date()
        async for row in _all_links():
            turn = _next_end(host, row)
            if turn and (days := _told_before(settings, turn, today)):
                await _tell(host, row, turn, days)

    async def put_away(_due: datetime) -> None:
        async for row in _all_links():
            if await host.people.is_over(_child(row), GUARDIAN):
                await links.end_known(host, row["id"], PUT_AWAY)
                ended = ProxyEnded(person=row["child"], relation=GUARDIAN)
                await host.emit(ended, once=f"ended/{row['child']}/{host.clock.today()}")

    return [Job("ends-ahead", Daily(settings.tell_at), tell), Job("ends", Daily(settings.ends_at), put_away)]


def listeners(host: Host) -> list[Listener[Any]]:
    """Return what hears that a child is to be told something, and that somebody's identity is protected from now on."""

    async def pass_on(notice: NoticeWanted, once: str) -> None:
        """Tell the guardians who may act for the child at this moment, and nobody who could until lately.

        What is the child's alone they are not told of.

        Whoever only reads what a unit has opened sees to no errands, and is told of none; nor is whom the notice spares.
        """
        rows = [] if notice.alone else await links.of_child(notice.person)
        child = await host.people.person(notice.person) if rows else None
        if child is None or not any(one.open for one in host.people.doorways(child, GUARDIAN)):
            return
        for row in rows:
            if row["guardian"] in notice.spared:
                continue
            if await host.people.may_act(row["guardian"], notice.person, GUARDIAN):
                own = NoticeWanted(
                    person=row["guardian"], reason=notice.reason, alone=True, path=notice.path, about=notice.person,
                    ground=GUARDIAN, cause=once, until=notice.until,
                )  # fmt: skip
                await host.emit(own, once=f"{once}/{row['guardian']}")

    async def break_links(told: PersonProtected, once: str) -> None:
        """End the links of somebody who has been protected: that it is lifted brings none of them back."""
        for row in [*await links.of_child(told.person), *await links.of_guardian(told.person)]:
            await links.end_known(host, row["id"], OVER)
        await host.emit(ProxyEnded(person=told.person, relation=GUARDIAN), once=f"{once}/ended")

    return [Listener("notices", NoticeWanted, pass_on), Listener("protection", PersonProtected, break_links)]


def tasks(host: Host) -> TaskSource:
    """Return the dated notice on a guardian's start page, from the day on which they were told."""
    settings = host.settings(Settings)

    async def due(visit: Visit, rows: list[dict[str, Any]]) -> list[Task]:
        today = host.clock.today()
        ends = [(row, _next_end(host, row)) for row in rows if visit.ground == "self"]
        near = [(row, turn) for row, turn in ends if turn and _told_before(settings, turn, today)]
        standing = await host.people.standings(visit.actor, [row["child"] for row, _ in near], GUARDIAN)
        return [
            _task(row["id"], standing[row["child"]].subject, turn, visit.language)
            for row, turn in near
            if row["child"] in standing and not standing[row["child"]].objected
        ]

    return TaskSource(tasks=due, statement=lambda visit: links.with_children.bind(visit.actor.id))


def _task(link: UUID, child: Person, turn: Turn, language: str) -> Task:
    values = {
        "day": format_date(turn.on, "long", locale=language), "name": child.called, "age": turn.age,
    }  # fmt: skip
    said = [text(message, language, (LOCALE,)).format_map(values) for message in (TITLE, ABOUT)]
    due = datetime.combine(turn.on, datetime.min.time(), tzinfo=STOCKHOLM)
    return Task(said[0], f"/guardian/{link}", due, said[1])


def _told_before(settings: Settings, turn: Turn, today: date) -> int | None:
    """Return of which of the days before a day it is time to tell, the last of them that has come; None before the first."""
    passed = [days for days in settings.tell_days_before if turn.on - timedelta(days=days) <= today < turn.on]
    return min(passed, default=None)


def _next_end(host: Host, row: Mapping[str, Any]) -> Turn | None:
    return next((one for one in turns(host, _child(row)) if one.ends), None)


def _child(row: Mapping[str, Any]) -> Person:
    """Return as much of the child as the rules ask for: when and where."""
    return Person(row["child"], "", "", row["born"], row["county"])


async def _tell(host: Host, row: Mapping[str, Any], turn: Turn, days: int) -> None:
    """Tell a guardian, and whoever treats the child, once for each of the days before, however often it is run.

    A guardian who may not act has nothing that ends. Where that changes in time, they are told then.
    """
    mark = f"{turn.on.isoformat()}/{days}"
    if row["told"] == mark:
        return
    acts = await host.people.may_act(row["guardian"], row["child"], GUARDIAN)

    async def work() -> None:
        if not acts or await links.tell(mark, row["id"]):
            if acts:
                notice = NoticeWanted(person=row["guardian"], reason="ends", alone=True, path=f"/guardian/{row['id']}")
                await host.emit(notice, once=f"ahead/{row['id']}/{mark}")
            ending = ProxyEnding(person=row["child"], relation=GUARDIAN, on=turn.on, age=turn.age)
            await host.emit(ending, once=f"ending/{row['child']}/{mark}")

    await host.database.write(work)


async def _all_links() -> AsyncIterator[dict[str, Any]]:
    """Yield every link that has not ended, with the child's day of birth and county, in batches."""
    after = FIRST
    while rows := await links.running(after):
        for row in rows:
            yield row
        after = rows[-1]["id"]
