"""Connectors: what serves the host's ports, be it a region's own systems or the sandbox that stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ledstang.access.log.ports import AccessLogSink
from ledstang.attachments.ports import FileScanner
from ledstang.delivery.messengers import Messenger
from ledstang.filling.ports import Forms
from ledstang.fitting import SettingsFault, locate
from ledstang.instance import FILE, Instance
from ledstang.people.directory import UnitDirectory
from ledstang.people.ports import PersonRegister

PORTS: Mapping[str, type] = {
    "PersonRegister": PersonRegister,
    "UnitDirectory": UnitDirectory,
    "AccessLogSink": AccessLogSink,
    "FileScanner": FileScanner,
    "Forms": Forms,
    "TextMessages": Messenger,
    "Mail": Messenger,
    "Letters": Messenger,
}
"""The ports there are, by name, and what whatever serves one must be able to do."""


class Connector(msgspec.Struct, frozen=True):
    """Something that serves a port. `service` has the methods of the port's protocol (`PORTS`).

    Where several plugins serve one port, `[connectors]` in `ledstang.toml` names the plugin: `PersonRegister = "sandbox"`.
    """

    port: str
    service: Any


class Connected(msgspec.Struct, frozen=True):
    """What serves a port, and the plugin that brought it."""

    plugin: str
    service: Any


class Unconnectable(ValueError):
    """What is offered and what is named do not give one service for a port. `port` is which; the message says why."""

    def __init__(self, port: str, why: str) -> None:
        self.port = port
        super().__init__(why)


def connect(offered: list[tuple[str, Connector]], named: Mapping[str, str]) -> dict[str, Connected]:
    """Return what serves each port that anything serves. Raises Unconnectable."""
    found: dict[str, Connected] = {}
    for port in {*named, *(one.port for _, one in offered)}:
        if port not in PORTS:
            raise Unconnectable(port, f"There is no port `{port}`. There are: {', '.join(PORTS)}.")
        serving = {plugin: one.service for plugin, one in offered if one.port == port}
        choice = named.get(port) or (next(iter(serving)) if len(serving) == 1 else "")
        if not choice:
            raise Unconnectable(port, f"`{port}` is served by several plugins: {', '.join(sorted(serving))}. Name one.")
        if choice not in serving:
            raise Unconnectable(port, f"The plugin `{choice}` does not serve `{port}`.")
        found[port] = Connected(choice, serving[choice])
    return found


def connect_for(instance: Instance, offered: list[tuple[str, Connector]]) -> dict[str, Connected]:
    """Return the same as an instance's settings name it. Raises SettingsFault where it is not clear what should serve."""
    try:
        return connect(offered, instance.settings.connectors)
    except Unconnectable as fault:
        tip = "Write below [connectors] which plugin serves it, or switch the others off."
        line = locate(instance.text, ("connectors", fault.port))
        raise SettingsFault(instance.folder / FILE, line, str(fault), tip) from None
