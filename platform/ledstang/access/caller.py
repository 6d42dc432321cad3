"""A caller: a system that asks, on behalf of a unit and for a purpose; and whom it asks about."""

from __future__ import annotations

from uuid import UUID, uuid5

import msgspec

from ledstang.people.directory import CareUnit
from ledstang.people.persons import Person

SYSTEM = "system"
"""The ground of whatever is no person."""
SYSTEMS = UUID("6f0b3d5e-6f3b-5d51-9d0c-2b8f6a1c4e77")
"""The space of names in which a system's id is a UUID, for the access log."""


class Caller(msgspec.Struct, frozen=True):
    """A system as it stands at this moment. `client` is its id, `name` what people read of it; `regions` are ids.

    `scopes` are those of the token that it asks with.
    """

    client: str
    name: str
    unit: CareUnit
    purpose: str
    regions: frozenset[str]
    scopes: frozenset[str]

    @property
    def id(self) -> UUID:
        """What the access log calls it."""
        return uuid5(SYSTEMS, self.client)


class Someone(msgspec.Struct, frozen=True):
    """Whom a system asks about, None for nobody that we know, and the id of the region where they live."""

    found: Person | None
    region: str | None = None

    @property
    def person(self) -> UUID | None:
        """Whose it is, for the one question and the access log."""
        return self.found.id if self.found else None


class Everyone(msgspec.Struct, frozen=True):
    """What is about nobody in particular: a question that a system may ask though nobody is named."""
