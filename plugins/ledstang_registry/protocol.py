"""The protocol, version 1, as types: what is sent and what comes back. README.md beside this has it in words."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from ledstang import CareUnit, Protection, RegisteredPerson
from msgspec import Meta

VERSION = 1

Number = Annotated[str, Meta(pattern=r"\A[0-9]{12}\Z")]
County = Annotated[str, Meta(pattern=r"\A[0-9]{2}\Z")]
HsaId = Annotated[str, Meta(pattern=r"\A[A-Z]{2}[0-9]{10}-[A-Z0-9]{1,20}\Z")]
Name = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
FullName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
Several = Annotated[tuple[Number, ...], Meta(max_length=100)]


# Every field is always there, or half an answer would say that a person is not protected. One that is not known here is
# refused: it may be what somebody's safety hangs on.
class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What travels."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Status(Wire, frozen=True):
    """What a register says of itself."""

    protocol: Literal["ledstang-registry"]
    version: Literal[1]


class Asked(Wire, frozen=True):
    """Whom we ask about."""

    number: Number


class Changed(Wire, frozen=True):
    """Of whom the register tells us that something has changed."""

    numbers: tuple[Number, ...]


class WirePerson(Wire, frozen=True):
    """Somebody, as the population register has them at this moment."""

    number: Number
    name: Name
    born: date
    county: County | None
    sex: Literal["female", "male"] | None
    deceased: date | None
    protection: Protection
    earlier: Several
    guardians: Several

    def ours(self) -> RegisteredPerson:
        """Return what the host keeps of it."""
        return RegisteredPerson(**msgspec.structs.asdict(self))


class PersonAnswer(Wire, frozen=True):
    """Who has a number, or None where nobody has."""

    person: WirePerson | None


class WireUnit(Wire, frozen=True):
    """A care unit, as the directory has it."""

    hsa_id: HsaId
    name: FullName
    region: Annotated[str, Meta(min_length=1, max_length=100)]
    provider: HsaId | None
    provider_name: FullName | None
    valid_from: date | None
    valid_to: date | None
    merged_into: HsaId | None

    def ours(self) -> CareUnit:
        """Return what the host keeps of it."""
        told = msgspec.structs.asdict(self)
        return CareUnit(**told | {name: told[name] or "" for name in ("provider", "provider_name", "merged_into")})


class UnitsAnswer(Wire, frozen=True):
    """All units that the instance is to know."""

    units: Annotated[tuple[WireUnit, ...], Meta(max_length=100_000)]
