"""clamd is asked over a real socket, by its own protocol; only what it calls clean is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from ledstang.checks import Check
from ledstang.testing import TOML, Town
from ledstang_clamd.asking import Clamd

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
LIMIT = 500_000


class Peer:
    """Speaks as clamd does: PING, and INSTREAM with lengths of four bytes, up to `StreamMaxLength`."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.says: bytes | None = None

    async def serve(self, heard: asyncio.StreamReader, line: asyncio.StreamWriter) -> None:
        """Answer one question."""
        command = await heard.readuntil(b"\0")
        line.write(await self._answer(command, heard))
        await line.drain()
        line.close()

    async def _answer(self, command: bytes, heard: asyncio.StreamReader) -> bytes:
        if command == b"zPING\0":
            return b"PONG\0" if self.says is None else self.says
        assert command == b"zINSTREAM\0"
        whole = b""
        while size := int.from_bytes(await heard.readexactly(4), "big"):
            whole += await heard.readexactly(size)
            if len(whole) > LIMIT:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.seen.append(whole)
        if self.says is not None:
            return self.says
        return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in whole else b"stream: OK\0"


@asynccontextmanager
async def listening(peer: Peer, path: Path | None = None) -> AsyncIterator[str]:
    """Let a peer listen, and give the address that a region would write."""
    if path:
        server = await asyncio.start_unix_server(peer.serve, path)
    else:
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    async with server:
        yield f"unix:{path}" if path else f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def parts(*some: bytes) -> AsyncIterator[bytes]:
    for one in some:
        yield one


@pytest.mark.parametrize("unix", [False, True])
async def test_clean_and_infected(tmp_path: Path, unix: bool) -> None:
    """The whole file comes to clamd, in its parts, over both kinds of socket, and its word is taken."""
    peer = Peer()
    async with listening(peer, tmp_path / "clamd.ctl" if unix else None) as address:
        clamd = Clamd(address)
        await clamd.ping()
        assert await clamd.scan(parts(b"a" * 200_000, b"b" * 200_000), 400_000) == "clean"
        assert await clamd.scan(parts(EICAR[:10], EICAR[10:]), len(EICAR)) == "infected"
        assert await clamd.scan(parts(), 0) == "clean"
    assert peer.seen[0] == b"a" * 200_000 + b"b" * 200_000


async def test_the_real_one(clamd: str) -> None:
    """Debian's own clamd takes a file in its parts, knows one that is infected, and has nothing against another."""
    asked = Clamd(clamd)
    await asked.ping()
    assert await asked.scan(parts(b"a" * 200_000, b"b" * 200_000), 400_000) == "clean"
    assert await asked.scan(parts(b"a" * 200_000, EICAR[:10], EICAR[10:]), 200_000 + len(EICAR)) == "infected"


@pytest.mark.parametrize("says", [b"", b"stream: OK", b"OK\0", b"stream: x ERROR\0", b"x" * 5_000 + b"\0"])
async def test_what_is_no_answer_is_no_answer(says: bytes) -> None:
    """A line that is cut short, another word, an error or rubbish never makes a file clean."""
    peer = Peer()
    peer.says = says
    async with listening(peer) as address:
        with suppress(OSError, EOFError, ValueError):
            assert await Clamd(address).scan(parts(b"a"), 1) == "unsure"
        with pytest.raises((OSError, EOFError, ValueError)):
            await Clamd(address).ping()


async def test_a_file_that_is_too_large_for_clamd_is_not_clean() -> None:
    """It is told so, or finds the connection gone: either way it does not say clean."""
    async with listening(Peer()) as address:
        with suppress(OSError):
            assert await Clamd(address).scan(parts(*[bytes(100_000)] * 9), 900_000) == "unsure"


@pytest.fixture
def checks(town: Town) -> Iterator[list[Check]]:
    """What `ledstang doctor` asks where the settings name a clamd that nobody is."""
    with town.instance(
        toml=TOML + '[connectors]\nFileScanner = "clamd"\n[plugins.clamd]\naddress = "127.0.0.1:9"\n'
    ) as place:
        assert place.house.connected["FileScanner"].plugin == "clamd"
        yield [check for plugin, check in place.house.offers["register_checks"] if plugin == "clamd"]


async def test_doctor_says_when_nobody_is_there(checks: list[Check]) -> None:
    """With what it costs meanwhile, and where it was looked for."""
    (check,) = checks
    assert "127.0.0.1:9" in await check.look()
    assert "quarantine" in await check.look()


def test_without_an_address_nothing_is_asked(town: Town) -> None:
    """The plugin is there, and serves nothing."""
    with town.instance() as place:
        assert "FileScanner" not in place.house.connected
