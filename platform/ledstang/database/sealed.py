"""Seal columns: what people write is unreadable without the instance's keys, and only fits where it was put.

A sealed value is `1 | key id | nonce 12 | ciphertext and tag`: 30 bytes more than the plain one. Table, column, row and
subject are authenticated with it, so a value that is moved to another row, column or person does not open.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledstang.database.faults import DatabaseFault

LAYOUT = 1
NONCE = 12
KEY_SIZE = 32
_HEAD = 2 + NONCE
_SEAL_FILE = "seal-{}.key"
_INDEX_FILE = "index.key"

Part = str | UUID


class SealBroken(Exception):
    """A sealed value that does not open here: changed, cut, moved, or sealed with a key that is not at hand."""


class Keys:
    """The instance's keys. The newest seals, all of them open, so two may be valid at once while one is replaced."""

    def __init__(self, seals: Mapping[int, bytes], index: bytes) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in seals.items()}
        self._newest = max(seals)
        self._index = index

    @classmethod
    def load(cls, folder: Path, create: bool) -> Keys:
        """Read `seal-1.key` … `seal-255.key` (the highest number is the newest) and `index.key`, 32 bytes each.

        With `create`, a folder that has no keys gets a first set, all at once or not at all. Raises `DatabaseFault`
        when keys are missing, of the wrong size, or readable by anybody but their owner.
        """
        if create and not _has_files(folder):
            _create(folder)
        files = {_number(path): path for path in folder.glob(_SEAL_FILE.format("*"))}
        seals = {number: _read(path) for number, path in files.items()}
        if not seals:
            tip = "Restore the key files from where they are kept safe; only an instance's first serve makes new ones"
            raise DatabaseFault("keys", str(folder), "there is no seal-1.key, so nothing can be sealed or opened", tip)
        return cls(seals, _read(folder / _INDEX_FILE))

    def seal(self, plain: bytes, *, table: str, column: str, row: Part, subject: Part) -> bytes:
        """Seal a value for one place and one person. `row` and `subject` are ids."""
        head = bytes((LAYOUT, self._newest))
        nonce = secrets.token_bytes(NONCE)
        place = head + joined(table, column, row, subject)
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, plain, place)

    def unseal(self, sealed: bytes, *, table: str, column: str, row: Part, subject: Part) -> bytes:
        """Open a value where it was sealed. Raises `SealBroken`, which tells the place but nothing of the content."""
        if len(sealed) < _HEAD or sealed[0] != LAYOUT:
            why = "this is not a sealed value: it was cut, or never sealed."
        elif sealed[1] not in self._ciphers:
            why = f"it was sealed with key {sealed[1]}, which is not among the instance's keys."
        else:
            try:
                place = sealed[:2] + joined(table, column, row, subject)
                return self._ciphers[sealed[1]].decrypt(sealed[2:_HEAD], sealed[_HEAD:], place)
            except InvalidTag:
                why = "it was changed, or belongs to another row, column or person."
        raise SealBroken(f"{table}.{column}, row {row}: {why}")

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key sealed this; what it did not is to be sealed again before the older key goes."""
        return sealed[:2] == bytes((LAYOUT, self._newest))

    @property
    def mark(self) -> str:
        """Return by what these keys are known again, beside what was sealed with them: it tells nothing of them.

        It is that of `index.key`, which stays when sealing keys come and go.
        """
        return self.index("mark", "keys").hex()[:32]

    def index(self, purpose: str, value: str) -> bytes:
        """Make a blind index: 32 bytes, equal for equal values of one purpose, that tell nothing without the key.

        `index.key` is for ever: with another one no value of before is found again.
        """
        return hmac.digest(self._index, joined(purpose, value), sha256)


def joined(*parts: Part) -> bytes:
    """Put texts together so that no two different lists give the same bytes: each is preceded by its length."""
    for part in parts:
        if not isinstance(part, str | UUID):
            raise TypeError(f"a place is told by texts and UUIDs, not by {type(part).__name__}")
    encoded = [str(part).encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def add_key(folder: Path) -> Path:
    """Add the next sealing key to a folder that has one; from the next load on it seals, the older ones only open."""
    number = max((_number(path) for path in folder.glob(_SEAL_FILE.format("*"))), default=0) + 1
    if not 1 < number < 256:
        why = "it has no sealing key yet" if number == 1 else "all 255 numbers are used"
        raise DatabaseFault(
            "keys", str(folder), why, "Keys are made by the first serve, and replaced 254 times at most"
        )
    path = folder / _SEAL_FILE.format(number)
    _write(path)
    return path


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _create(folder: Path) -> None:
    """Make the folder complete beside its place and move it there, so that two processes cannot make two sets."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            _write(fresh / _INDEX_FILE)
            _write(fresh / _SEAL_FILE.format(1))
            fresh.rename(folder)
        except OSError:
            rmtree(fresh)
            if not _has_files(folder):
                raise
        _flush_folder(folder.parent)
    except OSError as fault:
        why = f"the keys cannot be made: {fault.strerror}"
        raise DatabaseFault(
            "keys", str(folder), why, "Give the user who runs Ledstång the right to write there"
        ) from fault


def _write(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_SIZE))
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """See to it that a power cut cannot take back the keys after something has been sealed with them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _number(path: Path) -> int:
    text = path.stem.removeprefix("seal-")
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 256 and text == str(int(text))):
        raise DatabaseFault(
            "keys", str(path), "its number is not one of 1 to 255", "Name key files seal-1.key, seal-2.key …"
        )
    return int(text)


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        key = path.read_bytes()
    except OSError as fault:
        tip = "Restore the key file from where it is kept safe, readable by its owner only (chmod 400)"
        raise DatabaseFault("keys", str(path), f"it cannot be read: {fault.strerror}", tip) from fault
    if stat.S_IMODE(mode) & 0o077:
        raise DatabaseFault("keys", str(path), "others than its owner may read or write it", f"chmod 400 {path}")
    if len(key) != KEY_SIZE:
        why = f"it holds {len(key)} bytes instead of {KEY_SIZE}"
        raise DatabaseFault("keys", str(path), why, "Restore the key file from where it is kept safe")
    return key
