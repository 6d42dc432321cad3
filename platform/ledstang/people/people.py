"""People, as a plugin meets them: the population register, and those for whom somebody acts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response

from ledstang.access.calendar import Door
from ledstang.access.facts import Fact
from ledstang.people.codes import SentCode
from ledstang.people.persons import Identity, Person
from ledstang.people.ports import RegisteredPerson

if TYPE_CHECKING:
    from ledstang.house import House


class People:
    """What a plugin may ask about persons: `host.people`."""

    __slots__ = ("_house",)

    def __init__(self, house: House) -> None:
        self._house = house

    async def entry(self, number: str) -> RegisteredPerson | None:
        """Return what the population register says of a number, None when nobody has it. Raises RegisterAway."""
        return await self._house.checking.entry(number)

    async def changed(self, number: str) -> Person | None:
        """Ask the register about somebody, and keep what it says: who acts for them notices at once. Raises RegisterAway."""
        return await self._house.checking.changed(number)

    async def called(self, persons: Collection[UUID]) -> dict[UUID, str]:
        """Return what pages call persons, by id, in one round trip. Whose identity is protected is left out.

        Whether whoever sees the page may know, the caller has asked.
        """
        found = await self._house.register.named(persons) if persons else {}
        return {id_: person.called for id_, person in found.items() if not person.protected}

    async def appoint(self, identity: Identity, *, staff: str, title: str, unit: str, roles: Collection[str]) -> None:
        """Let somebody work at a unit, because a system of the region's says so. Twice is once.

        `staff` is the HSA-id of the one who works. Raises ValueError for a unit or a role that there is not.
        """
        person = await self._house.register.known(identity.number) or await self._house.register.keep(identity)
        await self._house.staff.appoint(person.id, staff=staff, title=title, unit=unit, roles=roles)

    async def code(self, id_: UUID) -> SentCode | None:
        """Return what a `CodeWanted` asks a channel to send, or None for what nobody needs any more."""
        return await self._house.codes.wanted(id_)

    async def for_whom(self, actor: Person, subject: UUID, ground: str) -> Person | None:
        """Return somebody as they are now, if the ground for an actor to act for them stands; None where it does not."""
        return await self._house.proxies.subject(actor, subject, ground)

    def doors_ahead(self, subject: Person, until: date) -> tuple[Door, ...]:
        """Return what the policy tables open and close for somebody after today and no later than a day."""
        region = self._house.instance.region_of(subject.county)
        return self._house.access.ahead(subject, until, region.id if region else None)

    async def decide(
        self, subject: UUID, fact: Fact, *, decided_by: UUID, reason: str = "", review: date | None = None
    ) -> UUID:
        """Keep an exception, an objection or a block for somebody, and return its id. It counts from the next request on.

        Whether whoever decides may, the caller has asked; the reason is sealed, and shown to nobody by the host.
        """
        return await self._house.facts.keep(subject, fact, decided_by=decided_by, reason=reason, review=review)

    async def end_decision(self, subject: UUID, decision: UUID) -> bool:
        """End what was decided for somebody, and say whether there was anything to end."""
        return await self._house.facts.end(subject, decision)

    async def act_for(
        self, request: Request[Any, Any, Any], subject: UUID, ground: str, next: str = "/start"
    ) -> Response[Any]:
        """Let the person who is signed in act for another from now on. Raises NotFoundException where no ground stands."""
        return await self._house.act_for(request, subject, ground, next)
