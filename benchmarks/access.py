"""What one `may()` costs with the shipped policy tables in memory: `python benchmarks/access.py`. Prints µs a question."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import msgspec
from ledstang.access.facts import Fact
from ledstang.access.may import Access
from ledstang.access.permissions import Own, Permission
from ledstang.access.visit import Visit
from ledstang.clock import MovableClock
from ledstang.content.policies import compile_policy
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Person

TABLES = Path(__file__).parents[1] / "proxies" / "ledstang_guardian" / "policies"
TIMES = 20_000


async def measure() -> None:
    """Ask as a guardian, without and with ten facts about the child, and take the mean."""
    rows = [row for path in TABLES.glob("*.md") for row in compile_policy(path)[0]]
    access = Access([Permission("journal.read", "t")], rows, MovableClock(at=datetime(2029, 10, 1, 10, tzinfo=UTC)))
    bo, child = (
        Person(uuid4(), make_test_number(born, 0), "Test", born) for born in (date(1985, 5, 6), date(2020, 1, 1))
    )
    visit = msgspec.structs.replace(Visit.of(child), actor=bo, ground="guardian")
    block = Fact("block", date(2029, 1, 1), person=uuid4())
    for name, facts in (("no facts", ()), ("ten facts", (block,) * 10)):
        asked = msgspec.structs.replace(visit, facts=facts)
        assert await access.may(asked, "journal.read", Own(child.id))
        began = perf_counter()
        for _ in range(TIMES):
            await access.may(asked, "journal.read", Own(child.id))
        print(f"{len(rows)} rows, {name}: {(perf_counter() - began) / TIMES * 1e6:.1f} µs")


if __name__ == "__main__":
    asyncio.run(measure())
