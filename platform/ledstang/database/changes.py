"""Let Piccolo's `MigrationManager` change the schema of one given database.

Its own `run()` looks for the one engine of the process in a configuration module; an instance's engine is given
instead. tests/platform/database/test_piccolo_contract.py holds the names that are leaned on here.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.auto.schema_snapshot import SchemaSnapshot
from piccolo.engine.base import Engine
from piccolo.table import Table, create_table_class

from ledstang.database.apps import Written, written
from ledstang.database.faults import DatabaseFault

STEPS = (
    "_run_add_tables",
    "_run_rename_tables",
    "_run_add_columns",
    "_run_drop_columns",
    "_run_drop_tables",
    "_run_rename_columns",
    "_run_alter_columns",
)
"""The methods of `MigrationManager` that its own `run()` goes through, as far as SQLite knows what they ask for."""

_WITHOUT_EFFECT = {"choices", "digits", "help_text", "length", "required", "secret"}
_POSSIBLE = {"index", "index_method"}


def refuse_impossible(manager: MigrationManager, app: str, file: Path) -> None:
    """Raise `DatabaseFault` for a change that SQLite cannot make to a table that exists, on whichever database.

    Adding, renaming and dropping tables and columns, and indexes, are possible. What only Piccolo or PostgreSQL heeds
    (lengths, choices) is let pass: SQLite's schema says nothing of it.
    """
    asked = [*_altered(manager), *_constrained(manager)]
    if manager.change_table_schemas:
        asked.append("move a table to another schema")
    if asked:
        why = f"SQLite cannot {'; '.join(asked)}"
        tip = (
            "Add a new column and drop the old one, or rebuild the table in a migration of your own: "
            "make the new table, copy the rows, drop the old table, rename the new one"
        )
        raise DatabaseFault(f"migrations of {app}", str(file), why, tip)


async def apply(manager: MigrationManager, migration: Written, engine: Engine[Any]) -> None:
    """Make the changes of one migration, inside the transaction that is open."""
    manager._run_query = partial(_run_on, engine)  # type: ignore[method-assign]
    manager.get_table_from_snapshot = partial(_earlier_table, migration)  # type: ignore[method-assign]
    for change in manager.drop_columns.drop_columns:
        # SQLite drops no column that has an index, and Piccolo leaves the index to the column.
        table = create_table_class(change.table_class_name, class_kwargs={"tablename": change.tablename})
        await _run_on(engine, table.drop_index([change.db_column_name], if_exists=True))
    for column in manager.alter_columns.alter_columns:
        length = column.params.get("length")
        for name in _WITHOUT_EFFECT:
            column.params.pop(name, None)
        if length and engine.engine_type == "postgres":  # Piccolo's own way asks the process for its one engine
            changed = f'ALTER TABLE "{column.tablename}" ALTER COLUMN "{column.db_column_name}"'
            await engine.run_ddl(f"{changed} TYPE VARCHAR({int(length)})")
    for step in STEPS:
        await getattr(manager, step)()


async def _run_on(engine: Engine[Any], query: Any) -> None:
    query.table._meta.db = engine
    await query.run()


async def _earlier_table(migration: Written, table_class_name: str, offset: int = 0, **_: Any) -> type[Table]:
    """Stand in for Piccolo's look into its configuration: the table as the app's migrations up to here have made it."""
    files = [one for one in written(migration.app) if one.id <= migration.id]
    managers = [manager for one in files if (manager := await one.manager())]
    kept = managers[:offset] if offset else managers
    return SchemaSnapshot(kept).get_table_from_snapshot(table_class_name).to_table_class()


def _altered(manager: MigrationManager) -> list[str]:
    asked = []
    for column in manager.alter_columns.alter_columns:
        changed = sorted(set(column.params) - _POSSIBLE - _WITHOUT_EFFECT)
        if column.column_class is not column.old_column_class:
            changed.insert(0, "type")
        if changed:
            asked.append(f"change {', '.join(changed)} of {column.tablename}.{column.column_name}")
    return asked


def _constrained(manager: MigrationManager) -> list[str]:
    new = {table.class_name for table in manager.add_tables}
    added = [one for one in manager.add_constraints.add_constraints if one.table_class_name not in new]
    return [f"add a constraint to {one.tablename}" for one in added] + [
        f"drop the constraint {one.constraint_name} of {one.tablename}"
        for one in manager.drop_constraints.drop_constraints
    ]
