"""A device that a guardian lends to a child who answers by itself: whose the answers are, and what of them it shows."""

from __future__ import annotations

import msgspec

from ledstang.access.visit import Visit
from ledstang.content.given import Given

CHILD_PRESENT = "child-present"
"""The ground that is kept with what a child answered on a guardian's device, with the guardian there."""

OWN_GROUNDS = frozenset({"self", CHILD_PRESENT})
"""The grounds of what somebody answered themselves."""


def answering_ground(visit: Visit) -> str:
    """Return the ground that is kept with what a visit answers."""
    return CHILD_PRESENT if visit.handed_over else visit.ground


def is_withheld(visit: Visit, given: Given) -> bool:
    """Say whether an answer is not shown to a visit: on a device that is lent, what stood before it was handed over.

    Else whoever lends it could hand it to themselves, and read.
    """
    session = visit.session
    return visit.handed_over and session is not None and given.changed <= session.created


def as_lent(visit: Visit) -> Visit:
    """Return a guardian's visit as it is once the device has been handed over, to put the child's own text in place."""
    return msgspec.structs.replace(visit, handed_over=True)
