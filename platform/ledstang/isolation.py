"""Each plugin answers alone: what it raises, or never answers, costs its own box, and after some failures not even time.

What a plugin gives the host to await shares the host's loop. One that awaits too long is given up; one that blocks the
loop counts as a failure once it is back, and is left alone then: see `interrupting` for one that never comes back.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from ledstang.database.faults import is_passing
from ledstang.patience import Patience

log = logging.getLogger("ledstang")
T = TypeVar("T")


class Gap(msgspec.Struct, frozen=True):
    """Something of a plugin that could not be shown; the page says so instead of being silent."""

    plugin: str


@dataclass(slots=True)
class Breaker:
    """How one plugin's answers to one hook have gone. `opened` is when it was left alone, on the monotonic clock."""

    failures: int = 0
    opened: float | None = None


@dataclass(slots=True)
class Isolation:
    """Asks plugins, each alone, and remembers how it went."""

    patience: Patience = field(default_factory=Patience)
    now: Callable[[], float] = time.monotonic
    breakers: dict[tuple[str, str], Breaker] = field(default_factory=dict)

    async def ask(
        self,
        plugin: str,
        hook: str,
        ask: Callable[..., Awaitable[T]],
        *given: Any,
        milliseconds: int | None = None,
        forgiving: bool = False,
    ) -> T | Gap:
        """Await `ask(*given)`: its answer, or a Gap and a line in the log.

        With `forgiving` only slowness counts: what is raised may come of what one person has sent, and must not close
        the door for everybody else.
        """
        breaker = self.breakers.setdefault((plugin, hook), Breaker())
        if not self._may_try(breaker):
            return Gap(plugin)
        seconds = (milliseconds or self.patience.start_ms) / 1000
        began = self.now()
        answer, fault = await _awaited(ask, given, seconds)
        if fault is None and self.now() - began <= seconds:
            breaker.failures, breaker.opened = 0, None
            return answer  # type: ignore[return-value]
        self._count(plugin, hook, breaker, fault or TimeoutError(), where(fault, ask), forgiving=forgiving)
        return Gap(plugin) if fault else answer  # type: ignore[return-value]

    def resting(self) -> Iterator[tuple[str, str]]:
        """Yield the plugins and hooks that are left alone just now."""
        for key, breaker in self.breakers.items():
            if breaker.opened is not None:
                yield key

    def _may_try(self, breaker: Breaker) -> bool:
        """Say whether to ask. After the pause one request tries, and the others wait for how that goes."""
        if breaker.opened is None:
            return True
        now = self.now()
        if now - breaker.opened < self.patience.pause_seconds:
            return False
        breaker.opened = now
        return True

    def _count(
        self, plugin: str, hook: str, breaker: Breaker, fault: BaseException, at: str, *, forgiving: bool
    ) -> None:
        about = {"plugin": plugin, "hook": hook, "error": type(fault).__name__, "where": at}
        # The message of an exception may hold what a person wrote: the log gets its type and place only.
        log.error("the plugin `%s` failed: %s at %s, in `%s`", plugin, about["error"], at, hook, extra=about)
        if is_passing(fault) or (forgiving and not isinstance(fault, TimeoutError)):
            return
        breaker.failures += 1
        if breaker.failures >= self.patience.failures:
            breaker.opened = self.now()
            said = "the plugin `%s` failed: %d times in a row, `%s` is left alone for %d s"
            log.error(said, plugin, breaker.failures, hook, self.patience.pause_seconds, extra=about)


async def _awaited(
    ask: Callable[..., Awaitable[T]], given: tuple[Any, ...], seconds: float
) -> tuple[T | None, BaseException | None]:
    """Await in a task of its own, which is abandoned when it does not end, not even by being cancelled."""
    task = asyncio.create_task(_caught(ask, given))
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        asyncio._unregister_task(task)  # or one that clings to life would keep the loop from ever being closed
        return None, TimeoutError()
    return task.result()


async def _caught(ask: Callable[..., Awaitable[T]], given: tuple[Any, ...]) -> tuple[T | None, BaseException | None]:
    """Return what came of it. A SystemExit that leaves a task would end the loop, and the host with it."""
    try:
        return await ask(*given), None
    except BaseException as fault:
        return None, fault


def within(
    milliseconds: int, ask: Callable[..., T], *given: Any, **named: Any
) -> tuple[T | None, BaseException | None]:
    """Call what cannot be awaited, in a thread of its own: its answer, or what it raised, or a TimeoutError.

    One that never ends keeps its thread, and nothing else.
    """
    came: list[tuple[T | None, BaseException | None]] = []

    def call() -> None:
        try:
            came.append((ask(*given, **named), None))
        except BaseException as fault:
            came.append((None, fault))

    thread = threading.Thread(target=call, daemon=True, name="plugin")
    thread.start()
    thread.join(milliseconds / 1000)
    return came[0] if came else (None, TimeoutError())


def where(fault: BaseException | None, asked: Any = None) -> str:
    """Return where something was raised, as `file:line`; where nothing was, the place of what was asked."""
    trace = fault.__traceback__ if fault else None
    if trace is None:
        code = getattr(asked, "__code__", None)
        return f"{code.co_filename}:{code.co_firstlineno}" if code else "nowhere"
    while trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
