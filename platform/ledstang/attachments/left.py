"""Files that somebody had added for another and not sent when they could act no longer: sealed for the unit, as texts are.

Each lies then at a withheld text of its own. The unit that it was meant for decides on that: it passes the files on to the
one for whom they were added, or discards them. Whoever added them fetches them never again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledstang.access.permissions import Permission
from ledstang.access.policies import SELF, PolicyRow
from ledstang.access.visit import STAFF, Visit
from ledstang.attachments import statements as sql
from ledstang.attachments.statements import RECEIVING, REFUSED, Attached, attached
from ledstang.attachments.uses import WITHHELD, AttachmentUse
from ledstang.outbox.events import ProxyEnded
from ledstang.signin.withheld import Withheld
from ledstang.signin.withheld_pages import DECIDE

if TYPE_CHECKING:
    from ledstang.house import House

READ = "withheld.read"


async def _only_for_oneself(visit: Visit | None, _resource: Any) -> bool:
    return visit is not None and visit.ground == SELF


PERMISSIONS = (Permission(READ, "Fetch what somebody had begun to send for you", check=_only_for_oneself),)
POLICIES = (PolicyRow("withheld", "read", SELF, None, None, "What a unit has passed on to somebody is theirs"),)


def use_of(house: House) -> AttachmentUse:
    """Return the host's own place for files: read by the unit until it decides, and by whom it was passed on to after."""

    async def find(visit: Visit, item: UUID) -> Withheld | None:
        if visit.ground == STAFF:
            undecided, _ = house.withheld.one(item)
            return next(iter(house.withheld.read(await undecided)), None)
        passed = house.withheld.read(await house.withheld.passed_on(visit.subject.id))
        return next((one for one in passed if one.id == item), None)

    return AttachmentUse(WITHHELD, find, READ, "/staff/withheld/{item}", staff_read=DECIDE)


class LeftFiles:
    """What becomes of the drafts of those who may act no longer."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def ended(self, told: ProxyEnded, _once: str) -> None:
        """Hand over what was added for somebody in a relation that has ended."""
        rows = await sql.drafts_for(told.person, told.relation)
        await self._hand_over([attached(self._house.keys, row) for row in rows])

    async def prune(self) -> None:
        """Remove the drafts whose time is over, but for those whose owners might not send them any more."""
        late = [attached(self._house.keys, row) for row in await sql.late(self._house.clock.now())]
        kept = await self._hand_over([one for one in late if not await self._stands(one)])
        await self._house.attachments.remove([one.id for one in late if one.id not in kept])

    async def _stands(self, one: Attached) -> bool:
        """Say whether a draft is one's own, staff's, or of somebody who may act still."""
        if one.owner is None or one.ground not in self._house.proxies.grounds:
            return True
        owner = await self._house.register.find(one.owner)
        return owner is not None and await self._house.proxies.subject(owner, one.subject, one.ground) is not None

    async def _hand_over(self, files: Iterable[Attached]) -> set[UUID]:
        """Put files before the unit that they were meant for, and return which.

        Without a unit nobody would decide: those go by their time, and so does what has not come wholly.
        """
        whole: dict[tuple[UUID, UUID, str, UUID, str], list[UUID]] = defaultdict(list)
        for one in files:
            if (
                one.unit
                and one.owner
                and one.state not in (RECEIVING, REFUSED)
                and one.use in self._house.attachments.uses
            ):
                whole[one.owner, one.subject, one.use, one.item, one.unit].append(one.id)

        async def work() -> None:
            for (owner, subject, use, item, unit), ids in whole.items():
                path = self._house.attachments.uses[use][1].page.replace("{item}", str(item))
                at = await self._house.withheld.keep(subject, owner, path, [], unit)
                for id_ in ids:
                    await sql.leave(WITHHELD, at, id_)

        if whole:
            await self._house.database.write(work)
        return {id_ for ids in whole.values() for id_ in ids}
