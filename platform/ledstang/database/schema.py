"""Bring a database up to what the code expects: the host's migrations, then each plugin's, in order.

Each migration has a transaction of its own, `BEGIN IMMEDIATE`, in which it is first seen whether somebody else has run
it: of two processes that start at once, one runs it and the other waits and finds it done. They run on a connection of
their own, which does not enforce foreign keys (a table that others point at could not be rebuilt otherwise); that all
of them hold is checked before the commit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from inspect import isawaitable
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.database.apps import App, Written, written
from ledstang.database.changes import apply, refuse_impossible
from ledstang.database.database import Database
from ledstang.database.faults import DatabaseFault

__all__ = ["App", "Migration", "migrate"]


class Migration(Table, tablename="migration"):
    """The migrations that this database has been through: the state of its schema."""

    id = UUID(primary_key=True)
    app = Varchar()
    name = Varchar()
    ran = Timestamptz()


async def migrate(database: Database, apps: Iterable[App], only: Container[tuple[str, str]] | None = None) -> list[str]:
    """Run every migration that has not been run and return their names, `app: id`, in the order they were run.

    `apps` come in the order of their foreign keys: the host first. Nothing is run when a file of any app cannot be
    read. With `only`, pairs of app and id, no others are run. Raises `DatabaseFault`; what ran before it stays.
    """
    apps = tuple(apps)
    files = [migration for app in apps for migration in _of(app)]
    database.bind((Migration, *(table for app in apps for table in app.tables)))
    done = await _done()
    ran = []
    for migration in files:
        wanted = only is None or (migration.app.name, migration.id) in only
        if wanted and (migration.app.name, migration.id) not in done and await _run(database, migration):
            ran.append(f"{migration.app.name}: {migration.id}")
    return ran


def _of(app: App) -> list[Written]:
    found = written(app)
    if app.tables and not found:
        why = "it has tables but no migrations, so they would never be made"
        raise DatabaseFault(
            f"migrations of {app.name}", str(app.migrations), why, f"Run `ledstang migrate --write {app.name}`"
        )
    return found


async def done(database: Database) -> set[tuple[str, str]]:
    """Return the migrations that a database has been through, as pairs of app and id."""
    database.bind([Migration])
    return await _done()


async def _done() -> set[tuple[str, str]]:
    if not await Migration.table_exists():
        return set()
    return {(row["app"], row["name"]) for row in await Migration.select(Migration.app, Migration.name)}


async def _run(database: Database, migration: Written) -> bool:
    """Run one migration unless another process has, and tell whether it was run here."""
    app, id = migration.app.name, migration.id
    async with database.engine.schema_transaction():
        await Migration.create_table(if_not_exists=True)
        if await Migration.exists().where((Migration.app == app) & (Migration.name == id)):
            return False
        migration.bind(database.engine)
        try:
            manager = await migration.manager()
            if manager is not None and not manager.fake:
                await _change(database, migration, manager)
        except DatabaseFault:
            raise
        except Exception as fault:  # the border to code that a plugin brought
            why = f"it failed, and nothing of it was kept: {fault}"
            tip = "Mend the migration, or the data that it stumbles over, and start again"
            raise DatabaseFault(f"migrations of {app}", str(migration.file), why, tip) from fault
        await Migration.insert(Migration(app=app, name=id, ran=database.clock.now()))
    return True


async def _change(database: Database, migration: Written, manager: MigrationManager) -> None:
    refuse_impossible(manager, migration.app.name, migration.file)
    for raw in manager.raw:
        answer = raw()
        if isawaitable(answer):
            await answer
    await apply(manager, migration, database.engine)
    broken: list[dict[str, Any]] = await database.engine.broken_references()
    if broken:
        pairs = Counter(f"{row['table']} → {row['parent']}" for row in broken)
        told = ", ".join(f"{pair} ({count})" for pair, count in sorted(pairs.items()))
        raise ValueError(f"rows would point at nothing: {told}")
