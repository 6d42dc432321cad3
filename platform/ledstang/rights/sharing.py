"""What of somebody's data is for whoever acts for them: what they may see of it anyway, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledstang.access.policies import SELF
from ledstang.access.visit import Visit
from ledstang.people.personal_data import key_of

if TYPE_CHECKING:
    from ledstang.house import House


async def open_to(house: House, visit: Visit) -> frozenset[str] | None:
    """Return the keys of the kinds of data that a visit gets of its subject's; None is all that there are."""
    if visit.ground == SELF:
        return None
    return frozenset(
        [
            key_of(owner, data)
            for owner, data in house.personal_data()
            if data.action and await house.access.everywhere(visit, data.action)
        ]
    )


def holds_no_more(kinds: frozenset[str] | None, open_now: frozenset[str] | None) -> bool:
    """Say whether a copy of some kinds holds nothing but what is open now."""
    return open_now is None or (kinds is not None and kinds <= open_now)
