"""The region's own log system: it is handed every entry, in order, and what it cannot take now waits here for it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ledstang.access.log.ports import LoggedAccess
from ledstang.access.log.tables import AccessLogChain as Chain
from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.clock import Clock
from ledstang.connectors import Connected
from ledstang.database import Database, prepared
from ledstang.isolation import Gap, Isolation
from ledstang.people.register import Register
from ledstang.settings import AccessLogKept

log = logging.getLogger("ledstang.access")

PORTION = 100
"""Entries that are handed over at once."""


class Sink:
    """Hands the log over, chain by chain, each in order. Where no connector serves the port it does nothing.

    The database is the queue: what has not been taken waits there, and no more of it than `sink_waiting` entries, or
    staff and proxies read nothing until the other system is back.
    """

    def __init__(
        self,
        connected: Connected | None,
        database: Database,
        register: Register,
        clock: Clock,
        isolation: Isolation,
        settings: AccessLogKept,
    ) -> None:
        self._connected, self._database, self._register = connected, database, register
        self._clock, self._isolation, self._settings = clock, isolation, settings
        self._looked: datetime | None = None
        self._full = False

    @property
    def is_connected(self) -> bool:
        """Whether there is anybody to hand the log to."""
        return self._connected is not None

    async def send(self) -> int:
        """Hand over what waits, the oldest day first, until all is taken or something is not; return how many were."""
        taken = 0
        for chain in await self.waiting() if self._connected else ():
            sent = chain["sent"]
            while entries := await self._next(chain["id"], sent):
                if not await self._write(entries):
                    return taken
                sent = entries[-1].sequence
                await _taken(sent, chain["id"])
                taken += len(entries)
            await _done(chain["id"])
        return taken

    async def waiting(self) -> list[dict[str, Any]]:
        """Return the chains that the other system has not all of, the oldest first: id, sequence, sent."""
        return await _unsent()

    async def full(self) -> bool:
        """Say whether more waits than may. What was found is good for `sink_look_seconds`."""
        now, fresh = self._clock.now(), timedelta(seconds=self._settings.sink_look_seconds)
        if self._connected is None:
            return False
        if self._looked is None or not timedelta() <= now - self._looked < fresh:
            waiting = sum(row["sequence"] - row["sent"] for row in await self.waiting())
            self._looked, self._full = now, waiting > self._settings.sink_waiting
            if self._full:
                log.error("%d entries wait for the log system of the plugin %s", waiting, self._connected.plugin)
        return self._full

    async def _write(self, entries: list[LoggedAccess]) -> bool:
        if self._connected is None:
            return False
        plugin, service = self._connected.plugin, self._connected.service
        asked = "AccessLogSink.write", service.write, entries
        return not isinstance(
            await self._isolation.ask(plugin, *asked, milliseconds=self._settings.sink_answer_ms), Gap
        )

    async def _next(self, chain: str, after: int) -> list[LoggedAccess]:
        rows = await _after(chain, after)
        numbers = {id_: await self._number(id_) for row in rows for id_ in (row["subject"], row["actor"])}
        return [_handed(row, numbers) for row in rows]

    async def _number(self, id_: UUID | None) -> str:
        person = await self._register.find(id_) if id_ else None
        return person.number if person else ""


def _handed(row: dict[str, Any], numbers: dict[UUID | None, str]) -> LoggedAccess:
    given = {name: row[name] for name in LoggedAccess.__struct_fields__ if name in row}
    return LoggedAccess(**given, patient=numbers[row["subject"]], user=numbers[row["actor"]])


_COLUMNS = tuple(getattr(Row, name) for name in LoggedAccess.__struct_fields__ if name not in ("patient", "user"))
_unsent = prepared(
    lambda: Chain.select(Chain.id, Chain.sequence, Chain.sent).where(Chain.waits.is_not_null()).order_by(Chain.waits)
)
_after = prepared(
    lambda chain, sequence: (
        Row.select(*_COLUMNS, Row.subject, Row.actor)
        .where((Row.chain == chain) & (Row.sequence > sequence))
        .order_by(Row.sequence)
        .limit(PORTION)
    )
)
_taken = prepared(lambda sent, chain: Chain.update({Chain.sent: sent}).where((Chain.id == chain) & (Chain.sent < sent)))
_done = prepared(
    lambda chain: Chain.update({Chain.waits: None}).where((Chain.id == chain) & (Chain.sent == Chain.sequence))
)
