"""Seal columns: what people write is unreadable without the instance's keys, and only fits where it was put.

A sealed value is `1 | key id | nonce 12 | ciphertext and tag`: 30 bytes more than the plain one. Table, column, row and
subject are authenticated with it, so a value that is moved to another row, column or person does not open.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledstang.database import keyfiles
from ledstang.database.faults import DatabaseFault
from ledstang.database.keyfiles import Pair

log = logging.getLogger("ledstang.keys")

LAYOUT = 1
NONCE = 12
_HEAD = 2 + NONCE

Part = str | UUID


class SealBroken(Exception):
    """A sealed value that does not open here: changed, cut, moved, or sealed with a key that is not at hand."""


class Keys:
    """The instance's keys. One seals, all of them open, so that several are valid at once while one is replaced.

    The newest seals until `use` says another. The files are read again when they have changed; what was read before
    stays in use, whatever becomes of its files, and `fault` is then what is wrong with them.
    """

    def __init__(self, folder: Path, pairs: Mapping[int, Pair]) -> None:
        self.folder = folder
        self.fault: DatabaseFault | None = None
        self._signature: keyfiles.Signature | None = None
        self._retired: frozenset[int] = frozenset()
        self._take(pairs)
        self.sealing = max(pairs)

    @classmethod
    def load(cls, folder: Path, create: bool) -> Keys:
        """Read `seal-1.key` … `seal-255.key`, and the index key beside each; 32 bytes all of them.

        With `create`, a folder that has no keys gets a first pair, all at once or not at all. Raises `DatabaseFault`
        when keys are missing, of the wrong size, another user's, or readable by anybody but their owner.
        """
        if create:
            keyfiles.create(folder)
        return cls(folder, keyfiles.read(folder))

    @property
    def marks(self) -> dict[int, str]:
        """By what each pair is known again, beside what was sealed with it: a mark tells nothing of its keys."""
        return {number: _mark(pair) for number, pair in self._pairs.items()}

    def use(self, number: int) -> None:
        """Seal with a key from now on. Raises KeyError for one that is not at hand."""
        if number not in self._pairs:
            raise KeyError(number)
        self.sealing = number

    def reread(self, retired: frozenset[int] | None = None) -> None:
        """Read the files again if something about them has changed. Never raises: see `fault`.

        Those that are `retired` may be gone without a word.
        """
        if retired not in (None, self._retired):
            self._retired, self._signature = retired or frozenset(), None
        now = keyfiles.signature(self.folder)
        if now == self._signature:
            return
        self._signature = now
        try:
            found = keyfiles.read(self.folder)
            fault = self._disagreement(found)
        except DatabaseFault as wrong:
            found, fault = {}, wrong
        kept = {number: pair for number, pair in self._pairs.items() if number not in self._retired}
        self._take(found | kept)
        if fault is not None and str(fault) != str(self.fault):
            log.error("%s What was read before stays in use.", fault)
        self.fault = fault

    def _disagreement(self, found: Mapping[int, Pair]) -> DatabaseFault | None:
        """Say in what the files are not those that were read before."""
        for number, pair in self._pairs.items():
            if number not in found and number not in self._retired:
                why = f"key {number} has gone, though it is in use"
            elif number in found and found[number] != pair:
                why = f"key {number} is another than the one that is in use"
            else:
                continue
            tip = f"Put back {' and '.join(keyfiles.names(number))} from where they are kept safe, before any restart"
            return DatabaseFault("keys", str(self.folder), why, tip)
        return None

    def _take(self, pairs: Mapping[int, Pair]) -> None:
        self._pairs = dict(sorted(pairs.items(), reverse=True))
        self._ciphers = {number: AESGCM(pair.seal) for number, pair in pairs.items()}

    def seal(self, plain: bytes, *, table: str, column: str, row: Part, subject: Part) -> bytes:
        """Seal a value for one place and one person. `row` and `subject` are ids."""
        number = self.sealing
        head = bytes((LAYOUT, number))
        nonce = secrets.token_bytes(NONCE)
        place = head + joined(table, column, row, subject)
        return head + nonce + self._ciphers[number].encrypt(nonce, plain, place)

    def unseal(self, sealed: bytes, *, table: str, column: str, row: Part, subject: Part) -> bytes:
        """Open a value where it was sealed. Raises `SealBroken`, which tells the place but nothing of the content."""
        if len(sealed) >= _HEAD and sealed[1] not in self._ciphers:
            self.reread()  # another process may seal with a key that has just come
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
        """Whether the key that seals sealed this; what it did not is to be sealed again before the older key goes."""
        return sealed[:2] == bytes((LAYOUT, self.sealing))

    def index(self, purpose: str, value: str) -> bytes:
        """Make a blind index: 32 bytes, equal for equal values of one purpose, that tell nothing without the key."""
        return _index(self._pairs[self.sealing].index, purpose, value)

    def indexes(self, purpose: str, value: str) -> list[bytes]:
        """Make the blind indexes that a value may be found by: with each key, the one that seals first."""
        others = [pair.index for number, pair in self._pairs.items() if number != self.sealing]
        return [self.index(purpose, value), *(_index(key, purpose, value) for key in others)]

    def mac_key(self, purpose: str) -> tuple[int, bytes]:
        """Return a key of a purpose's own for MACs, and the number of the key that it comes from: the one that seals."""
        return self.sealing, self.mac_keys(purpose)[self.sealing]

    def mac_keys(self, purpose: str) -> dict[int, bytes]:
        """Return a purpose's keys for MACs by number, to check what any of them has made."""
        return {number: _index(pair.index, "mac key", purpose) for number, pair in self._pairs.items()}

    def mac_keys_ever(self, purpose: str) -> dict[int, bytes]:
        """Return a purpose's keys by number, with those that are out of use but still lie in `retired/`."""
        shelf = self.folder / keyfiles.RETIRED
        retired = keyfiles.read(shelf) if any(shelf.glob("seal-*.key")) else {}
        before = {number: _index(pair.index, "mac key", purpose) for number, pair in retired.items()}
        return before | self.mac_keys(purpose)


def joined(*parts: Part) -> bytes:
    """Put texts together so that no two different lists give the same bytes: each is preceded by its length."""
    for part in parts:
        if not isinstance(part, Part):
            raise TypeError(f"a place is told by texts and UUIDs, not by {type(part).__name__}")
    encoded = [str(part).encode() for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def _index(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(key, joined(purpose, value), sha256)


def _mark(pair: Pair) -> str:
    """Make a pair's mark. Backups of the first release have its first half only."""
    return "".join(_index(key, "mark", "keys").hex()[:32] for key in (pair.index, pair.seal))
