"""The port to a region's own log system, and what it is handed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

import msgspec


class LoggedAccess(msgspec.Struct, frozen=True):
    """One entry as another system gets it. `id` is the same each time that it comes; `chain` and `sequence` say its place.

    `patient` is the number of whose things it was about, `user` that of who acted; either is empty where nobody is known
    any more. The rest is as `AccessLogEntry` says.
    """

    id: UUID
    at: datetime
    chain: str
    sequence: int
    patient: str
    user: str
    who: str
    ground: str
    staff: str
    title: str
    assignment: UUID | None
    unit: str
    unit_name: str
    provider: str
    provider_name: str
    purpose: str
    action: str
    kind: str
    resource: UUID | None
    plugin: str
    outcome: str

    def __repr__(self) -> str:
        return f"LoggedAccess({self.id})"


@runtime_checkable
class AccessLogSink(Protocol):
    """A region's own log system, as its connector serves it."""

    async def write(self, entries: Sequence[LoggedAccess]) -> None:
        """Keep entries, in this order. Raise anything when not all are kept: all of them come again, later.

        An entry may come a second time after a crash: its `id` is the same.
        """
        ...
