"""People, as a plugin meets them: the population register, and those for whom somebody acts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from ledstang.access.calendar import Door, Doorway
from ledstang.access.facts import Fact
from ledstang.access.keeping import Decided
from ledstang.access.log.trail import TRAIL
from ledstang.access.policies import ANY, SELF
from ledstang.access.proxies import Standing
from ledstang.access.visit import Visit
from ledstang.people.addresses import Addresses, addresses_of
from ledstang.people.begun import Begun
from ledstang.people.checking import RegisterAway
from ledstang.people.codes import SentCode
from ledstang.people.deeds import Deed, deeds_for, read_deeds
from ledstang.people.directory import CareUnit
from ledstang.people.persons import Identity, Person
from ledstang.people.ports import RegisteredPerson
from ledstang.people.staff import Appointment
from ledstang.signin.handing import HAND_BACK

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.signin.withheld import Withheld


class People:
    """What a plugin may ask about persons: `host.people`."""

    __slots__ = ("_house",)

    def __init__(self, house: House) -> None:
        self._house = house

    def read_number(self, text: str) -> str:
        """Return the canonical form of a number that somebody wrote: personal, coordination, or a reserve number.

        Raises NotANumber. Which reserve numbers there are, `[[reserve_numbers]]` says.
        """
        return self._house.checking.read(text)

    async def entry(self, number: str) -> RegisteredPerson | None:
        """Return what the population register says of a number, None when nobody has it. Raises RegisterAway."""
        return await self._house.checking.entry(number)

    async def changed(self, number: str) -> Person | None:
        """Ask the register about somebody, and keep what it says: who acts for them notices at once. Raises RegisterAway."""
        return await self._house.checking.changed(number)

    async def changed_if_known(self, number: str) -> None:
        """The same, but nobody is asked about, nor written down, whom this instance does not know. Raises RegisterAway."""
        await self._house.checking.changed_if_known(number)

    async def called(self, persons: Collection[UUID]) -> dict[UUID, str]:
        """Return what pages call persons, by id, in one round trip. Whose identity is protected is left out.

        Whether whoever sees the page may know, the caller has asked.
        """
        found = await self._house.register.named(persons) if persons else {}
        return {id_: person.called for id_, person in found.items() if not person.protected}

    async def by_number(self, number: str) -> Person | None:
        """Return who has a number, as the register says now or said lately enough. Raises RegisterAway."""
        known = await self._house.register.known(number)
        return (known and await self._house.checking.fresh(known)) or await self.changed(number)

    async def by_numbers(self, numbers: Sequence[str]) -> list[Person]:
        """Return those who have some numbers, in one round trip where the register has been asked about them lately.

        Where it does not answer, as it said last; whoever nobody knows is left out.
        """
        known, found = await self._house.register.known_ones(numbers), []
        for number in numbers:
            try:
                person = known[number] if number in known else await self.changed(number)
            except RegisterAway:
                person = None
            if person is not None:
                found.append(await self._house.checking.fresh(person) or person)
        return found

    async def appoint(self, identity: Identity, *, staff: str, title: str, unit: str, roles: Collection[str]) -> None:
        """Let somebody work at a unit, because a system of the region's says so. Twice is once.

        `staff` is the HSA-id of the one who works. Raises ValueError for a unit or a role that there is not.
        """
        person = await self._house.register.known(identity.number) or await self._house.register.keep(identity)
        await self._house.staff.appoint(person.id, staff=staff, title=title, unit=unit, roles=roles)

    async def person(self, id_: UUID) -> Person | None:
        """Return somebody by id, None where there is nobody. Ask `may` first: whom staff may see is at hand after it."""
        at_hand = _at_hand([id_])
        return at_hand[id_] if id_ in at_hand else await self._house.register.find(id_)

    async def persons(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the persons with these ids, by id: those who stand on a page of the staff's that the caller has asked for.

        In one round trip, and in none where they are all at hand, as with `person`.
        """
        at_hand = _at_hand(ids)
        asked = set(ids) - at_hand.keys()
        found = await self._house.register.named(asked) if asked else {}
        return found | {id_: person for id_, person in at_hand.items() if person is not None}

    async def code(self, id_: UUID) -> SentCode | None:
        """Return what a `CodeWanted` asks a channel to send, or None for what nobody needs any more."""
        return await self._house.codes.wanted(id_)

    def unit(self, hsa_id: str) -> CareUnit | None:
        """Return a care unit, open or not, None for an HSA-id that nobody knows. Case does not matter."""
        return self._house.units.find(hsa_id)

    def units(self, region: str) -> list[CareUnit]:
        """Return the units of a region that are there today, by name."""
        return sorted((one for one in self._house.units.all() if one.region == region), key=lambda one: one.name)

    def current(self, hsa_id: str) -> CareUnit | None:
        """Return the unit that today is, or goes on with, the one with an HSA-id; None when nothing does."""
        return self._house.units.current(hsa_id)

    def unit_names(self, hsa_id: str) -> list[str]:
        """Return the HSA-ids of a unit, and of those that have gone into it: under which its things may stand."""
        return self._house.units.names(hsa_id)

    async def colleagues(self, visit: Visit) -> list[Appointment]:
        """Return who works today at the unit of somebody at work, themselves left out, by name."""
        today = self._house.clock.today()
        found = await self._house.staff.at(visit.unit) if visit.unit and visit.assignment else []
        return [
            one
            for one in found
            if one.person.id != visit.actor.id and one.valid_from <= today and not one.is_absent(today)
        ]

    async def addresses(self, id_: UUID, about: UUID | None = None) -> Addresses:
        """Return where somebody has confirmed that they are reached, about a person or themselves; the dead nowhere."""
        return await addresses_of(self._house, id_, about or id_)

    async def for_whom(self, actor: Person, subject: UUID, ground: str) -> Person | None:
        """Return somebody as they are now, if the ground for an actor to act for them stands; None where it does not."""
        return await self._house.proxies.subject(actor, subject, ground)

    def doors_ahead(self, subject: Person, until: date) -> tuple[Door, ...]:
        """Return what the policy tables open and close for somebody after today and no later than a day."""
        return self.doors(subject, self._house.clock.today(), until)

    def doors(self, subject: Person, after: date, until: date) -> tuple[Door, ...]:
        """Return what the policy tables open and close for somebody after a day and no later than another."""
        region = self._house.instance.region_of(subject.county)
        return self._house.access.rules.doors(subject, after, until, region.id if region else None)

    def doorways(self, subject: Person, relation: str, on: date | None = None) -> tuple[Doorway, ...]:
        """Return how the doors of a relation to somebody stand on a day, today if none is given, by the tables alone."""
        region = self._house.instance.region_of(subject.county)
        return self._house.access.rules.doorways(
            relation, subject, on or self._house.clock.today(), region.id if region else None
        )

    async def standings(self, actor: Person, subjects: Sequence[UUID], ground: str) -> dict[UUID, Standing]:
        """Return, by their ids, for whom of some persons an actor may act now, or could had they not objected.

        One round trip for all of them, so that a page may list any number. Whoever is left out stands out for another
        reason: what that is, nobody is told.
        """
        return await self._house.proxies.standings(actor, subjects, ground)

    async def may_act(self, actor: UUID, subject: UUID, ground: str) -> bool:
        """Say whether the ground for one known person to act for another stands at this moment."""
        person = await self._house.register.find(actor)
        return person is not None and await self.for_whom(person, subject, ground) is not None

    def is_shut(self, visit: Visit, relation: str, action: str, unit: str | None = None) -> bool:
        """Say whether rules, or the visit's subject, leave those in a relation nothing of an action, or of what is a unit's.

        Asks no database, and logs nothing: for what a list leaves out.
        """
        return not self._house.access.rules.leaves_to(relation, visit, action, unit)

    async def shut_to(self, person: UUID, action: str) -> frozenset[str]:
        """Return the relations that rules, or the person themselves, leave nothing of an action, for what no visit asks."""
        subject, decided = await self._house.register.find(person), await self._house.facts.all_of(person)
        if subject is None:
            return self._house.proxies.grounds
        region = getattr(self._house.instance.region_of(subject.county), "id", None)
        visit = Visit.of(subject, region=region, facts=tuple(one.fact for one in decided))
        return frozenset(one for one in self._house.proxies.grounds if self.is_shut(visit, one, action))

    async def withhold(self, answers: Sequence[UUID], path: str, unit: str) -> None:
        """Take out answers, by their ids, that others had begun to give and not sent when they could act no longer.

        They are kept sealed, with `path`, where they were being given, for the care unit to decide on.
        """
        begun = Begun(self._house.database, self._house.keys, self._house.withheld)
        await begun.withhold(answers, path, unit)

    async def is_over(self, subject: Person, relation: str) -> bool:
        """Say whether nobody can do anything for somebody in a relation any more: by no row, and by no decision."""
        region = self._house.instance.region_of(subject.county)
        if self._house.access.rules.admits_any(relation, subject, region.id if region else None):
            return False
        today, decided = self._house.clock.today(), await self._house.facts.all_of(subject.id)
        grants = [one.fact for one in decided if one.fact.kind == "grant" and one.fact.relation in (ANY, relation)]
        return all(fact.until is not None and fact.until < today for fact in grants)

    async def relations(self, subject: Person, action: str, unit: str) -> set[str]:
        """Return in which relations there may be somebody for whom an action of a unit's and a person's is open: `self`,
        and the grounds on which others act.

        One query. It tells whom something can be meant for, and opens nothing to anybody. Nobody acts for somebody who is
        protected, and nothing is open to anybody for somebody who has died.
        """
        if subject.deceased:
            return set()
        decided = [one.fact for one in await self._house.facts.all_of(subject.id)]
        region = self._house.instance.region_of(subject.county)
        visit = Visit.of(subject, region=region.id if region else None, facts=tuple(decided))
        relations = {SELF} if subject.protected else {SELF, *self._house.proxies.grounds}
        return {one for one in relations if self._house.access.rules.leaves_to(one, visit, action, unit)}

    async def decide(
        self, visit: Visit, subject: UUID, fact: Fact, *, reason: str = "", review: date | None = None
    ) -> UUID:
        """Keep an exception, an objection or a block for somebody, and return its id. It counts from the next request on.

        The subject objects, where the tables let them; all else staff decide, with a role at the visit's unit. That they
        did is in the access log; the reason is sealed. Raises NotFoundException for whoever may not.
        """
        return await self._house.deciding.decide(visit, subject, fact, reason=reason, review=review)

    async def end_decision(self, visit: Visit, subject: UUID, decision: UUID) -> bool:
        """End what was decided for somebody: an objection of one's own, or a decision of the visit's unit.

        Says whether there was anything to end. Raises NotFoundException for whoever may not.
        """
        return await self._house.deciding.end(visit, subject, decision)

    async def decisions(self, visit: Visit, subject: UUID) -> list[Decided]:
        """Return what is decided for somebody, to themselves or to the unit that did. Raises NotFoundException."""
        return await self._house.deciding.of(visit, subject)

    async def to_review(self, visit: Visit) -> list[Decided]:
        """Return what the unit of those at work is to think over again by today. Raises NotFoundException."""
        return await self._house.deciding.to_review(visit)

    async def acted_for(self, visit: Visit) -> tuple[list[Deed], list[Withheld]]:
        """Return what others have answered for the visitor, and what a unit has passed on of what they began to write.

        One round trip. To whoever is not there for themselves: nothing. What was answered on no ground to act is not
        another's answer: the visitor gave it on a device that was handed over, or staff have written something down.
        """
        if visit.ground != SELF:
            return [], []
        me, texts = visit.actor.id, self._house.withheld
        files = self._house.attachments
        deeds, passed, left = await self._house.database.together(
            deeds_for(me), texts.passed_on(me), files.left_for(me)
        )
        added = files.opened(left)
        withheld = [
            msgspec.structs.replace(one, files=tuple(file for file in added if file.item == one.id))
            for one in texts.read(passed)
        ]
        answered = [row for row in deeds if row["ground"] in self._house.proxies.grounds]
        return read_deeds(self._house.register, answered), withheld

    async def hand_over(self, request: Request[Any, Any, Any], path: str) -> Response[Any]:
        """Let the device be the subject's, and nothing be open on it but `path` (not quoted) and what lies below it.

        It is so until somebody signs in on it again: then `visit.handed_over` ends. Raises NotFoundException for whoever
        acts for nobody.
        """
        return await self._house.hand_over(request, path)

    def hand_back(self) -> Redirect:
        """Return what leads to the page that asks for the device to be handed back."""
        return Redirect(HAND_BACK, status_code=303)

    async def left_behind(self, visit: Visit, path: str) -> list[list[tuple[str, str]]]:
        """Return the forms that the subject was filling in at a path when the session of a handed-over device died.

        Each as its fields, once: put them where they belong, in the same transaction. Show them to nobody.
        """
        texts = self._house.rescued
        found = await texts.left_at(path, visit.actor.id, visit.subject.id)
        for one in found:
            await texts.drop(one.id, visit.actor.id)
        return [one.fields for one in found]

    async def act_for(
        self, request: Request[Any, Any, Any], subject: UUID, ground: str, next: str = "/start"
    ) -> Response[Any]:
        """Let the person who is signed in act for another from now on. Raises NotFoundException where no ground stands."""
        return await self._house.act_for(request, subject, ground, next)


def _at_hand(ids: Collection[UUID]) -> dict[UUID, Person | None]:
    """Return those of some persons whom `may` has asked about in this request."""
    trail = TRAIL.get()
    known = trail.standings if trail else {}
    return {id_: known[id_].person for id_ in ids if id_ in known}
