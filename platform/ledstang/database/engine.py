"""Piccolo's SQLite engine, pooled: a few readers, one writer, one thread hop a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import SQLiteEngine, TransactionType
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from ledstang.database import converters
from ledstang.database.arguments import checked
from ledstang.database.batches import Batch
from ledstang.database.connections import open_for_schema, open_reader, open_writer
from ledstang.database.faults import DatabaseFault
from ledstang.database.pool import Pool
from ledstang.database.statements import Kind, kind_of
from ledstang.database.transactions import Lease, PooledAtomic, PooledTransaction, SchemaTransaction
from ledstang.database.workers import Row, Statement, execute_many
from ledstang.database.writer import is_busy

converters.register()


class PooledSQLiteEngine(SQLiteEngine):
    """A drop-in for `SQLiteEngine`, on its public seams.

    path: the database file. readers: how many queries may read at once. patience: seconds to wait for the writer or for
    a snapshot's connection before `WriterBusy`. It serves the event loop that started it. It prints no queries, as
    stock Piccolo can: their arguments are people's data.
    """

    current_transaction: ContextVar[PooledTransaction | None]  # type: ignore[assignment]

    def __init__(self, path: str | Path, readers: int = 3, patience: float = 10.0) -> None:
        super().__init__(path=str(path), timeout=5.0, cached_statements=512, check_same_thread=False)
        self._readers = readers
        self._patience = patience
        self._pool: Pool | None = None

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the connections. Raises `DatabaseFault` with one sentence if the file cannot serve."""
        if self._pool is None:
            settings = self.connection_kwargs
            pool = Pool(lambda: open_writer(settings), lambda: open_reader(settings), self._readers, self._patience)
            await pool.start(self.path)
            self._pool = pool

    async def close_connection_pool(self) -> None:
        """Finish what is under way and close every connection."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.stop()

    @property
    def pool(self) -> Pool:
        """The open connections. Raises `DatabaseFault` before the start and after the stop."""
        if self._pool is None:
            why = "a query was asked before start() or after stop()"
            raise DatabaseFault("database", str(self.path), why, "Await start() first")
        return self._pool

    async def lease(self, reads_only: bool) -> Lease:
        """Take the writer, or a reader of one's own, for a transaction."""
        return await (self.pool.lease_reader() if reads_only else self.pool.lease_writer())

    async def lease_for_schema(self) -> Lease:
        """Open a connection that does not enforce foreign keys and waits long for other processes' migrations."""
        settings = self.connection_kwargs
        return await self.pool.lease_new(lambda: open_for_schema(settings))

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> list[Row]:  # noqa: ARG002
        """Run a query of Piccolo's."""
        sql, arguments = querystring.compile_string(engine_type="sqlite")
        return await self.run(sql, checked(arguments))

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> list[Row]:  # noqa: ARG002
        """Run a statement that changes the schema."""
        return await self.run(ddl, ())

    async def run(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """Run one statement where it belongs: in the transaction, on a reader, or in the next shared commit."""
        kind = kind_of(sql)
        transaction = self.current_transaction.get()
        if transaction is not None:
            _refuse_in(transaction, kind)
            return await transaction.connection.execute(sql, arguments)
        pool = self.pool
        if kind is Kind.READ:
            return await pool.read(sql, arguments)
        if kind is Kind.WRITE:
            return await pool.writer.write(sql, arguments)
        if kind is Kind.ALONE:
            return await pool.writer.alone(sql, arguments)
        raise TransactionError("BEGIN, COMMIT, ROLLBACK and savepoints are not for queries: use engine.transaction().")

    async def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one write for each of many rows, in one thread hop. Only inside a transaction."""
        transaction = self.current_transaction.get()
        if transaction is None:
            raise TransactionError("Many rows are written inside a transaction: use engine.transaction().")
        _refuse_in(transaction, kind_of(sql))
        await transaction.connection.ask(execute_many, sql, rows)

    async def glance(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run short reads without a thread hop, which costs more than they; in a transaction, as `run_together`."""
        if self.current_transaction.get() is None:
            return [self.pool.glance(*one) for one in statements]
        return await self.run_together(statements)

    async def run_together(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run several reads in one thread hop, all on the same snapshot."""
        transaction = self.current_transaction.get()
        if transaction is not None:
            return await transaction.connection.fetch_each(statements)
        return await self.pool.read_each(statements)

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> PooledTransaction:
        """Make a transaction: `BEGIN IMMEDIATE`, or with `TransactionType.deferred` a snapshot for reading only."""
        return PooledTransaction(self, transaction_type=transaction_type, allow_nested=allow_nested)

    def snapshot(self) -> PooledTransaction:
        """Make a transaction for reading only: all its queries see the same state."""
        return self.transaction(TransactionType.deferred)

    async def broken_references(self) -> list[Row]:
        """Return the rows that point at nothing: a migration runs without foreign keys being held."""
        return await self.run("PRAGMA foreign_key_check", ())

    def may_try_again(self, fault: BaseException) -> bool:
        """Say whether a transaction that failed so, with nothing committed, may succeed when it is run again."""
        return isinstance(fault, sqlite3.OperationalError) and is_busy(fault)

    def schema_transaction(self) -> SchemaTransaction:
        """Make the transaction of one migration; it must not be opened inside another."""
        return SchemaTransaction(self, allow_nested=False)

    def atomic(self, transaction_type: TransactionType = TransactionType.immediate) -> PooledAtomic:
        """Collect queries to run in one transaction."""
        return PooledAtomic(engine=self, transaction_type=transaction_type)

    async def batch(  # type: ignore[override]
        self,
        query: Query[Any, Any],
        batch_size: int = 100,
        node: str | None = None,  # noqa: ARG002
    ) -> Batch:
        """Read a large answer in parts of `batch_size` rows."""
        return Batch(self._lend, query, batch_size)

    async def _lend(self) -> tuple[Lease, bool]:
        transaction = self.current_transaction.get()
        if transaction is not None:
            return transaction.connection, False
        return await self.pool.lease_reader(), True


def _refuse_in(transaction: PooledTransaction, kind: Kind) -> None:
    if kind is Kind.CONTROL:
        raise TransactionError(
            "BEGIN, COMMIT, ROLLBACK and savepoints are not for queries: use the transaction's methods."
        )
    if transaction.reads_only and kind is not Kind.READ:
        raise TransactionError("This transaction was opened for reading only.")
