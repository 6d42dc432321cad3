"""The decided facts of an instance: kept a row a fact, with the reason sealed, and read with the rest of a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from ledstang.access.facts import Fact
from ledstang.access.tables import AccessFact
from ledstang.clock import Clock
from ledstang.database import Bound, Database, Keys, prepared
from ledstang.outbox.events import PersonChanged, Teller, nobody
from ledstang.people.personal_data import PersonalData


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

    async def keep(
        self, subject: UUID, fact: Fact, *, decided_by: UUID, reason: str = "", review: date | None = None
    ) -> UUID:
        """Write down a fact, which counts from the next request on, and return its id.

        `decided_by` is the person who decided, for an objection the subject; `review` the day to think it over by, on
        which nothing ends by itself.
        """
        id_ = uuid4()
        sealed = self._keys.seal(reason.encode(), table="access_fact", column="reason", row=id_, subject=subject)
        row = AccessFact(
            id=id_, subject=subject, kind=fact.kind, person=fact.person, relation=fact.relation, service=fact.service,
            action=fact.action, unit=fact.unit, since=fact.since, until=fact.until, review=review, decided_by=decided_by,
            reason=sealed, created=self._clock.now(),
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


def facts_data() -> PersonalData:
    """Return how facts are handed out: that and what, not why or about whom. They are decisions of care, and stay."""

    async def erase(_person: UUID, _why: str) -> int:
        return 0

    return PersonalData("What was decided about who may act for you", _told, erase)


async def _told(person: UUID) -> list[dict[str, Any]]:
    return await _of_person(person)


def _fact(row: Mapping[str, Any]) -> Fact:
    return Fact(
        row["kind"],
        row["since"],
        row["until"],
        row["relation"],
        row["person"],
        row["service"],
        row["action"],
        row["unit"],
    )


_of_subject = prepared(
    lambda subject: AccessFact.select(
        AccessFact.kind, AccessFact.since, AccessFact.until, AccessFact.relation, AccessFact.person, AccessFact.service,
        AccessFact.action, AccessFact.unit,
    ).where((AccessFact.subject == subject) & AccessFact.ended.is_null())
)  # fmt: skip
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
