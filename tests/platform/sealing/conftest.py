"""Several processes at one database, of either kind, each with keys that it has read itself."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ledstang.clock import MovableClock
from ledstang.content.answers import Answers
from ledstang.database import Database, Keys, create_tables
from ledstang.people.register import Register
from ledstang.sealing.columns import columns_of
from ledstang.sealing.resealing import Resealing
from ledstang.sealing.rollover import Rollover
from ledstang.settings import Rotation
from ledstang.tables import HOST


@dataclass
class Process:
    """What one process has of its own: the keys as it has read them, and what it knows of the others."""

    database: Database
    keys: Keys
    rollover: Rollover
    register: Register
    answers: Answers
    resealing: Resealing


@dataclass
class House:
    """A database and a folder of keys, and as many processes as a test wants."""

    folder: Path
    database: Database
    clock: MovableClock

    def process(self, folder: Path | None = None, **limits: Any) -> Process:
        """Make a process that has read the keys of a folder, but has not begun."""
        keys = Keys.load(folder or self.folder, create=True)
        rules = Rotation(**limits)
        rollover = Rollover(self.database, keys, self.clock, rules)
        register = Register(self.database, keys, self.clock)
        answers = Answers(self.database, keys, self.clock)
        columns = columns_of(keys, register)
        resealing = Resealing(self.database, keys, self.clock, rollover, columns, rules)
        return Process(self.database, keys, rollover, register, answers, resealing)

    async def begun(self, folder: Path | None = None, **limits: Any) -> Process:
        """Make a process and let it begin."""
        made = self.process(folder, **limits)
        await made.rollover.begin()
        return made

    def copy(self, name: str) -> Path:
        """Copy the folder of keys, as a machine has it that shares no disk with the others."""
        shutil.copytree(self.folder, self.folder.with_name(name))
        return self.folder.with_name(name)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the database is."""
    if request.param == "sqlite":
        return str(tmp_path / "sealing.sqlite")
    address: str = request.getfixturevalue("postgres")
    return address


@pytest.fixture
async def house(address: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house with the host's tables and no keys yet."""
    clock = MovableClock(at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    database = Database(address, clock)
    await database.start()
    await create_tables(database, HOST)
    yield House(tmp_path / "keys", database, clock)
    await database.stop()
