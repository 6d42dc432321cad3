"""What is put aside while a copy is made: in a file without a name, sealed with a key that is nowhere but in memory."""

from __future__ import annotations

import tempfile
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Scratch:
    """Keeps pieces of bytes by number. Whoever reads the disk, or finds it after a crash, reads nothing."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` is its end
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._places: list[tuple[int, int]] = []

    def put(self, piece: bytes) -> int:
        """Keep a piece, and return its number."""
        number = len(self._places)
        sealed = self._cipher.encrypt(self._nonce(number), piece, None)
        self._places.append((self._file.seek(0, 2), len(sealed)))
        self._file.write(sealed)
        return number

    def get(self, number: int) -> bytes:
        """Return a piece."""
        place, length = self._places[number]
        self._file.seek(place)
        return self._cipher.decrypt(self._nonce(number), self._file.read(length), None)

    def close(self) -> None:
        """Forget all of it."""
        self._file.close()

    @staticmethod
    def _nonce(number: int) -> bytes:
        return number.to_bytes(12, "big")  # the key is this file's alone, and no number comes twice
