"""The register: one row a person, written at each sign-in; who it is stands sealed in it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from ledstang.clock import Clock
from ledstang.database import Database, Keys, SealBroken, prepared
from ledstang.people import tables
from ledstang.people.personal_data import PersonalData
from ledstang.people.persons import Identity, Person

MARK = "h"
"""What an index begins with. A row of before the register was sealed has its number there, and digits sort before it."""

BATCH = 500
"""Rows of before that are sealed in one transaction: so few that nobody waits long for the writer."""

Facts = tuple[str, str]


class Register:
    """The persons that an instance knows. Nobody reads a name or a number from the database without its keys."""

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    async def keep(self, identity: Identity) -> Person:
        """Write what a sign-in has told, and return the person: the one with this number, or a new one.

        A county that the sign-in does not know leaves the one that is kept. Joins a transaction that is open already.
        """
        indexes = [MARK + index.hex() for index in self._keys.indexes("person.number", identity.number)]

        async def work() -> Person:
            rows = await self._rows(indexes)
            known = self.person(rows[0]) if rows else None
            county = identity.county or (known.county if known else None)
            id_ = known.id if known else uuid4()
            person = Person(id_, identity.number, identity.name, identity.born, county)
            if known is None:
                row = tables.Person(number_index=indexes[0], updated=self._clock.now(), **self._row(person))
                await tables.Person.insert(row)
            elif person != known or not self._is_current(rows[0]["facts"]):
                written = self._row(person)
                await _change(indexes[0], written["facts"], person.born, person.county, self._clock.now(), person.id)
            return person

        return await self._database.write(work)

    def person(self, row: Mapping[str, Any]) -> Person:
        """Read a row with the columns of `COLUMNS`. Raises SealBroken for one that was not sealed here for its id."""
        number, name = self._open(row["id"], row["facts"])
        return Person(row["id"], number, name, row["born"], row["county"])

    async def find(self, id_: UUID) -> Person | None:
        """Return a person by id, or None."""
        rows = await _by_id(id_)
        return self.person(rows[0]) if rows else None

    async def seal(self) -> int:
        """Seal the rows that were written in clear before this register sealed, and return how many there were.

        Several processes may do it at once: a row that another has sealed meanwhile is left as it is.
        """
        sealed = 0
        columns = tables.Person.id, tables.Person.number_index, tables.Person.facts
        while rows := await tables.Person.select(*columns).where(tables.Person.number_index < MARK).limit(BATCH):
            sealed += await self._database.write(partial(self._seal_rows, rows))
        if sealed:
            await self._database.checkpoint()
        return sealed

    async def reseal(self, id_: UUID) -> None:
        """Seal who somebody is again, with the key and by the index of now. Raises SealBroken."""
        for row in await _facts(id_):
            if self._is_current(row["facts"]):
                continue
            number, name = self._open(id_, row["facts"])
            index = self._index(number) if number else _nobody(id_)
            await _put(index, b64encode(self._seal(id_, number, name)).decode(), id_, row["number_index"])

    async def forget(self, id_: UUID) -> int:
        """Forget who somebody is. The row stays where others point at it: an id with a year of birth, nothing more."""
        rows = await _by_id(id_)
        if not rows:
            return 0
        nobody = b64encode(self._seal(id_, "", "")).decode()
        year = date(rows[0]["born"].year, 1, 1)
        await tables.Person.update(
            {
                tables.Person.number_index: _nobody(id_),
                tables.Person.facts: nobody,
                tables.Person.born: year,
                tables.Person.county: None,
                tables.Person.updated: self._clock.now(),
            }
        ).where(tables.Person.id == id_)
        return 1

    async def _rows(self, indexes: list[str]) -> list[dict[str, Any]]:
        """Find somebody by any of the indexes. Where nobody is found, nobody else writes them down meanwhile.

        While a key is replaced, two processes may know one person by two indexes, and neither would meet the other's.
        """
        rows = await self._found(indexes)
        if not rows:
            for index in sorted(indexes):
                await self._database.take_turns(index)
            rows = await self._found(indexes)
        return rows

    async def _found(self, indexes: list[str]) -> list[dict[str, Any]]:
        for index in indexes:
            if rows := await _by_index(index):
                return rows
        return []

    async def _seal_rows(self, rows: list[dict[str, Any]]) -> int:
        for row in rows:
            facts = b64encode(self._seal(row["id"], row["number_index"], row["facts"])).decode()
            await _put(self._index(row["number_index"]), facts, row["id"], row["number_index"])
        return len(rows)

    def _row(self, person: Person) -> dict[str, Any]:
        facts = b64encode(self._seal(person.id, person.number, person.name)).decode()
        return {"id": person.id, "facts": facts, "born": person.born, "county": person.county}

    def _index(self, number: str) -> str:
        return MARK + self._keys.index("person.number", number).hex()

    def _seal(self, id_: UUID, number: str, name: str) -> bytes:
        plain = msgspec.msgpack.encode((number, name))
        return self._keys.seal(plain, table="person", column="facts", row=id_, subject=id_)

    def _open(self, id_: UUID, facts: str) -> Facts:
        try:
            sealed = b64decode(facts, validate=True)
        except NotBase64:
            raise SealBroken(f"person.facts, row {id_}: this is not a sealed value.") from None
        plain = self._keys.unseal(sealed, table="person", column="facts", row=id_, subject=id_)
        return _FACTS.decode(plain)

    def _is_current(self, facts: str) -> bool:
        return self._keys.is_current(b64decode(facts))


def register_data(register: Register) -> PersonalData:
    """Return how the register hands out what it knows of somebody, and forgets who they are."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        found = await register.find(person)
        return [msgspec.structs.asdict(found)] if found and found.number else []

    async def erase(person: UUID, _why: str) -> int:
        return await register.forget(person)

    return PersonalData("Who you are", export, erase)


def _nobody(id_: UUID) -> str:
    """Return the index of somebody who was forgotten: nobody is found by it."""
    return f"{MARK}-forgotten-{id_}"


_FACTS = msgspec.msgpack.Decoder(Facts)

COLUMNS = (tables.Person.id, tables.Person.facts, tables.Person.born, tables.Person.county)

_by_index = prepared(lambda index: tables.Person.select(*COLUMNS).where(tables.Person.number_index == index))
_facts = prepared(
    lambda id_: tables.Person.select(tables.Person.number_index, tables.Person.facts).where(tables.Person.id == id_)
)
_by_id = prepared(lambda id_: tables.Person.select(*COLUMNS).where(tables.Person.id == id_))
_put = prepared(
    lambda index, facts, id_, before: tables.Person.update(
        {tables.Person.number_index: index, tables.Person.facts: facts}
    ).where((tables.Person.id == id_) & (tables.Person.number_index == before))
)
_change = prepared(
    lambda index, facts, born, county, now, id_: tables.Person.update(
        {
            tables.Person.number_index: index,
            tables.Person.facts: facts,
            tables.Person.born: born,
            tables.Person.county: county,
            tables.Person.updated: now,
        }
    ).where(tables.Person.id == id_)
)
