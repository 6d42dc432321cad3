"""The one writer: taken by one transaction at a time, shared by the single writes that pile up in between."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ledstang.database.faults import WriterBusy
from ledstang.database.workers import Row, Worker, fetch, roll_back, settle

MOST_IN_A_COMMIT = 500


class Write(NamedTuple):
    """A single write that waits for its commit."""

    sql: str
    arguments: Sequence[Any]
    future: asyncio.Future[list[Row]]


Outcome = tuple[list[Row] | None, BaseException | None]


class Writer:
    """The connection that writes, behind a lock.

    `patience` (seconds) is how long somebody waits for it before `WriterBusy`: without it a transaction that awaits an
    autocommit write made in a *fresh context* would wait for itself for ever, since that write does not know that it
    belongs to the transaction and queues for the writer that the transaction holds.
    """

    def __init__(self, worker: Worker, where: str, patience: float) -> None:
        self.worker = worker
        self._where = where
        self._patience = patience
        self._lock = asyncio.Lock()
        self._pending: list[Write] = []
        self._committing: asyncio.Task[None] | None = None

    async def take(self) -> None:
        """Wait for the writer. Raises `WriterBusy` after `patience` seconds."""
        try:
            async with asyncio.timeout(self._patience):
                await self._lock.acquire()
        except TimeoutError:
            raise WriterBusy(self._where, self._patience) from None

    def give_back(self) -> None:
        """Hand the writer on, clean: the rollback of anything left open goes before the next one's BEGIN."""
        self.worker.post_cleaning()
        self._lock.release()

    async def finish(self) -> None:
        """Make the writes that were asked for, wait for the transaction that is open, and keep the writer for good.

        Whoever holds it for longer than `patience` loses it: the process is to end.
        """
        if self._committing is not None:
            await asyncio.wait({self._committing}, timeout=self._patience)
        with suppress(WriterBusy):
            await self.take()

    def write(self, sql: str, arguments: Sequence[Any]) -> asyncio.Future[list[Row]]:
        """Commit one statement on its own; those that arrive while a commit is under way share the next one.

        A task that is cancelled while it waits cannot know whether its write was made: it may have been under way.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[list[Row]] = loop.create_future()
        self._pending.append(Write(sql, arguments, future))
        if self._committing is None:
            self._committing = loop.create_task(self._commit_pending())
        return future

    async def alone(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """Run what SQLite refuses inside a transaction (PRAGMA, VACUUM) with the writer to itself."""
        await self.take()
        try:
            return await self.worker.submit(fetch, sql, arguments)
        finally:
            self.give_back()

    async def _commit_pending(self) -> None:
        try:
            while self._pending:
                await self._commit_some()
        finally:
            self._committing = None

    async def _commit_some(self) -> None:
        some: list[Write] = []
        try:
            await self.take()
            try:
                some = self._next()
                outcomes = await self.worker.submit(commit, some)
            finally:
                self.give_back()
            for write, (rows, fault) in zip(some, outcomes, strict=True):
                settle(write.future, rows, fault)
        except (WriterBusy, sqlite3.Error) as fault:
            for write in some or self._next():
                settle(write.future, None, fault)
        finally:
            for write in some:
                write.future.cancel()  # only those without an outcome: this task itself was cancelled

    def _next(self) -> list[Write]:
        some = [write for write in self._pending[:MOST_IN_A_COMMIT] if not write.future.done()]
        del self._pending[:MOST_IN_A_COMMIT]
        return some


def commit(connection: sqlite3.Connection, writes: Sequence[Write]) -> list[Outcome]:
    """Commit all in one go; if that fails as a whole, each for itself, so that one cannot take the others with it."""
    if len(writes) > 1:
        try:
            return _commit_together(connection, writes)
        except sqlite3.Error as fault:
            roll_back(connection)
            if is_busy(fault):
                return [(None, fault)] * len(writes)
    return [_commit_alone(connection, write) for write in writes]


def is_busy(fault: BaseException) -> bool:
    """Whether another process was in the way, so that the same may succeed a moment later."""
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _commit_together(connection: sqlite3.Connection, writes: Sequence[Write]) -> list[Outcome]:
    connection.execute("BEGIN IMMEDIATE")
    outcomes = [_in_savepoint(connection, write) for write in writes]
    connection.execute("COMMIT")
    return outcomes


def _in_savepoint(connection: sqlite3.Connection, write: Write) -> Outcome:
    connection.execute("SAVEPOINT one")
    outcome: Outcome
    try:
        outcome = fetch(connection, write.sql, write.arguments), None
    except BaseException as fault:  # handed to the one who waits for this write
        # Fails in its turn when SQLite has rolled all of the commit back, and so has each tried for itself.
        connection.execute("ROLLBACK TO one")
        outcome = None, fault
    connection.execute("RELEASE one")
    return outcome


def _commit_alone(connection: sqlite3.Connection, write: Write) -> Outcome:
    try:
        connection.execute("BEGIN IMMEDIATE")
        rows = fetch(connection, write.sql, write.arguments)
        connection.execute("COMMIT")
    except BaseException as fault:  # handed to the one who waits for this write
        roll_back(connection)
        return None, fault
    return rows, None
