"""An outbox in a database of its own, a clock to move, and workers with whatever listeners and jobs a test gives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database, create_tables
from ledstang.outbox.events import Listener, ModuleCompleted
from ledstang.outbox.jobs import Job
from ledstang.outbox.outbox import Errand, Outbox
from ledstang.outbox.tables import OutboxRow
from ledstang.outbox.worker import Worker
from ledstang.settings import Work

LIMITS = Work(tries=3, poll_seconds=0.05, lease_seconds=30)


class Office:
    """An outbox with workers at it. `heard` is what a listener of the test's plugin has heard: event and `once`."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database, self.clock = database, clock
        self.heard: list[tuple[ModuleCompleted, str]] = []
        self.equip([Listener("note", ModuleCompleted, self.note)])

    def equip(self, listeners: list[Listener[Any]], *jobs: Job, **limits: Any) -> Worker:
        """Put other listeners and jobs in the place of those that there were, and return a worker for them."""
        self.listeners, self.jobs = [("test", one) for one in listeners], [("test", one) for one in jobs]
        self.limits = msgspec.structs.replace(LIMITS, **limits)
        self.outbox = Outbox(self.database, self.clock, self.limits, self.listeners)
        return self.worker()

    def worker(self) -> Worker:
        """Return one more worker, as another process or machine has its own."""
        return Worker(Outbox(self.database, self.clock, self.limits, self.listeners), self.listeners, self.jobs)

    async def note(self, event: ModuleCompleted, once: str) -> None:
        """Hear an event."""
        self.heard.append((event, once))

    async def emit(self, module: str = "one", person: UUID | None = None, once: str | None = None) -> None:
        """Emit an event of somebody's."""
        event = ModuleCompleted(person=person or uuid4(), participation=uuid4(), module=module)
        await self.outbox.emit(event, once)

    async def take(self, owner: str = "me", most: int = 10) -> list[Errand]:
        """Take up what is due."""
        return await self.outbox.claim(owner, most)

    async def rows(self) -> list[dict[str, Any]]:
        """Return the whole table, in the order in which it was written."""
        return await OutboxRow.select().order_by(OutboxRow.id)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the database is: every test of the outbox runs on both."""
    if request.param == "sqlite":
        return str(tmp_path / "outbox.sqlite")
    address: str = request.getfixturevalue("postgres")
    return address


@pytest.fixture
async def office(address: str) -> AsyncIterator[Office]:
    """An empty outbox, on the morning of a Sunday."""
    clock = MovableClock(at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    database = Database(address, clock)
    await database.start()
    await create_tables(database, [OutboxRow])
    yield Office(database, clock)
    await database.stop()
