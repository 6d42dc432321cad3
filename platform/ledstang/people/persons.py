"""Persons: who somebody is, how old on a day, and what a sign-in tells of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
from piccolo.columns import Column

from ledstang.people import tables

if TYPE_CHECKING:
    from ledstang.clock import Clock
    from ledstang.database import Database

LEAP_DAY_REACHED = (3, 1)
"""The (month, day) on which somebody born on 29 February grows a year older in a year without that day."""


class Person(msgspec.Struct, frozen=True):
    """Somebody that the host knows. `county` is Statistics Sweden's two-digit code of where they are registered."""

    id: UUID
    number: str
    name: str
    born: date
    county: str | None = None

    def __repr__(self) -> str:
        return f"Person({self.id})"

    def age(self, on: date) -> int:
        """Return the age in whole years on a Swedish day."""
        return age(self.born, on)


class Identity(msgspec.Struct, frozen=True):
    """What a sign-in method has established: a canonical number, a name, a date of birth, and perhaps a county code."""

    number: str
    name: str
    born: date
    county: str | None = None

    def __repr__(self) -> str:
        return "Identity()"

    def age(self, on: date) -> int:
        """Return the age in whole years on a Swedish day."""
        return age(self.born, on)


def attained(born: date, years: int) -> date:
    """Return the day on which an age is reached: the birthday, from its first minute in Sweden."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, *LEAP_DAY_REACHED)


def age(born: date, on: date) -> int:
    """Return the age in whole years on a day, 0 before the first birthday and below 0 before birth."""
    years = on.year - born.year
    return years if attained(born, years) <= on else years - 1


async def keep_person(database: Database, clock: Clock, identity: Identity) -> Person:
    """Write what a sign-in has told, and return the person: the one with this number, or a new one.

    A county that the sign-in does not know leaves the one that is kept. Joins a transaction that is open already.
    """

    async def work() -> Person:
        known = await _by_number(identity.number)
        county = identity.county or (known["county"] if known else None)
        id_ = known["id"] if known else uuid4()
        person = Person(id_, identity.number, identity.name, identity.born, county)
        if known is None:
            row = msgspec.structs.asdict(person) | {"updated": clock.now()}
            await tables.Person.insert(tables.Person(**row))
        elif person != _person(known):
            await _update(person, clock)
        return person

    return await database.write(work)


async def _by_number(number: str) -> dict[str, Any] | None:
    query = tables.Person.select(*_COLUMNS).where(tables.Person.number == number).first()
    row: dict[str, Any] | None = await query
    return row


async def _update(person: Person, clock: Clock) -> None:
    changes: dict[Column | str, Any] = {
        tables.Person.name: person.name,
        tables.Person.born: person.born,
        tables.Person.county: person.county,
        tables.Person.updated: clock.now(),
    }
    await tables.Person.update(changes).where(tables.Person.id == person.id)


def _person(row: dict[str, Any]) -> Person:
    return Person(row["id"], row["number"], row["name"], row["born"], row["county"])


_COLUMNS = (
    tables.Person.id,
    tables.Person.number,
    tables.Person.name,
    tables.Person.born,
    tables.Person.county,
)
