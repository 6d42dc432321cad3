"""Plugins: found, imported, held against the hookspecs, and asked. A faulty one is named, never silently ignored."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from piccolo.table import Table

from ledstang import hookspecs
from ledstang.importing import PluginFault, Refused, beside, forget_local, imported
from ledstang.patience import USUAL, Patience
from ledstang.saying import Said

__all__ = ["NAME", "RESERVED", "Plugin", "PluginFault", "Plugins", "find", "slug"]

PROJECT = "ledstang"
NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset(
    {"start", "signin", "signout", "staff", "settings", "access-log", "health", "ready", "metrics", "api", "static"}
    | {
        "accessibility",
        "attachments",
        "gallery",
        "host",
        "problem",
        "urgent",
        "language",
        "look",
        "statistics",
        "theme",
    }
)
"""Names that a plugin may not have: the host's own addresses, and what its files and migrations go by."""


@dataclass(slots=True)
class Plugin:
    """A plugin that was found. `origin` says where it came from, as an operator would look for it."""

    name: str
    module: ModuleType
    origin: str
    version: str = ""
    tables: tuple[type[Table], ...] = ()
    hooks: tuple[str, ...] = ()

    @property
    def folder(self) -> Path | None:
        """The plugin's folder, or None when it is a single file."""
        file = Path(self.module.__file__ or "")
        return file.parent if file.name == "__init__.py" else None

    @property
    def slug(self) -> str:
        """The plugin's part of an address: `named_contact` lives below `/named-contact/`."""
        return slug(self.name)

    @property
    def about(self) -> str:
        """What the plugin says of itself: the first line of its docstring."""
        return (inspect.getdoc(self.module) or "").partition("\n")[0]

    @property
    def is_for_trials(self) -> bool:
        """Whether its module says ONLY_FOR_TRIALS = True: then no instance that citizens use has it."""
        return bool(getattr(self.module, "ONLY_FOR_TRIALS", False))

    def part(self, name: str) -> Path | None:
        """Return the folder `templates/`, `locale/` … beside the plugin, if it has one."""
        path = self.folder / name if self.folder else None
        return path if path and path.is_dir() else None


@dataclass(slots=True)
class Plugins:
    """All plugins of one instance, with a fresh plugin manager.

    `faults` tells of those that were refused; `disabled` names those that were found and left alone, with their origin.
    """

    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))
    found: dict[str, Plugin] = field(default_factory=dict)
    faults: list[PluginFault] = field(default_factory=list)
    disabled: dict[str, str] = field(default_factory=dict)

    def refuse(self, fault: PluginFault) -> None:
        """Put a plugin aside: none of its hooks is asked any more."""
        self.faults.append(fault)
        plugin = self.found.pop(fault.plugin, None)
        if plugin and self.manager.is_registered(plugin.module):
            self.manager.unregister(plugin.module)

    def specified(self) -> dict[str, Any]:
        """Return every hook that somebody has specified, by name."""
        return {name: caller for name, caller in vars(self.manager.hook).items() if getattr(caller, "spec", None)}

    def ask(self, plugin: Plugin, hook: str, **arguments: Any) -> Any:
        """Ask one plugin one hook, so that we know whose answer is whose."""
        others = [other.module for other in self.found.values() if other is not plugin]
        answers = self.manager.subset_hook_caller(hook, others)(**arguments)
        return answers[0] if answers else None

    @property
    def known(self) -> set[str]:
        """The names of all plugins that are installed or dropped in, whatever became of them."""
        return {*self.found, *self.disabled, *(fault.plugin for fault in self.faults)}


def slug(name: str) -> str:
    """Return the part of an address that belongs to a plugin's name."""
    return name.replace("_", "-")


def find(folders: Iterable[Path], disabled: Iterable[str] = (), patience: Patience = USUAL) -> Plugins:
    """Find, import and register the plugins of installed packages and of an instance's folders."""
    plugins = Plugins()
    plugins.manager.add_hookspecs(hookspecs)
    forget_local()
    off = set(disabled)
    found: list[tuple[str, str, EntryPoint | Path]] = [*_installed(), *_dropped(list(folders))]
    for name, origin, load in found:
        if name in off:
            plugins.disabled[name] = origin
            continue
        try:
            _take(plugins, name, origin, load, patience.asked_ms)
        except Refused as refused:
            plugins.faults.append(refused.fault)
    for plugin in list(plugins.found.values()):
        try:
            _register(plugins, plugin)
        except Refused as refused:
            plugins.refuse(refused.fault)
    return plugins


def _installed() -> Iterator[tuple[str, str, EntryPoint]]:
    for point in sorted(entry_points(group=PROJECT), key=lambda point: point.name):
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        yield point.name, origin, point


def _dropped(folders: list[Path]) -> Iterator[tuple[str, str, Path]]:
    installed = {
        Path(spec.origin).parent.resolve()
        for point in entry_points(group=PROJECT)
        if (spec := _spec(point.module)) and spec.origin
    }
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name.startswith((".", "_")) or path.resolve() in installed:
                continue
            if path.suffix == ".py":
                yield path.stem, str(path), path
            elif (path / "__init__.py").exists():
                yield path.name, str(path), path / "__init__.py"


def _spec(module: str) -> Any:
    try:
        return find_spec(module)
    except (ImportError, ValueError):
        return None


def _take(plugins: Plugins, name: str, origin: str, load: EntryPoint | Path, milliseconds: int) -> None:
    """Import a plugin and take it up under its name, or raise Refused."""
    if not NAME.fullmatch(name):
        tip = "Name it with small letters a-z, digits and _, beginning with a letter."
        raise Refused(PluginFault(name, origin, "has a name that cannot be an address", tip))
    if slug(name) in RESERVED:
        raise Refused(PluginFault(name, origin, "has a name that the host keeps for itself", "Give it another name."))
    if name in plugins.found:
        taken = plugins.found[name].origin
        tip = Said("Rename one of them, or put `{name}` in `disabled` to do without both.", name=name)
        raise Refused(PluginFault(name, origin, Said("has a name that {taken} has taken already", taken=taken), tip))
    module = imported(name, origin, load, milliseconds)
    same = next((other.name for other in plugins.found.values() if other.module is module), None)
    if same:
        why = Said("is the same module as the plugin `{name}`", name=same)
        raise Refused(PluginFault(name, origin, why, "Remove one of them."))
    version = load.dist.version if isinstance(load, EntryPoint) and load.dist else getattr(module, "__version__", "")
    plugin = Plugin(name, module, origin, str(version))
    plugin.tables = _tables(plugin, milliseconds)
    _specify(plugins, plugin, milliseconds)
    plugins.found[name] = plugin


def _specify(plugins: Plugins, plugin: Plugin, milliseconds: int) -> None:
    """Take up the hooks that a plugin has for others. Each must be its own, and specified with the mark."""
    specs = beside(plugin.name, plugin.module, "hookspecs", milliseconds)
    if not specs:
        return
    taken = plugins.specified()
    for name in vars(specs):
        if name in taken and plugins.manager.parse_hookspec_opts(specs, name) is not None:
            why = Said("specifies the hook `{name}`, which is there already", name=name)
            raise Refused(PluginFault(plugin.name, specs.__file__ or "", why, "Give it another name."))
    try:
        plugins.manager.add_hookspecs(specs)
    except ValueError:
        why, tip = "specifies no hook in its hookspecs.py", 'Mark each with pluggy.HookspecMarker("ledstang").'
        raise Refused(PluginFault(plugin.name, specs.__file__ or "", why, tip)) from None


def _tables(plugin: Plugin, milliseconds: int) -> tuple[type[Table], ...]:
    """Return a plugin's tables; each name must begin with the plugin's, so that none takes another's."""
    module = beside(plugin.name, plugin.module, "tables", milliseconds) or plugin.module
    tables = tuple(
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Table) and value.__module__ == module.__name__
    )
    for table in tables:
        name = table._meta.tablename
        if not name.startswith(f"{plugin.name}_"):
            where = module.__file__ or plugin.origin
            right = f"{plugin.name}_{name}"
            why = Said("has a table `{name}` without the plugin's name first", name=name)
            tip = Said('Call it `{name}`: class {table}(Table, tablename="{name}").', name=right, table=table.__name__)
            raise Refused(PluginFault(plugin.name, where, why, tip))
    return tables


def _register(plugins: Plugins, plugin: Plugin) -> None:
    """Register a plugin's hooks after holding each against its specification: names and arguments."""
    specified = plugins.specified()
    hooks = []
    for name, function in vars(plugin.module).items():
        options = plugins.manager.parse_hookimpl_opts(plugin.module, name)
        if options is None:
            if name in specified and getattr(function, "__module__", "") == plugin.module.__name__:
                why = Said("defines `{name}` without marking it, so nobody would ask it", name=name)
                raise Refused(PluginFault(plugin.name, _where(function), why, "Write @hookimpl on the line above."))
            continue
        hook = options.get("specname") or name
        if hook in specified:
            _fit(plugin, hook, function, specified[hook].spec.argnames)
            hooks.append(hook)
        elif not options.get("optionalhook"):
            near = difflib.get_close_matches(hook, specified, 1)
            there = Said("There are: {names}.", names=", ".join(sorted(specified)))
            tip = Said("Did you mean `{name}`?", name=near[0]) if near else there
            why = Said("implements `{name}`, which is no hook", name=hook)
            raise Refused(PluginFault(plugin.name, _where(function), why, tip))
    plugin.hooks = tuple(sorted(hooks))
    plugins.manager.register(plugin.module, name=plugin.name)


def _fit(plugin: Plugin, hook: str, function: Any, allowed: tuple[str, ...]) -> None:
    if inspect.iscoroutinefunction(function):
        why = Said("implements `{name}` as an async function", name=hook)
        tip = "Write it without async: it is called once at start, and returns things whose methods are async."
        raise Refused(PluginFault(plugin.name, _where(function), why, tip))
    wanted = tuple(inspect.signature(function).parameters)
    wrong = [argument for argument in wanted if argument not in allowed]
    if wrong:
        tip = Said("It is `{hook}`.", hook=f"{hook}({', '.join(allowed)})")
        why = "implements `{hook}` with the argument `{argument}`, which that hook does not give"
        why = Said(why, hook=hook, argument=wrong[0])
        raise Refused(PluginFault(plugin.name, _where(function), why, tip))


def _where(function: Any) -> str:
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"
