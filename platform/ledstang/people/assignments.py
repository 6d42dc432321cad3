"""Assignments: in what capacity somebody works, where, and what they may do there."""

from __future__ import annotations

from uuid import UUID

import msgspec

ROLES = (
    "treater",
    "citizen-administrator",
    "access-administrator",
    "author",
    "publisher",
    "region-administrator",
    "data-administrator",
)
"""What one may be at a unit (domain.md 1.2, 1.3): each is given by itself, and nobody has all."""


ROLE_TITLES = dict(
    zip(
        ROLES,
        (
            "Treater",
            "Citizen administrator",
            "Access administrator",
            "Author",
            "Publisher",
            "Region administrator",
            "Data administrator",
        ),
        strict=True,
    )
)
"""What people call each role: message ids."""


class Assignment(msgspec.Struct, frozen=True):
    """Somebody's work at one unit, as the access log names it.

    `staff` is the HSA-id of the one who works, `unit` and `provider` those of the care unit and its care provider, all
    in capitals; `region` is the id of the region that the unit belongs to. `roles` are some of `ROLES`.
    """

    id: UUID
    person: UUID
    staff: str
    title: str
    unit: str
    unit_name: str
    provider: str
    provider_name: str
    region: str
    roles: frozenset[str]

    def __repr__(self) -> str:
        return f"Assignment({self.id})"
