"""Entries a second that get into the access log, each awaited before its page, beside the raw limit of the same rows.

The raw limit has no chain: it puts the same finished rows into the same table, many in a statement and a commit, by the
bare driver. `python benchmarks/access_log.py [ENTRIES]`
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID, uuid4

import asyncpg
import uvloop
from ledstang.access.log.entries import COLUMNS, Entry, new_ids, rows_of
from ledstang.access.log.spool import Spool
from ledstang.access.log.tables import AccessLogChain, AccessLogEntry, AccessReview
from ledstang.access.log.verifying import verify
from ledstang.access.log.writing import PURPOSE, LogWriter
from ledstang.clock import Clock
from ledstang.clusters import cluster
from ledstang.database import Database, Keys, create_tables

ENTRIES = int(sys.argv[1]) if len(sys.argv) == 2 else 40_000
AT_ONCE, REGIONS, PORTION, AIM = 1_000, ("norra", "sodra"), 256, 10_000
TABLES = [AccessLogEntry, AccessLogChain, AccessReview]


def entry(number: int) -> Entry:
    """Make an entry as a member of staff leaves it."""
    now = datetime.now(UTC)
    return Entry(
        id=new_ids(now, 1)[0], at=now, region=REGIONS[number % len(REGIONS)], subject=uuid4(), actor=UUID(int=number % 50),
        who="staff", ground="self", purpose="care", action="programmes.follow", outcome="allowed",
        staff="SE2321000016-ABCD", title="Sjuksköterska", assignment=UUID(int=7), unit="SE2321000016-1003",
        unit_name="Testmottagningen", provider="SE2321000016-0001", provider_name="Region Norra", kind="participation",
        resource=uuid4(), plugin="programmes",
    )  # fmt: skip


async def opened(address: str) -> Database:
    """Open an empty database."""
    database = Database(address, Clock())
    await database.start()
    await create_tables(database, TABLES)
    for table in TABLES:
        await table.delete(force=True)
    return database


async def ours(address: str, folder: Path) -> tuple[float, float]:
    """Return entries a second with so many readers at once, each waiting for its own; and how many are verified."""
    database = await opened(address)
    keys = Keys.load(folder / "keys", create=True)
    writer = LogWriter(database, keys, Spool(folder, keys, 1 << 20))

    async def reader(first: int) -> None:
        for number in range(first, ENTRIES, AT_ONCE):
            await writer.soon(entry(number))

    began = perf_counter()
    await asyncio.gather(*(reader(first) for first in range(AT_ONCE)))
    rate = ENTRIES / (perf_counter() - began)
    began = perf_counter()
    verified = await verify(keys.mac_keys(PURPOSE))
    assert (verified.entries, verified.findings) == (ENTRIES, [])
    await database.stop()
    return rate, ENTRIES / (perf_counter() - began)


def finished() -> list[list[object]]:
    """Make the rows beforehand: what is measured is the table."""
    entries = (entry(number) for number in range(ENTRIES))
    return [list(row) for row in rows_of(entries, "2026-11-27 norra", 0, "", 1, bytes(32))]


def raw_sqlite(address: str) -> float:
    """Put rows in by the bare driver, as many in a commit as ours gathers."""
    uvloop.run(_empty(address))
    rows = [[str(one) if isinstance(one, UUID | datetime) else one for one in row] for row in finished()]
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    sql = f"INSERT INTO access_log_entry ({names}) VALUES ({', '.join('?' * len(COLUMNS))})"
    with sqlite3.connect(address, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        began = perf_counter()
        for start in range(0, ENTRIES, AT_ONCE):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(sql, rows[start : start + AT_ONCE])
            connection.execute("COMMIT")
        return ENTRIES / (perf_counter() - began)


def raw_postgres(address: str) -> float:
    """Put rows in by the bare driver, many in a statement."""
    uvloop.run(_empty(address))
    rows = finished()

    async def put() -> float:
        connection = await asyncpg.connect(address)
        places = iter(range(1, PORTION * len(COLUMNS) + 1))
        values = ", ".join(f"({', '.join(f'${next(places)}' for _ in COLUMNS)})" for _ in range(PORTION))
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        statement = await connection.prepare(f"INSERT INTO access_log_entry ({names}) VALUES {values}")
        began, whole = perf_counter(), ENTRIES // PORTION * PORTION
        for start in range(0, whole, 4 * PORTION):
            async with connection.transaction():
                for at in range(start, min(start + 4 * PORTION, whole), PORTION):
                    await statement.fetch(*(value for row in rows[at : at + PORTION] for value in row))
        rate = whole / (perf_counter() - began)
        await connection.close()
        return rate

    return uvloop.run(put())


async def _empty(address: str) -> None:
    await (await opened(address)).stop()


def main() -> None:
    """Print a line for each database."""
    with TemporaryDirectory() as folder, cluster("synchronous_commit=on") as server:
        measured = {
            "SQLite": (raw_sqlite, str(Path(folder) / "bench.sqlite")),
            "PostgreSQL": (raw_postgres, server.database()),
        }
        for name, (raw, address) in measured.items():
            (rate, checked), limit = uvloop.run(ours(address, Path(folder))), raw(address)
            verdict = "reached" if rate >= AIM else "missed"
            print(
                f"access log on {name}, {AT_ONCE} at once: {rate:6.0f} entries/s · raw limit {limit:6.0f}/s "
                f"({rate / limit:.0%}) · verified {checked:6.0f}/s · aim {AIM} {verdict}"
            )


if __name__ == "__main__":
    main()
