"""What plugins bring is tried before it may serve: what would stop the whole house stops its own plugin instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from litestar import Litestar, Router
from litestar.handlers import BaseRouteHandler

from ledstang.cli import OURS as COMMANDS
from ledstang.content.blocks import Block
from ledstang.content.forms.compiling import BOXES
from ledstang.content.forms.kind import FORMS
from ledstang.content.kinds import ContentKind
from ledstang.content.policies import POLICIES
from ledstang.content.static import HOST_BLOCKS
from ledstang.content.words import load_words
from ledstang.database import DatabaseFault
from ledstang.database.apps import App, written
from ledstang.gathering import Offers, command_fault
from ledstang.importing import PluginFault
from ledstang.plugins import Plugin, Plugins
from ledstang.web.context import LANGUAGES
from ledstang.web.texts import catalogue

HOST = "the host"


def table_faults(plugins: Plugins, taken: Iterable[str]) -> Iterator[PluginFault]:
    """Yield who has tables that cannot be made: in a file without a folder, without migrations, or of a taken name."""
    owners = dict.fromkeys(taken, HOST)
    for plugin in list(plugins.found.values()):
        fault = _tables(plugin, owners)
        if fault:
            yield fault
        else:
            owners |= {table._meta.tablename: plugin.name for table in plugin.tables}


def _tables(plugin: Plugin, owners: dict[str, str]) -> PluginFault | None:
    if not plugin.tables:
        return None
    if plugin.folder is None:
        tip = f"Make it a folder `{plugin.name}/` with an __init__.py, and tables and migrations beside it."
        return PluginFault(plugin.name, plugin.origin, "has tables, but no folder for their migrations", tip)
    for name in (table._meta.tablename for table in plugin.tables):
        if name in owners:
            where = str(plugin.folder / "tables.py")
            why = f"has a table `{name}`, a name that {owners[name]} has taken"
            return PluginFault(plugin.name, where, why, "Give the table another name.")
    try:
        if written(App(plugin.name, plugin.tables, plugin.folder / "migrations")):
            return None
    except DatabaseFault as fault:
        return PluginFault(
            plugin.name, fault.where, f"has a migration that cannot be used: {fault.why}", f"{fault.tip}."
        )
    tip = f"Run `ledstang migrate --write {plugin.name}`."
    return PluginFault(plugin.name, plugin.origin, "has tables but no migrations, so they would never be made", tip)


def content_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield who brings a box or a kind of content whose name or word means something else already."""
    boxes = dict.fromkeys((*(block.name for block in HOST_BLOCKS), *BOXES), HOST)
    words = {table: dict(load_words().tables[table]) for table in ("boxes", "settings")}
    kinds = {FORMS.name: HOST, POLICIES.name: HOST}
    for plugin in list(plugins.found.values()):
        why = next((why for block in _of(offers, "register_blocks", plugin) if (why := _box(block, boxes, words))), "")
        brought = [kind for kind in _of(offers, "register_content", plugin) if isinstance(kind, ContentKind)]
        for kind in brought:
            if kind.name in kinds:
                why = why or f"brings the kind of content `{kind.name}`, a name that {kinds[kind.name]} has taken"
        if why:
            yield PluginFault(plugin.name, plugin.origin, why, "Give it another name.")
        else:
            kinds |= {kind.name: f"the plugin `{plugin.name}`" for kind in brought}
            boxes |= {block.name: f"the plugin `{plugin.name}`" for block in _of(offers, "register_blocks", plugin)}


def _box(block: Block, boxes: dict[str, str], words: dict[str, dict[str, str]]) -> str:
    """Return what stands against a box, or nothing after having taken up its words."""
    if block.name in boxes:
        return f"brings a box `{block.name}`, a name that {boxes[block.name]} has taken"
    mine = {word.lower(): block.name for word in block.words.values()}
    settings = {word.lower(): key for key, written in block.settings.items() for word in written.values()}
    for table, given in (("boxes", mine), ("settings", settings)):
        for word, meaning in given.items():
            means = words[table].get(word, word if word in words[table].values() else meaning)
            if means != meaning:
                return f"brings a box `{block.name}` with the word “{word}”, which means `{means}` already"
    words["boxes"] |= mine
    words["settings"] |= settings
    return ""


def command_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield who brings a command whose name is the host's, or another plugin's."""
    taken = set(COMMANDS)
    for plugin in list(plugins.found.values()):
        fault = command_fault(plugin, _of(offers, "register_commands", plugin), taken)
        if fault:
            yield fault


def route_fault(plugin: Plugin, routed: Callable[[], Router]) -> PluginFault | None:
    """Return what Litestar has against a plugin's handlers, if anything."""
    try:
        router = routed()
        Litestar([router], openapi_config=None)
    except Exception as fault:
        why = f"has a route that cannot be served: {' '.join(str(fault).split())}"
        return PluginFault(plugin.name, plugin.origin, why, "Mend the handler, its path or its arguments.")
    return None


def same_route_fault(plugin: Plugin, handlers: Iterable[BaseRouteHandler]) -> PluginFault | None:
    """Return which of a plugin's handlers would stand in the way of another's: Litestar takes the last, silently."""
    seen: set[tuple[str, str]] = set()
    for handler in handlers:
        for route in ((method, path) for path in handler.paths for method in getattr(handler, "http_methods", ())):
            if route in seen:
                why = f"has two handlers for {route[0]} /{plugin.slug}{route[1].rstrip('/')}"
                return PluginFault(plugin.name, plugin.origin, why, "Remove one of them, or give it another path.")
            seen.add(route)
    return None


def text_faults(plugins: Plugins) -> Iterator[PluginFault]:
    """Yield whose catalogues of texts cannot be read."""
    for plugin in list(plugins.found.values()):
        folder = plugin.part("locale")
        try:
            for language in LANGUAGES if folder else ():
                catalogue(language, [folder] if folder else [])
        except Exception as fault:
            why = f"has texts that cannot be read: {' '.join(str(fault).split())}"
            yield PluginFault(plugin.name, str(folder), why, "Mend the .po file.")


def _of(offers: Offers, hook: str, plugin: Plugin) -> list[Any]:
    return [thing for name, thing in offers.get(hook, []) if name == plugin.name]
