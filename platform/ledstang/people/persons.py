"""Persons: who somebody is, how old on a day, and what a sign-in tells of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from ledstang.people.reserve import shown

LEAP_DAY_REACHED = (3, 1)
"""The (month, day) on which somebody born on 29 February grows a year older in a year without that day."""


class Person(msgspec.Struct, frozen=True):
    """Somebody that the host knows. `county` is Statistics Sweden's two-digit code of where they are registered.

    `sex` is the legal one, None where nobody has told. `protected` says that nothing of where or how to find them may
    be shown, sent or acted on by another; not in which way, which is nobody's business. `guardians` are the numbers of
    those who had custody, and all of it is what the register said at `checked`, an instant in UTC; None: never asked.
    `locked` says that nobody may sign in as them.
    """

    id: UUID
    number: str
    name: str
    born: date
    county: str | None = None
    sex: Literal["female", "male"] | None = None
    protected: bool = False
    deceased: date | None = None
    guardians: tuple[str, ...] = ()
    checked: datetime | None = None
    locked: bool = False

    def __repr__(self) -> str:
        return f"Person({self.id})"

    @property
    def called(self) -> str:
        """What a page calls this person: the name, or for a newborn that has none yet the number."""
        return self.name or shown(self.number)

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
