"""*Your data*: ask for a copy of all that is kept about you, and fetch it once it is there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect, Stream

from ledstang.access.log.spool import QueueFull
from ledstang.access.permissions import Own
from ledstang.access.visit import Visit
from ledstang.rights.copies import COPY, FETCH, HOME
from ledstang.web.context import context_of

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.rights.copies import Copy

AnyRequest = Request[Any, Any, Any]
FILE = f"{HOME}/copy"


def copy_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers below `/settings/data` that are about the copy."""

    @get(HOME, name="my_data")
    async def mine(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show whether there is a copy, and ask whether to make one."""
        await _admit(house, visit, COPY)
        copy = await house.copies.of(visit)
        hours, lost = house.instance.settings.copies.hours, "lost" in request.query_params
        return house.pages.render(request, "host/my-data.html", copy=copy, hours=hours, lost=lost)

    @post(HOME, name="ask_for_copy")
    async def ask(visit: Visit) -> Redirect:
        """Have a copy made."""
        await _admit(house, visit, COPY)
        await house.copies.ask(visit)
        return Redirect(HOME, status_code=303)

    @post(f"{HOME}/remove", name="remove_copy")
    async def remove(visit: Visit) -> Redirect:
        """Remove the copy before its time."""
        await _admit(house, visit, COPY)
        await house.copies.remove(visit)
        return Redirect(HOME, status_code=303)

    @get(FILE, name="fetch_copy")
    async def fetch(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Hand out the copy to whoever has just proved once more who they are; it is in the log before it is sent."""
        await _admit(house, visit, FETCH)
        copy = await house.copies.of(visit)
        if copy is None or copy.made is None or not await house.copies.open_still(visit, copy):
            return Redirect(HOME, status_code=303)
        again = house.sign_in_again(request, _lately(house, copy), HOME)
        if again is not None:
            return again
        if not await house.copies.can_be_opened(visit, copy):
            return Redirect(f"{HOME}?lost=1", status_code=303)
        try:
            await house.log.note(visit, FETCH, copy)
        except QueueFull:
            context_of(request.scope).trail.full = True
            raise NotFoundException from None
        name = house.pages.templates.gettext(visit.language, "my-data.zip")
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store",
                   "content-length": str(copy.size)}  # fmt: skip
        return Stream(house.copies.content(copy), media_type="application/zip", headers=headers)

    return [mine, ask, remove, fetch]


def _lately(house: House, copy: Copy) -> timedelta:
    """Return how long ago somebody may have proved who they are: lately, and after they asked for the copy."""
    since = house.clock.now() - copy.asked - timedelta.resolution
    return min(timedelta(minutes=house.instance.settings.copies.fetch_minutes), since)


async def _admit(house: House, visit: Visit, action: str) -> None:
    if not await house.access.may(visit, action, Own(visit.subject.id)):
        raise NotFoundException
