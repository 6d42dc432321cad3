"""Web and workers are killed at any moment, again and again: nothing acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from ledstang.clusters import Cluster

pytestmark = pytest.mark.drill
LEDSTANG = Path(sys.executable).with_name("ledstang")
KILLS, WRITERS, PATIENT = 45, 2, 120

TOML = """\
title = "Testregionen"
database = "{database}"
[work]
poll_seconds = 0.05
lease_seconds = 2
retry_seconds = 0.1
tries = 100
"""
TABLES = '''
"""What was written, what was heard of it, and what came of that."""

from piccolo.columns import BigSerial, Varchar
from piccolo.table import Table

class Written(Table, tablename="drill_written"):
    """What a visitor was told is saved."""
    id = Varchar(40, primary_key=True, default=None)

class Heard(Table, tablename="drill_heard"):
    """Each time that the listener was asked."""
    id = BigSerial(primary_key=True)
    once = Varchar(300)

class Effect(Table, tablename="drill_effect"):
    """What the listener did, kept by what is the same each time."""
    once = Varchar(300, primary_key=True, default=None)
'''
PLUGIN = '''
"""Writes what it is asked to, and does something afterwards."""

import asyncio
from uuid import UUID
from ledstang import Host, Listener, ModuleCompleted, hookimpl
from litestar import get
from litestar.params import FromPath
from .tables import Effect, Heard, Written

@hookimpl
def register_routes(host: Host):
    @get("/write/{id_:uuid}")
    async def write(id_: FromPath[UUID]) -> str:
        async def work() -> None:
            await Written.insert(Written(id=str(id_)))
            await host.emit(ModuleCompleted(person=id_, participation=id_, module="drill"), once=str(id_))

        await host.database.write(work)
        return "saved"

    return [write]

@hookimpl
def register_listeners():
    async def hear(event, once):
        await Heard.insert(Heard(once=once))
        await asyncio.sleep(0.005)  # a moment in which it may be killed: heard, and not done
        await Effect.insert(Effect(once=once)).on_conflict(target=Effect.once, action="DO NOTHING")

    return [Listener("ear", ModuleCompleted, hear)]
'''


class Process:
    """A process of ours that is started, killed and started again. It says on its output when it is at work."""

    def __init__(self, *line: str | Path) -> None:
        self.line = [str(LEDSTANG), *map(str, line)]
        self.start()

    def start(self) -> None:
        self.ready = threading.Event()
        self.process = subprocess.Popen(self.line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                if "Stop with Ctrl+C" in line:
                    self.ready.set()

    def kill(self) -> None:
        """Kill it as the kernel does when memory is short: it hears nothing of it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENT)


class Drill:
    """An instance under fire. `saved` are the ids whose writing was acknowledged; `query` asks the database itself."""

    def __init__(self, folder: Path, database: str, server: Cluster | None, port: int) -> None:
        self.folder, self.database, self.server = folder, database, server
        self.url = f"http://127.0.0.1:{port}"
        self.saved: list[str] = []
        self.over = threading.Event()
        (folder / "plugins" / "drill").mkdir(parents=True)
        (folder / "ledstang.toml").write_text(TOML.format(database=database), encoding="utf-8")
        (folder / "plugins" / "drill" / "__init__.py").write_text(PLUGIN, encoding="utf-8")
        (folder / "plugins" / "drill" / "tables.py").write_text(TABLES, encoding="utf-8")
        self.run("migrate", folder, "--write", "drill")
        self.run("migrate", folder)
        self.processes = [
            Process("serve", folder, "--port", port), Process("work", folder), Process("work", folder)
        ]  # fmt: skip

    def run(self, *line: str | Path) -> None:
        """Run a command of ours to its end."""
        subprocess.run([str(LEDSTANG), *map(str, line)], check=True, stdout=subprocess.DEVNULL, timeout=PATIENT)

    def write(self) -> None:
        """Write until it is over, as somebody would who tries again with something new after each error."""
        with httpx.Client(base_url=self.url, timeout=10) as client:
            while not self.over.wait(0.01):
                id_ = str(uuid4())
                try:
                    if client.get(f"/drill/write/{id_}").text == "saved":
                        self.saved.append(id_)
                except httpx.TransportError:
                    continue

    def fire(self, eventually: Any) -> None:
        """Kill one after the other, each while it is at work and at any moment of that, and start it again."""
        web, one, other = self.processes
        for target, _ in zip(cycle([web, one, other, one, other]), range(KILLS), strict=False):
            assert target.ready.wait(PATIENT), "a process that was killed did not start again"
            if target is web:
                eventually(self.is_served)
            self.over.wait(random.uniform(0, 0.3))
            target.kill()
            target.start()

    def is_served(self) -> bool:
        """Say whether the web process answers: it says where it is a moment before."""
        try:
            return httpx.get(f"{self.url}/ready").status_code == 200
        except httpx.TransportError:
            return False

    def is_settled(self) -> bool:
        """Say whether the workers have done all that is left."""
        return self.query("SELECT count(*) FROM outbox WHERE due IS NOT NULL") == 0

    def query(self, sql: str) -> int:
        """Return the one number that a query answers with."""
        if self.server:
            return int(self.server.ask(self.database.rpartition("/")[2], sql))
        with sqlite3.connect(self.database, timeout=30) as connection:
            return int(connection.execute(sql).fetchone()[0])

    def ids(self) -> set[str]:
        """Return the ids of all that was written."""
        if self.server:
            return set(self.server.ask(self.database.rpartition("/")[2], "SELECT id FROM drill_written").split())
        with sqlite3.connect(self.database) as connection:
            return {id_ for (id_,) in connection.execute("SELECT id FROM drill_written")}


@contextmanager
def under_fire(drill: Drill) -> Iterator[None]:
    """Write from several threads in the block, and end all processes after it."""
    writers = [threading.Thread(target=drill.write) for _ in range(WRITERS)]
    try:
        for writer in writers:
            writer.start()
        yield
    finally:
        drill.over.set()
        for writer in writers:
            writer.join()
        for process in drill.processes:
            process.kill()


@pytest.fixture(params=["sqlite", "postgres"])
def drill(request: pytest.FixtureRequest, tmp_path: Path, port: int) -> Drill:
    """An instance with a web process and two workers, on either database."""
    folder = tmp_path / "instance"
    folder.mkdir()
    if request.param == "sqlite":
        return Drill(folder, str(folder / "drill.sqlite"), None, port)
    return Drill(folder, request.getfixturevalue("postgres"), request.getfixturevalue("postgres_server"), port)


def test_nothing_is_lost_and_nothing_is_done_twice(drill: Drill, eventually: Any) -> None:
    """What was acknowledged is there; everything that is there had its effect, once; nothing had one that is not there."""
    with under_fire(drill):
        drill.fire(eventually)
        drill.over.set()
        eventually(drill.is_settled)
        written = drill.query("SELECT count(*) FROM drill_written")
        heard = drill.query("SELECT count(*) FROM drill_heard")
        effects = drill.query("SELECT count(*) FROM drill_effect")
        done = drill.query("SELECT count(*) FROM outbox WHERE kind = 'drill.ear' AND done IS NOT NULL")
        dead = drill.query("SELECT count(*) FROM outbox WHERE dead IS NOT NULL")
        lost = set(drill.saved) - drill.ids()
    print(f"\n{KILLS} kills: {len(drill.saved)} acknowledged, {len(lost)} lost, {written - effects} undelivered, "
          f"{heard} deliveries for {effects} effects, {dead} given up")  # fmt: skip
    assert len(drill.saved) > KILLS
    assert not lost
    assert (effects, done, dead) == (written, written, 0)
    assert drill.server or sqlite3.connect(drill.database).execute("PRAGMA integrity_check").fetchone() == ("ok",)
