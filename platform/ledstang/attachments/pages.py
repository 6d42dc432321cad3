"""The addresses of files: fetched as files and as nothing else, sent by a plain form, and removed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from ledstang.access.log.spool import QueueFull
from ledstang.access.permissions import Permission
from ledstang.access.visit import Visit
from ledstang.attachments import posting
from ledstang.attachments.admitting import own_draft, readable, spot_for
from ledstang.attachments.names import disposition
from ledstang.web.context import context_of

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
FETCH = "attachments.fetch"
PERMISSIONS = (Permission(FETCH, "Fetch a file", by_name=True),)
"""Only told in the access log: whether somebody may have a file is asked of the thing that it is attached to."""

MEDIA = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
HEADERS = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
}
"""A file is never a page of ours: not shown inside one, not kept, and not taken for another kind than it is."""


def attachment_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers that a person meets without any script."""

    @get("/attachments/{id_:uuid}", name="fetch_attachment")
    async def fetch(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Stream:
        """Hand a file out; it is in the access log before it is sent."""
        one = await readable(house, visit, id_)
        async for _ in house.attachments.bytes_of(one):
            """Open all of it before any of it is sent: half a file would look like a whole one."""
        try:
            await house.log.note(visit, FETCH, one)
        except QueueFull:
            context_of(request.scope).trail.full = True
            raise NotFoundException from None
        headers = HEADERS | {"content-disposition": disposition(one.name), "content-length": str(one.size)}
        return Stream(house.attachments.bytes_of(one), media_type=MEDIA[one.kind], headers=headers)

    @post("/attachments/at/{use:str}/{item:uuid}", name="add_attachment", before_request=posting.before(house))
    async def add(request: AnyRequest, visit: Visit, use: FromPath[str], item: FromPath[UUID]) -> Redirect:
        """Take in the files of a form, as they come, and go back to the page that it is on."""
        spot = await spot_for(house, visit, use, item)
        trouble = await posting.receive(house, request, visit, spot)
        # with a fault the summary on top is to be read first: a fragment would take its place
        return Redirect(f"{page_of(spot.use.page, item)}{f'?file={trouble}' if trouble else '#files'}", status_code=303)

    @post("/attachments/{id_:uuid}/remove", name="remove_attachment")
    async def remove(visit: Visit, id_: FromPath[UUID]) -> Redirect:
        """Remove a file that one has added and not sent yet."""
        one = await own_draft(house, visit, id_)
        await house.attachments.remove([one.id])
        use = house.attachments.uses[one.use][1]
        return Redirect(f"{page_of(use.page, one.item)}#files", status_code=303)

    return [fetch, add, remove]


def page_of(page: str, item: UUID) -> str:
    """Return the page that shows a thing."""
    return page.replace("{item}", str(item))
