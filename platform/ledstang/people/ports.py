"""The ports about people: what the host asks of a region's own systems, whichever connector serves them."""

from __future__ import annotations

from datetime import date
from typing import Literal, Protocol, runtime_checkable

import msgspec

Protection = Literal["none", "confidentiality-marking", "protected-registration", "fictitious-data"]
"""The three kinds of protected identity (domain.md 2.2), and none. No page and no plugin is told which."""


class RegisteredPerson(msgspec.Struct, frozen=True):
    """What the population register says of somebody at this moment.

    Numbers are canonical, twelve digits. `earlier` are numbers that the person has had before: what they did under
    those is theirs. `sex` is the legal one, as data: it is never inferred from a number. `guardians` are the numbers of
    those who have custody today. A newborn may have no name yet: it is empty then.
    """

    number: str
    name: str
    born: date
    county: str | None = None
    sex: Literal["female", "male"] | None = None
    deceased: date | None = None
    protection: Protection = "none"
    earlier: tuple[str, ...] = ()
    guardians: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "RegisteredPerson()"


@runtime_checkable
class PersonRegister(Protocol):
    """The population register, as a region's connector serves it."""

    async def person(self, number: str) -> RegisteredPerson | None:
        """Return who has a canonical number, or once had it; None when nobody has.

        Raise anything when the register cannot tell: nobody is told that there is no such person then.
        """
        ...
