"""What a human is to look at: openings in an emergency, and spot checks drawn from what staff have read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from ledstang.access.log.entries import chain_of, entry_of, subject_of
from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.access.log.tables import AccessReview as Review
from ledstang.access.log.writing import LogWriter
from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.database import Bound, Database, Keys, prepared
from ledstang.settings import AccessLogKept

OPENING = "emergency.open"
EMERGENCY, SPOT_CHECK = "emergency", "spot-check"
Outcome = Literal["in-order", "follow-up"]


class ReasonNeeded(ValueError):
    """Raised for an emergency opening without a reason, or with one too short to be one."""


class Waiting(msgspec.Struct, frozen=True):
    """Something to be looked at. `id` is that of the entry in the log; `reason` was written for an emergency opening.

    `drawn` is when it was put before somebody, an instant in UTC.
    """

    id: UUID
    cause: str
    subject: UUID
    actor: UUID
    unit: str
    day: date
    drawn: datetime
    reason: str = ""

    def __repr__(self) -> str:
        return f"Waiting({self.id})"

    @property
    def person(self) -> UUID:
        """Whose things it is about."""
        return self.subject

    def concerns(self, person: UUID) -> bool:
        """Say whether it is somebody's own affair, which another has to look at."""
        return person in (self.actor, self.subject)


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

    def in_force(self, visit: Visit) -> Bound:
        """Return the query of the openings in force of somebody at work, with whose things each is about."""
        since = self._clock.now() - timedelta(minutes=self._settings.emergency_minutes)
        return _in_force.bind(visit.actor.id, visit.unit or "", since)

    def due(self, one: Waiting) -> datetime:
        """Return until when somebody is to have looked."""
        kept = self._settings
        return one.drawn + timedelta(days=kept.emergency_review_days if one.cause == EMERGENCY else kept.review_days)

    async def draw(self, today: date, regions: Iterable[str]) -> int:
        """Draw the spot checks of the latest days that are over, and return how many that was.

        What has been drawn of them before is drawn again, and stays as it is: a night when nothing ran is made up for.
        """
        days = self._settings.spot_check_days
        last = today - timedelta(days=1 + today.toordinal() % days)
        return sum([len(await self.sample(last, region, days=days)) for region in regions])

    async def sample(self, last: date, region: str, most: int | None = None, days: int = 1) -> list[UUID]:
        """Draw what staff of each unit have read on some days up to the last one, at most so many a unit; return the entries.

        Which they are nobody can foretell without the keys, and drawing again draws the same.
        """
        most = self._settings.spot_checks if most is None else most
        units: dict[str, list[dict[str, Any]]] = {}
        for day in (last - timedelta(days=ago) for ago in range(days)):
            for row in await _of_staff(chain_of(day, region)):
                units.setdefault(row["unit"], []).append(row | {"day": day})
        drawn = [row for rows in units.values() for row in sorted(rows, key=self._lot)[:most]]
        now = self._clock.now()

        async def work() -> None:
            for row in drawn:
                await _draw(row["id"], row["subject"], row["actor"], row["unit"], row["day"], now)

        await self._database.write(work)
        return [row["id"] for row in drawn]

    async def waiting(self, unit: str) -> list[Waiting]:
        """Return what is to be looked at in a unit, the oldest first, with the reasons that were written."""
        return [self._opened(row) for row in await _waiting(unit)]

    async def find(self, id_: UUID) -> tuple[Waiting, dict[str, Any]] | None:
        """Return something that waits, with what was done: its `action`, `at`, and the actor's `title` and `staff`."""
        rows, entries = await self._database.together(_one.bind(id_), _entry.bind(id_))
        return (self._opened(rows[0]), entries[0]) if rows and entries else None

    async def look_at(self, id_: UUID, reviewer: UUID, outcome: Outcome, note: str = "") -> bool:
        """Say what came of looking at something. False when it is no longer there to be looked at, or one's own.

        The note is sealed.
        """
        rows = await _one(id_)
        if not rows or self._opened(rows[0]).concerns(reviewer):
            return False
        place = {"table": "access_review", "column": "note", "row": id_, "subject": rows[0]["subject"]}
        sealed = self._keys.seal(note.strip().encode(), **place) if note.strip() else None
        return bool(await _looked_at(self._clock.now(), reviewer, outcome, sealed, id_))

    def statement(self, unit: str) -> Bound:
        """Return the query of what waits in a unit; `read` reads its rows."""
        return _waiting.bind(unit)

    def read(self, rows: Iterable[dict[str, Any]]) -> list[Waiting]:
        """Return what waits, what is to be looked at first before the rest."""
        return sorted((self._opened(row) for row in rows), key=self.due)

    def _lot(self, row: dict[str, Any]) -> bytes:
        return self._keys.index("access log spot check", str(row["id"]))

    def _opened(self, row: dict[str, Any]) -> Waiting:
        row = {name: row[name] for name in Waiting.__struct_fields__}
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
_in_force = prepared(
    lambda actor, unit, since: Review.select(Review.subject).where(
        (Review.actor == actor) & (Review.unit == unit) & (Review.cause == EMERGENCY) & (Review.drawn > since)
    )
)
_of_staff = prepared(
    lambda chain: Row.select(Row.id, Row.subject, Row.actor, Row.unit).where(
        (Row.chain == chain) & (Row.who == "staff") & (Row.outcome == "allowed") & Row.subject.is_not_null()
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
_COLUMNS = tuple(getattr(Review, name) for name in Waiting.__struct_fields__)
_waiting = prepared(
    lambda unit: (
        Review.select(*_COLUMNS, Review.subject.as_alias("person"))
        .where((Review.unit == unit) & Review.reviewed.is_null())
        .order_by(Review.id)
    )
)
_one = prepared(lambda id_: Review.select(*_COLUMNS).where((Review.id == id_) & Review.reviewed.is_null()))
_entry = prepared(lambda id_: Row.select(Row.action, Row.at, Row.title, Row.staff).where(Row.id == id_))
_looked_at = prepared(
    lambda now, reviewer, outcome, note, id_: (
        Review.update({Review.reviewed: now, Review.reviewer: reviewer, Review.outcome: outcome, Review.note: note})
        .where((Review.id == id_) & Review.reviewed.is_null() & (Review.actor != reviewer))
        .returning(Review.id)
    )
)
