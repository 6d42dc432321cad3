"""clamd's own protocol: a command, then the file in pieces with their lengths before them, and a line for an answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ledstang import Verdict

LONGEST = 1_000
"""No answer of clamd's is longer."""

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Clamd:
    """A clamd at an address. Each question is a connection of its own; none is kept."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def scan(self, content: AsyncIterator[bytes], size: int) -> Verdict:  # noqa: ARG002 - the port has it
        """Say whether a file is harmful. Raises OSError, EOFError and ValueError where clamd cannot tell.

        A file that clamd finds too large breaks the connection; what it had to say of that is not needed to know no more.
        """
        async with self._asked(b"zINSTREAM\0") as (answer, line):
            async for part in content:
                line.write(len(part).to_bytes(4, "big") + part)
                await line.drain()
            line.write(bytes(4))
            await line.drain()
            said = await _line(answer)
        if said == b"stream: OK":
            return "clean"
        return "infected" if said.endswith(b" FOUND") else "unsure"

    async def ping(self) -> None:
        """Return when clamd is there. Raises OSError, EOFError and ValueError when it is not."""
        async with self._asked(b"zPING\0") as (answer, _):
            if await _line(answer) != b"PONG":
                raise ValueError("this is no clamd")

    @asynccontextmanager
    async def _asked(self, command: bytes) -> AsyncIterator[Line]:
        answer, line = await self._connected()
        try:
            line.write(command)
            await line.drain()
            yield answer, line
        finally:
            line.close()
            with contextlib.suppress(OSError):
                await line.wait_closed()

    async def _connected(self) -> Line:
        if self._address.startswith("unix:"):
            return await asyncio.open_unix_connection(self._address.removeprefix("unix:"), limit=LONGEST)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host, int(port), limit=LONGEST)


async def _line(answer: asyncio.StreamReader) -> bytes:
    """Return a line of clamd's. Raises EOFError for one that is cut short, and ValueError for one without end."""
    try:
        return (await answer.readuntil(b"\0")).rstrip(b"\0")
    except asyncio.LimitOverrunError:
        raise ValueError("clamd says more than it ever does") from None
