"""Several reads as one statement: one way to PostgreSQL and back, and one snapshot without a transaction.

Each read becomes an array of its rows, which the driver hands over with their types. A third of what the same reads
cost one after the other in a transaction of their own: see benchmarks/database.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ledstang.database.workers import Row, Statement

_PLACE = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\$(\d+)""")
MOST_KNOWN = 1024


class Together:
    """Asks several reads at once. It learns what their columns are called the first time that it meets them."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, ...]] = {}

    async def fetch(self, connection: Any, statements: Sequence[Statement]) -> list[list[Row]]:
        """Return the rows of each read, in order. One that fails fails all."""
        names = [self._names.get(sql) or await self._learn(connection, sql, given) for sql, given in statements]
        sql = joined(tuple((sql, len(arguments)) for sql, arguments in statements))
        found = await connection.fetchrow(sql, *(one for _, arguments in statements for one in arguments))
        return [
            [dict(zip(of_one, row, strict=True)) for row in rows] for of_one, rows in zip(names, found, strict=True)
        ]

    async def _learn(self, connection: Any, sql: str, arguments: Sequence[Any]) -> tuple[str, ...]:
        """Ask for one row of nothing but NULLs, which has the names."""
        asked = f"SELECT t.* FROM (VALUES (1)) one LEFT JOIN ({sql}) t ON false"  # noqa: S608 - a statement of ours
        empty = await connection.fetchrow(asked, *arguments)
        if len(self._names) >= MOST_KNOWN:
            self._names.clear()
        names = self._names[sql] = tuple(empty.keys())
        return names


@lru_cache(MOST_KNOWN)
def joined(statements: tuple[tuple[str, int], ...]) -> str:
    """Return one statement for several, each given with how many arguments it takes; these follow one after the other."""
    parts, before = [], 0
    for sql, arguments in statements:
        moved = _PLACE.sub(lambda found: f"${int(found[1]) + before}" if found[1] else found[0], sql)  # noqa: B023
        parts.append(f"ARRAY(SELECT t FROM ({moved}) t)")  # noqa: S608 - a statement of ours
        before += arguments
    return f"SELECT {', '.join(parts)}"
