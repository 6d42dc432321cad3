"""Whose tables and migrations there are: the host and every plugin is an app."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.base import Engine
from piccolo.table import Table

from ledstang.database.faults import DatabaseFault


@dataclass(frozen=True, slots=True)
class App:
    """The host (`host`) or a plugin: its tables, and the folder that its migrations lie in, on `sys.path` or not."""

    name: str
    tables: tuple[type[Table], ...]
    migrations: Path


@dataclass(frozen=True, slots=True)
class Written:
    """One migration file, imported. `id` is what Piccolo calls it by: the instant at which it was written."""

    app: App
    id: str
    file: Path
    module: ModuleType

    async def manager(self) -> MigrationManager | None:
        """Ask the file what it wants done; each call gives a fresh answer. None when it did it itself."""
        answer = await self.module.forwards()
        return answer if isinstance(answer, MigrationManager) else None

    def bind(self, engine: Engine) -> None:
        """Let the tables that the file defines for itself speak to this database."""
        for thing in vars(self.module).values():
            if isinstance(thing, type) and issubclass(thing, Table) and thing.__module__ == self.module.__name__:
                thing._meta.db = engine


def written(app: App) -> list[Written]:
    """Import an app's migrations and return them in order. Raises `DatabaseFault` naming the file that cannot serve.

    Every file's name starts with the app's. Files are loaded by path under names of their own: by bare file name, as
    Piccolo does it, two apps' migrations (or two instances') would be taken for each other.
    """
    found = sorted((_load(app, file) for file in _files(app)), key=lambda migration: migration.id)
    for one, other in pairwise(found):
        if one.id == other.id:
            raise _fault(other.app, other.file, f"it has the same ID as {one.file.name}", "Give one of them another ID")
    return found


def _files(app: App) -> Iterator[Path]:
    for file in sorted(app.migrations.glob("*.py")):
        if file.name.startswith("_"):
            continue
        if not file.name.startswith(f"{app.name}_"):
            raise _fault(app, file, "its name does not start with the app's", f"Call it {app.name}_{file.name}")
        yield file


def _load(app: App, file: Path) -> Written:
    place = sha256(str(file.resolve()).encode()).hexdigest()[:16]
    name = f"ledstang_migrations_{place}.{file.stem}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise _fault(app, file, "it cannot be imported", "See that it is a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as fault:  # the border to code that a plugin brought
        del sys.modules[name]
        why = f"it cannot be imported: {type(fault).__name__}: {fault}"
        raise _fault(app, file, why, "Mend the file, or write it again with `ledstang migrate --write`") from fault
    id = getattr(module, "ID", None)
    if not isinstance(id, str) or not hasattr(module, "forwards"):
        raise _fault(app, file, "it has no ID or no forwards()", "Write it with `ledstang migrate --write`")
    return Written(app, id, file, module)


def _fault(app: App, file: Path, why: str, tip: str) -> DatabaseFault:
    return DatabaseFault(f"migrations of {app.name}", str(file), why, tip)
