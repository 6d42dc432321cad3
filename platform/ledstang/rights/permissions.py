"""Who may do what with what is kept about somebody: the actions, and that everybody may do them for themselves.

None of them is opened to a guardian, or anybody else, by what is said of all services at once; and to erase is for
nobody but oneself, whatever a policy says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ledstang.access.permissions import Permission
from ledstang.access.policies import SELF, PolicyRow
from ledstang.rights.copies import COPY, ERASE, FETCH, MADE
from ledstang.rights.retention import RETAIN

if TYPE_CHECKING:
    from ledstang.access.visit import Visit


async def _only_for_oneself(visit: Visit | None, _resource: Any) -> bool:
    return visit is not None and visit.ground == SELF


PERMISSIONS = (
    Permission(COPY, "Go to your data", by_name=True),
    Permission(MADE, "The copy of everything about you was made", by_name=True),
    Permission(FETCH, "Fetch the copy of everything about you", by_name=True),
    Permission(ERASE, "Ask to have something of one's own erased", check=_only_for_oneself),
    Permission(RETAIN, "See to what has been kept for its time", who="staff", roles=("data-administrator",)),
)
POLICIES = tuple(
    PolicyRow("my-data", action.partition(".")[2], SELF, None, None, "Everybody decides about what is theirs")
    for action in (COPY, FETCH, ERASE)
)
