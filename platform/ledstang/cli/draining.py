"""How a process that people are served by comes to its end without anybody noticing."""

from __future__ import annotations

import asyncio
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledstang.house import House


async def drain_when_told_to_stop(house: House) -> None:
    """Have SIGTERM say at `/ready` first that nobody should be sent here any more, and go on serving for a while.

    How long is the instance's `drain_seconds`: as long as a load balancer takes to notice. Then the server's own way of
    stopping takes over, which finishes what is under way. A second signal, and Ctrl+C, stop it at once. To be awaited
    when the server has put up its own handlers.
    """
    seconds = house.instance.settings.drain_seconds
    if not seconds or threading.current_thread() is not threading.main_thread():
        return
    loop, stop = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)
    if not callable(stop):
        return

    def drain(number: int, frame: FrameType | None) -> None:
        if not house.ready:
            stop(number, frame)
            return
        house.ready = False
        loop.call_soon_threadsafe(loop.call_later, seconds, stop, number, None)

    signal.signal(signal.SIGTERM, drain)
