"""Several processes at one outbox: nobody gets what another has, and SIGTERM leaves nothing undone."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from ledstang.testing import Town

LEDSTANG = Path(sys.executable).with_name("ledstang")
ERRANDS = 300

CLAIMS = """
import asyncio, json, sys
from ledstang.clock import Clock
from ledstang.database import Database
from ledstang.outbox.outbox import Outbox
from ledstang.outbox.tables import OutboxRow
from ledstang.settings import Work

async def main():
    database = Database(sys.argv[1], Clock())
    database.bind([OutboxRow])
    await database.start()
    outbox = Outbox(database, Clock(), Work(), [])
    got = []
    sys.stdin.readline()
    while errands := await outbox.claim(sys.argv[2], 5):
        got += [errand.id for errand in errands]
        for errand in errands[::2]:
            assert await outbox.finish(errand, sys.argv[2])
    print(json.dumps(got))
    await database.stop()

asyncio.run(main())
"""


async def test_four_processes_share_what_is_due(office, address: str) -> None:
    """All is claimed, and nothing twice."""
    for number in range(ERRANDS):
        await office.outbox.add("test.note", once=str(number))
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", CLAIMS, address, name, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for name in "abcd"
    ]
    said = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    claimed = Counter(id_ for out, _ in said for id_ in json.loads(out))
    assert len(claimed) == ERRANDS
    assert set(claimed.values()) == {1}


def test_a_worker_that_is_told_to_stop_ends_well(town: Town) -> None:
    """`ledstang work` says that it works, and ends with 0 on SIGTERM."""
    with town.instance() as place:
        folder = place.instance.folder
    process = subprocess.Popen([LEDSTANG, "work", folder], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("Working.")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    process.stdout.close()
