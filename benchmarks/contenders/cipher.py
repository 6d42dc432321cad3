"""The seal of `ledstang.database.sealed`, opened without importing it: that would hand our converters to every peer."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HEAD = 14


class Cipher:
    """Opens the answers and the names of an instance."""

    def __init__(self, folder: Path) -> None:
        key = (folder / "data/keys/seal-1.key").read_bytes()
        self._aes = AESGCM(key)

    def answer(self, row: Any, person: Any, sealed: bytes) -> Any:
        """Return what an answer says. Raises InvalidTag when it isn't this person's."""
        return msgspec.json.decode(self._open(sealed, "answer", "value", row, person))

    def name(self, person: Any, facts: str) -> str:
        """Return what somebody is called. Raises InvalidTag when it isn't this person."""
        _, name, *_ = msgspec.msgpack.decode(self._open(b64decode(facts), "person", "facts", person, person))
        return str(name)

    def _open(self, sealed: bytes, *place: Any) -> bytes:
        parts = [str(part).encode() for part in place]
        bound = sealed[:2] + b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return self._aes.decrypt(sealed[2:HEAD], sealed[HEAD:], bound)
