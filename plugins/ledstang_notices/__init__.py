"""Notices: SMS and e-mail that say no more than that there is something to see, and the codes that confirm addresses."""

from __future__ import annotations

from typing import Any

import msgspec
from ledstang import (
    Check,
    Connector,
    ContentFolder,
    ContentKind,
    Host,
    Job,
    Link,
    Listener,
    Panel,
    Permission,
    PersonalData,
    Visit,
    hookimpl,
)
from litestar.handlers import BaseRouteHandler

from ledstang_notices import kept, sending
from ledstang_notices.pages import CHOOSE, OPEN, pages, panels
from ledstang_notices.settings import Settings
from ledstang_notices.words import CONTENT, notices_of

# What speaks SMTP is loaded only where a server is named.


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    return Settings


@hookimpl
def register_content(host: Host) -> list[ContentKind | ContentFolder]:
    """Read notices, refuse those that say too much, and bring a set of them."""
    names = [*(one.name for one in host.instance.units), *(one.name for one in host.instance.regions)]
    return [notices_of(names), ContentFolder("notices", CONTENT / "notices")]


@hookimpl
def register_connectors(host: Host) -> list[Connector]:
    """Send e-mail by the server that the settings name; never in the demo, which nothing leaves."""
    settings = host.settings(Settings)
    if settings.smtp is None or host.instance.demo:
        return []
    from ledstang_notices.smtp import open_mail

    return [Connector("Mail", open_mail(settings.smtp, host.instance.folder))]


@hookimpl
def register_listeners(host: Host) -> list[Listener[Any]]:
    """Hear that somebody is to be told, and that a code is to be sent."""
    if sending.channels(host) and not host.instance.demo and not host.settings(Settings).address:
        raise ValueError("Notices need `address`: where people reach this instance, such as https://example.se.")
    return sending.listeners(host)


@hookimpl
def register_jobs(host: Host) -> list[Job]:
    """Ask what has arrived, and forget what was sent long ago."""
    return sending.jobs(host)


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Serve what one chooses, and where links lead."""
    return pages(host)


@hookimpl
def register_panels(host: Host) -> list[Panel]:
    """Put the way to the choices on the page about how one is reached."""
    return panels(host)


@hookimpl
def register_links(host: Host) -> list[Link]:
    """Lead to the choices from the start page, where anything is sent at all."""

    async def shown(_visit: Visit) -> bool:
        return True  # one with a `shown` stands on the start page, and not in the menu of every page

    if not sending.channels(host):
        return []
    said = "Choose SMS and e-mail, and whether at night too."
    return [Link("How you are told", "/notices/", said, shown=shown, own=True)]


@hookimpl
def register_permissions() -> list[Permission]:
    """Everybody chooses for themselves, and opens what was sent to them."""
    return [Permission(CHOOSE, "Choose how one is told"), Permission(OPEN, "Open what a notice leads to")]


@hookimpl
def register_personal_data() -> list[PersonalData]:
    """Hand out and forget what was sent, and what was chosen."""
    return kept.kept_data()


@hookimpl
def register_checks(host: Host) -> list[Check]:
    """Say where a channel is on and nothing sends by it."""

    async def look() -> str:
        away = [one.port for one in sending.channels(host) if host.connector(one.port) is None]
        return f"Nothing serves {', '.join(away)}: connect what sends, or switch the channel off." if away else ""

    return [Check("notices", "what is to be told is sent", look)]
