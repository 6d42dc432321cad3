"""What plugins bring is tried before it may serve: what would stop the whole house stops its own plugin instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from litestar import Litestar
from litestar.handlers import BaseRouteHandler

from ledstang.access.grounds import ProxyGround
from ledstang.access.policies import SELF
from ledstang.access.visit import STAFF
from ledstang.attachments.uses import WITHHELD
from ledstang.cli import OURS as COMMANDS
from ledstang.content.agreeing import NOBODY
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
from ledstang.house import House
from ledstang.importing import PluginFault
from ledstang.plugins import Plugin, Plugins
from ledstang.routing import handlers_of, router
from ledstang.saying import Said
from ledstang.tables import HOST as TABLES
from ledstang.web.context import LANGUAGES
from ledstang.web.texts import catalogue

HOST = "the host"
USE = re.compile(r"[a-z][a-z0-9-]{0,59}")


def refuse_unsound(house: House) -> None:
    """Put aside the plugins whose things would stop the house, or take what is another's."""
    for fault in chain(
        _table_faults(house.plugins),
        _content_faults(house.plugins, house.offers),
        _command_faults(house.plugins, house.offers),
        _work_faults(house.plugins, house.offers),
        _ground_faults(house.plugins, house.offers),
        _text_faults(house.plugins),
        _same_route_faults(house),
        _use_faults(house.plugins, house.offers),
    ):
        house.refuse(fault)


def refuse_unroutable(house: House) -> bool:
    """Put aside the plugins whose handlers Litestar will not have, and say whether there were any.

    It takes as long as making the app: the app is made first, and this is asked when that has failed.
    """
    faults = [
        fault
        for name, handlers in handlers_of(house).items()
        if (fault := _route_fault(house, house.plugins.found[name], handlers))
    ]
    for fault in faults:
        house.refuse(fault)
    return bool(faults)


def _table_faults(plugins: Plugins) -> Iterator[PluginFault]:
    """Yield who has tables that cannot be made: in a file without a folder, without migrations, or of a taken name."""
    owners = {table._meta.tablename: HOST for table in TABLES}
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
        tip = "Make it a folder `{name}/` with an __init__.py, and tables and migrations beside it."
        tip = Said(tip, name=plugin.name)
        return PluginFault(plugin.name, plugin.origin, "has tables, but no folder for their migrations", tip)
    for name in (table._meta.tablename for table in plugin.tables):
        if name in owners:
            where = str(plugin.folder / "tables.py")
            why = Said("has a table `{name}`, a name that {owner} has taken", name=name, owner=owners[name])
            return PluginFault(plugin.name, where, why, "Give the table another name.")
    try:
        if written(App(plugin.name, plugin.tables, plugin.folder / "migrations")):
            return None
    except DatabaseFault as fault:
        why = Said("has a migration that cannot be used: {said}", said=fault.why)
        return PluginFault(plugin.name, fault.where, why, f"{fault.tip}.")
    tip = Said("Run `{command}`.", command=f"ledstang migrate --write {plugin.name}")
    return PluginFault(plugin.name, plugin.origin, "has tables but no migrations, so they would never be made", tip)


def _content_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield who brings a box or a kind of content whose name or word means something else already."""
    boxes = dict.fromkeys((*(block.name for block in HOST_BLOCKS), *BOXES), HOST)
    words = {table: dict(load_words().tables[table]) for table in ("boxes", "settings")}
    kinds = {FORMS.name: HOST, POLICIES.name: HOST}
    for plugin in list(plugins.found.values()):
        why = next((why for block in _of(offers, "register_blocks", plugin) if (why := _box(block, boxes, words))), "")
        brought = [kind for kind in _of(offers, "register_content", plugin) if isinstance(kind, ContentKind)]
        for kind in brought:
            if kind.name in kinds:
                said = "brings the kind of content `{name}`, a name that {owner} has taken"
                why = why or Said(said, name=kind.name, owner=kinds[kind.name])
        if why:
            yield PluginFault(plugin.name, plugin.origin, why, "Give it another name.")
        else:
            kinds |= {kind.name: Said("the plugin `{name}`", name=plugin.name) for kind in brought}
            boxes |= {
                block.name: Said("the plugin `{name}`", name=plugin.name)
                for block in _of(offers, "register_blocks", plugin)
            }


def _box(block: Block, boxes: dict[str, str], words: dict[str, dict[str, str]]) -> str:
    """Return what stands against a box, or nothing after having taken up its words."""
    if block.name in boxes:
        return Said("brings a box `{name}`, a name that {owner} has taken", name=block.name, owner=boxes[block.name])
    mine = {word.lower(): block.name for word in block.words.values()}
    settings = {word.lower(): key for key, written in block.settings.items() for word in written.values()}
    for table, given in (("boxes", mine), ("settings", settings)):
        for word, meaning in given.items():
            means = words[table].get(word, word if word in words[table].values() else meaning)
            if means != meaning:
                why = "brings a box `{name}` with the word “{word}”, which means `{means}` already"
                return Said(why, name=block.name, word=word, means=means)
    words["boxes"] |= mine
    words["settings"] |= settings
    return ""


def _command_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield who brings a command whose name is the host's, or another plugin's."""
    taken = set(COMMANDS)
    for plugin in list(plugins.found.values()):
        fault = command_fault(plugin, _of(offers, "register_commands", plugin), taken)
        if fault:
            yield fault


def _ground_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield who brings a ground whose name or word is another's: it would stand where that does not."""
    names = dict.fromkeys((SELF, STAFF, NOBODY), HOST)
    words = dict(load_words().tables["relations"])
    for plugin in list(plugins.found.values()):
        for ground in _of(offers, "register_proxies", plugin):
            taken = next((word for word in _written(ground) if words.get(word, ground.name) != ground.name), None)
            if ground.name in names:
                why = "brings a ground `{name}`, a name that {owner} has taken"
                why = Said(why, name=ground.name, owner=names[ground.name])
            elif taken:
                why = "brings a ground `{name}` with the word “{word}”, which means `{means}` already"
                why = Said(why, name=ground.name, word=taken, means=words[taken])
            else:
                names[ground.name] = Said("the plugin `{name}`", name=plugin.name)
                words |= dict.fromkeys(_written(ground), ground.name)
                continue
            yield PluginFault(plugin.name, plugin.origin, why, "Give it another name.")
            break


def _written(ground: ProxyGround) -> list[str]:
    """Return what policy tables may call a ground, in small letters."""
    return [ground.name, *(word.lower() for word in ground.words.values())]


def _use_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield whose things for files have a name that is another's, or that cannot stand in an address."""
    names: dict[str, str] = {WITHHELD: Said("the host")}
    for plugin in list(plugins.found.values()):
        for use in _of(offers, "register_attachments", plugin):
            if use.name in names:
                why = Said("has things for files called `{name}`, a name that {owner} has taken", name=use.name,
                           owner=names[use.name])  # fmt: skip
            elif not USE.fullmatch(use.name):
                why = Said("has things for files called `{name}`, which cannot stand in an address", name=use.name)
            else:
                names[use.name] = Said("the plugin `{name}`", name=plugin.name)
                continue
            yield PluginFault(
                plugin.name, plugin.origin, why, "Give it another name: small letters, digits and hyphens."
            )
            break


def _work_faults(plugins: Plugins, offers: Offers) -> Iterator[PluginFault]:
    """Yield who gives one name to two of its jobs and listeners: their errands could not be told apart."""
    for plugin in list(plugins.found.values()):
        things = [*_of(offers, "register_jobs", plugin), *_of(offers, "register_listeners", plugin)]
        names = [thing.name for thing in things]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            why = Said("brings two jobs or listeners called `{name}`", name=twice)
            yield PluginFault(plugin.name, plugin.origin, why, "Give one of them another name.")


def _route_fault(house: House, plugin: Plugin, handlers: list[BaseRouteHandler]) -> PluginFault | None:
    try:
        Litestar([router(house, plugin, handlers)], openapi_config=None)
    except Exception as fault:
        why = Said("has a route that cannot be served: {said}", said=" ".join(str(fault).split()))
        return PluginFault(plugin.name, plugin.origin, why, "Mend the handler, its path or its arguments.")
    return None


def _same_route_faults(house: House) -> Iterator[PluginFault]:
    """Yield who has two handlers for one method and path: Litestar takes the last, silently."""
    for name, handlers in handlers_of(house).items():
        plugin = house.plugins.found[name]
        seen: set[tuple[str, str]] = set()
        for route in ((method, path) for one in handlers for path in one.paths for method in _methods(one)):
            if route in seen:
                at = f"{route[0]} /{plugin.slug}{route[1].rstrip('/')}"
                why = Said("has two handlers for {route}", route=at)
                yield PluginFault(name, plugin.origin, why, "Remove one of them, or give it another path.")
                break
            seen.add(route)


def _methods(handler: BaseRouteHandler) -> Iterable[str]:
    methods: Iterable[str] = getattr(handler, "http_methods", ())
    return methods


def _text_faults(plugins: Plugins) -> Iterator[PluginFault]:
    """Yield whose catalogues of texts cannot be read."""
    for plugin in list(plugins.found.values()):
        folder = plugin.part("locale")
        try:
            for language in LANGUAGES if folder else ():
                catalogue(language, [folder] if folder else [])
        except Exception as fault:
            why = Said("has texts that cannot be read: {said}", said=" ".join(str(fault).split()))
            yield PluginFault(plugin.name, str(folder), why, "Mend the .po file.")


def _of(offers: Offers, hook: str, plugin: Plugin) -> list[Any]:
    return [thing for name, thing in offers.get(hook, []) if name == plugin.name]
