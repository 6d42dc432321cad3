"""Several processes at one log: each chain has one order, whoever writes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from ledstang.access.log.tables import AccessLogChain, AccessLogEntry, AccessReview
from ledstang.access.log.verifying import verify
from ledstang.access.log.writing import PURPOSE
from ledstang.clock import Clock
from ledstang.database import Database, Keys, create_tables

EACH, TABLES = 150, [AccessLogEntry, AccessLogChain, AccessReview]

WRITES = """
import asyncio, sys
from pathlib import Path
from uuid import uuid4
from ledstang.access.log.entries import Entry, new_ids
from ledstang.access.log.spool import Spool
from ledstang.access.log.tables import AccessLogChain, AccessLogEntry
from ledstang.access.log.writing import LogWriter
from ledstang.clock import Clock
from ledstang.database import Database, Keys

async def main():
    clock, folder = Clock(), Path(sys.argv[2])
    database, keys = Database(sys.argv[1], clock), Keys.load(folder / "keys", create=False)
    database.bind([AccessLogEntry, AccessLogChain])
    await database.start()
    writer = LogWriter(database, keys, Spool(folder, keys, 0))
    sys.stdin.readline()
    for number in range(0, int(sys.argv[3]), 10):
        now = clock.now()
        await asyncio.gather(*(writer.soon(Entry(
            id=new_ids(now, 1)[0], at=now, region=region, subject=None, actor=uuid4(), who="staff", ground="self",
            purpose="care", action="ward.read", outcome="allowed",
        )) for region in ("norra", "sodra") for _ in range(5)))
    await database.stop()

asyncio.run(main())
"""


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the database is."""
    return str(tmp_path / "log.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgres")


async def test_processes_that_write_at_once_make_one_chain_of_each_region(address: str, tmp_path: Path) -> None:
    """No number is given twice, and each entry follows the one before it, whichever process that was."""
    keys, database = Keys.load(tmp_path / "keys", create=True), Database(address, Clock())
    await database.start()
    await create_tables(database, TABLES)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITES, address, str(tmp_path), str(EACH), stdin=subprocess.PIPE
        )
        for _ in range(3)
    ]
    await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0]
    verified = await verify(keys.mac_keys(PURPOSE))
    await database.stop()
    assert (verified.entries, verified.findings) == (3 * EACH, [])
