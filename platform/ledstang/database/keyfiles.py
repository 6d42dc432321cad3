"""Key files: 32 bytes each that only their owner may read, made whole or not at all.

`seal-N.key` seals, `index-N.key` makes blind indexes (the first one is called `index.key`): they come and go together.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp, mkstemp
from typing import NamedTuple

from ledstang.database.faults import DatabaseFault

KEY_SIZE = 32
MOST = 255
RETIRED = "retired"
_SEAL_FILE = "seal-{}.key"
_SAFE = "Restore the key file from where it is kept safe"

Signature = tuple[tuple[object, ...], ...]


class Pair(NamedTuple):
    """The two keys of one number."""

    seal: bytes
    index: bytes


def read(folder: Path) -> dict[int, Pair]:
    """Return all keys of a folder by number. Raises `DatabaseFault` for the first file that will not do."""
    numbers = [number_of(path) for path in _seals(folder)]
    if not numbers:
        tip = "Restore the key files from where they are kept safe; only an instance's first serve makes new ones"
        raise DatabaseFault("keys", str(folder), "there is no seal-1.key, so nothing can be sealed or opened", tip)
    return {number: Pair(*(_read(folder / name) for name in names(number))) for number in numbers}


def signature(folder: Path) -> Signature:
    """Return what tells that something about the key files has changed, without reading them."""
    try:
        files = sorted(folder.glob("*.key"))
        seen = [(path.name, path.stat()) for path in files]
    except OSError as fault:
        return ((fault.errno,),)
    return tuple((name, told.st_ino, told.st_size, told.st_mtime_ns, told.st_mode, told.st_uid) for name, told in seen)


def create(folder: Path) -> None:
    """Give a folder that has no keys a first pair, whole or not at all. Of two processes only one makes them."""
    if _has_files(folder):
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            for name in names(1):
                _write(fresh / name)
            fresh.rename(folder)
        except OSError:
            rmtree(fresh)
            if not _has_files(folder):
                raise
        _flush(folder.parent)
    except OSError as fault:
        raise _not_made(folder, fault) from fault


def add(folder: Path, above: int = 0) -> int:
    """Add the next pair to a folder that has one, and return its number, which is `above` all that were ever used.

    Nobody ever sees half a file.
    """
    here = max((number_of(path) for path in _seals(folder)), default=0)
    number = max(here, above if here else 0) + 1
    if not 1 < number <= MOST:
        why = "it has no sealing key yet" if number == 1 else f"all {MOST} numbers are used"
        tip = f"Keys are made by the first serve, and replaced {MOST - 1} times at most"
        raise DatabaseFault("keys", str(folder), why, tip)
    seal, index = names(number)
    try:
        _write(folder / index)  # the number is there when its sealing key is: that one comes last
        _write(folder / seal)
        _flush(folder)
    except OSError as fault:
        raise _not_made(folder, fault) from fault
    return number


def put_away(folder: Path, number: int) -> None:
    """Move a pair out of use into `retired/`, from where it can be had back."""
    shelf = folder / RETIRED
    try:
        shelf.mkdir(mode=0o700, exist_ok=True)
        for name in names(number):
            if (folder / name).exists():
                (folder / name).rename(shelf / name)
        _flush(shelf)
        _flush(folder)
    except OSError as fault:
        why = f"the files of key {number} cannot be moved to {shelf}: {fault.strerror}"
        raise DatabaseFault(
            "keys", str(folder), why, "Give the user who runs Ledstång the right to write there"
        ) from None


def names(number: int) -> tuple[str, str]:
    """Return what the two files of a number are called."""
    return _SEAL_FILE.format(number), "index.key" if number == 1 else f"index-{number}.key"


def number_of(path: Path) -> int:
    """Return the number of a sealing key's file. Raises `DatabaseFault` for a name that has none."""
    text = path.stem.removeprefix("seal-")
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST and text == str(int(text))):
        why, tip = f"its number is not one of 1 to {MOST}", "Name key files seal-1.key, seal-2.key …"
        raise DatabaseFault("keys", str(path), why, tip)
    return int(text)


def _seals(folder: Path) -> list[Path]:
    return sorted(folder.glob(_SEAL_FILE.format("*")))


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _not_made(folder: Path, fault: OSError) -> DatabaseFault:
    why = f"the keys cannot be made: {fault.strerror}"
    return DatabaseFault("keys", str(folder), why, "Give the user who runs Ledstång the right to write there")


def _write(path: Path) -> None:
    """Write a new key beside its place and put it there when it is on the disk; it belongs to whose the folder is."""
    handle, name = mkstemp(dir=path.parent, prefix=".new-")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o400)
            if os.geteuid() == 0:
                owner = path.parent.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(secrets.token_bytes(KEY_SIZE))
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename it never takes the place of a key that is there
    finally:
        part.unlink()


def _flush(folder: Path) -> None:
    """See to it that a power cut cannot take back the keys after something has been sealed with them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        told = path.stat()
        key = path.read_bytes()
    except OSError as fault:
        tip = f"{_SAFE}, readable by the user who runs Ledstång and nobody else (chmod 400)"
        raise DatabaseFault("keys", str(path), f"it cannot be read: {fault.strerror}", tip) from fault
    if os.geteuid() not in (0, told.st_uid):
        why = f"it belongs to another user (number {told.st_uid}), who may change it"
        raise DatabaseFault("keys", str(path), why, f"As root: chown {os.geteuid()} {path}")
    if stat.S_IMODE(told.st_mode) & 0o077:
        raise DatabaseFault("keys", str(path), "others than its owner may read or write it", f"chmod 400 {path}")
    if len(key) != KEY_SIZE:
        why = f"it holds {len(key)} bytes instead of {KEY_SIZE}" if key else "it is empty"
        raise DatabaseFault("keys", str(path), why, _SAFE)
    return key
