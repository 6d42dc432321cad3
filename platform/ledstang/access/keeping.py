"""The decided facts of an instance: kept a row a fact, with the reason sealed, and read with the rest of a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from ledstang.access.facts import Fact
from ledstang.access.tables import AccessFact
from ledstang.clock import Clock
from ledstang.database import Bound, Database, Keys, prepared
from ledstang.database.beside import beside
from ledstang.outbox.events import PersonChanged, Teller, nobody
from ledstang.people.personal_data import PersonalData


class Decided(msgspec.Struct, frozen=True):
    """A fact as it is kept: for whom, by whom and at which unit it was decided, why, and when to think it over again.

    `at_unit` is None for what the subject decided.
    """

    id: UUID
    person: UUID
    fact: Fact
    decided_by: UUID | None
    at_unit: str | None
    created: datetime
    review: date | None = None
    reason: str = ""

    def __repr__(self) -> str:
        return f"Decided({self.id})"

    @property
    def unit(self) -> str | None:
        """The unit that sees to it, for the question of who may."""
        return self.at_unit


class KeptFacts:
    """Who decided what for whom, until when, and why. `tell` is awaited with each decision, in its transaction."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, tell: Teller = nobody) -> None:
        self._database, self._keys, self._clock, self._tell = database, keys, clock, tell

    def statement(self, subject: UUID) -> Bound:
        """Return the query of all that holds for somebody, to be run with others of the request."""
        return _of_subject.bind(subject)

    def facts(self, rows: list[Mapping[str, Any]]) -> tuple[Fact, ...]:
        """Read the rows of `statement`."""
        return tuple(_fact(row) for row in rows)

    def facts_beside(self, rows: list[Mapping[str, Any]]) -> tuple[Fact, ...]:
        """Read the facts that stand beside what another query read, as `BESIDE` has them: a row for each, one with none."""
        return tuple(_fact(row, "fact_") for row in rows if row["fact_kind"] is not None)

    async def keep(
        self,
        subject: UUID,
        fact: Fact,
        *,
        decided_by: UUID,
        at_unit: str | None = None,
        reason: str = "",
        review: date | None = None,
        id_: UUID | None = None,
    ) -> UUID:
        """Write down a fact, which counts from the next request on, and return its id.

        `decided_by` is the person who decided, for an objection the subject; `review` the day to think it over by, on
        which nothing ends by itself. Joins a transaction that is open already.
        """
        id_ = id_ or uuid4()
        sealed = self._keys.seal(reason.encode(), table="access_fact", column="reason", row=id_, subject=subject)
        row = AccessFact(
            id=id_, subject=subject, kind=fact.kind, person=fact.person, relation=fact.relation, service=fact.service,
            action=fact.action, unit=fact.unit, since=fact.since, until=fact.until, review=review, decided_by=decided_by,
            at_unit=at_unit and at_unit.upper(), reason=sealed, created=self._clock.now(),
        )  # fmt: skip

        async def work() -> None:
            await AccessFact.insert(row)
            await self._tell(PersonChanged(person=subject))

        await self._database.write(work)
        return id_

    async def end(self, subject: UUID, id_: UUID) -> bool:
        """End a fact of somebody's at once, and say whether there was one to end. The row stays, with when."""

        async def work() -> bool:
            ended = bool(await _end(self._clock.now(), id_, subject))
            if ended:
                await self._tell(PersonChanged(person=subject))
            return ended

        return await self._database.write(work)

    async def find(self, subject: UUID, id_: UUID) -> Decided | None:
        """Return one fact of somebody's that has not ended."""
        return next((one for one in await self.all_of(subject) if one.id == id_), None)

    async def all_of(self, subject: UUID) -> list[Decided]:
        """Return all that has not ended of somebody's, also what holds later or held until lately, the latest first."""
        return [self._decided(row) for row in await _all_of(subject)]

    async def to_review(self, unit: str, today: date) -> list[Decided]:
        """Return what was decided at a unit and is to be thought over by a day."""
        return [self._decided(row) for row in await _to_review(unit.upper(), today)]

    def _decided(self, row: Mapping[str, Any]) -> Decided:
        where = {"table": "access_fact", "column": "reason", "row": row["id"], "subject": row["subject"]}
        reason = self._keys.unseal(row["reason"], **where).decode()
        return Decided(
            row["id"],
            row["subject"],
            _fact(row),
            row["decided_by"],
            row["at_unit"],
            row["created"],
            row["review"],
            reason,
        )


def facts_beside(bound: Bound, listed: str) -> Bound:
    """Return the query of what holds for those whom another read of the same round trip names in a column."""
    columns = [AccessFact.subject, *_COLUMNS]
    return beside(bound, listed, AccessFact, columns, AccessFact.subject, "ended IS NULL")


def facts_data() -> PersonalData:
    """Return how facts are handed out: that and what, not why or about whom. They are decisions of care, and stay."""

    async def erase(_person: UUID, _why: str) -> int:
        return 0

    words = {"kind": "Decided", "service": "Service", "action": "What", "since": "First day", "until": "Last day",
             "ended": "Ended"}  # fmt: skip
    codes = {
        "kind": {"grant": "Somebody may do more for you than the rules say", "deny": "Somebody may do less for you",
                 "objection": "You have objected", "block": "Somebody is blocked"},
        "service": {"*": "All services"},
        "action": {"*": "Everything"},
    }  # fmt: skip
    return PersonalData("What was decided about who may act for you", _told, erase, "decided", "record", words, codes)


async def _told(person: UUID) -> list[dict[str, Any]]:
    return await _of_person(person)


def _fact(row: Mapping[str, Any], mark: str = "") -> Fact:
    return Fact(*(row[mark + name] for name in Fact.__struct_fields__))


_COLUMNS = tuple(getattr(AccessFact, name) for name in Fact.__struct_fields__)
BESIDE = ", ".join(f"f.{name} AS fact_{name}" for name in Fact.__struct_fields__)
"""What a query that joins `access_fact` as `f` reads of it, to be told apart from its own columns."""
_of_subject = prepared(
    lambda subject: AccessFact.select(*_COLUMNS).where((AccessFact.subject == subject) & AccessFact.ended.is_null())
)
_KEPT = (
    AccessFact.id, AccessFact.subject, *_COLUMNS, AccessFact.decided_by, AccessFact.at_unit, AccessFact.created,
    AccessFact.review, AccessFact.reason,
)  # fmt: skip
_all_of = prepared(
    lambda subject: (
        AccessFact.select(*_KEPT)
        .where((AccessFact.subject == subject) & AccessFact.ended.is_null())
        .order_by(AccessFact.created, ascending=False)
    )
)
_to_review = prepared(
    lambda unit, today: (
        AccessFact.select(*_KEPT)
        .where((AccessFact.at_unit == unit) & AccessFact.ended.is_null() & (AccessFact.review <= today))
        .order_by(AccessFact.review)
    )
)
_of_person = prepared(
    lambda person: AccessFact.select(
        AccessFact.kind, AccessFact.service, AccessFact.action, AccessFact.since, AccessFact.until, AccessFact.ended
    ).where(AccessFact.subject == person)
)
_end = prepared(
    lambda now, id_, subject: (
        AccessFact.update({AccessFact.ended: now})
        .where((AccessFact.id == id_) & (AccessFact.subject == subject) & AccessFact.ended.is_null())
        .returning(AccessFact.id)
    )
)
