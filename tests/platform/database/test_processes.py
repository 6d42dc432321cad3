"""Several real processes on one database file."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from ledstang.database import Database, create_tables
from piccolo.columns import UUID, Integer
from piccolo.table import Table


class Sum(Table, tablename="sum"):
    id = UUID(primary_key=True)
    value = Integer(default=0)
    writes = Integer(default=0)


PROCESS = """
import asyncio, sys
from piccolo.columns import UUID, Integer
from piccolo.table import Table
from ledstang.clock import Clock
from ledstang.database import Database

class Sum(Table, tablename="sum"):
    id = UUID(primary_key=True)
    value = Integer(default=0)
    writes = Integer(default=0)

async def add():
    row = await Sum.select(Sum.value).first()
    await Sum.update({Sum.value: row["value"] + 1}, force=True)

async def ten(database):
    for _ in range(10):
        await database.write(add)
        await Sum.update({Sum.writes: Sum.writes + 1}, force=True)

async def main():
    database = Database(sys.argv[1], Clock())
    await database.start()
    database.bind([Sum])
    print("ready", flush=True)
    sys.stdin.readline()
    await asyncio.gather(*(ten(database) for _ in range(10)))
    await database.stop()

asyncio.run(main())
"""


def start(script: Path, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(script), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_two_processes_lose_nothing_and_lock_nobody_out(database: Database, tmp_path: Path) -> None:
    """Two processes with ten tasks each, reading and then writing one row: 200 of 200 transactions and writes count."""
    await create_tables(database, [Sum])
    await Sum.insert(Sum())
    script = tmp_path / "process.py"
    script.write_text(PROCESS, encoding="utf-8")
    processes = [start(script, database.path) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "ready\n"
    ends = await asyncio.gather(*(asyncio.to_thread(process.communicate, "go\n") for process in processes))
    assert [(process.returncode, errors) for process, (_, errors) in zip(processes, ends, strict=True)] == [(0, "")] * 2
    assert await Sum.select(Sum.value, Sum.writes).first() == {"value": 200, "writes": 200}
