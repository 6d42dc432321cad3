"""Guardians act for their children: custody comes from the register, ages from policy tables, and both end by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from ledstang import (
    ContentFolder,
    Host,
    Job,
    Link,
    Listener,
    Permission,
    PersonalData,
    ProxyGround,
    TaskSource,
    Visit,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_guardian import ahead
from ledstang_guardian.links import GROUND, link_data
from ledstang_guardian.own import is_for, own_pages
from ledstang_guardian.pages import MANAGE, guardian_pages
from ledstang_guardian.settings import Settings
from ledstang_guardian.unit import LOOK, unit_pages

DECIDES = "Block a guardian, make an exception, and think decisions over."


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    """Let an instance set how long before it is told that something ends."""
    return Settings


@hookimpl
def register_content() -> list[ContentFolder]:
    """Bring the rules for which ages guardians act at."""
    return [ContentFolder("policies", Path(__file__).parent / "policies")]


@hookimpl
def register_proxies() -> list[ProxyGround]:
    """Let custody be a ground."""
    return [GROUND]


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve the guardian's pages, the young person's own room, and the page where a unit decides about both."""
    return [*guardian_pages(host), *own_pages(host), *unit_pages(host)]


@hookimpl
def register_links(host: Host) -> list[Link]:
    """Lead to one's children from the start page, the young to what their guardians can see, and units to who decides."""

    async def young(visit: Visit) -> bool:
        return await is_for(host, visit)

    about = "What they could see before, what they can see now, and what you can do about it."
    return [
        Link("My children", "/guardian/", "See to things for a child that you are the guardian of.", own=True),
        Link("Your guardians and you", "/guardian/own", about, shown=young, own=True),
        Link("Children and guardians", "/guardian/unit", DECIDES, action=LOOK),
    ]


@hookimpl
def register_tasks(host: Host) -> list[TaskSource]:
    """Tell on the start page of a day on which something ends."""
    return [ahead.tasks(host)]


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Tell of ends that come, and put away at midnight what has ended."""
    return ahead.jobs(host)


@hookimpl
def register_listeners(host: Host) -> list[Listener[Any]]:
    """Pass a child's notices on to those who may act for it now, and break the links of whoever is protected."""
    return ahead.listeners(host)


@hookimpl
def register_permissions() -> list[Permission]:
    """Whoever signs in sees to their own links."""
    return [Permission(MANAGE, "Add children and act for them")]


@hookimpl
def register_personal_data(host: Host) -> list[PersonalData]:
    """Hand out and forget the links."""
    return [link_data(host)]
