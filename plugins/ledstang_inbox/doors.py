"""Who comes to a case: a citizen to what is theirs to read, staff to what lies at their unit. Others meet nothing there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang import Host, Permission, Visit
from litestar.exceptions import NotFoundException

from ledstang_inbox.case_types import ANSWERERS
from ledstang_inbox.cases import Cases
from ledstang_inbox.threads import Case, Thread

WRITE, ANSWER = "inbox.write", "inbox.answer"


async def _is_theirs(visit: Visit | None, resource: Any) -> bool | None:
    """Let nobody have a case that is for others, nor what another has begun."""
    if visit is None or not isinstance(resource, Case):
        return None
    return resource.is_to(visit.ground) and (not resource.draft or resource.is_begun_by(visit))


async def _is_for(visit: Visit | None, resource: Any) -> bool | None:
    """Let only those at the unit have a case whose roles its type names. Of what is begun, only who began it."""
    at_work = visit.assignment if visit else None
    if not isinstance(resource, Case):
        return True
    return at_work is not None and resource.is_for(at_work.roles, at_work.person)


WRITING = Permission(WRITE, "Write to care", check=_is_theirs)
ANSWERING = Permission(ANSWER, "Answer what people write to the unit", who="staff", roles=ANSWERERS, check=_is_for)


class Doors:
    """Opens cases. Each raises NotFoundException for what is not the visit's, as for what there is not."""

    def __init__(self, host: Host, cases: Cases) -> None:
        self._host, self._cases = host, cases

    async def mine(self, visit: Visit, id_: UUID) -> Thread:
        """Return a case of the citizen's visit."""
        return await self._open(visit, id_, WRITE)

    async def ours(self, staff: Visit, id_: UUID) -> Thread:
        """Return a case of the unit's; the opening stands in the access log then."""
        return await self._open(staff, id_, ANSWER)

    async def _open(self, visit: Visit, id_: UUID, action: str) -> Thread:
        thread = await self._cases.thread(id_, visit.actor.id)
        if thread is None or not await self._host.may(visit, action, thread.case):
            raise NotFoundException
        return thread
