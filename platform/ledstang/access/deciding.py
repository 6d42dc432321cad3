"""Deciding about who may act for somebody: asked first, written down with who decided, and told in the access log."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar.exceptions import NotFoundException

from ledstang.access.facts import Fact
from ledstang.access.keeping import Decided, KeptFacts
from ledstang.access.may import Access
from ledstang.access.permissions import AtUnit, Own, Permission
from ledstang.access.policies import ANY, SELF
from ledstang.access.visit import STAFF, Visit
from ledstang.clock import Clock
from ledstang.database import Database

BLOCK, EXCEPT, END, LOOK, OBJECT = "access.block", "access.except", "access.end", "access.look", "access.object"
ROLES = ("treater", "citizen-administrator")
"""Who decides at a unit: those who meet the family, and those who see to it while they are away."""


async def _in_person(visit: Visit | None, _resource: Any) -> bool:
    """Say whether somebody is there for themselves: nobody objects for another."""
    return visit is not None and visit.ground == SELF


PERMISSIONS = (
    Permission(BLOCK, "Decide that somebody may not act for you", who="staff", roles=ROLES),
    Permission(EXCEPT, "Make an exception from who may act for you", who="staff", roles=ROLES),
    Permission(END, "End a decision about who may act for you", who="staff", roles=ROLES),
    Permission(LOOK, "See who may act for you", who="staff", roles=ROLES),
    Permission(OBJECT, "Object to somebody acting for you", check=_in_person),
)


class Matter(msgspec.Struct, frozen=True):
    """What is asked about: something of a person's, at the unit that decides."""

    id: UUID
    person: UUID
    unit: str


class Deciding:
    """Who decides may; what they decide is kept, and the subject can read in their access log that it was."""

    def __init__(self, access: Access, kept: KeptFacts, database: Database, clock: Clock) -> None:
        self._access, self._kept, self._database, self._clock = access, kept, database, clock

    async def decide(
        self, visit: Visit, subject: UUID, fact: Fact, *, reason: str = "", review: date | None = None
    ) -> UUID:
        """Keep what somebody decides, with its entry in the access log, and return its id.

        An objection is the subject's own, where the governing rows let one object; everything else is decided by staff,
        for their own unit, and a grant holds there only. Raises NotFoundException for whoever may not.
        """
        if fact.kind == "objection":
            return await self._object(visit, subject, fact)
        unit = visit.unit or ""
        if fact.kind == "grant" and (fact.unit or "").upper() != unit.upper():
            raise NotFoundException
        id_ = uuid4()

        async def work() -> UUID:
            await self._ask(visit, BLOCK if fact.kind == "block" else EXCEPT, Matter(id_, subject, unit))
            kept = {"decided_by": visit.actor.id, "at_unit": unit, "reason": reason, "review": review}
            return await self._kept.keep(subject, fact, id_=id_, **kept)

        return await self._database.write(work)

    async def end(self, visit: Visit, subject: UUID, id_: UUID) -> bool:
        """End what was decided, and say whether there was anything to end.

        The subject ends an objection, and the staff of a unit what was decided there. Raises NotFoundException otherwise.
        """

        async def work() -> bool:
            one = await self._kept.find(subject, id_)
            if one is None:
                raise NotFoundException
            if one.fact.kind == "objection":
                await self._ask(visit, OBJECT, Own(subject))
            else:
                await self._ask(visit, END, Matter(id_, subject, one.at_unit or ""))
            return await self._kept.end(subject, id_)

        return await self._database.write(work)

    async def of(self, visit: Visit, subject: UUID) -> list[Decided]:
        """Return what is decided for somebody: to themselves all of it, to staff what their unit has decided.

        Why somebody was shut out is told to the unit only. Raises NotFoundException for everybody else.
        """
        if visit.ground != STAFF:
            if visit.ground != SELF or subject != visit.subject.id:
                raise NotFoundException
            found = await self._kept.all_of(subject)
            return [msgspec.structs.replace(one, reason="") if one.fact.kind == "block" else one for one in found]
        await self._ask(visit, LOOK, Matter(subject, subject, visit.unit or ""))
        return [one for one in await self._kept.all_of(subject) if self._here(one, visit)]

    async def to_review(self, visit: Visit) -> list[Decided]:
        """Return what the visit's unit has to think over by today, or should have before, the oldest first.

        Raises NotFoundException for whoever may not look.
        """
        if visit.unit is None:
            raise NotFoundException
        await self._ask(visit, LOOK, AtUnit(visit.unit))
        return await self._kept.to_review(visit.unit, self._clock.today())

    def _here(self, one: Decided, visit: Visit) -> bool:
        return one.at_unit is not None and visit.unit is not None and self._access.same_unit(one.at_unit, visit.unit)

    async def _object(self, visit: Visit, subject: UUID, fact: Fact) -> UUID:
        await self._ask(visit, OBJECT, Own(subject))
        doors = self._access.rules.doorways(fact.relation, visit.subject, self._clock.today(), visit.region)
        about = [one for one in doors if one.objection]
        if not about or (fact.service != ANY and (fact.service, fact.action) not in {one.key for one in about}):
            raise NotFoundException
        for one in await self._kept.all_of(subject):
            if one.fact.kind == "objection" and one.fact.relation == fact.relation and one.fact.leads == fact.leads:
                return one.id  # a second press is the first
        return await self._kept.keep(subject, fact, decided_by=visit.actor.id)

    async def _ask(self, visit: Visit, action: str, resource: Any) -> None:
        if not await self._access.may(visit, action, resource):
            raise NotFoundException
