"""The invented persons: read from data, with numbers of the test series."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
from ledstang import Identity, make_test_number

FILE = Path(__file__).parent / "content" / "persons.toml"


class Invented(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One invented person, as the file has them."""

    name: str
    born: date
    county: str
    coordination: bool = False
    serial: int = 0

    @property
    def identity(self) -> Identity:
        """Return what a real sign-in would have told of this person."""
        number = make_test_number(self.born, self.serial, coordination=self.coordination)
        return Identity(number, self.name, self.born, self.county)

    def age(self, on: date) -> int:
        """Return the age in whole years on a day."""
        return self.identity.age(on)


class Cast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everybody in the demo, and the names of the counties that they live in."""

    counties: dict[str, str]
    persons: tuple[Invented, ...]


def read_cast() -> Cast:
    """Return the demo's persons. Raises msgspec.ValidationError for a file that does not fit."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Cast)
