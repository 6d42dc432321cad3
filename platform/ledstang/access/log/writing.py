"""Writing: entries that arrive while a commit is under way share the next one; each is chained under a lock of its chain."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from piccolo import columns

from ledstang.access.log.entries import COLUMNS, Entry, rows_of
from ledstang.access.log.spool import QueueFull, Spool
from ledstang.access.log.tables import AccessLogChain as Chain
from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.database import Database, Keys, prepared
from ledstang.database.faults import is_passing

log = logging.getLogger("ledstang.access")

PURPOSE = "access log"
MOST_IN_A_COMMIT = 1024
Waiting = tuple[Sequence[Entry], asyncio.Future[None]]


class LogWriter:
    """Writes entries in chains: to the database, or to the local queue while that cannot take them."""

    def __init__(self, database: Database, keys: Keys, spool: Spool) -> None:
        self._database, self._keys, self._spool = database, keys, spool
        self._pending: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def transaction(self) -> Any:
        """The write transaction that is open where this is asked, or None."""
        open_ = self._database.engine.current_transaction.get()
        reads = open_ is not None and getattr(open_, "reads_only", getattr(open_, "_reads_only", False))
        return None if reads else open_

    def soon(self, *entries: Entry) -> asyncio.Future[None]:
        """Write entries outside any transaction, in one commit; the future is done when all are safe. It raises QueueFull."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._pending.append((entries, future))
        if self._writing is None:
            self._writing = loop.create_task(self._write_pending(), context=contextvars.Context())
        return future

    async def within(self, entries: Sequence[Entry]) -> None:
        """Write entries in the transaction that is open: they are kept or lost with the rest."""
        chains: dict[str, list[Entry]] = {}
        for entry in entries:
            chains.setdefault(entry.chain, []).append(entry)
        for chain in sorted(chains):  # in the same order everywhere, so that nobody waits for each other
            await self._append(chain, chains[chain])

    async def drain(self) -> None:
        """Write what waits in the local queue, in order. What has been written before is not written twice."""
        if not self._spool.size:
            return
        async with self._spool.waiting() as entries:
            for start in range(0, len(entries), MOST_IN_A_COMMIT):
                await self._commit(entries[start : start + MOST_IN_A_COMMIT], again=True)

    async def _write_pending(self) -> None:
        try:
            while self._pending:
                await self._write_some(self._taken())
        finally:
            self._writing = None

    def _taken(self) -> list[Waiting]:
        """Take what waits, no more than a commit should hold: what came together stays together."""
        some, count = 0, 0
        while some < len(self._pending) and count < MOST_IN_A_COMMIT:
            count += len(self._pending[some][0])
            some += 1
        taken, self._pending = self._pending[:some], self._pending[some:]
        return taken

    async def _write_some(self, some: list[Waiting]) -> None:
        try:
            await self._keep([entry for entries, _ in some for entry in entries])
        except BaseException as fault:  # handed to those who wait, each of whom must not go on
            for _, future in some:
                if not future.done():
                    future.set_exception(fault)
                    future.exception()  # who was called off asks no more
            if not isinstance(fault, Exception):
                raise
            return
        for _, future in some:
            if not future.done():
                future.set_result(None)

    async def _keep(self, entries: list[Entry]) -> None:
        """Commit entries, or put them into the queue when the database is away, has no room or is too busy."""
        try:
            await self.drain()
            await self._commit(entries)
        except QueueFull:
            raise
        except Exception as fault:
            if not is_passing(fault):
                raise
            log.error("the access log waits in its local queue: %s", type(fault).__name__)
            await self._spool.keep(entries)

    async def _commit(self, entries: Sequence[Entry], *, again: bool = False) -> None:
        async def work() -> None:
            await self.within([one for one in entries if not (again and await _there(one.id))])

        await self._database.write(work)

    async def _append(self, chain: str, entries: list[Entry]) -> None:
        await self._database.take_turns(f"access log {chain}")
        head = await _head(chain)
        sequence, previous = (head[0]["sequence"], head[0]["mac"]) if head else (0, "")
        rows = rows_of(entries, chain, sequence, previous, *self._keys.mac_key(PURPOSE))
        await insert(self._database, rows)
        await _move_head(chain, entries[0].day, sequence + len(rows), rows[-1][-1])


async def insert(database: Database, rows: Sequence[Sequence[Any]]) -> None:
    """Put rows into the table, in the transaction that is open: PostgreSQL takes a list for each column."""
    if database.engine.engine_type == "sqlite":
        # sqlite3 would call a function of Piccolo's for each id, which is half of what the statement takes.
        plain = msgspec.to_builtins(rows, builtin_types=(datetime,))
        await database.engine.run_many(_INSERT, plain)
    else:
        await database.engine.run(_INSERT_LISTS, [list(values) for values in zip(*rows, strict=True)])


_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_INTO = f"INSERT INTO access_log_entry ({_NAMES})"
_INSERT = f"{_INTO} VALUES ({', '.join('?' * len(COLUMNS))})"
_TYPES = {columns.UUID: "uuid", columns.Timestamptz: "timestamptz", columns.BigInt: "bigint",
          columns.Integer: "integer", columns.Varchar: "varchar"}  # fmt: skip
_LISTS = (f"${at}::{_TYPES[type(column)]}[]" for at, column in enumerate(Row._meta.columns, 1))
_INSERT_LISTS = f"{_INTO} SELECT * FROM unnest({', '.join(_LISTS)})"  # noqa: S608 - our own names
_head = prepared(lambda chain: Chain.select(Chain.sequence, Chain.mac).where(Chain.id == chain))
_move_head = prepared(
    lambda chain, day, sequence, mac: Chain.raw(
        "INSERT INTO access_log_chain (id, day, waits, sequence, mac, sent) VALUES ({}, {}, {}, {}, {}, 0) "
        "ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac, waits = excluded.waits",
        chain,
        day,
        day,
        sequence,
        mac,
    )
)
_there = prepared(lambda id_: Row.select(Row.id).where(Row.id == id_))
