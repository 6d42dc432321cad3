"""A plugin that blocks the loop is interrupted: what it should have awaited keeps everybody waiting.

A thread looks whether the loop goes round. When it has stood still for too long, and a plugin's code is what stands there,
a signal makes that code raise Blocked, as if it had raised it itself. What runs in C until it is done cannot be helped.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ledstang.importing import LOCAL
from ledstang.plugins import Plugins

SIGNAL = signal.SIGUSR2


class Blocked(TimeoutError):
    """Raised in the middle of a plugin's code, for having kept the loop, and all who are served by it, for too long."""


@contextmanager
def interrupting(plugins: Plugins, milliseconds: int) -> Iterator[None]:
    """Interrupt plugins' code that blocks the running loop for so long. Only a loop in the main thread can be helped."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = {LOCAL, *(plugin.module.__name__.partition(".")[0] for plugin in plugins.found.values())}

    def interrupt(_number: int, frame: FrameType | None) -> None:
        while frame:
            if str(frame.f_globals.get("__name__")).partition(".")[0] in names:
                raise Blocked
            frame = frame.f_back

    before = signal.signal(SIGNAL, interrupt)
    ended = threading.Event()
    watch = threading.Thread(
        target=_watch, args=(asyncio.get_running_loop(), milliseconds / 1000, ended), daemon=True, name="ledstang-watch"
    )
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()
        signal.signal(SIGNAL, before)


def _watch(loop: asyncio.AbstractEventLoop, seconds: float, ended: threading.Event) -> None:
    """Send the signal each time that the loop has not come round within so many seconds."""
    main = threading.main_thread().ident or 0
    round_ = threading.Event()
    loop.call_soon_threadsafe(round_.set)
    while not ended.wait(seconds):
        if round_.is_set():
            round_.clear()
            loop.call_soon_threadsafe(round_.set)
        else:
            signal.pthread_kill(main, SIGNAL)
