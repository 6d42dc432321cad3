"""Piccolo's PostgreSQL engine behind the same door as the SQLite one: a pool, time limits, and clean connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar, Token
from typing import Any, Literal
from urllib.parse import urlsplit

import asyncpg
from piccolo.engine.exceptions import TransactionError
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from ledstang.database.arguments import checked
from ledstang.database.faults import DatabaseAway, DatabaseFault, OutcomeUnknown
from ledstang.database.statements import Kind, kind_of
from ledstang.database.together import Together
from ledstang.database.workers import Row, Statement
from ledstang.settings import Postgres

OLDEST_POSTGRES = 13
MIGRATING = 0x1ED57A46
"""The advisory lock that a migration holds: any number, the same on all machines."""

AWAY_FOR = 0.5
"""Seconds for which nobody else tries to connect after one has failed: waiting requests are answered at once."""

LOST = (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.InternalClientError, asyncpg.AdminShutdownError,
        asyncpg.CrashShutdownError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError)  # fmt: skip
"""What the driver raises when the server, or the way to it, is gone."""

UNUSABLE = (*LOST, asyncpg.InterfaceError)


class PooledPostgresEngine(PostgresEngine):
    """A drop-in for `PostgresEngine` that is never used without its pool. `url` has no password: libpq's files have it."""

    current_transaction: ContextVar[LeasedTransaction | None]  # type: ignore[assignment]

    def __init__(self, url: str, limits: Postgres) -> None:
        self.where, self._limits = shown(url), limits
        self._away_until = 0.0
        self._together = Together()
        super().__init__(
            config={
                "dsn": url,
                "timeout": limits.connect_seconds,
                "command_timeout": limits.statement_seconds + limits.connect_seconds,
                "statement_cache_size": limits.statement_cache,
                "server_settings": {
                    "application_name": "ledstang",
                    "timezone": "UTC",
                    "statement_timeout": f"{limits.statement_seconds * 1000:.0f}",
                    "idle_in_transaction_session_timeout": f"{limits.idle_in_transaction_seconds * 1000:.0f}",
                },
            }
        )

    async def check_version(self) -> None:
        """Ask nothing when this is made: `start_connection_pool` does, and says in a sentence what is wrong."""

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the pool. Raises `DatabaseFault` with one sentence when the server cannot be had, or is too old."""
        if self.pool is not None:
            return
        try:
            pool = await asyncpg.create_pool(
                **self.config, min_size=1, max_size=self._limits.connections, max_inactive_connection_lifetime=60,
                reset=_nothing,
            )  # fmt: skip
        except (*UNUSABLE, asyncpg.PostgresError, ValueError) as fault:
            raise self._explained(fault) from None
        async with pool.acquire() as connection:
            version = connection.get_server_version()
        if version.major < OLDEST_POSTGRES:
            await pool.close()
            why = f"PostgreSQL {version.major} is too old"
            raise DatabaseFault("database", self.where, why, f"Use PostgreSQL {OLDEST_POSTGRES} or newer")
        self.pool = pool

    async def close_connection_pool(self) -> None:
        """Close every connection, after what is under way; what has not ended within the statement's time is cut off."""
        pool, self.pool = self.pool, None
        if pool is not None:
            try:
                async with asyncio.timeout(self._limits.statement_seconds):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    async def acquire(self) -> Any:
        """Take a connection. Raises `DatabaseAway`, and at once while it is known that nobody can connect."""
        if self.pool is None:
            why = "a query was asked before start() or after stop()"
            raise DatabaseFault("database", self.where, why, "Await start() first")
        if time.monotonic() < self._away_until and not self.pool.get_idle_size():
            raise DatabaseAway(self.where)
        try:
            return await self.pool.acquire(timeout=self._limits.connect_seconds)
        except (*UNUSABLE, asyncpg.PostgresError) as fault:
            self._away_until = time.monotonic() + AWAY_FOR
            raise DatabaseAway(self.where) from fault

    async def give_back(self, connection: Any) -> None:
        """Return a connection clean, or not at all; also when the task that had it is being cancelled."""
        if self.pool is None:
            return
        with suppress(*UNUSABLE):  # one that was lost has gone back by itself
            if connection.is_in_transaction():
                connection.terminate()
            await asyncio.shield(self.pool.release(connection))

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        """Lend a connection for as long as the block takes: the transaction's where there is one."""
        transaction = self.current_transaction.get()
        if transaction is not None:
            yield transaction.connection
            return
        connection = await self.acquire()
        try:
            yield connection
        except UNUSABLE as fault:
            if is_lost(connection, fault):
                raise DatabaseAway(self.where) from fault
            raise
        finally:
            await self.give_back(connection)

    async def run(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """Run one statement: in the transaction that is open, or in one of its own."""
        if kind_of(sql) is Kind.CONTROL:
            raise TransactionError("BEGIN, COMMIT, ROLLBACK and savepoints are not for queries: use a transaction.")
        async with self.connected() as connection:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def glance(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run short reads: a server is asked for them as for any others."""
        return await self.run_together(statements)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[Row]:  # noqa: ARG002
        """Run a query of Piccolo's."""
        sql, arguments = querystring.compile_string(engine_type="postgres")
        return await self.run(sql, checked(arguments))

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:  # noqa: ARG002
        """Run a statement that changes the schema."""
        return await self.run(ddl, ())

    async def run_together(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run several reads in one statement, all on the same snapshot."""
        if len(statements) < 2:
            return [await self.run(*one) for one in statements]
        async with self.connected() as connection:
            return await self._together.fetch(connection, statements)

    def transaction(self, allow_nested: bool = True) -> LeasedTransaction:  # type: ignore[override]
        """Make a transaction that writes. Inside another it is the other, no savepoint."""
        return LeasedTransaction(self, allow_nested)

    def snapshot(self) -> LeasedTransaction:
        """Make a transaction for reading only: all its queries see the same state."""
        return LeasedTransaction(self, reads_only=True)

    def schema_transaction(self) -> LeasedTransaction:
        """Make the transaction of one migration: one at a time, on all machines together."""
        return MigratingTransaction(self, allow_nested=False)

    async def broken_references(self) -> list[Row]:
        """Return rows that point at nothing: PostgreSQL lets none be."""
        return []

    def may_try_again(self, fault: BaseException) -> bool:
        """Say whether a transaction that failed so, with nothing committed, may succeed when it is run again."""
        return isinstance(fault, asyncpg.SerializationError | asyncpg.DeadlockDetectedError | DatabaseAway)

    def _explained(self, fault: BaseException) -> DatabaseFault:
        match fault:
            case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
                why = "the server does not let this user in"
                tip = "See to the user in the address, and to its password in ~/.pgpass (mode 600) or PGPASSFILE"
            case asyncpg.InvalidCatalogNameError():
                why, tip = "there is no database of that name", "Make it with `createdb`, or name another"
            case ValueError():
                why, tip = "this is no address of a database", "Write it like postgresql://user@host:5432/name"
            case _:
                why = f"the server cannot be reached ({type(fault).__name__})"
                tip = "See that it runs, that host and port are right, and that it takes more connections"
        return DatabaseFault("database", self.where, why, tip)


class LeasedTransaction(PostgresTransaction):
    """`async with engine.transaction():` on a connection of its own, which goes back clean whatever happens.

    The rules are those of the SQLite engine's transactions: one inside another is the outer one; one query at a time;
    a task that outlives its transaction is refused by the connection. A COMMIT whose answer never came raises
    `OutcomeUnknown`, and is not tried again.
    """

    __slots__ = ("_reads_only",)
    engine: PooledPostgresEngine
    context: Token[LeasedTransaction | None]
    _parent: LeasedTransaction | None

    def __init__(self, engine: PooledPostgresEngine, allow_nested: bool = True, *, reads_only: bool = False) -> None:
        super().__init__(engine=engine, allow_nested=allow_nested)
        self._reads_only = reads_only
        if self._parent is not None and self._parent._reads_only and not reads_only:
            raise TransactionError("A write transaction was asked for inside one that is for reading only.")

    async def __aenter__(self) -> LeasedTransaction:
        if self._parent is not None:
            return self._parent
        self.connection = await self.engine.acquire()
        try:
            level = "repeatable_read" if self._reads_only else "read_committed"
            self.transaction = self.connection.transaction(isolation=level, readonly=self._reads_only)
            await self.begin()
            await self._prepare()
        except BaseException as fault:
            await self.engine.give_back(self.connection)
            if isinstance(fault, UNUSABLE):
                raise DatabaseAway(self.engine.where) from fault
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def _prepare(self) -> None:
        """Do what comes first in every transaction of this kind."""

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> Literal[False]:
        if self._parent is not None:
            return False
        try:
            if not (self._committed or self._rolled_back):
                await self._end(exception)
        finally:
            self.engine.current_transaction.reset(self.context)
            await self.engine.give_back(self.connection)
        return False

    async def _end(self, exception: BaseException | None) -> None:
        if exception is None:
            try:
                await self.commit()
            except UNUSABLE as fault:
                raise OutcomeUnknown(self.engine.where) from fault
            return
        lost = is_lost(self.connection, exception)
        with suppress(*UNUSABLE):
            await self.rollback()
        if lost:
            raise DatabaseAway(self.engine.where) from exception


class MigratingTransaction(LeasedTransaction):
    """The transaction of one migration. It waits until no other machine migrates, and takes as long as it needs."""

    __slots__ = ()

    async def _prepare(self) -> None:
        await self.connection.execute("SET LOCAL statement_timeout = 0", timeout=None)
        await self.connection.execute(f"SELECT pg_advisory_xact_lock({MIGRATING})", timeout=3600)


def is_lost(connection: Any, fault: BaseException) -> bool:
    """Say whether a fault means that the connection is gone, rather than that it was used wrongly."""
    if not isinstance(fault, asyncpg.InterfaceError):
        return isinstance(fault, LOST)
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # it has gone back to the pool, which is what a lost one does by itself
        return True


def shown(url: str) -> str:
    """Return an address as it may be told: without the user, and without what might be a secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


async def _nothing(_: Any) -> None:
    """Reset nothing when a connection goes back: none leaves anything behind, and asking costs a round trip."""
