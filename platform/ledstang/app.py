"""From an instance to an application: read it from top to bottom, it is the whole of how the house is put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.exceptions import NotFoundException

from ledstang.access.may import Access
from ledstang.access.policies import own_services
from ledstang.access.visit import Visit
from ledstang.clock import Clock, MovableClock
from ledstang.content.answers import Answers
from ledstang.content.library import compile_instance, content_kinds
from ledstang.content.versions import Published
from ledstang.database import Database
from ledstang.database.migrations import migrate
from ledstang.database.sealed import Keys
from ledstang.database.tables import apps_of, tables_of
from ledstang.gathering import fit_settings, gather
from ledstang.host import Host
from ledstang.house import House
from ledstang.instance import Instance
from ledstang.plugins import Plugin, PluginFault, find
from ledstang.signin import csrf
from ledstang.signin.middleware import SessionMiddleware, visit_of
from ledstang.signin.pages import signin_pages
from ledstang.signin.sessions import Sessions
from ledstang.switches import Switches
from ledstang.web.errors import handlers as error_handlers
from ledstang.web.headers import HeadersMiddleware
from ledstang.web.pages import Pages, host_pages
from ledstang.web.start import start_pages


class BrokenPlugins(Exception):
    """Raised at start under `strict = true` when a plugin had to be refused."""


def assemble(instance: Instance, clock: Clock | None = None) -> House:
    """Find the plugins and make every part of the house, without opening the database. Raises SettingsFault."""
    plugins = find([instance.path("plugins"), instance.path("proxies")], instance.settings.disabled)
    clock = clock or (MovableClock(kept=instance.path("data/clock")) if instance.demo else Clock())
    database = Database(instance.path(instance.settings.database), clock)
    house = House(instance, clock, plugins, database)
    house.settings = fit_settings(plugins, instance)
    house.offers = gather(plugins, lambda plugin: Host(house, plugin.name))
    database.bind(tables_of(plugins))
    house.published = Published(content_kinds(house))
    permissions = [permission for _, permission in house.offers.get("register_permissions", [])]
    house.access = Access(permissions, own_services(), clock)
    house.switches = Switches(instance, database, clock)
    house.pages = Pages(house)
    if instance.settings.strict and plugins.faults:
        raise BrokenPlugins("\n".join(str(fault) for fault in plugins.faults))
    return house


@asynccontextmanager
async def running(house: House) -> AsyncIterator[House]:
    """Open the database of a house, bring it up to date, and close it afterwards. Raises DatabaseFault."""
    house.keys = Keys.load(house.instance.path(house.instance.settings.keys), create=True)
    house.answers = Answers(house.database, house.keys, house.clock)
    await house.database.start()
    try:
        await migrate(house.database, apps_of(house.plugins))
        yield house
    finally:
        await house.database.stop()
