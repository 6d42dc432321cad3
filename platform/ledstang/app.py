"""From an instance to an application: read it from top to bottom, it is the whole of how the house is put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import chain
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler

from ledstang.access.may import Access
from ledstang.access.visit import Visit
from ledstang.clock import Clock, MovableClock
from ledstang.content.answers import Answers
from ledstang.content.published import compile_instance, kinds_of, policies_of
from ledstang.content.versions import Published
from ledstang.database import Database, Keys, migrate
from ledstang.faults import Told
from ledstang.gathering import fit_settings, gather
from ledstang.host import Host
from ledstang.house import House, scope_of
from ledstang.instance import Instance
from ledstang.plugins import Plugin, PluginFault, find
from ledstang.settings import SettingsFault
from ledstang.signin import csrf
from ledstang.signin.begin import SignInNeeded, begin, to_signin, visit_of
from ledstang.signin.middleware import SessionMiddleware
from ledstang.signin.pages import signin_pages
from ledstang.signin.rescue import RescuedTexts
from ledstang.signin.sessions import SessionLimits, Sessions
from ledstang.soundness import command_faults, content_faults, route_fault, same_route_fault, table_faults, text_faults
from ledstang.switches import Switches
from ledstang.tables import HOST as HOST_TABLES
from ledstang.tables import apps_of, tables_of
from ledstang.web.context import context_of
from ledstang.web.errors import handlers as error_handlers
from ledstang.web.headers import HeadersMiddleware
from ledstang.web.pages import Pages
from ledstang.web.public import public_pages
from ledstang.web.start import start_pages

BODY_LIMIT = 4_000_000
"""The most bytes of one request: an answer of a megabyte, thrice as long in a form's spelling, is refused by its question."""


class BrokenPlugins(Told):
    """Raised at start under `strict = true` when a plugin had to be refused."""

    code = 1


def assemble(instance: Instance, clock: Clock | None = None, *, lenient: bool = False) -> House:
    """Find the plugins and make the parts of the house that need no database.

    Raises SettingsFault, and BrokenPlugins under `strict = true`; with `lenient` neither: `check` tells of all at once.
    """
    plugins = find(instance.drop_ins, instance.settings.disabled)
    clock = clock or (MovableClock(kept=instance.path("data/clock")) if instance.demo else Clock())
    house = House(instance, clock, plugins, Database(instance.path(instance.settings.database), clock))
    house.settings, house.settings_faults = fit_settings(plugins, instance)
    if house.settings_faults and not lenient:
        raise SettingsFault.of(house.settings_faults)
    house.offers = gather(plugins, lambda plugin: Host(house, plugin.name))
    _refuse_unsound(house)
    house.published = Published(kinds_of(house.offers))
    permissions = [permission for _, permission in house.offers.get("register_permissions", [])]
    house.access = Access(permissions, policies_of(instance), clock)
    house.switches = Switches(instance, house.database, clock)
    if not lenient:
        _be_strict(house)
    return house


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    """Open the database of a house, bring it up to date, and close it afterwards. Raises DatabaseFault."""
    house.database.bind(tables_of(house.plugins))
    await house.database.start()
    try:
        await migrate(house.database, apps_of(house.plugins))
        yield house
    finally:
        await house.database.stop()


def create_app(
    instance: Instance,
    clock: Clock | None = None,
    extra_routes: Callable[[House], list[BaseRouteHandler]] = lambda _: [],
) -> Litestar:
    """Make the application of an instance. `extra_routes` is the way in that tests use."""
    house = assemble(instance, clock)
    house.pages = Pages(house)
    _be_strict(house)
    settings = instance.settings
    house.keys = Keys.load(instance.path(settings.keys), create=not settings.production)
    house.answers = Answers(house.database, house.keys, house.clock)
    sessions = Sessions(house.database, house.clock, SessionLimits.of(settings.signin), production=settings.production)
    rescued = RescuedTexts(house.database, house.keys, sessions)
    house.sign_in = partial(begin, sessions)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with running(house):
            shelf = await asyncio.to_thread(compile_instance, instance, house.offers)
            await house.published.keep(shelf.all, house.database, house.clock)
            house.ready = True
            yield
            house.ready = False

    app = Litestar(
        [*_routers(house), _ours(house, extra_routes(house)), signin_pages()],
        lifespan=[lifespan],
        exception_handlers={SignInNeeded: to_signin, **error_handlers()},
        request_max_body_size=BODY_LIMIT,
        openapi_config=None,
        state=State(
            {
                "house": house,
                "demo": instance.demo,
                "page": house.pages.render,
                "sessions": sessions,
                "rescued": rescued,
                "signin_methods": [method for _, method in house.offers.get("register_signin", [])],
            }
        ),
    )
    inner = SessionMiddleware(app.asgi_handler, sessions=sessions, rescued=rescued, region_of=_region_id(instance))
    app.asgi_handler = HeadersMiddleware(inner, production=settings.production, language=settings.language)
    return app


def _refuse_unsound(house: House) -> None:
    """Put aside the plugins whose things would stop the house, or take what is another's."""
    for fault in chain(
        table_faults(house.plugins, (table._meta.tablename for table in HOST_TABLES)),
        content_faults(house.plugins, house.offers),
        command_faults(house.plugins, house.offers),
        text_faults(house.plugins),
        _route_faults(house),
    ):
        house.refuse(fault)


def _route_faults(house: House) -> Iterator[PluginFault]:
    for name, handlers in _handlers(house).items():
        plugin = house.plugins.found[name]
        routed = partial(_router, house, plugin, handlers)
        if fault := route_fault(plugin, routed) or same_route_fault(plugin, handlers):
            yield fault


def _be_strict(house: House) -> None:
    if house.instance.settings.strict and house.plugins.faults:
        raise BrokenPlugins("\n".join(str(fault) for fault in house.plugins.faults))


def _handlers(house: House) -> dict[str, list[BaseRouteHandler]]:
    handlers: dict[str, list[BaseRouteHandler]] = {}
    for name, handler in house.offers.get("register_routes", []):
        handlers.setdefault(name, []).append(handler)
    return handlers


def _routers(house: House) -> list[Router]:
    """Mount each plugin's handlers below its name, where it is switched on."""
    found = house.plugins.found
    return [_router(house, found[name], handlers) for name, handlers in _handlers(house).items()]


def _router(house: House, plugin: Plugin, handlers: list[BaseRouteHandler]) -> Router:
    async def before(request: Request[Any, Any, Any]) -> Any:
        await house.switches.refresh()
        visit = context_of(request.scope).visit
        if not house.switches.on(plugin.name, scope_of(visit)):
            raise NotFoundException
        return await csrf.check(request)

    return Router(f"/{plugin.slug}", route_handlers=_marked(handlers), before_request=before, dependencies=_provided())


def _marked(handlers: list[BaseRouteHandler]) -> list[BaseRouteHandler]:
    """Tell Litestar that `visit` and `visitor` are ours to give, so that plugins may write plain `visit: Visit`."""
    wanted = {"visit": NamedDependency[Visit], "visitor": NamedDependency[Visit | None]}
    for handler in handlers:
        notes = handler.fn.__annotations__
        notes.update({name: wanted[name] for name in wanted.keys() & notes.keys()})
    return handlers


def _ours(house: House, extra: list[BaseRouteHandler]) -> Router:
    handlers = [*start_pages(house), *public_pages(), house.pages.static.handler(), *extra]
    return Router("/", route_handlers=_marked(handlers), before_request=csrf.check, dependencies=_provided())


def _provided() -> dict[str, Provide]:
    return {"visit": Provide(visit_of), "visitor": Provide(_visitor, sync_to_thread=False)}


def _visitor(request: Request[Any, Any, Any]) -> Visit | None:
    """Provide `visitor` to a public handler that would like to know who is there, if anybody is."""
    return context_of(request.scope).visit


def _region_id(instance: Instance) -> Callable[[str | None], str | None]:
    def region_of(county: str | None) -> str | None:
        region = instance.region_of(county)
        return region.id if region else None

    return region_of
