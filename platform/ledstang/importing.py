"""Import what somebody else wrote: whatever goes wrong in it is told in one sentence and costs only that plugin."""

from __future__ import annotations

import importlib
import sys
import types
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from ledstang.isolation import within
from ledstang.saying import Said

LOCAL = "ledstang_local"
LONGEST = 300
MEND = "Mend that line, or put the plugin in `disabled`."


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
    """Raised while plugins are looked for when one cannot be taken; carries the fault."""

    def __init__(self, fault: PluginFault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def imported(name: str, origin: str, load: EntryPoint | Path, milliseconds: int) -> ModuleType:
    """Import a plugin's module. Anything that its code raises is the plugin's fault: raises Refused."""
    module, fault = within(milliseconds, _module, name, load)
    if fault:
        if isinstance(load, EntryPoint) and _leads_nowhere(fault, load.module):
            why = Said("could not be found: there is no module `{name}`", name=load.module)
            tip = "Install the package again, or remove it: its entry point leads nowhere."
            raise Refused(PluginFault(name, origin, why, tip)) from None
        raise Refused(told(name, fault, _home(load), origin, "while it was imported")) from fault
    assert module is not None
    return module


def _module(name: str, load: EntryPoint | Path) -> ModuleType:
    return importlib.import_module(load.module) if isinstance(load, EntryPoint) else _local(name, load)


def beside(name: str, module: ModuleType, part: str, milliseconds: int) -> ModuleType | None:
    """Import `tables.py` or `hookspecs.py` beside a plugin, if it has one. Raises Refused."""
    file = Path(module.__file__ or "").with_name(f"{part}.py")
    if not hasattr(module, "__path__") or not file.exists():
        return None
    found, fault = within(milliseconds, importlib.import_module, f"{module.__name__}.{part}")
    if fault:
        raise Refused(
            told(name, fault, file.parent, str(file), Said("while its {part}.py was imported", part=part))
        ) from fault
    return found


def forget_local() -> None:
    """Drop the drop-ins of an instance opened earlier in this process: one process, one instance at a time."""
    for name in [name for name in sys.modules if name == LOCAL or name.startswith(f"{LOCAL}.")]:
        del sys.modules[name]


def told(name: str, fault: BaseException, home: Path | None, origin: str, when: str) -> PluginFault:
    """Say what a plugin's code raised, and where in the plugin. `home` is its folder or its only file."""
    place = _line(fault, home) or origin
    if isinstance(fault, ModuleNotFoundError) and (fault.name or "").startswith(f"{LOCAL}."):
        tip = "Make the plugin a folder with an __init__.py and its parts beside it, or correct the import."
        return PluginFault(name, place, Said("imports `{name}`, which does not lie beside it", name=fault.name), tip)
    if isinstance(fault, ModuleNotFoundError) and fault.name:
        tip = Said("Install what holds `{name}`, or correct the import.", name=fault.name)
        return PluginFault(name, place, Said("imports `{name}`, which is not installed", name=fault.name), tip)
    if isinstance(fault, SyntaxError):
        return PluginFault(name, place, Said("is not valid Python: {said}", said=fault.msg), MEND)
    if isinstance(fault, TimeoutError) and fault.__traceback__ is None:
        why = Said("did not come to an end {when}", when=when)
        return PluginFault(name, place, why, "Let it return at once, and work later.")
    said = " ".join(str(fault).split())[:LONGEST]
    why = "raised {fault} {when}: {said}" if said else "raised {fault} {when}"
    return PluginFault(name, place, Said(why, fault=type(fault).__name__, when=when, said=said), MEND)


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


def _leads_nowhere(fault: BaseException, module: str) -> bool:
    if not isinstance(fault, ModuleNotFoundError) or not fault.name:
        return False
    return module == fault.name or module.startswith(f"{fault.name}.")


def _home(load: EntryPoint | Path) -> Path | None:
    """Return where a plugin's own code lies: what it raises is told with a line in there."""
    if isinstance(load, Path):
        return load.parent if load.name == "__init__.py" else load
    spec = find_spec(load.module.partition(".")[0])
    origin = Path(spec.origin) if spec and spec.origin else None
    return origin.parent if origin and origin.name == "__init__.py" else origin


def _line(fault: BaseException, home: Path | None) -> str:
    """Return the innermost place of a traceback that lies in the plugin itself, or a syntax error's own place."""
    if isinstance(fault, SyntaxError) and fault.filename:
        return f"{fault.filename}:{fault.lineno}"
    place = ""
    trace = fault.__traceback__
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if home and Path(file).is_relative_to(home):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
