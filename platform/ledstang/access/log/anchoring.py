"""Anchors: the ends of the chains, put where whoever has the database cannot reach them.

Without them a chain's last entries, or a whole day, could be cut off unseen by somebody who has the keys too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ledstang.access.log.tables import AccessLogChain as Chain
from ledstang.database import prepared

_ANCHOR = re.compile(r"anchor (\d{4}-\d\d-\d\d) ([a-z0-9-]+) (\d+) ([0-9a-f]{64})")


class Anchor(msgspec.Struct, frozen=True):
    """That a chain had an entry of this number with this MAC."""

    chain: str
    sequence: int
    mac: str

    @property
    def day(self) -> date:
        """The chain's day."""
        return date.fromisoformat(self.chain.partition(" ")[0])


async def heads(since: date) -> list[dict[str, Any]]:
    """Return the ends of the chains since a day: id, sequence, mac."""
    return await _heads(since)


def line_of(head: dict[str, Any], now: datetime) -> str:
    """Return an anchor as a line to keep: `2026-11-27T10:00:00Z anchor 2026-11-27 norra 17 <mac>`."""
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{at} anchor {head['id']} {head['sequence']} {head['mac']}"


def append_to(file: Path, lines: Sequence[str]) -> None:
    """Add lines to a file and flush them. Raises OSError."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def anchors_in(texts: Iterable[str]) -> list[Anchor]:
    """Return the anchors in files, or in the lines of a system's log."""
    return [Anchor(f"{day} {region}", int(sequence), mac) for text in texts
            for day, region, sequence, mac in _ANCHOR.findall(text)]  # fmt: skip


_heads = prepared(lambda since: Chain.select(Chain.id, Chain.sequence, Chain.mac).where(Chain.day >= since))
