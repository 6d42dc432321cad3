"""By which ids systems know people, and what has changed since a system last asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import msgspec

from ledstang.api.tables import ApiSubject
from ledstang.clock import Clock
from ledstang.database import Database, prepared
from ledstang.outbox.events import ContactChanged, Listener, PersonChanged
from ledstang.people.personal_data import PersonalData
from ledstang.people.tables import PersonContact

TURNS = "api changes"


class Changed(msgspec.Struct, frozen=True):
    """Somebody of whom something has changed: their id for the system, who it is (None: forgotten), and its place."""

    id: UUID
    person: UUID | None
    sequence: int


class Subjects:
    """The ids of an instance's people for systems. A system has its own for each person, and learns no other's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def id_of(self, client: str, person: UUID) -> UUID:
        """Return by which id a system knows somebody: the same each time."""
        rows = await _of_person(client, person)
        return _id(rows) if rows else await self._made(client, person)

    async def person(self, client: str, id_: UUID) -> UUID | None:
        """Return whom a system knows by an id, None where it knows nobody by it."""
        rows = await _by_id(client, id_)
        return rows[0]["person"] if rows else None

    async def since(self, client: str, sequence: int, most: int) -> list[Changed]:
        """Return who has changed after a place, in order: each once, at the place of the latest change."""
        return [Changed(row["id"], row["person"], row["sequence"]) for row in await _since(sequence, client, most)]

    async def touch(self, person: UUID, *, through: bool = False) -> None:
        """Note that something of a person's has changed. Twice is once more to look, and no harm.

        `through`: those who are reached through this person have changed as well.
        """

        async def work() -> None:
            # Places are given in the order of commits: none appears behind what a system has seen already.
            await self._database.take_turns(TURNS)
            others = [row["subject"] for row in await _reached_through(person)] if through else []
            for one in {person, *others}:
                await _touch(one)

        await self._database.write(work)

    async def forget(self, person: UUID) -> int:
        """Let no id lead to a person any more; the systems are told that whoever it was is gone."""

        async def work() -> int:
            await self._database.take_turns(TURNS)
            await _touch(person)
            return len(await _forget(person))

        return await self._database.write(work)

    def listeners(self) -> list[Listener[Any]]:
        """Return what hears that something has changed."""

        async def contact(event: ContactChanged, _once: str) -> None:
            await self.touch(event.person)

        async def person(event: PersonChanged, _once: str) -> None:
            await self.touch(event.person, through=True)

        return [Listener("api-contact", ContactChanged, contact), Listener("api-person", PersonChanged, person)]

    def data(self, names: Mapping[str, str]) -> PersonalData:
        """Return how it is handed out which systems know somebody, and forgotten. `names` is what people call each."""

        async def export(person: UUID) -> list[dict[str, Any]]:
            return await _all_of(person)

        async def erase(person: UUID, _why: str) -> int:
            return await self.forget(person)

        words, codes = {"client": "System", "made": "Asked first"}, {"client": dict(names)}
        return PersonalData("Systems that ask for your contact details", export, erase, "systems", "log", words, codes)

    async def _made(self, client: str, person: UUID) -> UUID:
        async def work() -> UUID:
            await self._database.take_turns(f"api {client} {person}")
            rows = await _of_person(client, person)
            if rows:
                return _id(rows)
            row = ApiSubject(id=uuid4(), client=client, person=person, sequence=None, made=self._clock.now())
            await ApiSubject.insert(row)
            made: UUID = row.id
            return made

        return await self._database.write(work)


def _id(rows: list[dict[str, Any]]) -> UUID:
    found: UUID = rows[0]["id"]
    return found


_of_person = prepared(
    lambda client, person: ApiSubject.select(ApiSubject.id).where(
        (ApiSubject.person == person) & (ApiSubject.client == client)
    )
)
_by_id = prepared(
    lambda client, id_: ApiSubject.select(ApiSubject.person).where(
        (ApiSubject.id == id_) & (ApiSubject.client == client)
    )
)
_all_of = prepared(
    lambda person: ApiSubject.select(ApiSubject.client, ApiSubject.made).where(ApiSubject.person == person)
)
_since = prepared(
    lambda sequence, client, most: ApiSubject.raw(
        "SELECT id, person, sequence FROM api_subject WHERE sequence > {} AND client = {} ORDER BY sequence LIMIT {}",
        sequence,
        client,
        most,
    )
)
_reached_through = prepared(
    lambda holder: PersonContact.select(PersonContact.subject).where(PersonContact.holder == holder)
)
_touch = prepared(
    lambda person: ApiSubject.raw(
        "UPDATE api_subject SET sequence = (SELECT coalesce(max(sequence), 0) + 1 FROM api_subject) WHERE person = {}",
        person,
    )
)
_forget = prepared(
    lambda person: (
        ApiSubject.update({ApiSubject.person: None}).where(ApiSubject.person == person).returning(ApiSubject.id)
    )
)
