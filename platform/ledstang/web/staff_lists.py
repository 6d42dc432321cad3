"""A list of the staff's as a page of its own."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from ledstang.access.visit import Visit
from ledstang.isolation import Gap

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.web.templates import Templates
    from ledstang.work_lists import Shown

Card = tuple[tuple[str, str, str, bool], tuple[str, str, str]]


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
            return house.pages.render(request, "host/staff-list.html", listed=None, cards=[], gap=gap)
        cards = _cards(house.pages.templates, staff.language, found[1])
        return house.pages.render(request, "host/staff-list.html", listed=found[0], cards=cards, gap="")

    return [one]


def _cards(templates: Templates, language: str, shown: list[Shown]) -> list[Card]:
    """Return of each row what its card depends on, and the title, the address and the words that are written into it."""
    day, say = templates.environments[language].filters["day"], cache(partial(templates.gettext, language))
    cards = []
    for one in shown:
        row, title = one.row, "" if one.blocked else say(one.row.title)
        since, due = day(row.since) if row.since else "", day(row.due) if row.due else ""
        kind = "blocked" if one.blocked else "named" if one.name else ""
        cards.append(((kind, since, due, one.overdue), (one.name or title, row.href, title)))
    return cards
