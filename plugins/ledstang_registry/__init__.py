"""Ask the region's own population register and unit directory, over a small protocol of JSON and HTTP."""

from __future__ import annotations

import msgspec
from ledstang import Check, Connector, Host, hookimpl
from litestar.handlers import BaseRouteHandler

from ledstang_registry.settings import Settings

# What speaks HTTP is loaded only where a register is named: its libraries cost every other process their memory.


@hookimpl
def register_settings() -> type[msgspec.Struct]:
    return Settings


@hookimpl
def register_connectors(host: Host) -> list[Connector]:
    """Serve the ports whose register the settings name. None is asked at start."""
    settings = host.settings(Settings)
    if not settings.persons and not settings.units:
        return []
    from ledstang_registry.serving import Persons, Units
    from ledstang_registry.sources import asking

    found = []
    if settings.persons:
        found.append(Connector("PersonRegister", Persons(asking(host, "persons", settings.persons))))
    if settings.units:
        found.append(Connector("UnitDirectory", Units(asking(host, "units", settings.units))))
    return found


@hookimpl
def register_routes(host: Host) -> list[BaseRouteHandler]:
    """Hear from the register of whom something has changed, where it has been given what it proves itself by."""
    changes = host.settings(Settings).changes
    if not changes:
        return []
    from ledstang_registry.hearing import hearing

    return [hearing(host, changes)]


@hookimpl
def register_checks(host: Host) -> list[Check]:
    """Ask each register whether it is there, takes our credential and speaks this protocol."""
    settings = host.settings(Settings)
    if not settings.persons and not settings.units:
        return []
    from ledstang_registry.serving import Units, check_of
    from ledstang_registry.sources import asking

    found = []
    if persons := settings.persons:
        cost = "Nobody can act for another meanwhile."
        found.append(check_of(asking(host, "persons", persons), "register", "The population register", cost))
    if settings.units:
        source, cost = asking(host, "units", settings.units), "What was known of the units stays meanwhile."
        found.append(check_of(source, "directory", "The unit directory", cost, Units(source).units))
    return found
