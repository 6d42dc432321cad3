"""The limit on PostgreSQL: the same function on one asyncpg connection, with every statement prepared beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from contenders import raw
from contenders.instance import address_of


class Raw(raw.Raw):
    """Reads what the other reads, where the other would read it."""

    async def open(self, folder: Path) -> None:
        self.connection = await asyncpg.connect(address_of(folder))
        self.statements = {sql: await self.connection.prepare(sql.replace("?", "$1")) for sql in raw.STATEMENTS}

    async def rows(self, sql: str, id_: str) -> Sequence[Any]:
        found: Sequence[Any] = await self.statements[sql].fetch(id_)
        return found

    def instant(self, stored: Any) -> datetime:
        return stored
