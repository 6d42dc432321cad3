"""A list of the staff's as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from ledstang.access.visit import Visit
from ledstang.isolation import Gap

if TYPE_CHECKING:
    from ledstang.house import House


def list_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handler below `/staff/lists/`."""

    @get("/staff/lists/{plugin:str}/{name:str}", name="staff_list")
    async def one(
        request: Request[Any, Any, Any], staff: Visit, plugin: FromPath[str], name: FromPath[str]
    ) -> Response[Any]:
        """Show what waits, the most urgent first: of what a citizen has blocked, only that it is there."""
        await house.switches.refresh()
        found = await house.work_lists.open(staff, plugin, name)
        if found is None:
            raise NotFoundException
        if isinstance(found, Gap):
            gap = house.called(plugin, staff.language)
            return house.pages.render(request, "host/staff-list.html", listed=None, shown=[], gap=gap)
        return house.pages.render(request, "host/staff-list.html", listed=found[0], shown=found[1], gap="")

    return [one]
