"""Plugins: found, imported, held against the hookspecs, and asked. A faulty one is named, never silently ignored."""

from __future__ import annotations

import difflib
import importlib
import inspect
import re
import sys
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from piccolo.table import Table

from ledstang import hookspecs

PROJECT = "ledstang"
LOCAL = "ledstang_local"
NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset(
    {"start", "signin", "signout", "staff", "settings", "access-log", "health", "ready", "metrics", "api", "static"}
    | {"accessibility", "gallery", "host", "urgent", "language", "statistics"}
)



@dataclass(frozen=True, slots=True)
class PluginFault:
    """What is wrong with a plugin: who, where, why, and what to do. All four make one sentence each."""

    plugin: str
    where: str
    why: str
    tip: str

    def __str__(self) -> str:
        return f"The plugin `{self.plugin}` ({self.where}) {self.why}. {self.tip}"


class Refused(Exception):
    """Raised inside this module when a plugin cannot be taken; carries the fault."""

    def __init__(self, fault: PluginFault) -> None:
        self.fault = fault
        super().__init__(str(fault))


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
        return self.name.replace("_", "-")

    @property
    def about(self) -> str:
        return (inspect.getdoc(self.module) or "").partition("\n")[0]

    def part(self, name: str) -> Path | None:
        """Return the folder `templates/`, `locale/` … beside the plugin, if it has one."""
        path = self.folder / name if self.folder else None
        return path if path and path.is_dir() else None


@dataclass(slots=True)
class Plugins:
    """All plugins of one instance, with a fresh plugin manager. `faults` tells of those that were refused."""

    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))
    found: dict[str, Plugin] = field(default_factory=dict)
    faults: list[PluginFault] = field(default_factory=list)

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


def find(folders: Iterable[Path], disabled: Iterable[str] = ()) -> Plugins:
    """Find, import and register the plugins of installed packages and of an instance's folders."""
    plugins = Plugins()
    plugins.manager.add_hookspecs(hookspecs)
    _forget_local()
    off = set(disabled)
    for name, origin, load in (*_installed(), *_dropped(list(folders))):
        if name in off:
            continue
        try:
            _take(plugins, name, origin, load)
        except Refused as refused:
            plugins.faults.append(refused.fault)
    for plugin in list(plugins.found.values()):
        try:
            _register(plugins, plugin)
        except Refused as refused:
            plugins.refuse(refused.fault)
    return plugins


def _installed() -> Iterator[tuple[str, str, Any]]:
    for point in sorted(entry_points(group=PROJECT), key=lambda point: point.name):
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        yield point.name, origin, point


def _dropped(folders: list[Path]) -> Iterator[tuple[str, str, Any]]:
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


def _take(plugins: Plugins, name: str, origin: str, load: EntryPoint | Path) -> None:
    """Import a plugin and take it up under its name, or raise Refused."""
    if not NAME.fullmatch(name):
        tip = "Name it with small letters a-z, digits and _, beginning with a letter."
        raise Refused(PluginFault(name, origin, "has a name that cannot be an address", tip))
    if name.replace("_", "-") in RESERVED:
        raise Refused(PluginFault(name, origin, "has a name that the host keeps for itself", "Give it another name."))
    if name in plugins.found:
        taken = plugins.found[name].origin
        tip = f"Rename one of them, or put `{name}` in `disabled` to do without both."
        raise Refused(PluginFault(name, origin, f"has a name that {taken} has taken already", tip))
    module = _imported(name, origin, load)
    version = (
        load.dist.version if isinstance(load, EntryPoint) and load.dist else str(getattr(module, "__version__", ""))
    )
    plugin = Plugin(name, module, origin, version)
    plugin.tables = _tables(plugin)
    specs = _beside(plugin, "hookspecs")
    if specs:
        plugins.manager.add_hookspecs(specs)
    plugins.found[name] = plugin


def _imported(name: str, origin: str, load: EntryPoint | Path) -> ModuleType:
    """Import a plugin's module. Anything that its code raises is the plugin's fault, and told as such."""
    module = load.module if isinstance(load, EntryPoint) else f"{LOCAL}.{name}"
    try:
        return importlib.import_module(module) if isinstance(load, EntryPoint) else _local(name, load)
    except ModuleNotFoundError as fault:
        if fault.name == module:
            tip = "Install the package again, or remove it: its entry point leads nowhere."
            raise Refused(
                PluginFault(name, origin, f"could not be found: there is no module `{module}`", tip)
            ) from None
        tip = f"Install what holds `{fault.name}`, or correct the import."
        raise Refused(PluginFault(name, origin, f"imports `{fault.name}`, which is not installed", tip)) from fault
    except (Exception, SystemExit) as fault:
        where = _line_in(fault, origin)
        why = f"raised {type(fault).__name__} while it was imported: {fault}"
        raise Refused(PluginFault(name, where, why, "Mend that line, or put the plugin in `disabled`.")) from fault


def _local(name: str, file: Path) -> ModuleType:
    """Import a drop-in as `ledstang_local.<name>`: never through sys.path, so that it shadows nothing."""
    package = sys.modules.setdefault(LOCAL, types.ModuleType(LOCAL))
    package.__path__ = []
    full = f"{LOCAL}.{name}"
    folder = [str(file.parent)] if file.name == "__init__.py" else None
    spec = spec_from_file_location(full, file, submodule_search_locations=folder)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[full] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(full, None)
        raise
    return module


def _forget_local() -> None:
    """Drop the drop-ins of an instance opened earlier in this process: one process, one instance at a time."""
    for name in [name for name in sys.modules if name == LOCAL or name.startswith(f"{LOCAL}.")]:
        del sys.modules[name]


def _beside(plugin: Plugin, part: str) -> ModuleType | None:
    """Import `tables.py` or `hookspecs.py` beside a plugin, if it has one."""
    if not plugin.folder or not (plugin.folder / f"{part}.py").exists():
        return None
    try:
        return importlib.import_module(f"{plugin.module.__name__}.{part}")
    except (Exception, SystemExit) as fault:
        where = str(plugin.folder / f"{part}.py")
        why = f"raised {type(fault).__name__} while its {part}.py was imported: {fault}"
        raise Refused(PluginFault(plugin.name, where, why, "Mend it, or disable the plugin.")) from fault


def _tables(plugin: Plugin) -> tuple[type[Table], ...]:
    """Return a plugin's tables; each name must begin with the plugin's, so that none takes another's."""
    module = _beside(plugin, "tables") or plugin.module
    tables = tuple(
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Table) and value.__module__ == module.__name__
    )
    for table in tables:
        name = table._meta.tablename
        if not name.startswith(f"{plugin.name}_"):
            where = module.__file__ or plugin.origin
            tip = f'Call it `{plugin.name}_{name}`: class {table.__name__}(Table, tablename="{plugin.name}_{name}").'
            raise Refused(PluginFault(plugin.name, where, f"has a table `{name}` without the plugin's name first", tip))
    return tables


def _register(plugins: Plugins, plugin: Plugin) -> None:
    """Register a plugin's hooks after holding each against its specification: names and arguments."""
    specified = plugins.specified()
    hooks = []
    for name, function in vars(plugin.module).items():
        options = plugins.manager.parse_hookimpl_opts(plugin.module, name)
        if options is None:
            continue
        hook = options.get("specname") or name
        if hook in specified:
            _fit(plugin, hook, function, specified[hook].spec.argnames)
            hooks.append(hook)
        elif not options.get("optionalhook"):
            near = difflib.get_close_matches(hook, specified, 1)
            tip = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(sorted(specified))}."
            where = _where(function)
            raise Refused(PluginFault(plugin.name, where, f"implements `{hook}`, which is no hook", tip))
    plugin.hooks = tuple(sorted(hooks))
    plugins.manager.register(plugin.module, name=plugin.name)


def _fit(plugin: Plugin, hook: str, function: Any, allowed: tuple[str, ...]) -> None:
    wanted = tuple(inspect.signature(function).parameters)
    wrong = [argument for argument in wanted if argument not in allowed]
    if wrong:
        takes = f"It is `{hook}({', '.join(allowed)})`."
        why = f"implements `{hook}` with the argument `{wrong[0]}`, which that hook does not give"
        raise Refused(PluginFault(plugin.name, _where(function), why, takes))


def _where(function: Any) -> str:
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def _line_in(fault: BaseException, origin: str) -> str:
    """Return the innermost place of a traceback that lies in the plugin itself, or a syntax error's own place."""
    if isinstance(fault, SyntaxError) and fault.filename:
        return f"{fault.filename}:{fault.lineno}"
    place = origin
    trace = fault.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(str(Path(origin).parent)) if Path(origin).is_absolute() else f"{PROJECT}_" in file:
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
