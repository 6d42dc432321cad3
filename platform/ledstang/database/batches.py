"""Read a large answer in parts."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from piccolo.engine.base import BaseBatch
from piccolo.query.base import Query

from ledstang.database.transactions import Lease
from ledstang.database.workers import Row


class Batch(BaseBatch):
    """`async with await Table.select().batch(batch_size=100) as batch: async for rows in batch: …`

    It holds a reader of its own, or the transaction's connection, until the block is left; its snapshot makes the
    write-ahead log grow meanwhile. Unlike Piccolo's own it takes any number of parameters and hides no exception.
    """

    def __init__(self, lend: Callable[[], Awaitable[tuple[Lease, bool]]], query: Query[Any, Any], size: int) -> None:
        self._lend = lend
        self._query = query
        self._size = size

    async def __aenter__(self) -> Batch:  # type: ignore[override]
        sql, arguments = self._query.querystrings[0].compile_string(engine_type="sqlite")
        self._lease, self._own = await self._lend()
        try:
            self._cursor = await self._lease.ask(_open_cursor, sql, arguments)
        except BaseException:
            self._give_back()
            raise
        return self

    async def __aexit__(self, *_: object) -> bool:  # type: ignore[override]
        try:
            await self._lease.ask(_close_cursor, self._cursor)
        finally:
            self._give_back()
        return False

    def __aiter__(self) -> Batch:
        return self

    async def __anext__(self) -> list[Row]:
        rows = await self._lease.ask(_next_rows, self._cursor, self._size)
        if not rows:
            raise StopAsyncIteration
        return await self._query._process_results(rows)

    def _give_back(self) -> None:
        if self._own:
            self._lease.give_back()


def _open_cursor(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> sqlite3.Cursor:
    return connection.execute(sql, arguments)


def _next_rows(_: sqlite3.Connection, cursor: sqlite3.Cursor, size: int) -> list[Row]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(size)]


def _close_cursor(_: sqlite3.Connection, cursor: sqlite3.Cursor) -> None:
    cursor.close()
