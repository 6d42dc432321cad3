"""Cheaper converters with the same answers as Piccolo's own, for the types that every page reads.

sqlite3 keeps its converters for the whole process, so only the host registers any: a plugin's would change everybody's
columns. Piccolo registers its own when its SQLite engine is imported, hence the import before ours.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from piccolo.engine.sqlite import convert_int_out


def integer(value: bytes) -> int:
    """Read an INTEGER; what is not plainly one (1.0, text) is left to Piccolo."""
    try:
        return int(value)
    except ValueError:
        return convert_int_out(value)


def boolean(value: bytes) -> bool:
    """Read a BOOLEAN as Piccolo does: 1 is true, all else is false."""
    return value == b"1"


@lru_cache(maxsize=4096)
def instant(value: bytes) -> datetime:
    """Read a TIMESTAMPTZ: it is always written in UTC. Those of somebody's session come with each of their requests."""
    found = datetime.fromisoformat(value.decode())
    return found if found.tzinfo is UTC else found.replace(tzinfo=UTC)


@lru_cache(maxsize=1024)
def uuid(value: bytes) -> UUID:
    """Read a UUID. The same few stand in row after row: whose it is, what it belongs to."""
    return UUID(value.decode())


def register() -> None:
    """Put ours in the place of Piccolo's."""
    sqlite3.register_converter("INTEGER", integer)
    sqlite3.register_converter("BOOLEAN", boolean)
    sqlite3.register_converter("TIMESTAMPTZ", instant)
    sqlite3.register_converter("UUID", uuid)
