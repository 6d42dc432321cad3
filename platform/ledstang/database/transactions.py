"""Transactions on a pooled connection: one connection, one query at a time, and clean whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import Token
from typing import TYPE_CHECKING, Any, Literal

from piccolo.engine.exceptions import TransactionError
from piccolo.engine.sqlite import Atomic, SQLiteTransaction, TransactionType

from ledstang.database.workers import Row, Statement, Worker, fetch, fetch_within

if TYPE_CHECKING:
    from ledstang.database.engine import PooledSQLiteEngine


class Lease:
    """A worker that belongs to one transaction until it is given back.

    Two queries at once are refused: PostgreSQL refuses them too, so a `gather` inside a transaction that seemed to work
    here would fail there. `execute` is what Piccolo's `Savepoint` calls.
    """

    def __init__(self, worker: Worker, give_back: Callable[[], None]) -> None:
        self._worker = worker
        self._give_back = give_back
        self._asked = False
        self._over = False

    @property
    def over(self) -> bool:
        """Whether the connection has gone back, so that whoever still holds the lease is too late."""
        return self._over

    async def execute(self, sql: str, arguments: Sequence[Any] = ()) -> list[Row]:
        """Run one statement on the leased connection."""
        return await self._ask(fetch, sql, arguments)

    async def fetch_each(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run several reads in one thread hop."""
        return await self._ask(fetch_within, statements)

    async def ask(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Run any job on the leased connection."""
        return await self._ask(call, *arguments)

    async def _ask(self, call: Callable[..., Any], *arguments: Any) -> Any:
        if self._over:
            raise TransactionError(
                "This query comes too late: the transaction that its task was started in has ended. "
                "Start work that outlives a transaction in a fresh context, or after the transaction."
            )
        if self._asked:
            raise TransactionError(
                "Two queries at once in one transaction: await one before the next, never gather() them."
            )
        self._asked = True
        try:
            return await self._worker.submit(call, *arguments)
        finally:
            self._asked = False

    def give_back(self) -> None:
        """Return the connection; what is open on it is rolled back before anybody else's first query."""
        if not self._over:
            self._over = True
            self._give_back()


class PooledTransaction(SQLiteTransaction):
    """`async with engine.transaction():` on the one writer, or on a reader of its own.

    - `BEGIN IMMEDIATE` unless `TransactionType.deferred` is asked for, which means *for reading only*: one snapshot, on
      a connection that refuses writes. Keep it short, an open snapshot makes the write-ahead log grow; never stream a
      response from inside it.
    - A transaction inside a transaction is the outer one: **no savepoint**. An exception that is caught between the
      two leaves what the inner one did; use `await transaction.savepoint()` where that matters.
    - `asyncio.create_task` inside a transaction inherits it: its queries run in the transaction while that is open and
      raise `TransactionError` afterwards. After-commit work gets a fresh `contextvars.Context`.
    - A write from a fresh context *inside* a write transaction waits for the writer that the transaction holds: it gets
      `WriterBusy` after the engine's patience, as does a transaction that awaits it.
    - A failed BEGIN, a failed COMMIT, an exception or a cancelled task give the connection back rolled back. Who is
      cancelled while the COMMIT is under way cannot know whether it was made.
    """

    __slots__ = ()
    engine: PooledSQLiteEngine
    connection: Lease
    context: Token[PooledTransaction | None]  # type: ignore[assignment]
    _parent: PooledTransaction | None  # type: ignore[assignment]

    def __init__(
        self,
        engine: PooledSQLiteEngine,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,
    ) -> None:
        super().__init__(engine=engine, transaction_type=transaction_type, allow_nested=allow_nested)
        if self._parent is None:
            return
        if self._parent.connection.over:
            raise TransactionError(
                "The transaction that this task was started in has ended: start it in a fresh context."
            )
        if self._parent.reads_only and not self.reads_only:
            raise TransactionError("A write transaction was asked for inside one that is for reading only.")

    @property
    def reads_only(self) -> bool:
        """Whether this was opened for reading only."""
        return self.transaction_type is TransactionType.deferred

    async def _lease(self) -> Lease:
        return await self.engine.lease(self.reads_only)

    async def __aenter__(self) -> PooledTransaction:
        if self._parent is not None:
            return self._parent
        self.connection = await self._lease()
        try:
            await self.begin()
        except BaseException:
            self.connection.give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> Literal[False]:
        if self._parent is not None:
            return False
        try:
            if exception is None and not (self._committed or self._rolled_back):
                await self.commit()
        finally:
            self.connection.give_back()
            self.engine.current_transaction.reset(self.context)
        return False


class SchemaTransaction(PooledTransaction):
    """A write transaction on a connection of its own that does not enforce foreign keys: for migrations only."""

    __slots__ = ()

    async def _lease(self) -> Lease:
        return await self.engine.lease_for_schema()


class PooledAtomic(Atomic):
    """`engine.atomic()`: a list of queries in one transaction, `BEGIN IMMEDIATE` unless asked otherwise."""

    __slots__ = ()
