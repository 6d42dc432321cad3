"""One SQLite connection on one thread, fed by a queue: one thread hop for a whole query."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

Opener = Callable[[], sqlite3.Connection]
Row = dict[str, Any]
Statement = tuple[str, Sequence[Any]]
Jobs = SimpleQueue["tuple[asyncio.Future[Any] | None, Callable[..., Any], tuple[Any, ...]] | None"]


class Worker:
    """A thread that owns a connection and does the jobs of its queue in order.

    Several workers may share a queue (the readers do); then whoever is free takes the next job. That the jobs of one
    worker run strictly in order is what makes cleaning up safe without waiting: a ROLLBACK that is only *posted* still
    comes before anything that anybody asks for later.
    """

    def __init__(self, name: str, opener: Opener, jobs: Jobs | None = None) -> None:
        self._opener = opener
        self._jobs: Jobs = jobs or SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._opened: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Open the connection on the worker's own thread. Raises `DatabaseFault` if it cannot be opened."""
        self._opened = asyncio.get_running_loop().create_future()
        self._thread.start()
        try:
            await self._opened
        except asyncio.CancelledError:
            self.stop()
            raise
        except BaseException:
            self._thread.join()  # it has nothing left to do
            raise

    def submit(self, call: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Queue `call(connection, *arguments)`; await the future for its result. A job cancelled in time never runs."""
        future = asyncio.get_running_loop().create_future()
        self._jobs.put((future, call, arguments))
        return future

    def post_cleaning(self) -> None:
        """Queue a rollback of whatever is open, without waiting for it. Only where the queue is the worker's own."""
        self._jobs.put((None, self._clean, ()))

    def stop(self) -> None:
        """Ask the thread to close its connection and end, after what is queued."""
        self._jobs.put(None)

    def join(self) -> None:
        """Wait for the thread; blocks, so call it off the event loop."""
        if self._thread.ident:
            self._thread.join()

    def _work(self) -> None:
        try:
            self._connection = self._opener()
        except BaseException as fault:  # handed to the one who waits in start()
            _settle_from_thread(self._opened, None, fault)
            return
        _settle_from_thread(self._opened, None, None)
        while (job := self._jobs.get()) is not None:
            self._do(*job)
        self._connection.close()

    def _do(self, future: asyncio.Future[Any] | None, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        if future is None:
            call(self._connection, *arguments)
            return
        if future.cancelled():
            return
        result, fault = None, None
        try:
            result = call(self._connection, *arguments)
        except BaseException as raised:  # handed to the one who waits for this job
            fault = raised
        _settle_from_thread(future, result, fault)

    def _clean(self, connection: sqlite3.Connection) -> None:
        try:
            roll_back(connection)
        except sqlite3.Error:
            # A connection that cannot roll back is of no more use; closing it releases every lock that it holds.
            connection.close()
            self._connection = self._opener()


def roll_back(connection: sqlite3.Connection) -> None:
    """Leave whatever transaction is open."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def fetch(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> list[Row]:
    """Execute one statement and return all its rows as dictionaries: the job of nearly every query."""
    cursor = connection.execute(sql, arguments)
    rows = cursor.fetchall()
    if not rows:
        return rows
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


def execute_many(connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Execute one write for each of many rows, in one job."""
    connection.executemany(sql, rows)


def fetch_each(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[list[Row]]:
    """Execute several reads on one snapshot, in one job."""
    connection.execute("BEGIN")
    try:
        return [fetch(connection, sql, arguments) for sql, arguments in statements]
    finally:
        connection.execute("ROLLBACK")


def fetch_within(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[list[Row]]:
    """Execute several reads inside the transaction that is already open, in one job."""
    return [fetch(connection, sql, arguments) for sql, arguments in statements]


def settle(future: asyncio.Future[Any], result: Any, fault: BaseException | None) -> None:
    """Give a future its outcome, unless nobody waits for it any more."""
    if future.done():
        return
    if fault is None:
        future.set_result(result)
    else:
        future.set_exception(fault)


def _settle_from_thread(future: asyncio.Future[Any] | None, result: Any, fault: BaseException | None) -> None:
    if future is None:
        return
    with suppress(RuntimeError):  # the loop has closed: there is nobody left to tell
        future.get_loop().call_soon_threadsafe(settle, future, result, fault)
