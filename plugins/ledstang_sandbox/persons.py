"""The invented persons: read from data, with numbers of the test series."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
from ledstang import Identity, Protection, RegisteredPerson, make_test_number

FILE = Path(__file__).parent / "content" / "persons.toml"


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an invented person works, and as what. `staff` and `unit` are HSA-ids."""

    unit: str
    staff: str
    title: str
    roles: tuple[str, ...]


class Invented(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One invented person, as the file has them."""

    name: str
    born: date
    county: str
    coordination: bool = False
    serial: int = 0
    guardians: tuple[str, ...] = ()
    protection: Protection = "none"
    deceased: date | None = None
    works: tuple[Work, ...] = ()

    @property
    def identity(self) -> Identity:
        """Return what a real sign-in would have told of this person."""
        number = make_test_number(self.born, self.serial, coordination=self.coordination)
        return Identity(number, self.name, self.born, self.county)

    @property
    def called(self) -> str:
        """Return the name, or the number of a newborn that has none yet."""
        return self.name or self.identity.number

    def age(self, on: date) -> int:
        """Return the age in whole years on a day."""
        return self.identity.age(on)


class Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody in the demo, and the names of the counties that they live in."""

    counties: dict[str, str]
    persons: tuple[Invented, ...]

    def registered(self) -> dict[str, RegisteredPerson]:
        """Return what the register that stands in for the real one says at first, by number."""
        numbers = {person.name: person.identity.number for person in self.persons}
        return {
            person.identity.number: RegisteredPerson(
                person.identity.number,
                person.name,
                person.born,
                person.county,
                deceased=person.deceased,
                protection=person.protection,
                guardians=tuple(numbers[name] for name in person.guardians),
            )
            for person in self.persons
        }


def read_cast() -> Cast:
    """Return the demo's persons. Raises msgspec.ValidationError for a file that does not fit."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Cast)
