"""What a query costs: raw sqlite3, ours and stock Piccolo, in paired interleaved rounds of one run.

Compare the ratios, never the microseconds of two runs. `python benchmarks/database.py [ROUNDS]`
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID as Id
from uuid import uuid4

import uvloop
from ledstang.clock import Clock
from ledstang.database import Database, create_tables, prepared
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.query.base import Query
from piccolo.table import Table

PERSONS, EACH = 2_000, 5
SOURCES = 8  # the reads of a start page
CLIENTS = 16
AIM = 4.0  # times stock Piccolo, for one read
SINCE = datetime(2026, 11, 1, tzinfo=UTC)

Rows = list[dict[str, object]]
Measured = dict[str, list[float]]
Contender = Callable[[Id], Awaitable[object]]


class Person(Table, tablename="person"):
    """Somebody."""

    id = UUID(primary_key=True)
    name = Varchar()


class Booking(Table, tablename="booking"):
    """Something of theirs, found by an index."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, index=True)
    at = Timestamptz()
    note = Varchar()


def question(person: Id, since: datetime) -> Query:
    """Ask for five rows of one person, joined with the person: an ordinary source of a page."""
    return Booking.select(Booking.id, Booking.at, Booking.note, Booking.person.name).where(
        (Booking.person == person) & (Booking.at > since)
    )


ask = prepared(question)


async def fill(database: Database) -> list[Id]:
    """Make the persons and their bookings."""
    await create_tables(database, [Person, Booking])
    ids = [uuid4() for _ in range(PERSONS)]

    async def work() -> None:
        for start in range(0, PERSONS, 500):
            part = ids[start : start + 500]
            await Person.insert(*(Person(id=id, name=f"Person {id}") for id in part))
            await Booking.insert(
                *(
                    Booking(person=id, at=SINCE + timedelta(days=day), note="A visit")
                    for id in part
                    for day in range(1, EACH + 1)
                )
            )

    await database.write(work)
    return ids


def raw(path: Path) -> Callable[[str, list[object]], Rows]:
    """Return the limit: a function that asks an open sqlite3 connection in the same thread."""
    connection = sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES, cached_statements=512)

    def fetch(sql: str, arguments: list[object]) -> Rows:
        cursor = connection.execute(sql, arguments)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return fetch


async def readers(database: Database) -> dict[str, tuple[Contender, int]]:
    """Return who reads, and how often each is asked in a round."""
    limit = raw(database.path)
    stock = SQLiteEngine(str(database.path))

    async def inline(person: Id) -> None:
        bound = ask.bind(person, SINCE)
        limit(bound.sql, list(bound.arguments))

    async def plain(person: Id) -> None:
        await question(person, SINCE)

    async def bound(person: Id) -> None:
        await ask(person, SINCE)

    async def together(person: Id) -> None:
        await database.together(*(ask.bind(person, SINCE) for _ in range(SOURCES)))

    async def stock_piccolo(person: Id) -> None:
        Booking._meta.db = stock
        try:
            await question(person, SINCE)
        finally:
            Booking._meta.db = database.engine

    return {
        "raw sqlite3, inline": (inline, 200),
        "ours, prepared, 8 in one hop": (together, 25),
        "ours, prepared": (bound, 100),
        "ours, plain Piccolo": (plain, 100),
        "stock Piccolo": (stock_piccolo, 25),
    }


async def compare(contenders: dict[str, tuple[Contender, int]], ids: list[Id], rounds: int) -> Measured:
    """Return microseconds a query, one figure for each round; in every round each contender has its turn."""
    measured: Measured = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, (contender, times) in contenders.items():
            persons = [ids[(number * 7919 + step * 31) % len(ids)] for step in range(times)]
            start = perf_counter()
            for person in persons:
                await contender(person)
            spent = (perf_counter() - start) / times * 1e6
            if number:  # the first round only warms up
                measured[name].append(spent / (SOURCES if "in one hop" in name else 1))
    return measured


async def rewrite(person: Id, note: str) -> None:
    """Write a person's bookings, with plain Piccolo in both contenders."""
    await Booking.update({Booking.note: note}).where(Booking.person == person)


async def writers(database: Database, ids: list[Id], rounds: int) -> Measured:
    """Return microseconds a write when sixteen clients write at once: ours shares commits, stock takes turns."""
    stock = SQLiteEngine(str(database.path), timeout=30)
    measured: Measured = {"ours, shared commits": [], "stock Piccolo": []}
    for number in range(rounds + 1):
        for name, engine in (("ours, shared commits", database.engine), ("stock Piccolo", stock)):
            Booking._meta.db = engine
            some = [ids[(number * 31 + step) % len(ids)] for step in range(CLIENTS)]
            start = perf_counter()
            await asyncio.gather(*(rewrite(person, f"Changed {number}") for person in some))
            if number:
                measured[name].append((perf_counter() - start) / CLIENTS * 1e6)
    Booking._meta.db = database.engine
    return measured


def show(title: str, measured: Measured, base: str) -> dict[str, float]:
    """Print a table and return how many times faster than `base` each is: the median of the rounds' own ratios."""
    print(f"\n{title}\n{'':32}{'µs, median':>12}{'best':>8}{'× stock':>10}")
    faster = {}
    for name, figures in measured.items():
        faster[name] = median(slow / fast for slow, fast in zip(measured[base], figures, strict=True))
        print(f"{name:32}{median(figures):12.0f}{min(figures):8.0f}{faster[name]:10.1f}")
    return faster


async def run(rounds: int) -> bool:
    """Measure and print; return whether the aim was reached."""
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "benchmark.sqlite", Clock())
        await database.start()
        ids = await fill(database)
        reads = show("One read, one client", await compare(await readers(database), ids, rounds), "stock Piccolo")
        show(f"One write, {CLIENTS} clients", await writers(database, ids, max(3, rounds // 4)), "stock Piccolo")
        await database.stop()
    reached = reads["ours, prepared"] >= AIM
    print(
        f"\nAim: a prepared read at least {AIM:g} × as fast as stock Piccolo's: {'reached' if reached else 'MISSED'}."
    )
    return reached


def main() -> int:
    """Run the comparison; the exit code tells whether the aim was reached."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    return 0 if uvloop.run(run(rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
