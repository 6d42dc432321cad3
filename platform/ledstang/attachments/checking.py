"""Looking through what has come: painted anew, or refused, then scanned. Nothing is handed out before both are done."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from ledstang.attachments import statements as sql
from ledstang.attachments.attachments import Attachments, FileArrived
from ledstang.attachments.looking import SLOWEST, Looking, Told
from ledstang.attachments.statements import CHECKING, QUARANTINED, READY, Attached, attached
from ledstang.isolation import Gap
from ledstang.outbox.events import Listener

if TYPE_CHECKING:
    from ledstang.house import House

log = logging.getLogger("ledstang.attachments")
PORT = "FileScanner"
AT_A_TIME = 50
"""Files that one round of the clock takes up at most."""


class Checking:
    """Looks through the files of an instance. Any number of processes may: whoever takes a file up first has it."""

    def __init__(self, house: House, files: Attachments) -> None:
        self._house, self._files, self._clock = house, files, house.clock
        self._limits = files.limits
        self._looking = Looking(self._limits)
        self._under_way: set[asyncio.Task[None]] = set()

    async def soon(self, id_: UUID) -> None:
        """Look through a file now, for as long as somebody may be kept waiting; after that it goes on by itself."""
        task = asyncio.create_task(self.check(id_))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=self._limits.answer_seconds)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:  # the errand that was kept with the file tries again
            log.error("a file could not be looked through: %s", type(fault).__name__)

    async def run(self) -> None:
        """Look through what waits: what nobody finished, and what the scanner could not tell of."""
        for row in await sql.due(self._clock.now(), AT_A_TIME):
            await self.check(row["id"])

    async def check(self, id_: UUID) -> None:
        """Look through a file, unless somebody else does. It comes to the same, however often it is begun."""
        now = self._clock.now()
        longest = self._limits.cpu_seconds * SLOWEST + self._limits.scan_seconds
        rows = await sql.claim(now + timedelta(seconds=2 * longest), id_, now)
        if not rows:
            return
        one = attached(self._house.keys, rows[0])
        if one.state == CHECKING and not await self._look_through(one):
            return
        await self._scan(await self._files.find(id_))

    async def _look_through(self, one: Attached) -> bool:
        """Have a file looked through, and say whether it is one that may stay."""
        batch, written = uuid4(), [0, 0]

        async def take(piece: bytes) -> None:
            async def work() -> None:
                written[0] = await self._files.content.write(one.id, one.subject, batch, written[0], piece)

            await self._house.database.write(work)
            written[1] += len(piece)

        told = await self._looking.through(self._files.bytes_of(one), self._files.kinds_at(one.use), take)
        if told.refused:
            await self._files.refuse(one.id, told.refused)
            return False
        kept = (one.batch, one.parts, one.size) if told.same else (batch, written[0], written[1])
        await self._keep(one, told, *kept)
        return True

    async def _keep(self, one: Attached, told: Told, batch: UUID, parts: int, size: int) -> None:
        """Let what was painted anew take the place of what was sent, of which nothing is left."""

        async def work() -> None:
            if await sql.looked_through(QUARANTINED, told.kind, batch, parts, size, one.id, one.batch):
                await self._files.content.keep_only(one.id, batch)

        await self._house.database.write(work)

    async def _scan(self, one: Attached) -> None:
        verdict = await self._verdict(one)
        if verdict == "infected":
            log.warning("the file %s carries something harmful, and is removed", one.id)
            await self._files.refuse(one.id, "infected")
            return
        again = self._clock.now() + timedelta(minutes=self._limits.again_minutes)
        state, waits = (READY, None) if verdict == "clean" else (QUARANTINED, again)

        async def work() -> None:
            await sql.settle(state, "", waits, one.id)

        await self._house.database.write(work)

    async def _verdict(self, one: Attached) -> str:
        """Return what the scanner says; `unsure` where there is none, or it does not answer, or not in words of ours."""
        scanner = self._house.connected.get(PORT)
        if scanner is None:
            return "unsure"
        answer = await self._house.isolation.ask(
            scanner.plugin, f"{PORT}.scan", scanner.service.scan, self._files.bytes_of(one), one.size,
            milliseconds=int(self._limits.scan_seconds * 1000), forgiving=True,
        )  # fmt: skip
        return answer if not isinstance(answer, Gap) and answer in ("clean", "infected") else "unsure"


def looking_through(checking: Checking) -> Listener[FileArrived]:
    """Return what looks through a file that nobody has looked through while it was sent."""

    async def hear(arrived: FileArrived, _once: str) -> None:
        await checking.check(arrived.attachment)

    return Listener("look-through", FileArrived, hear)
