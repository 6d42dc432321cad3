"""What is served where: plugins below their names, the host's own pages beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Router
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler

from ledstang.access.emergencies import emergency_pages
from ledstang.access.log.pages import log_pages
from ledstang.access.log.review_pages import review_pages
from ledstang.access.visit import STAFF, Visit
from ledstang.attachments.pages import attachment_pages
from ledstang.attachments.resuming import resuming_pages
from ledstang.house import House, scope_of
from ledstang.people.contact_page import contact_pages
from ledstang.people.lock_pages import lock_pages
from ledstang.plugins import Plugin
from ledstang.problems.pages import problem_pages
from ledstang.rights.erasing import erasing_pages
from ledstang.rights.pages import copy_pages
from ledstang.rights.retention_pages import retention_pages
from ledstang.signin import acting
from ledstang.signin.begin import own_visit_of, staff_visit_of, visit_of
from ledstang.signin.withheld_pages import withheld_pages
from ledstang.web.context import context_of
from ledstang.web.figures import figures
from ledstang.web.public import public_pages
from ledstang.web.staff import staff_pages
from ledstang.web.staff_lists import list_pages
from ledstang.web.start import start_pages


def handlers_of(house: House) -> dict[str, list[BaseRouteHandler]]:
    """Return what plugins serve, by plugin."""
    handlers: dict[str, list[BaseRouteHandler]] = {}
    for name, handler in house.offers.get("register_routes", []):
        handlers.setdefault(name, []).append(handler)
    return handlers


def routers(house: House) -> list[Router]:
    """Mount each plugin's handlers below its name, where it is switched on."""
    found = house.plugins.found
    return [router(house, found[name], handlers) for name, handlers in handlers_of(house).items()]


def router(house: House, plugin: Plugin, handlers: list[BaseRouteHandler]) -> Router:
    """Mount one plugin's handlers. Where it is switched off, its addresses are not found."""

    async def before(request: Request[Any, Any, Any]) -> Any:
        await house.switches.refresh()
        visit = context_of(request.scope).visit
        if not house.switches.on(plugin.name, scope_of(visit)):
            raise NotFoundException
        return await acting.before(request)

    return Router(
        f"/{plugin.slug}", route_handlers=_marked(handlers), before_request=before, dependencies=_provided(own_visit_of)
    )


def _marked(handlers: list[BaseRouteHandler]) -> list[BaseRouteHandler]:
    """Tell Litestar that `visit` and `visitor` are ours to give, so that plugins may write plain `visit: Visit`."""
    wanted = {
        "visit": NamedDependency[Visit],
        "staff": NamedDependency[Visit],
        "visitor": NamedDependency[Visit | None],
    }
    for handler in handlers:
        notes = handler.fn.__annotations__
        notes.update({name: wanted[name] for name in wanted.keys() & notes.keys()})
    return handlers


def ours(house: House, extra: list[BaseRouteHandler]) -> Router:
    """Return the host's own pages."""
    citizens = _marked([*log_pages(house), *copy_pages(house), *erasing_pages(house)])
    own = Router("/", route_handlers=citizens, dependencies={"visit": Provide(own_visit_of)})
    handlers = [
        *start_pages(house),
        *public_pages(),
        *problem_pages(),
        *staff_pages(house),
        *list_pages(house),
        *emergency_pages(house),
        *review_pages(house),
        *lock_pages(house),
        *withheld_pages(house),
        *retention_pages(house),
        *contact_pages(house),
        *attachment_pages(house),
        *resuming_pages(house),
        figures(house),
        house.pages.static.handler(),
        *extra,
    ]
    served = [own, *_marked(handlers)]
    return Router("/", route_handlers=served, before_request=acting.before, dependencies=_provided(visit_of))


def _provided(visit: Callable[[Any], Awaitable[Visit]]) -> dict[str, Provide]:
    """Return what handlers may ask for: in a plugin's, `visit` is a citizen's and `staff` that of somebody who works."""
    return {
        "visit": Provide(visit),
        "staff": Provide(staff_visit_of),
        "visitor": Provide(_visitor, sync_to_thread=False),
    }


def _visitor(request: Request[Any, Any, Any]) -> Visit | None:
    """Provide `visitor` to a public handler that would like to know which citizen is there, if anybody is."""
    visit = context_of(request.scope).visit
    return visit if visit and visit.ground != STAFF else None
