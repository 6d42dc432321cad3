"""The register: one row a person, written at each sign-in; who it is stands sealed in it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from ledstang.clock import Clock
from ledstang.database import Bound, Database, Keys, SealBroken, prepared
from ledstang.database.beside import beside
from ledstang.outbox.events import PersonChanged, PersonProtected, Teller, nobody
from ledstang.people import tables
from ledstang.people.facts import NOBODY, Facts, facts_of
from ledstang.people.personal_data import PersonalData
from ledstang.people.persons import Identity, Person
from ledstang.people.ports import RegisteredPerson

MARK = "h"
"""What an index begins with. A row of before the register was sealed has its number there, and digits sort before it."""

KNOWN = 4096
"""Persons whose facts are kept unsealed in memory, those who were met last."""

BATCH = 500
"""Rows of before that are sealed in one transaction: so few that nobody waits long for the writer."""


class Register:
    """The persons that an instance knows. Nobody reads a name or a number from the database without its keys.

    `tell` is awaited, in the transaction that writes it, when something has changed that others go by: protection, death,
    custody, where somebody lives, a lock.
    """

    def __init__(self, database: Database, keys: Keys, clock: Clock, tell: Teller = nobody) -> None:
        self._database, self._keys, self._clock, self._tell = database, keys, clock, tell
        self._open = lru_cache(KNOWN)(self._unsealed)  # those who are signed in are read with each of their requests

    async def keep(self, told: Identity | RegisteredPerson) -> Person:
        """Write what a sign-in or the population register has told, and return the person: a known one, or a new one.

        Somebody whose number was changed is found by the earlier one, and keeps all that is theirs. What a sign-in does
        not know stays as it is kept. Joins a transaction that is open already.
        """
        registered = isinstance(told, RegisteredPerson)
        numbers = (told.number, *told.earlier) if isinstance(told, RegisteredPerson) else (told.number,)
        indexes = [MARK + index.hex() for one in numbers for index in self._keys.indexes("person.number", one)]

        async def work() -> Person:
            rows = await self._rows(indexes)
            known = self._facts(rows[0]) if rows else None
            facts, now = facts_of(told, known), self._clock.now()
            county = told.county if registered or told.county or not rows else rows[0]["county"]
            checked = now if registered else rows[0]["checked"] if rows else None
            id_ = rows[0]["id"] if rows else uuid4()
            if known is None:
                row = {"id": id_, "number_index": indexes[0], "born": told.born, "county": county, "checked": checked}
                await tables.Person.insert(tables.Person(facts=self._sealed(id_, facts), updated=now, **row))
            elif self._stale(rows[0], known, facts, told.born, county) or checked != rows[0]["checked"]:
                await _change(indexes[0], self._sealed(id_, facts), told.born, county, now, checked, id_)
                if (_gone_by(facts), county) != (_gone_by(known), rows[0]["county"]):
                    await self._tell(PersonChanged(person=id_))
            if facts.protection != "none" and (known is None or known.protection == "none"):
                await self._tell(PersonProtected(person=id_))
            return facts.person(id_, told.born, county, checked, rows[0]["locked"] if rows else None)

        return await self._database.write(work)

    def person(self, row: Mapping[str, Any]) -> Person:
        """Read a row with the columns of `COLUMNS`. Raises SealBroken for one that was not sealed here for its id."""
        facts = self._facts(row)
        return facts.person(row["id"], row["born"], row["county"], row["checked"], row["locked"])

    def by_id(self, id_: UUID) -> Bound:
        """Return the query of one person's row, to be run with others of the page."""
        return _by_id.bind(id_)

    async def lock(self, id_: UUID, *, locked: bool = True) -> None:
        """Let nobody sign in as a person from now on, or again. Who is signed in must be signed out besides."""

        async def work() -> None:
            await _lock(self._clock.now() if locked else None, id_)
            await self._tell(PersonChanged(person=id_))

        await self._database.write(work)

    async def known(self, number: str) -> Person | None:
        """Return who is known by a canonical number, or None."""
        rows = await self._found([MARK + index.hex() for index in self._keys.indexes("person.number", number)])
        return self.person(rows[0]) if rows else None

    async def known_ones(self, numbers: Sequence[str]) -> dict[str, Person]:
        """Return those who are known by some canonical numbers, in one round trip; whoever is not is left out."""
        indexes = [(one, MARK + index.hex()) for one in numbers for index in self._keys.indexes("person.number", one)]
        if not indexes:
            return {}
        rows = await self._database.together(*(_by_index.bind(index) for _, index in indexes))
        found = [(number, self.person(some[0])) for (number, _), some in zip(indexes, rows, strict=True) if some]
        return dict(reversed(found))  # the index of now goes before that of an earlier key

    async def find(self, id_: UUID) -> Person | None:
        """Return a person by id, or None."""
        rows = await _by_id(id_)
        return self.person(rows[0]) if rows else None

    async def named(self, ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return the persons that there are among these ids, by id, in one round trip."""
        rows = await tables.Person.select(*COLUMNS).where(tables.Person.id.is_in(list(ids)))
        return {row["id"]: self.person(row) for row in rows}

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
            facts = self._open(id_, row["facts"])
            index = self._index(facts.number) if facts.number else _nobody(id_)
            await _put(index, self._sealed(id_, facts), id_, row["number_index"])

    async def forget(self, id_: UUID) -> int:
        """Forget who somebody is. The row stays where others point at it: an id with a year of birth, nothing more."""
        rows = await _by_id(id_)
        if not rows:
            return 0
        year = date(rows[0]["born"].year, 1, 1)
        await tables.Person.update(
            {
                tables.Person.number_index: _nobody(id_),
                tables.Person.facts: self._sealed(id_, NOBODY),
                tables.Person.born: year,
                tables.Person.county: None,
                tables.Person.updated: self._clock.now(),
                tables.Person.checked: None,
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
            facts = self._sealed(row["id"], Facts(row["number_index"], row["facts"]))
            await _put(self._index(row["number_index"]), facts, row["id"], row["number_index"])
        return len(rows)

    def _stale(self, row: Mapping[str, Any], known: Facts, facts: Facts, born: date, county: str | None) -> bool:
        """Say whether a row is no longer what was told, or is sealed with a key that is on its way out."""
        return (known, row["born"], row["county"]) != (facts, born, county) or not self._is_current(row["facts"])

    def _index(self, number: str) -> str:
        return MARK + self._keys.index("person.number", number).hex()

    def _sealed(self, id_: UUID, facts: Facts) -> str:
        plain = msgspec.msgpack.encode(facts)
        return b64encode(self._keys.seal(plain, table="person", column="facts", row=id_, subject=id_)).decode()

    def _facts(self, row: Mapping[str, Any]) -> Facts:
        return self._open(row["id"], row["facts"])

    def _unsealed(self, id_: UUID, facts: str) -> Facts:
        try:
            sealed = b64decode(facts, validate=True)
        except NotBase64:
            raise SealBroken(f"person.facts, row {id_}: this is not a sealed value.") from None
        plain = self._keys.unseal(sealed, table="person", column="facts", row=id_, subject=id_)
        return _FACTS.decode(plain)

    def _is_current(self, facts: str) -> bool:
        return self._keys.is_current(b64decode(facts))


def persons_beside(bound: Bound, listed: str) -> Bound:
    """Return the query of those whom another read of the same round trip names in a column."""
    return beside(bound, listed, tables.Person, COLUMNS, tables.Person.id)


def register_data(register: Register, action: str) -> PersonalData:
    """Return how the register hands out what it knows of somebody, and forgets who they are.

    `action` opens it to whoever acts for them.
    """

    async def export(person: UUID) -> list[dict[str, Any]]:
        found = await register.find(person)
        if found is None or not found.number:
            return []
        told = msgspec.structs.asdict(found)
        del told["guardians"]  # theirs are other people's numbers
        return [told]

    async def erase(person: UUID, _why: str) -> int:
        return await register.forget(person)

    words = {"name": "Name", "number": "Personal number", "born": "Born", "county": "County code",
             "protected": "Protected identity", "checked": "Last heard from the population register"}  # fmt: skip
    return PersonalData("Who you are", export, erase, "identity", "identity", words, action=action)


def _gone_by(facts: Facts) -> tuple[object, ...]:
    """Return what others go by; custody in whatever order the register names those who have it."""
    return facts.protection, facts.deceased, frozenset(facts.guardians)


def _nobody(id_: UUID) -> str:
    """Return the index of somebody who was forgotten: nobody is found by it."""
    return f"{MARK}-forgotten-{id_}"


_FACTS = msgspec.msgpack.Decoder(Facts)

COLUMNS = (
    tables.Person.id,
    tables.Person.facts,
    tables.Person.born,
    tables.Person.county,
    tables.Person.checked,
    tables.Person.locked,
)

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
    lambda index, facts, born, county, now, checked, id_: tables.Person.update(
        {
            tables.Person.number_index: index,
            tables.Person.facts: facts,
            tables.Person.born: born,
            tables.Person.county: county,
            tables.Person.updated: now,
            tables.Person.checked: checked,
        }
    ).where(tables.Person.id == id_)
)
_lock = prepared(
    lambda locked, id_: tables.Person.update({tables.Person.locked: locked}).where(tables.Person.id == id_)
)
