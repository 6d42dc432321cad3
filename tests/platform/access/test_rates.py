"""Rates: exact over processes and on both databases, and nobody's address in them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledstang.access.rates import RateLimiter, TooOften
from ledstang.access.tables import RateCount
from ledstang.access.windows import Rate, Rates
from ledstang.clock import MovableClock
from ledstang.database import Database, Keys, create_tables

PROCESS = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from ledstang.access.rates import RateLimiter, TooOften
from ledstang.access.tables import RateCount
from ledstang.access.windows import Rate, Rates
from ledstang.clock import MovableClock
from ledstang.database import Database, Keys

async def main(url, keys, many):
    clock = MovableClock(at=datetime(2026, 11, 23, 11, tzinfo=UTC))
    database = Database(url, clock)
    database.bind([RateCount])
    await database.start()
    limiter = RateLimiter(database, Keys.load(Path(keys), create=False), clock, Rates(signins=Rate(10, 10)))
    async def attempt():
        try:
            await limiter.admit("signins", "192.0.2.0/24")
        except TooOften:
            return 0
        return 1
    print("ready", flush=True)
    sys.stdin.readline()
    print(sum(await asyncio.gather(*(attempt() for _ in range(many)))), flush=True)
    await database.stop()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(at=datetime(2026, 11, 23, 11, 0, tzinfo=UTC))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    return str(tmp_path / "test.sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres"))


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.load(tmp_path / "keys", create=True)


@pytest.fixture
async def database(url: str, clock: MovableClock) -> AsyncIterator[Database]:
    made = Database(url, clock)
    await made.start()
    await create_tables(made, [RateCount])
    yield made
    await made.stop()


async def admitted(limiter: RateLimiter, subject: str, times: int, name: str = "signins") -> int:
    """Try so many times and return how many were let through."""
    count = 0
    for _ in range(times):
        try:
            await limiter.admit(name, subject)
        except TooOften:
            continue
        count += 1
    return count


async def test_v5_2_4_1_four_processes_admit_exactly_the_limit(url: str, database: Database, keys, tmp_path) -> None:
    """Limit 10, 200 attempts at once from four processes: ten get through, not one more and not one fewer."""
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, url, str(tmp_path / "keys"), "50",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in processes:
        assert await process.stdout.readline() == b"ready\n"
    for process in processes:
        process.stdin.write(b"go\n")
    let = [int(await process.stdout.readline()) for process in processes]
    for process in processes:
        await process.communicate()
    assert sum(let) == 10


async def test_v5_2_4_1_the_next_window_begins_anew(database: Database, clock: MovableClock, keys: Keys) -> None:
    """When the window is over as many more are let through, and what is told is how long that is."""
    limiter = RateLimiter(database, keys, clock, Rates(signins=Rate(3, 10)))
    clock.move(minutes=4)
    assert await admitted(limiter, "a", 5) == 3
    with pytest.raises(TooOften) as told:
        await limiter.admit("signins", "a")
    assert told.value.seconds == 6 * 60
    assert told.value.headers == {"Retry-After": "360"}
    clock.move(minutes=6)
    assert await admitted(limiter, "a", 5) == 3


async def test_each_has_a_count_of_their_own(database: Database, clock: MovableClock, keys: Keys) -> None:
    """One who is too often here costs nobody else, and what is done too often costs nothing else."""
    limiter = RateLimiter(database, keys, clock, Rates(signins=Rate(1, 10), posts=Rate(1, 10)))
    assert await admitted(limiter, "a", 3) == 1
    assert await admitted(limiter, "b", 3) == 1
    assert await admitted(limiter, "a", 3, "posts") == 1


async def test_hammering_on_costs_no_writes(database: Database, clock: MovableClock, keys: Keys) -> None:
    """What is full is remembered: the database is not asked again until the window is over."""
    limiter = RateLimiter(database, keys, clock, Rates(signins=Rate(2, 10)))
    await admitted(limiter, "a", 50)
    assert [row["times"] for row in await RateCount.select(RateCount.times)] == [3]


async def test_v5_14_2_1_nobody_can_be_read_from_the_counts(
    database: Database, clock: MovableClock, keys: Keys
) -> None:
    """Neither an address nor a number stands in the table, and counts are gone when their time is over."""
    limiter = RateLimiter(database, keys, clock, Rates())
    await limiter.admit("signins", "192.0.2.0/24")
    await limiter.admit("person", "198505062385")
    written = str(await RateCount.select())
    assert "192.0.2" not in written
    assert "19850506" not in written
    clock.move(hours=2)
    await limiter.admit("signins", "192.0.2.0/24")
    assert await RateCount.count() == 1
