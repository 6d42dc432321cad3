"""Who somebody is, as it stands sealed in their row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from ledstang.people.persons import Identity, Person
from ledstang.people.ports import Protection, RegisteredPerson


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed. A row that was sealed before the register was asked has the first two only."""

    number: str
    name: str
    sex: Literal["female", "male"] | None = None
    protection: Protection = "none"
    deceased: date | None = None
    guardians: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Facts()"

    def person(self, id_: UUID, born: date, county: str | None, checked: datetime | None, locked: Any) -> Person:
        """Return the person of a row with these facts."""
        return Person(
            id_, self.number, self.name, born, county,
            sex=self.sex, protected=self.protection != "none", deceased=self.deceased, guardians=self.guardians,
            checked=checked, locked=locked is not None,
        )  # fmt: skip


def facts_of(told: Identity | RegisteredPerson, known: Facts | None = None) -> Facts:
    """Return the facts of what a sign-in or the register has told. What a sign-in cannot know stays as it was."""
    if isinstance(told, RegisteredPerson):
        return Facts(told.number, told.name, told.sex, told.protection, told.deceased, told.guardians)
    return msgspec.structs.replace(known or Facts("", ""), number=told.number, name=told.name)


NOBODY = Facts("", "")
"""Who somebody is that was forgotten."""
