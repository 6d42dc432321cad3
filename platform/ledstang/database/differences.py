"""Write an app's next migration: what its tables say that its migrations do not yet."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import black
from piccolo.apps.migrations.auto import DiffableTable, SchemaDiffer, SchemaSnapshot
from piccolo.apps.migrations.auto.schema_differ import AlterStatements
from piccolo.apps.migrations.commands.new import render_template

from ledstang.clock import Clock
from ledstang.database.apps import App, written
from ledstang.database.changes import refuse_impossible
from ledstang.database.faults import DatabaseFault

Renames = Literal["ask", "yes", "no"]
"""Whether a column (or table) that went and one that came are the same with a new name; "ask" asks on the terminal."""


async def difference(app: App, renames: Renames = "no") -> list[str]:
    """Return the statements that are missing in an app's migrations; empty when tables and migrations agree."""
    return _statements(await _alterations(app, renames))


async def write_migration(app: App, clock: Clock, renames: Renames = "ask", about: str = "") -> Path | None:
    """Write an app's next migration into its folder and return the file; None when there is nothing to change.

    Raises `DatabaseFault`, and leaves no file, when the change is one that SQLite cannot make.
    """
    alterations = await _alterations(app, renames)
    statements = _statements(alterations)
    if not statements:
        return None
    id = clock.now().strftime("%Y-%m-%dT%H:%M:%S:%f")
    _refuse_backdated(app, id)
    text = render_template(
        migration_id=id,
        auto=True,
        alter_statements=statements,
        extra_imports=sorted(set(chain(*[some.extra_imports for some in alterations])), key=repr),
        extra_definitions=sorted(set(chain(*[some.extra_definitions for some in alterations]))),
        app_name=app.name,
        description=about,
    )
    stamp = re.sub(r"\W", "_", id).lower()
    name = f"{app.name}_{stamp}.py"
    text = black.format_str(text, mode=black.FileMode(line_length=120))
    await _refuse_impossible(app, name, text)
    return _keep(app.migrations / name, text)


async def _alterations(app: App, renames: Renames) -> list[AlterStatements]:
    managers = [manager for migration in written(app) if (manager := await migration.manager())]
    tables = [
        DiffableTable(
            class_name=table.__name__,
            tablename=table._meta.tablename,
            columns=table._meta.non_default_columns,
            constraints=table._meta.constraints,
            schema=table._meta.schema,
        )
        for table in app.tables
    ]
    answer = {"ask": None, "yes": "y", "no": "n"}[renames]
    snapshot = SchemaSnapshot(managers).get_snapshot()
    try:
        differ = SchemaDiffer(schema=tables, schema_snapshot=snapshot, auto_input=answer)
    except EOFError:
        why = "something went and something came, and nobody is there to say whether it was renamed"
        tip = "Say --renamed or --replaced"
        raise DatabaseFault(f"migrations of {app.name}", str(app.migrations), why, tip) from None
    with redirect_stdout(io.StringIO()):
        alterations: list[AlterStatements] = differ.get_alter_statements()
    return alterations


def _statements(alterations: list[AlterStatements]) -> list[str]:
    """Put the statements of each sort in the order of their tables: the differ takes them from a set."""
    return [text for some in alterations for text in sorted(some.statements, key=_table_of)]


def _table_of(statement: str) -> str:
    named = re.search(r"(?:table_)?class_name='(\w+)'", statement)
    return named.group(1) if named else ""


def _refuse_backdated(app: App, id: str) -> None:
    last = max((migration.id for migration in written(app)), default="")
    if id <= last:
        why = f"the clock shows {id}, which is not after the last migration, {last}"
        raise DatabaseFault(
            f"migrations of {app.name}", str(app.migrations), why, "Set the clock right, and write again"
        )


async def _refuse_impossible(app: App, name: str, text: str) -> None:
    """Read the new migration in a folder of its own before anybody else can."""
    with TemporaryDirectory() as folder:
        _keep(Path(folder) / name, text)
        (fresh,) = written(replace(app, migrations=Path(folder)))
        manager = await fresh.manager()
    if manager is not None:
        refuse_impossible(manager, app.name, app.migrations / name)


def _keep(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
