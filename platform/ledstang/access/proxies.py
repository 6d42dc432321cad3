"""Whether somebody may act for another at this moment: asked at each request, from the facts as they are then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from ledstang.access.facts import Fact
from ledstang.access.grounds import ProxyGround
from ledstang.access.keeping import KeptFacts
from ledstang.access.may import Access
from ledstang.database import Database
from ledstang.isolation import Gap, Isolation
from ledstang.people.checking import RegisterCheck
from ledstang.people.persons import Person
from ledstang.people.register import Register


class Proxies:
    """The grounds that plugins know, and what ends all of them alike.

    Nobody acts for somebody whose identity is protected, or when theirs is; for the dead, or as one; on what the register
    said too long ago; or where neither the policies for the subject's age nor anything decided for them opens any door.
    Whatever fails denies.
    """

    def __init__(
        self,
        grounds: Iterable[tuple[str, ProxyGround]],
        access: Access,
        checking: RegisterCheck,
        register: Register,
        database: Database,
        isolation: Isolation,
        region_of: Callable[[str | None], str | None],
        kept: KeptFacts,
    ) -> None:
        self._grounds = {ground.name: (plugin, ground) for plugin, ground in grounds}
        self._access, self._checking, self._register = access, checking, register
        self._database, self._isolation, self._region_of, self._kept = database, isolation, region_of, kept

    async def subject(self, actor: Person, subject: UUID, ground: str | None) -> Person | None:
        """Return for whom an actor acts, as they are now, or None where the ground does not stand."""
        standing = await self.standing(actor, subject, ground)
        return standing[0] if standing else None

    async def objected(self, actor: Person, subject: UUID, ground: str) -> tuple[Person, tuple[Fact, ...]] | None:
        """Return whom an actor could act for, had they not objected, and what they object to; None where more is amiss."""
        without = await self.standing(actor, subject, ground, heeding=False)
        return without and (without[0], tuple(fact for fact in without[1] if fact.kind == "objection"))

    async def standing(
        self, actor: Person, subject: UUID, ground: str | None, *, heeding: bool = True
    ) -> tuple[Person, tuple[Fact, ...]] | None:
        """Return the same with what was decided for them, for the visit. Objections count unless `heeding` is False."""
        if ground not in self._grounds:
            return None
        plugin, one = self._grounds[ground]
        found, links, decided = await self._database.together(
            self._register.by_id(subject), one.statement(actor.id, subject), self._kept.statement(subject)
        )
        facts = self._kept.facts(decided)
        person = self._register.person(found[0]) if found else None
        if person is None or not (await self._fit(actor) and (person := await self._fit(person))):
            return None
        counted = facts if heeding else tuple(fact for fact in facts if fact.kind != "objection")
        if not self._access.opens_any(ground, person, self._region_of(person.county), actor.id, counted):
            return None
        stands = await self._isolation.ask(
            plugin,
            f"register_proxies {ground}",
            one.stands,
            actor,
            person,
            links,
            milliseconds=self._isolation.patience.may_ms,
        )
        return (person, facts) if not isinstance(stands, Gap) and stands is True else None

    async def _fit(self, person: Person) -> Person | None:
        """Return a person as the register knows them lately enough, if they may be a part of any proxy."""
        if person.protected or person.deceased:
            return None
        now = await self._checking.fresh(person)
        return None if now is None or now.protected or now.deceased else now
