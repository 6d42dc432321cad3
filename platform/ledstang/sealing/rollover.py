"""Which key seals: agreed on in the database, so that no process ever meets a value that it cannot open.

A new key passes two steps. It is *made*: its files are there and `seal_key` has its row, and every process reads it, to
open with. It *seals* when every process that has shown itself lately says, in `key_holder`, that it has read it. A process
looks before each request or errand, but at most every few seconds; one that starts first says which keys it has and then
looks which there are, and does not start when it lacks one. So whoever could have been overlooked has looked before it
opens anything.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from secrets import token_hex
from typing import Any

from ledstang.clock import Clock
from ledstang.database import Database, DatabaseFault, Keys, prepared
from ledstang.database.faults import is_passing
from ledstang.database.keyfiles import add, names
from ledstang.sealing.tables import KeyHolder, SealKey
from ledstang.settings import Rotation

log = logging.getLogger("ledstang.keys")

LATELY = timedelta(seconds=60)
"""Who has not shown itself for so long does nothing just now, and looks before it does."""

AGAIN = 20.0
"""Seconds after which a process shows itself again."""

LONG_GONE = timedelta(days=1)

Row = dict[str, Any]


class Rollover:
    """The keys of an instance as all its processes see them; `fault` is what is wrong with those of this one."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, limits: Rotation) -> None:
        self._database, self._keys, self._clock, self._limits = database, keys, clock, limits
        self._process = f"{socket.gethostname()[:30]}/{os.getpid()}/{token_hex(4)}"
        self._looked = self._shown = float("-inf")
        self._said: tuple[str, int] | None = None
        self._disagreement: DatabaseFault | None = None

    @property
    def fault(self) -> DatabaseFault | None:
        """What is wrong with the key files, if anything is. The process goes on with what it knows."""
        return self._keys.fault or self._disagreement

    @property
    def ready(self) -> bool:
        """Whether this process can open what the others seal now."""
        return self._disagreement is None

    async def begin(self) -> None:
        """Say which keys this process has, and learn which one seals. Raises `DatabaseFault` when it lacks one."""
        await self._show()
        await self._settle()
        if self._disagreement is not None:
            await self.end()
            raise self._disagreement

    async def end(self) -> None:
        """Say that this process holds no keys any more."""
        self._said = None
        await _gone(self._process)

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """Take part for as long as the block takes. Raises `DatabaseFault`, as `begin` does."""
        await self.begin()
        try:
            yield
        finally:
            with suppress(Exception):  # a database that is away learns it by the time that passes
                await self.end()

    async def refresh(self) -> None:
        """Look at the files and at what the others do, unless that was done a moment ago."""
        now = time.monotonic()
        if now - self._looked < self._limits.look_seconds:
            return
        self._looked = now
        try:
            await self._settle()
        except Exception as fault:
            if not is_passing(fault):
                raise
            self._keys.reread()

    async def look(self) -> None:
        """Look at once, whatever was done a moment ago."""
        self._looked = float("-inf")
        await self.refresh()

    async def retire(self, number: int) -> None:
        """Take a key out of use. Raises `DatabaseFault` while it seals, or while somebody may still seal with it.

        That nothing is sealed with it any more is for the caller to see to.
        """
        rows = await _all()
        sealing = sealing_of(rows)
        if number not in {row["number"] for row in rows}:
            raise self._refusal(number, "there is no such key", "See `ledstang keys`")
        if sealing is None or number >= sealing:
            raise self._refusal(number, "it seals, or is to seal next", "Make a new one first: `ledstang keys rotate`")
        late = [row["process"] for row in await self.holders() if row["seals"] != sealing]
        if late:
            raise self._refusal(number, f"{', '.join(late)} may still seal with it", "Try again in a minute")
        await _retire(self._clock.now(), number)

    async def holders(self) -> list[Row]:
        """Return the processes that have shown themselves lately: process, keys, seals, seen."""
        return await _holders(self._clock.now() - LATELY)

    async def learn(self) -> list[Row]:
        """Read the files and what is known of the keys, and make known what nobody has seen; return what is known."""
        rows = await self.compare()
        marks = self._keys.marks
        if news := [number for number in sorted(marks) if number not in {row["number"] for row in rows}]:
            await self._make_known(news, marks, first=not rows)
            rows = await self.compare()
        return rows

    async def compare(self) -> list[Row]:
        """Read the files and what is known of the keys, and change nothing; return what is known."""
        rows = await _all()
        self._keys.reread(frozenset(row["number"] for row in rows if row["retired"]))
        self._disagreement = self._compare(rows, self._keys.marks)
        return rows

    async def _settle(self) -> None:
        rows = await self.learn()
        await self._show()
        sealing = sealing_of(rows)
        if sealing is not None and self._disagreement is None:
            self._keys.use(await self.promoted(rows, sealing))
            await self._show()

    async def make(self) -> tuple[int, int]:
        """Make a new key and make it known; return its number and that of the key which seals now.

        That is the new one already where no process has shown itself lately.
        """
        rows = await _all()
        number = add(self._keys.folder, above=max((row["number"] for row in rows), default=0))
        self._keys.reread()
        await self._make_known([number], self._keys.marks, first=False)
        return number, await self.promoted(await _all(), sealing_of(rows) or 0)

    async def _make_known(self, news: Sequence[int], marks: dict[int, str], *, first: bool) -> None:
        """Write down the keys that nobody has seen before. Where there were none at all, the newest seals at once."""
        now = self._clock.now()
        since = now if first else None
        rows = [SealKey(number=number, mark=marks[number], made=now, since=since) for number in news]

        async def work() -> None:
            for row in rows:
                await SealKey.insert(row).on_conflict(target=SealKey.number, action="DO NOTHING")

        await self._database.write(work)

    def _compare(self, rows: Sequence[Row], marks: dict[int, str]) -> DatabaseFault | None:
        """Say which key this process lacks that others seal with, or are about to."""
        for row in rows:
            number = row["number"]
            if marks.get(number) == row["mark"] or row["retired"]:
                continue
            has = "is another than the one that was used before" if number in marks else "is not among the key files"
            files = " and ".join(names(number))
            tip = f"Copy {files} to this place from another machine or from where they are kept safe"
            fault = DatabaseFault("keys", str(self._keys.folder), f"key {number} {has}", tip)
            if str(fault) != str(self._disagreement):
                log.error("%s", fault)
            return fault
        return None

    async def promoted(self, rows: Sequence[Row], sealing: int) -> int:
        """Return the key that seals from now on: the newest, as soon as everybody has read it."""
        newest = max((row["number"] for row in rows if not row["retired"]), default=sealing)
        if newest <= sealing or not all(str(newest) in row["keys"].split() for row in await self.holders()):
            return sealing
        await _promote(self._clock.now(), newest)
        log.info("key %s seals from now on", newest)
        return newest

    async def _show(self) -> None:
        """Say which keys this process has and seals with: when that is new, and every now and then."""
        said = " ".join(map(str, sorted(self._keys.marks))), self._keys.sealing
        now = time.monotonic()
        if said == self._said and now - self._shown < AGAIN:
            return
        at = self._clock.now()
        await _show(self._process, *said, at)
        if self._said is None:
            await _forget(at - LONG_GONE)
        self._said, self._shown = said, now

    def _refusal(self, number: int, why: str, tip: str) -> DatabaseFault:
        return DatabaseFault("keys", f"key {number}", why, tip)


def sealing_of(rows: Sequence[Row]) -> int | None:
    """Return the number of the key that seals, or None before there is one."""
    return max((row["number"] for row in rows if row["since"] is not None), default=None)


async def known_keys() -> list[Row]:
    """Return all keys that were ever made known, the newest first: the columns of `SealKey`."""
    return await _all()


_all = prepared(lambda: SealKey.select().order_by(SealKey.number, ascending=False))
_promote = prepared(
    lambda now, number: SealKey.update({SealKey.since: now}).where((SealKey.number == number) & SealKey.since.is_null())
)
_retire = prepared(lambda now, number: SealKey.update({SealKey.retired: now}).where(SealKey.number == number))
_holders = prepared(
    lambda since: KeyHolder.select().where(KeyHolder.seen >= since).order_by(KeyHolder.process, ascending=True)
)
_show = prepared(
    lambda process, keys, seals, now: KeyHolder.raw(
        "INSERT INTO key_holder (process, keys, seals, seen) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (process) DO UPDATE SET keys = excluded.keys, seals = excluded.seals, seen = excluded.seen",
        process,
        keys,
        seals,
        now,
    )
)
_gone = prepared(lambda process: KeyHolder.delete().where(KeyHolder.process == process))
_forget = prepared(lambda before: KeyHolder.delete().where(KeyHolder.seen < before))
