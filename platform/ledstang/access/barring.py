"""What a citizen has blocked for staff (spärr), and the emergencies in which it is opened all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from ledstang.access.facts import Fact
from ledstang.access.keeping import KeptFacts
from ledstang.access.log.reviews import Reviews
from ledstang.access.log.trail import TRAIL
from ledstang.access.visit import STAFF, Visit
from ledstang.clock import Clock
from ledstang.database import Bound, Database
from ledstang.people.persons import Person
from ledstang.people.register import Register


class Standing(msgspec.Struct, frozen=True):
    """What somebody at work needs to know of a citizen before anything else: who it is, what was decided, and openings."""

    person: Person | None
    facts: tuple[Fact, ...] = ()
    opened: bool = False


class Barring:
    """Says whether a citizen has shut somebody at work out. Read from the database each time, once a request and citizen.

    A block with the relation `staff` shuts out the staff of its `unit`, without one all staff; one of a `person` shuts
    them out also where they work.
    """

    def __init__(
        self,
        database: Database,
        register: Register,
        kept: KeptFacts,
        reviews: Reviews,
        clock: Clock,
        same_unit: Callable[[str, str], bool],
    ) -> None:
        self._database, self._register, self._kept, self._reviews = database, register, kept, reviews
        self._clock, self._same_unit = clock, same_unit

    async def standing(self, visit: Visit, subject: UUID) -> Standing:
        """Return how things stand between somebody at work and a citizen, in one round trip; a second time in none."""
        trail = TRAIL.get()
        if trail is not None and subject in trail.standings:
            return trail.standings[subject]
        found, decided, openings = await self._database.together(
            self._register.by_id(subject), self._kept.statement(subject), self.openings(visit)
        )
        person, opened = next(map(self._register.person, found), None), subject in [row["subject"] for row in openings]
        standing = Standing(person, self._kept.facts(decided), opened)
        if trail is not None:
            trail.standings[subject] = standing
        return standing

    def openings(self, visit: Visit) -> Bound:
        """Return the query of the emergency openings in force that somebody at work has made."""
        return self._reviews.in_force(visit)

    def remember(
        self,
        persons: Iterable[Mapping[str, Any]],
        decided: Iterable[Mapping[str, Any]],
        openings: Iterable[Mapping[str, Any]],
    ) -> dict[UUID, Standing]:
        """Read the rows about those of a list, by `persons_beside` and `facts_beside`, and know them for the whole request."""
        opened, facts, person_of = {row["subject"] for row in openings}, defaultdict(list), self._register.person
        for row in decided:
            facts[row["subject"]].append(row)
        known = {
            id_: Standing(person_of(row), self._kept.facts(facts[id_]) if id_ in facts else (), id_ in opened)
            for row in persons
            for id_ in (row["id"],)
        }
        if (trail := TRAIL.get()) is not None:
            trail.standings |= known
        return known

    def shuts(self, visit: Visit, action: str, standing: Standing) -> bool:
        """Say whether a block keeps somebody at work out, and no emergency opening of theirs is in force."""
        work = visit.assignment
        if work is None or standing.opened or not standing.facts:
            return False
        today = self._clock.today()
        return any(
            fact.kind == "block"
            and fact.about(action, STAFF, visit.actor.id, today, work.unit)
            and (fact.unit is None or self._same_unit(fact.unit, work.unit))
            for fact in standing.facts
        )
