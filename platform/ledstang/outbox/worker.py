"""The one loop that carries errands out: in `ledstang work`, and inside `ledstang serve` on one host."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec

from ledstang.outbox.events import Event, Listener, NoticeWanted
from ledstang.outbox.jobs import Job
from ledstang.outbox.outbox import Errand, Outbox, kind_of

log = logging.getLogger("ledstang.work")

Doing = Callable[[Errand], Awaitable[Any]]
GRACE = 1.0
"""Seconds that an errand which is called off may take to let go."""


class Worker:
    """Carries errands out until it is told to stop. Any number may run, in any number of processes.

    `listeners` and `jobs` are pairs of a plugin's name and what it offers; `first` is awaited before errands are taken up.
    """

    def __init__(
        self,
        outbox: Outbox,
        listeners: Sequence[tuple[str, Listener[Any]]],
        jobs: Sequence[tuple[str, Job]],
        first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._first = first
        self._outbox, self._limits, self._jobs = outbox, outbox.limits, jobs
        self._doings: Mapping[str, Doing] = {
            kind_of(plugin, one): _hearing(one, outbox) for plugin, one in listeners
        } | {kind_of(plugin, one): _running(one) for plugin, one in jobs}
        self._planned: dict[str, datetime] = {}
        self._held: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._away = False
        self.name = f"{socket.gethostname()[:30]}/{os.getpid()}/{token_hex(4)}"

    async def run(self) -> None:
        """Work until `stop()`. A database that is away costs nothing but time: it is asked again."""
        stopping = asyncio.create_task(self._stopping.wait())
        while not self._stopping.is_set():
            await self._try_to_begin()
            full = len(self._held) >= self._limits.at_once
            pause = None if full else self._limits.poll_seconds
            await asyncio.wait({stopping, *self._held}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await self._let_go()

    def stop(self) -> None:
        """Take up nothing more. What is under way is finished or given back."""
        self._stopping.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work beside what is done in the block."""
        work = asyncio.create_task(self.run())
        try:
            yield
        finally:
            self.stop()
            await work

    async def until_idle(self) -> int:
        """Carry out all that is due now, and what comes of it; return how much that was. For `--once` and for tests."""
        total = 0
        while begun := await self._begin():
            total += begun
            await asyncio.wait(self._held)
        return total

    async def _try_to_begin(self) -> None:
        try:
            await self._begin()
            self._away = False
        except Exception as fault:
            if not self._away:  # told once, not twice a second
                log.error("the outbox cannot be read: %s", type(fault).__name__)
            self._away = True

    async def _begin(self) -> int:
        """Plan what the clock asks for, take up what there is room for, and return how much that was."""
        if self._first:
            await self._first()
        await self._plan()
        free = self._limits.at_once - len(self._held)
        errands = await self._outbox.claim(self.name, free) if free else []
        for errand in errands:
            task = asyncio.create_task(self._carry_out(errand))
            self._held.add(task)
            task.add_done_callback(self._held.discard)
        return len(errands)

    async def _plan(self) -> None:
        """Write down each job's latest occasion. All workers do; the first to do so is the one that counts."""
        now = self._outbox.now()
        for plugin, job in self._jobs:
            due, kind = job.when.latest(now), kind_of(plugin, job)
            if self._planned.get(kind) != due:
                await self._outbox.add(kind, once=f"{kind}@{due.isoformat()}")
                self._planned[kind] = due

    async def _carry_out(self, errand: Errand) -> None:
        """Carry one out. What it raises, or does not end in time, puts off this errand and no other."""
        doing = asyncio.create_task(self._do(errand))
        try:
            error = await self._wait_for(doing, errand)
            if isinstance(error, datetime):
                soon = self._outbox.now() + timedelta(seconds=self._limits.retry_seconds)
                await self._outbox.put_off(errand, self.name, max(error, soon))
            elif not error:
                await self._outbox.finish(errand, self.name)
            else:
                log.error("%s failed, try %s: %s", errand.kind, errand.tries, error)
                await self._outbox.fail(errand, self.name, error)
        except asyncio.CancelledError:
            doing.cancel()
            await self._outbox.give_back(errand, self.name)
        except Exception as fault:  # the database is away: when the lease has ended, the errand is taken up again
            log.error("%s could not be crossed out: %s", errand.kind, type(fault).__name__)

    async def _do(self, errand: Errand) -> str | datetime:
        """Return what went wrong, or nothing, or until when it is to wait."""
        doing = self._doings.get(errand.kind)
        if doing is None:
            return "nothing here carries it out: the plugin is gone, or put aside"
        try:
            answer = await doing(errand)
        except (Exception, SystemExit) as fault:
            # The message of an exception may hold what a person wrote: only its kind and its place are kept.
            frame = traceback.extract_tb(fault.__traceback__)[-1]
            return f"{type(fault).__name__} at {Path(frame.filename).name}:{frame.lineno}"
        return answer if isinstance(answer, datetime) else ""

    async def _wait_for(self, doing: asyncio.Task[str | datetime], errand: Errand) -> str | datetime:
        """Return what it came to, renewing the lease for as long as the errand may take."""
        left, step = self._limits.budget_seconds, self._limits.lease_seconds / 3
        while left > 0:
            await asyncio.wait({doing}, timeout=min(step, left))
            left -= step
            if doing.done():
                return "it called itself off" if doing.cancelled() else doing.result()
            if not await self._outbox.renew(errand, self.name):
                break
        doing.cancel()
        await asyncio.wait({doing}, timeout=GRACE)
        return f"not done within {self._limits.budget_seconds:g} s"

    async def _let_go(self) -> None:
        """Wait for what is under way, and give back what takes too long."""
        if self._held:
            await asyncio.wait(self._held, timeout=self._limits.stop_seconds)
        for task in self._held:
            task.cancel()
        await asyncio.gather(*self._held)


def _hearing(listener: Listener[Any], outbox: Outbox) -> Doing:
    async def hear(errand: Errand) -> Any:
        event: Event = msgspec.json.decode(errand.payload, type=listener.event)
        if isinstance(event, NoticeWanted) and event.cause and await outbox.is_called_off(event.cause):
            return None
        return await listener.hear(event, errand.once)

    return hear


def _running(job: Job) -> Doing:
    return lambda errand: job.run(datetime.fromisoformat(errand.once.rpartition("@")[2]))
