"""Files in cases: added on a page of their own, so that no text is lost over them, and sent with the message."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from ledstang import Attached, AttachmentUse, Host, Visit
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_inbox.cases import Cases
from ledstang_inbox.doors import ANSWER, ATTACH, ATTACH_ANSWER, WRITE, Doors
from ledstang_inbox.threads import ANSWERS, MESSAGES, STAFF, Case, Thread

AnyRequest = Request[Any, Any, Any]


def uses(cases: Cases) -> list[AttachmentUse]:
    """Return where files go: with what a citizen writes, and with what staff answer. Both sides read both."""

    async def found(_visit: Visit, item: UUID) -> Case | None:
        return await cases.one(item)

    return [
        AttachmentUse(
            MESSAGES, found, WRITE, "/inbox/cases/{item}/files", add=ATTACH, staff_read=ANSWER
        ),
        AttachmentUse(
            ANSWERS, found, WRITE, "/inbox/desk/{item}/files", staff_read=ANSWER, staff_add=ATTACH_ANSWER
        ),
    ]  # fmt: skip


def files_in(host: Host, visit: Visit, thread: Thread) -> dict[UUID | None, list[Attached]]:
    """Return the files of a thread by message, and by None what the visit has added and not sent."""
    found: dict[UUID | None, list[Attached]] = defaultdict(list)
    for one in host.inbox.files.read(visit, thread.files):
        found[one.belongs_to].append(one)
    return found


def attaching_pages(host: Host, cases: Cases) -> list[BaseRouteHandler]:
    """Return the handlers of `/inbox/cases/…/files` and `/inbox/desk/…/files`."""
    doors = Doors(host, cases)

    async def shown(request: AnyRequest, visit: Visit, thread: Thread, back: str) -> Response[Any]:
        if thread.case.closed:
            return Redirect(back, status_code=303)
        use = ANSWERS if visit.ground == STAFF else MESSAGES
        files = [one for one in files_in(host, visit, thread)[None] if one.use == use]
        field = host.inbox.files.field(use, thread.case.id, files, request.query_params.get("file", ""))
        one = await cases.type_of(thread.case)
        return host.page(
            request, "inbox/files.html", thread=thread, one=one, field=field, back=back, errors=field.errors(visit)
        )

    @get("/cases/{id_:uuid}/files")
    async def mine(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show what a citizen has added to what they are writing, and let them add more."""
        thread = await doors.mine(visit, id_)
        case = thread.case
        return await shown(
            request, visit, thread, f"/inbox/write/{case.type}" if case.draft else f"/inbox/cases/{case.id}"
        )

    @get("/desk/{id_:uuid}/files")
    async def ours(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show what staff have added to their answer, and let them add more."""
        return await shown(request, staff, await doors.ours(staff, id_), f"/inbox/desk/{id_}")

    return [mine, ours]
