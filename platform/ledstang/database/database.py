"""The database of an instance, as the rest of the house knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table

from ledstang.clock import Clock
from ledstang.database.engine import PooledSQLiteEngine
from ledstang.database.faults import DatabaseFault
from ledstang.database.prepared import Bound
from ledstang.database.workers import Row
from ledstang.settings import Postgres

if TYPE_CHECKING:
    from ledstang.database.postgres import PooledPostgresEngine

Result = TypeVar("Result")

TRIES = 3


class Database:
    """One database, its connections and the tables bound to it: an SQLite file, or PostgreSQL.

    `url_or_path` is a path, `sqlite:///path` or `postgresql://user@host/name`, whose connections `postgres` limits.
    Await `start()` before the first query and `stop()` after the last.
    """

    def __init__(self, url_or_path: str | Path, clock: Clock, postgres: Postgres | None = None) -> None:
        self.clock = clock
        self.path = None if is_postgres(str(url_or_path)) else _path(url_or_path)
        self.engine: PooledSQLiteEngine | PooledPostgresEngine = _engine(url_or_path, self.path, postgres or Postgres())

    async def start(self) -> None:
        """Open the connections, making the file if there is none. Raises `DatabaseFault` with one sentence."""
        await self.engine.start_connection_pool()

    async def stop(self) -> None:
        """Finish what is under way and close every connection."""
        await self.engine.close_connection_pool()

    def bind(self, tables: Iterable[type[Table]]) -> None:
        """Make the queries of these tables go here. A table is bound to one database at a time."""
        for table in tables:
            table._meta.db = self.engine

    async def write(self, fn: Callable[[], Awaitable[Result]]) -> Result:
        """Run `fn` in one write transaction and return what it returns.

        It may be run **again** when another process was in the way and nothing was committed: it must have no effects
        outside the database. A call inside a write transaction joins that one: it commits, retries and fails with the
        outer call, and is no savepoint. Do not wait for the network in it, nor `gather()`: one writer serves everybody.
        """
        if self.engine.transaction_exists():
            async with self.engine.transaction():
                return await fn()
        for number in range(1, TRIES):
            try:
                async with self.engine.transaction():
                    return await fn()
            except Exception as fault:
                if not self.engine.may_try_again(fault):
                    raise
            await asyncio.sleep(0.02 * number)
        async with self.engine.transaction():
            return await fn()

    async def take_turns(self, name: str) -> None:
        """Inside `write`: wait until no other transaction has this name, and have it until this one ends.

        With one writer nobody else writes anyway; PostgreSQL has a lock for it.
        """
        if self.engine.engine_type != "sqlite":
            number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
            await self.engine.run("SELECT pg_advisory_xact_lock($1)", (number,))

    def snapshot(self) -> AbstractAsyncContextManager[Any]:
        """Make a transaction for reading only: all its queries see the same state. Keep it short."""
        return self.engine.snapshot()

    async def glance(self, *bounds: Bound) -> list[list[Row]]:
        """Run prepared reads that find a few rows by an index: what every request asks, such as its session.

        On SQLite it is done at once, while nothing else runs, which costs a third of handing it to a reader's thread.
        """
        for bound in bounds:
            if not bound.form.reads:
                raise TransactionError(f"Only a read is a glance; this writes: {bound.sql}")
        return await self.engine.glance([(bound.sql, bound.arguments) for bound in bounds])

    async def together(self, *bounds: Bound) -> list[list[Row]]:
        """Run several prepared reads in one go, on one snapshot; return the rows of each, in order.

        One that fails fails all: ask them one by one to find out which.
        """
        for bound in bounds:
            if not bound.form.reads:
                raise TransactionError(f"Only reads go together; this writes: {bound.sql}")
        return await self.engine.run_together([(bound.sql, bound.arguments) for bound in bounds])

    async def checkpoint(self) -> None:
        """Move what the write-ahead log holds into the file, so that nothing that was overwritten lies there."""
        if self.engine.engine_type == "sqlite":
            await self.engine.run("PRAGMA wal_checkpoint(TRUNCATE)", ())


async def create_tables(database: Database, tables: Iterable[type[Table]]) -> None:
    """Bind and create tables without a migration: for tests and trials only.

    `INDEXES` of a table are those over several columns, which only a migration makes otherwise.
    """
    tables = tuple(tables)
    database.bind(tables)
    for table in tables:
        await table.create_table(if_not_exists=True)
        for columns in getattr(table, "INDEXES", ()):
            await table.create_index(list(columns), if_not_exists=True)


def is_postgres(url_or_path: str) -> bool:
    """Say whether this is the address of a PostgreSQL database."""
    return url_or_path.startswith(("postgresql://", "postgres://"))


def _engine(url_or_path: str | Path, path: Path | None, limits: Postgres) -> PooledSQLiteEngine | PooledPostgresEngine:
    if path is not None:
        return PooledSQLiteEngine(path)
    from ledstang.database.postgres import PooledPostgresEngine  # most instances never need the driver

    return PooledPostgresEngine(str(url_or_path), limits)


def _path(url_or_path: str | Path) -> Path:
    text = str(url_or_path)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Path(text)
    if scheme == "sqlite":
        return Path(rest.removeprefix("/"))
    why = f"databases of the kind {scheme!r} are not supported"
    raise DatabaseFault("database", scheme, why, "Use a path, sqlite:///path, or postgresql://user@host/name")
