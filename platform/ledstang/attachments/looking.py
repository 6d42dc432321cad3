"""Has files looked through by a process of its own: what brings that one down costs this file, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec

from ledstang.attachments.limits import MEGA, AttachmentLimits

log = logging.getLogger("ledstang.attachments")
CHILD = Path(__file__).with_name("child.py")
SLOWEST = 3
"""How many times its own time a child may take by the clock, on a machine that is busy."""


class Told(msgspec.Struct, frozen=True):
    """What a child says of a file: why it is `refused`, or of what `kind` it is, and whether its bytes stay the `same`."""

    refused: str = ""
    kind: str = ""
    same: bool = False


Take = Callable[[bytes], Awaitable[None]]


class Looking:
    """Looks through files, so many at a time."""

    def __init__(self, limits: AttachmentLimits) -> None:
        self._limits, self._turns = limits, asyncio.Semaphore(limits.at_once)

    async def through(self, content: AsyncIterator[bytes], kinds: tuple[str, ...], take: Take) -> Told:
        """Hand a file to a child, and what the child makes of it to `take`, both a piece at a time.

        A child that ends badly, or does not end, has found the file to be too much.
        """
        async with self._turns:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-B", str(CHILD), self._given(kinds), env={}, cwd="/",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                limit=1 << 20,
            )  # fmt: skip
            try:
                async with asyncio.timeout(self._limits.cpu_seconds * SLOWEST):
                    told = await self._asked(child, content, take)
                    return told if await child.wait() == 0 else Told(refused="much")
            except TimeoutError:
                return Told(refused="much")
            finally:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()

    async def _asked(self, child: asyncio.subprocess.Process, content: AsyncIterator[bytes], take: Take) -> Told:
        assert child.stdin
        assert child.stdout
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            async for part in content:
                child.stdin.write(part)
                await child.stdin.drain()
            child.stdin.close()
        line = await child.stdout.readline()
        try:
            told = msgspec.json.decode(line, type=Told)
        except msgspec.DecodeError:
            return Told(refused="much")
        if told.refused or told.same:
            return told
        await self._taken(child.stdout, take)
        return told

    async def _taken(self, made: asyncio.StreamReader, take: Take) -> None:
        while piece := await made.read(self._limits.part_kilobytes * 1_024):
            await take(piece)

    def _given(self, kinds: tuple[str, ...]) -> str:
        limits = self._limits
        given = {"kinds": kinds, "pixels": limits.megapixels * MEGA, "memory": limits.memory_megabytes * MEGA,
                 "seconds": limits.cpu_seconds, "unpacked": limits.unpacked_megabytes * MEGA}  # fmt: skip
        return msgspec.json.encode(given).decode()
