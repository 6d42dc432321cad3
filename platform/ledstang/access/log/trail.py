"""What one request has written into the access log already, so that nothing is written twice, and nothing too late."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Key = tuple[Any, ...]


@dataclass(slots=True)
class Trail:
    """One request's. `late` are entries that could not be waited for at once; `full` says that reading was stopped.

    `seen` has for each entry the transaction that it was written in, or None for one that is committed. `standings` is
    what is known of citizens (see `access.barring`), and `blocked` the thing that a block has kept staff from.
    """

    seen: dict[Key, Any] = field(default_factory=dict)
    late: list[asyncio.Future[None]] = field(default_factory=list)
    full: bool = False
    standings: dict[UUID, Any] = field(default_factory=dict)
    blocked: Any = None

    def has(self, key: Key, transaction: Any) -> bool:
        """Say whether something is written: for good, or in the transaction that is open."""
        return bool(self.seen) and key in self.seen and (self.seen[key] is None or self.seen[key] is transaction)

    async def settle(self) -> None:
        """Wait for what is late: called before anything is sent."""
        if self.late:
            late, self.late = self.late, []
            await asyncio.gather(*late)


TRAIL: ContextVar[Trail | None] = ContextVar("trail", default=None)
"""The trail of the request that is being answered."""
