"""Errands a second with four workers, on both databases, beside the raw limit of the same table and the same commits.

The raw limit is one process that does nothing but claim and finish by hand. `python benchmarks/outbox.py [ERRANDS]`
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import uuid4

import asyncpg
import uvloop
from ledstang.clock import Clock
from ledstang.clusters import cluster
from ledstang.database import Database, create_tables
from ledstang.outbox.events import Listener, ModuleCompleted
from ledstang.outbox.outbox import Outbox
from ledstang.outbox.tables import OutboxRow
from ledstang.outbox.worker import Worker
from ledstang.settings import Work

ERRANDS = int(sys.argv[1]) if len(sys.argv) == 2 else 4000
WORKERS, AT_ONCE = 4, 8
AIMS = {"SQLite": 500, "PostgreSQL": 1000}


async def hear(event: ModuleCompleted, once: str) -> None:
    """Do nothing: what is measured is the outbox."""


LISTENERS = [("bench", Listener("ear", ModuleCompleted, hear))]


async def fill(address: str) -> None:
    """Write the errands down, each of another person's."""
    database = Database(address, Clock())
    await database.start()
    await create_tables(database, [OutboxRow])
    await OutboxRow.delete(force=True)
    outbox = Outbox(database, Clock(), Work(), LISTENERS)

    async def work() -> None:
        for _ in range(500):
            await outbox.emit(ModuleCompleted(person=uuid4(), participation=uuid4(), module="one"))

    for _ in range(ERRANDS // 500):
        await database.write(work)
    await database.stop()


async def one_worker(address: str) -> None:
    """Work as `ledstang work` does, until nothing is left."""
    database = Database(address, Clock())
    database.bind([OutboxRow])
    await database.start()
    worker = Worker(Outbox(database, Clock(), Work(at_once=AT_ONCE), LISTENERS), LISTENERS, [])
    print("ready", flush=True)
    sys.stdin.readline()
    print(await worker.until_idle(), flush=True)
    await database.stop()


def ours(address: str) -> float:
    """Return errands a second with four processes."""
    uvloop.run(fill(address))
    line = [sys.executable, __file__, "--worker", address]
    workers = [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    began = perf_counter()
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    done = sum(int(worker.communicate()[0]) for worker in workers)
    assert done == ERRANDS // 500 * 500, f"{done} errands were carried out"
    return done / (perf_counter() - began)


CLAIM = "SELECT id FROM outbox WHERE due IS NOT NULL ORDER BY due, id LIMIT {}"


def raw_sqlite(address: str) -> float:
    """Claim as many at a time as ours does, and finish each in a commit of its own."""
    uvloop.run(fill(address))
    done, now = 0, datetime.now(UTC)
    began = perf_counter()
    with sqlite3.connect(address, isolation_level=None) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        while True:
            connection.execute("BEGIN IMMEDIATE")
            ids = [id_ for (id_,) in connection.execute(CLAIM.format(AT_ONCE))]
            connection.executemany("UPDATE outbox SET lease = ? WHERE id = ?", [(str(now), id_) for id_ in ids])
            connection.execute("COMMIT")
            if not ids:
                return done / (perf_counter() - began)
            for id_ in ids:
                connection.execute("UPDATE outbox SET due = NULL, done = ? WHERE id = ?", (str(now), id_))
            done += len(ids)


def raw_postgres(address: str) -> float:
    """As `raw_sqlite`, by asyncpg: four connections at once, which is what a server is for."""
    uvloop.run(fill(address))
    lease = datetime.now(UTC) + timedelta(minutes=5)

    async def work(connection: asyncpg.Connection) -> int:
        done = 0
        while True:
            async with connection.transaction():
                free = f"{CLAIM.format(AT_ONCE).replace('ORDER', 'AND lease IS NULL ORDER')} FOR UPDATE SKIP LOCKED"
                ids = [row["id"] for row in await connection.fetch(free)]
                await connection.execute("UPDATE outbox SET lease = $1 WHERE id = ANY($2)", lease, ids)
            if not ids:
                return done
            for id_ in ids:
                await connection.execute("UPDATE outbox SET due = NULL, done = $1 WHERE id = $2", lease, id_)
            done += len(ids)

    async def all_of_them() -> float:
        connections = [await asyncpg.connect(address) for _ in range(WORKERS)]
        began = perf_counter()
        done = sum(await asyncio.gather(*(work(connection) for connection in connections)))
        rate = done / (perf_counter() - began)
        for connection in connections:
            await connection.close()
        return rate

    return uvloop.run(all_of_them())


def main() -> None:
    """Print a line for each database."""
    with TemporaryDirectory() as folder, cluster("synchronous_commit=on") as server:
        measured = {
            "SQLite": (ours, raw_sqlite, str(Path(folder) / "bench.sqlite")),
            "PostgreSQL": (ours, raw_postgres, server.database()),
        }
        for name, (mine, raw, address) in measured.items():
            rate, limit = mine(address), raw(address)
            verdict = "reached" if rate >= AIMS[name] else "missed"
            print(
                f"outbox on {name}, {WORKERS} workers: {rate:6.0f} errands/s · raw limit {limit:6.0f}/s "
                f"({rate / limit:.0%}) · aim {AIMS[name]} {verdict}"
            )


if __name__ == "__main__":
    if "--worker" in sys.argv:
        uvloop.run(one_worker(sys.argv[-1]))
    else:
        main()
