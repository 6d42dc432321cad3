"""*Who has read*: one's own log as a page to read, and as files to keep."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from ledstang.access.log.reading import PAGE, Place, Seen, entries_of, plain, told
from ledstang.access.permissions import Own, Permission
from ledstang.access.visit import Visit

if TYPE_CHECKING:
    from ledstang.house import House

READ = "access-log.read"


async def _only_one_s_own(visit: Visit | None, _log: Any) -> bool:
    """Say whether somebody is there for themselves: the log also tells what their proxies do."""
    return visit is not None and visit.ground == "self" and visit.assignment is None


PERMISSIONS = (Permission(READ, "See who has read", check=_only_one_s_own),)
WHO = {"": "Everybody", "staff": "Staff", "proxy": "Those who act for you", "system": "Care systems",
       "self": "You"}  # fmt: skip
PERIODS = {"": ("All the time", 0), "month": ("The last month", 31), "year": ("The last year", 366)}
AnyRequest = Request[Any, Any, Any]


def log_pages(house: House) -> list[HTTPRouteHandler]:
    """Return the handlers of `/access-log/` and of its files."""

    async def asked(request: AnyRequest, visit: Visit, most: int) -> list[Seen]:
        """Return what is asked for of one's own log. Raises NotFoundException for whoever may not read it."""
        if not await house.access.may(visit, READ, Own(visit.subject.id)):
            raise NotFoundException
        who, period = _chosen(request)
        days = PERIODS[period][1]
        since = house.clock.now() - timedelta(days=days) if days else None
        before = Place.read(request.query_params.get("before", ""))
        return await entries_of(visit.subject.id, who=who, since=since, before=before, most=most)

    @get("/access-log/", name="access-log")
    async def page(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Tell who has read, the latest first, fifty a page."""
        found = await asked(request, visit, PAGE + 1)
        who, period = _chosen(request)
        shown, say = found[:PAGE], partial(house.pages.templates.gettext, visit.language)
        older = str(Place(shown[-1].at, shown[-1].id)) if len(found) > PAGE else ""
        return house.pages.render(
            request,
            "host/access-log.html",
            rows=[(one.at, *_told(house, visit, one)) for one in shown],
            who=[(say(text), _href(one, period), one == who) for one, text in WHO.items()],
            periods=[(say(text), _href(who, one), one == period) for one, (text, _) in PERIODS.items()],
            older=_href(who, period, older) if older else None,
            newest=_href(who, period) if request.query_params.get("before") else None,
            files=(_href(who, period, to="access-log.csv"), _href(who, period, to="access-log.json")),
        )

    @get("/access-log/access-log.csv", name="access-log-csv")
    async def as_csv(request: AnyRequest, visit: Visit) -> Response[str]:
        """Hand the log out as a table that any spreadsheet opens."""
        found = await asked(request, visit, house.log.settings.export_rows)
        file = io.StringIO()
        table = csv.writer(file)
        table.writerow([*(name for name in Seen.__struct_fields__ if name != "id"), "words"])
        for one, row in zip(found, plain(found), strict=True):
            table.writerow([_harmless(value) for value in (*row.values(), " – ".join(_told(house, visit, one)))])
        return _file("\ufeff" + file.getvalue(), "csv", "text/csv; charset=utf-8")

    @get("/access-log/access-log.json", name="access-log-json")
    async def as_json(request: AnyRequest, visit: Visit) -> Response[str]:
        """Hand the log out for a program to read."""
        found = await asked(request, visit, house.log.settings.export_rows)
        return _file(msgspec.json.encode({"entries": plain(found)}).decode(), "json", "application/json")

    return [page, as_csv, as_json]


def _chosen(request: AnyRequest) -> tuple[str, str]:
    """Return by whom and of what time the address asks; for what it asks wrongly, all."""
    who, period = request.query_params.get("who", ""), request.query_params.get("period", "")
    return who if who in WHO else "", period if period in PERIODS else ""


def _told(house: House, visit: Visit, one: Seen) -> tuple[str, str]:
    say = partial(house.pages.templates.gettext, visit.language)
    return told(one, say, say(house.access.title(one.action)))


def _href(who: str, period: str, before: str = "", to: str = "") -> str:
    query = {name: value for name, value in (("who", who), ("period", period), ("before", before)) if value}
    return f"/access-log/{to}" + (f"?{urlencode(query)}" if query else "")


def _file(text: str, ending: str, media: str) -> Response[str]:
    headers = {"content-disposition": f'attachment; filename="access-log.{ending}"', "cache-control": "no-store"}
    return Response(text, media_type=media, headers=headers)


def _harmless(value: Any) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
