"""What `production = true` refuses: one list, by which `ledstang serve` stops and `ledstang doctor` warns."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import msgspec

from ledstang.database import keyfiles
from ledstang.database.faults import DatabaseFault
from ledstang.faults import Told
from ledstang.instance import FILE, Instance
from ledstang.plugins import Plugins

DEBUGGING = ("LITESTAR_DEBUG", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE")
"""Variables that make us, or what we stand on, tell too much."""

CODE = ("plugins", "proxies")
WIDEST = 8
"""A network with fewer bits than this in its name is half the world."""


class Refusal(msgspec.Struct, frozen=True):
    """One reason not to serve citizens, and what to do about it. `rule` is its name."""

    rule: str
    sentence: str
    tip: str

    def __str__(self) -> str:
        return f"production: {self.sentence} {self.tip}"


class NotForProduction(Told):
    """Raised at start with all reasons, a line each."""

    code = 1


@dataclass(frozen=True)
class Place:
    """What the rules look at. `variables` are those of the process."""

    instance: Instance
    plugins: Plugins
    variables: dict[str, str]

    @property
    def toml(self) -> str:
        return str(self.instance.folder / FILE)


def refusals(instance: Instance, plugins: Plugins) -> list[Refusal]:
    """Return all that speaks against serving citizens from here; nothing where `production` is not set."""
    if not instance.settings.production:
        return []
    place = Place(instance, plugins, dict(os.environ))
    return [refusal for rule in RULES for refusal in rule(place)]


def refuse(instance: Instance, plugins: Plugins) -> None:
    """Raise NotForProduction when anything speaks against serving citizens from here."""
    if found := refusals(instance, plugins):
        raise NotForProduction("\n".join(map(str, found)))


def _demo(place: Place) -> Iterator[Refusal]:
    if place.instance.demo:
        yield Refusal("demo", "`production = true` in ledstang.toml refuses --demo: anybody could sign in as anybody.",
                      "Leave out one of them.")  # fmt: skip


def _trials(place: Place) -> Iterator[Refusal]:
    for name, plugin in place.plugins.found.items():
        if plugin.is_for_trials:
            tip = f'Write disabled = ["{name}"] in {place.toml}.'
            yield Refusal("trial plugin", f"The plugin `{name}` is for trying out.", tip)


def _debug(place: Place) -> Iterator[Refusal]:
    for name in DEBUGGING:
        if place.variables.get(name, "0") not in ("", "0"):
            why = f"{name} is set, which tells visitors and logs too much."
            yield Refusal("debug", why, f"Start without it: unset {name}.")
    if sys.flags.dev_mode and "PYTHONDEVMODE" not in place.variables:
        yield Refusal("debug", "Python runs in its development mode.", "Start it without -X dev.")


def _keys(place: Place) -> Iterator[Refusal]:
    folder = place.instance.path(place.instance.settings.keys)
    if folder.is_relative_to(place.instance.folder):
        why = f"The keys lie in {folder}, so that who copies the instance has them too."
        tip = f'Move them to a place of their own, and write keys = "/etc/ledstang/keys" in {place.toml}.'
        yield Refusal("keys' place", why, tip)
    try:
        keyfiles.read(folder)
    except DatabaseFault as fault:
        yield Refusal("keys", f"{fault.where}: {fault.why}.", f"{fault.tip}.")
    if folder.exists() and _mode(folder) & 0o077:
        yield Refusal("keys' folder", f"Others may look into {folder}.", f"chmod 700 {folder}")


def _hosts(place: Place) -> Iterator[Refusal]:
    hosts = place.instance.settings.hosts
    if not hosts:
        why = "`hosts` is empty, so that any name is answered to, a forged one too."
        yield Refusal("hosts", why, f'Write hosts = ["the.public.name"] in {place.toml}.')
    for host in hosts:
        if host.startswith("http://"):
            why = f"The host `{host}` is an address without HTTPS: all that is sent could be read on the way."
            tip = f"Let the proxy answer by HTTPS, and write the bare name in {place.toml}."
            yield Refusal("http", why, tip)
        elif "/" in host or "*" in host:
            tip = f"Write bare names like vard.example.se in {place.toml}."
            yield Refusal("host's name", f"The host `{host}` is no name.", tip)


def _proxies(place: Place) -> Iterator[Refusal]:
    proxies = place.instance.settings.proxies
    if not proxies:
        why = "`proxies` is empty, and serve speaks plain HTTP: cookies would need HTTPS that nobody offers."
        tip = f'Put a proxy with HTTPS before it, and write proxies = ["its address"] in {place.toml}.'
        yield Refusal("proxies", why, tip)
    for proxy in proxies:
        if _is_wide(proxy):
            why = f"The proxies `{proxy}` are half the world: anybody could say to be anybody."
            yield Refusal("wide proxies", why, f"Name the proxies' own addresses in {place.toml}.")


def _metrics(place: Place) -> Iterator[Refusal]:
    allowed = place.instance.settings.metrics
    for network in allowed.networks:
        if _is_wide(network):
            why = f"`[metrics]` lets the network {network} read the figures, which is half the world."
            yield Refusal("metrics", why, f"Name the networks of those who watch in {place.toml}.")
    if allowed.token_file:
        yield from _secret("token file", place.instance.path(allowed.token_file))


def _files(place: Place) -> Iterator[Refusal]:
    database = place.instance.database
    if isinstance(database, Path):
        for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            yield from _secret("database file", path)
    folder = place.instance.folder
    code = [
        path
        for room in CODE
        for path in (folder / room, *(folder / room).rglob("*"))
        if "__pycache__" not in path.parts
    ]
    for path in (folder, folder / FILE, *code):
        if path.exists() and _mode(path) & 0o002:
            yield Refusal("files", f"Anybody on this machine may change {path}.", f"chmod o-w {path}")


def _secret(rule: str, path: Path) -> Iterator[Refusal]:
    if path.exists() and _mode(path) & 0o077:
        yield Refusal(rule, f"Others than its owner may read or write {path}.", f"chmod 600 {path}")


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _is_wide(network: str) -> bool:
    return ip_network(network, strict=False).prefixlen < WIDEST


RULES: tuple[Callable[[Place], Iterator[Refusal]], ...] = (
    _demo, _trials, _debug, _keys, _hosts, _proxies, _metrics, _files,
)  # fmt: skip
