"""A database in a file of its own for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))


@pytest.fixture
async def database(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Database]:
    database = Database(tmp_path / "test.sqlite", clock)
    await database.start()
    yield database
    await database.stop()


class CancelledAt:
    """Awaits a coroutine and cancels the task, for real, at the coroutine's n-th suspension."""

    def __init__(self, work: Coroutine[Any, Any, Any], number: int) -> None:
        self.work = work
        self.number = number
        self.suspensions = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        thrown: BaseException | None = None
        while True:
            try:
                waits_for = self.work.throw(thrown) if thrown else self.work.send(None)
            except StopIteration as end:
                return end.value
            self.suspensions += 1
            if self.suspensions == self.number:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield waits_for
            except BaseException as fault:
                thrown = fault
            else:
                thrown = None


@pytest.fixture
def cancelled_at() -> type[CancelledAt]:
    return CancelledAt


@pytest.fixture
def cancel_everywhere() -> Any:
    """Run `make()` again and again, cancelled at its first suspension, its second … until it ends; yield after each."""

    async def runs(make: Any) -> AsyncIterator[int]:
        number = 1
        while True:
            trial = CancelledAt(make(), number)

            async def run(trial: CancelledAt = trial) -> None:
                await trial

            outcome = (await asyncio.gather(asyncio.create_task(run()), return_exceptions=True))[0]
            if trial.suspensions < number:
                assert outcome is None
                return
            assert isinstance(outcome, asyncio.CancelledError)
            yield number
            number += 1

    return runs
