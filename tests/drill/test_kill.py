"""Web and workers are killed at any moment, again and again: nothing acknowledged is lost, and nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from ledstang.clusters import Cluster

from .fire import KILLS, Fire

pytestmark = pytest.mark.drill
WRITERS = 2

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


class Drill(Fire):
    """An instance under fire. `saved` are the ids whose writing was acknowledged."""

    def __init__(self, folder: Path, database: str, server: Cluster | None, port: int) -> None:
        super().__init__(folder, database, server, port)
        self.saved: list[str] = []
        (folder / "plugins" / "drill").mkdir(parents=True)
        (folder / "ledstang.toml").write_text(TOML.format(database=database), encoding="utf-8")
        (folder / "plugins" / "drill" / "__init__.py").write_text(PLUGIN, encoding="utf-8")
        (folder / "plugins" / "drill" / "tables.py").write_text(TABLES, encoding="utf-8")
        self.run("migrate", folder, "--write", "drill")
        self.run("migrate", folder)
        self.start()

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

    def ids(self) -> set[str]:
        """Return the ids of all that was written."""
        return {id_ for (id_,) in self.rows("SELECT id FROM drill_written")}


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
        drill.cease()


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
        drill.open(eventually)
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
    assert drill.is_sound()
