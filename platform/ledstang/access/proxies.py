"""Whether somebody may act for another at this moment: asked at each request, from the facts as they are then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from ledstang.access.facts import Fact
from ledstang.access.grounds import ProxyGround
from ledstang.access.keeping import KeptFacts
from ledstang.access.may import Access
from ledstang.database import Database
from ledstang.isolation import Gap, Isolation
from ledstang.people.checking import RegisterCheck
from ledstang.people.persons import Person
from ledstang.people.register import Register

Rows = list[Mapping[str, Any]]


class Standing(msgspec.Struct, frozen=True):
    """Somebody for whom an actor may act at this moment, with what was decided for them.

    `objected` says that they could, and that nothing but the subject's own objection stands against it.
    """

    subject: Person
    facts: tuple[Fact, ...] = ()
    objected: bool = False

    @property
    def objections(self) -> tuple[Fact, ...]:
        """What the subject objects to."""
        return tuple(fact for fact in self.facts if fact.kind == "objection")


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

    @property
    def grounds(self) -> frozenset[str]:
        """The names of the grounds."""
        return frozenset(self._grounds)

    async def subject(self, actor: Person, subject: UUID, ground: str | None) -> Person | None:
        """Return for whom an actor acts, as they are now, or None where the ground does not stand."""
        standing = await self.standing(actor, subject, ground)
        return standing.subject if standing else None

    async def standing(self, actor: Person, subject: UUID, ground: str | None) -> Standing | None:
        """Return the same with what was decided for them, for the visit."""
        standing = (await self.standings(actor, [subject], ground)).get(subject)
        return standing if standing and not standing.objected else None

    async def standings(self, actor: Person, subjects: Sequence[UUID], ground: str | None) -> dict[UUID, Standing]:
        """Return for whom of some persons an actor may act now, or could had they not objected, by their ids.

        One round trip for all of them. Whoever is not in the answer stands out for another reason, which nobody is told.
        """
        if ground not in self._grounds or not subjects or not await self._fit(actor):
            return {}
        statement = self._grounds[ground][1].statement
        asked = [(self._register.by_id(one), statement(actor.id, one), self._kept.statement(one)) for one in subjects]
        rows = iter(await self._database.together(*(bound for three in asked for bound in three)))
        found = [
            (one, await self._stands(actor, ground, *three))
            for one, *three in zip(subjects, rows, rows, rows, strict=True)
        ]
        return {one: standing for one, standing in found if standing}

    async def _stands(self, actor: Person, ground: str, found: Rows, links: Rows, decided: Rows) -> Standing | None:
        """Say how a ground stands, by the rows of one person."""
        facts = self._kept.facts(decided)
        person = await self._fit(self._register.person(found[0])) if found else None
        if person is None:
            return None
        region, unheeded = self._region_of(person.county), tuple(fact for fact in facts if fact.kind != "objection")
        if not self._access.rules.opens_any(ground, person, region, actor.id, unheeded):
            return None
        plugin, one = self._grounds[ground]
        stands = await self._isolation.ask(
            plugin,
            f"register_proxies {ground}",
            one.stands,
            actor,
            person,
            links,
            milliseconds=self._isolation.patience.may_ms,
        )
        if isinstance(stands, Gap) or stands is not True:
            return None
        objected = not self._access.rules.opens_any(ground, person, region, actor.id, facts)
        return Standing(person, facts, objected)

    async def _fit(self, person: Person) -> Person | None:
        """Return a person as the register knows them lately enough, if they may be a part of any proxy."""
        if person.protected or person.deceased:
            return None
        now = await self._checking.fresh(person)
        return None if now is None or now.protected or now.deceased else now
