"""The local queue: where entries wait, sealed and flushed to the disk, while the database cannot take them.

A line is an id and the sealed entry. The seal is bound to the id, so that no line can be altered or put in by somebody
without the keys; whoever may write to the file could still take lines away.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from ledstang.access.log.entries import Entry
from ledstang.database import Keys, SealBroken

log = logging.getLogger("ledstang.access")

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Entry).decode


class QueueFull(Exception):
    """The local queue has no room, or its disk cannot take it."""


class Spool:
    """The queue of one machine, shared by its processes. `most` is how many bytes it may hold."""

    def __init__(self, folder: Path, keys: Keys, most: int) -> None:
        self._file, self._keys, self._most = folder / "access-log.queue", keys, most

    @property
    def size(self) -> int:
        """How many bytes wait."""
        try:
            return self._file.stat().st_size
        except OSError:
            return 0

    async def keep(self, entries: Sequence[Entry]) -> None:
        """Take up entries; when this returns they are on the disk. Raises QueueFull, and has taken none then."""
        await asyncio.to_thread(self._append, b"".join(self._line(entry) for entry in entries))

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[list[Entry]]:
        """Yield what waits, in order; it is removed when the block ends well. Empty while another process does so."""
        lock = await asyncio.to_thread(self._take_drain)
        if lock is None:
            yield []
            return
        try:
            raw = await asyncio.to_thread(self._read)
            yield self._entries(raw)
            await asyncio.to_thread(self._remove, len(raw))
        finally:
            os.close(lock)

    def _line(self, entry: Entry) -> bytes:
        sealed = self._keys.seal(
            _encode(entry), table="access_log_queue", column="entry", row=entry.id, subject=entry.id
        )
        return b"%s %s\n" % (str(entry.id).encode(), b64encode(sealed))

    def _entries(self, raw: bytes) -> list[Entry]:
        return [entry for line in raw.split(b"\n")[:-1] if (entry := self._opened(line))]

    def _opened(self, line: bytes) -> Entry | None:
        """Return the entry of a line. One that does not open is set aside beside the queue, and told."""
        try:
            id_, _, sealed = line.partition(b" ")
            row = UUID(id_.decode())
            return _decode(
                self._keys.unseal(
                    b64decode(sealed, validate=True), table="access_log_queue", column="entry", row=row, subject=row
                )
            )
        except (SealBroken, ValueError):
            log.error("a line of the access log's queue does not open; it is kept in access-log.broken")
            with self._file.with_suffix(".broken").open("ab") as kept:
                kept.write(line + b"\n")
            return None

    def _append(self, lines: bytes) -> None:
        try:
            with self._locked():
                size = self.size
                if size + len(lines) > self._most:
                    raise QueueFull
                handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    _write_after(handle, _whole(handle, size), lines)
                finally:
                    os.close(handle)
        except OSError as fault:
            raise QueueFull from fault

    def _read(self) -> bytes:
        """Return whole lines: half a one was never promised to anybody."""
        try:
            raw = self._file.read_bytes()
        except FileNotFoundError:
            return b""
        return raw[: raw.rfind(b"\n") + 1]

    def _remove(self, length: int) -> None:
        if not length:
            return
        with self._locked():
            rest, fresh = self._file.read_bytes()[length:], self._file.with_suffix(".rest")
            handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                _write_after(handle, 0, rest)
            finally:
                os.close(handle)
            fresh.rename(self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        handle = self._lock(".lock", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(handle)

    def _take_drain(self) -> int | None:
        if not self.size:
            return None
        try:
            return self._lock(".drain", fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return None

    def _lock(self, suffix: str, how: int) -> int:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file.with_suffix(suffix), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, how)
        except OSError:
            os.close(handle)
            raise
        return handle


def _whole(handle: int, size: int) -> int:
    """Return where the last whole line ends: a power cut may have left half a one behind it."""
    raw = os.pread(handle, size, 0)
    return raw.rfind(b"\n") + 1


def _write_after(handle: int, end: int, lines: bytes) -> None:
    """Write at a place and flush; when that fails, nothing of it is left."""
    write: Callable[[int, bytes, int], int] = os.pwrite
    try:
        done = 0
        while done < len(lines):
            done += write(handle, lines[done:], end + done)
        os.ftruncate(handle, end + len(lines))
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, end)
        raise
