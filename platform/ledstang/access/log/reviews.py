"""What a human is to look at: openings in an emergency, and spot checks drawn from what staff have read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from ledstang.access.log.entries import entry_of, subject_of
from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.access.log.tables import AccessReview as Review
from ledstang.access.log.writing import LogWriter
from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.settings import AccessLogKept

OPENING = "emergency.open"
EMERGENCY, SPOT_CHECK = "emergency", "spot-check"


class ReasonNeeded(ValueError):
    """Raised for an emergency opening without a reason, or with one too short to be one."""


class Waiting(msgspec.Struct, frozen=True):
    """Something to be looked at. `id` is that of the entry in the log; `reason` was written for an emergency opening."""

    id: UUID
    cause: str
    subject: UUID
    actor: UUID
    unit: str
    day: date
    reason: str = ""

    def __repr__(self) -> str:
        return f"Waiting({self.id})"


class Reviews:
    """The work lists of those who look after the log."""

    def __init__(
        self, database: Database, keys: Keys, clock: Clock, settings: AccessLogKept, writer: LogWriter
    ) -> None:
        self._database, self._keys, self._clock, self._settings = database, keys, clock, settings
        self._writer = writer

    async def open_in_emergency(self, visit: Visit, resource: Any, reason: str) -> UUID:
        """Let staff without another ground see somebody's thing, for a while, because it is needed now.

        The reason is sealed, the opening is logged with it in one transaction and waits for somebody to look at. It stays
        with whoever asks to see that staff may open things so at all. Returns the entry's id. Raises PermissionError for
        somebody who does not act as staff, ReasonNeeded for a reason too short to be one, ValueError for nobody's thing.
        """
        if visit.assignment is None:
            raise PermissionError("only staff who have chosen an assignment open something in an emergency")
        if len(reason.strip()) < self._settings.reason_least:
            raise ReasonNeeded("an emergency opening needs a reason in words")
        now = self._clock.now()
        entry = entry_of(visit, OPENING, resource, EMERGENCY, now)
        if entry.subject is None:
            raise ValueError("an emergency opening is about something of a person's")
        sealed = self._keys.seal(
            reason.strip().encode(), table="access_review", column="reason", row=entry.id, subject=entry.subject
        )
        review = Review(
            id=entry.id, cause=EMERGENCY, subject=entry.subject, actor=entry.actor, unit=entry.unit, day=entry.day,
            drawn=now, reason=sealed,
        )  # fmt: skip

        async def work() -> None:
            await self._writer.within([entry])
            await Review.insert(review)

        await self._database.write(work)
        return entry.id

    async def opened(self, visit: Visit, resource: Any) -> bool:
        """Say whether an opening of the actor's for that person, from that unit, is still in force."""
        subject = subject_of(visit, resource)
        if visit.assignment is None or subject is None:
            return False
        since = self._clock.now() - timedelta(minutes=self._settings.emergency_minutes)
        return bool(await _openings(visit.actor.id, subject, visit.assignment.unit, since))

    async def sample(self, chain_day: date, region: str, most: int | None = None) -> list[UUID]:
        """Draw what staff of each unit have read on a day, at most so many a unit, to be looked at; return the entries.

        Which they are nobody can foretell without the keys, and drawing again draws the same.
        """
        most = self._settings.spot_checks if most is None else most
        units: dict[str, list[dict[str, Any]]] = {}
        for row in await _of_staff(f"{chain_day.isoformat()} {region or '-'}"):
            units.setdefault(row["unit"], []).append(row)
        drawn = [row for rows in units.values() for row in sorted(rows, key=self._lot)[:most]]
        now = self._clock.now()

        async def work() -> None:
            for row in drawn:
                await _draw(row["id"], row["subject"], row["actor"], row["unit"], chain_day, now)

        await self._database.write(work)
        return [row["id"] for row in drawn]

    async def waiting(self, unit: str) -> list[Waiting]:
        """Return what is to be looked at in a unit, the oldest first, with the reasons that were written."""
        return [self._opened(row) for row in await _waiting(unit)]

    async def look_at(self, id_: UUID, reviewer: UUID, outcome: Literal["in-order", "follow-up"]) -> bool:
        """Say what came of looking at something. False when it is no longer there to be looked at, or one's own."""
        return bool(await _looked_at(self._clock.now(), reviewer, outcome, id_))

    def _lot(self, row: dict[str, Any]) -> bytes:
        return self._keys.index("access log spot check", str(row["id"]))

    def _opened(self, row: dict[str, Any]) -> Waiting:
        sealed, place = row.pop("reason"), {"table": "access_review", "column": "reason"}
        if sealed is None:
            return Waiting(**row)
        reason = self._keys.unseal(sealed, row=row["id"], subject=row["subject"], **place).decode()
        return Waiting(**row, reason=reason)


_openings = prepared(
    lambda actor, subject, unit, since: Review.select(Review.id).where(
        (Review.actor == actor)
        & (Review.subject == subject)
        & (Review.unit == unit)
        & (Review.cause == EMERGENCY)
        & (Review.drawn > since)
    )
)
_of_staff = prepared(
    lambda chain: Row.select(Row.id, Row.subject, Row.actor, Row.unit).where(
        (Row.chain == chain) & (Row.who == "staff") & (Row.outcome == "allowed")
    )
)
_draw = prepared(
    lambda id_, subject, actor, unit, day, now: Review.raw(
        "INSERT INTO access_review (id, cause, subject, actor, unit, day, drawn, outcome) "
        "VALUES ({}, 'spot-check', {}, {}, {}, {}, {}, '') ON CONFLICT (id) DO NOTHING",
        id_,
        subject,
        actor,
        unit,
        day,
        now,
    )
)
_waiting = prepared(
    lambda unit: (
        Review.select(Review.id, Review.cause, Review.subject, Review.actor, Review.unit, Review.day, Review.reason)
        .where((Review.unit == unit) & Review.reviewed.is_null())
        .order_by(Review.id)
    )
)
_looked_at = prepared(
    lambda now, reviewer, outcome, id_: (
        Review.update({Review.reviewed: now, Review.reviewer: reviewer, Review.outcome: outcome})
        .where((Review.id == id_) & Review.reviewed.is_null() & (Review.actor != reviewer))
        .returning(Review.id)
    )
)
