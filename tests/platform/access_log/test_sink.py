"""A region's own log system: a process on loopback, with the connector of deploy/README.md. What it gets, and when it is away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ledstang.testing import TOML, Town

from .conftest import WARD, Ward

ROOT = Path(__file__).parents[3]
CONNECTOR = re.search(r"own log system\n.*?```python\n(.*?)```", (ROOT / "deploy" / "README.md").read_text(), re.S)
HURRIED = (
    "[access_log]\nsink_waiting = 3\nsink_look_seconds = 0.05\nsink_answer_ms = 5000\n[patience]\nfailures = 1000\n"
)


class Foreign:
    """The process, and what it has kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        """Start it, at the port that it had."""
        script = Path(__file__).with_name("foreign_log.py")
        self._process = subprocess.Popen([sys.executable, str(script), str(self.folder)], stdout=subprocess.PIPE)
        assert self._process.stdout
        assert self._process.stdout.readline() == b"listening\n"

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    @property
    def port(self) -> str:
        return (self.folder / "port").read_text()

    @property
    def kept(self) -> list[dict[str, Any]]:
        file = self.folder / "kept"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Foreign]:
    """The region's log system, running."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    made = Foreign(folder)
    yield made
    made.kill()


@contextmanager
def handing_over(town: Town, foreign: Foreign) -> Iterator[Ward]:
    """Run the ward with the connector beside it."""
    assert CONNECTOR
    plugins = town.folder / "instance" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "ward.py").write_text(WARD, "utf-8")
    (plugins / "regionlog.py").write_text(CONNECTOR[1], "utf-8")
    toml = f'{TOML}{HURRIED}[plugins.regionlog]\naddress = "http://127.0.0.1:{foreign.port}/"\n'
    with town.instance(toml=toml) as place:
        dag, eva = town.person("Dag", born="1985-05-06"), town.person("Eva", born="1979-01-02")
        yield Ward(place, town, dag, eva)


def minute(ward: Ward) -> None:
    """Let a minute pass, and a worker do what is due."""
    ward.place.clock.move(minutes=1)
    ward.place.work()


def test_every_entry_is_handed_over_in_order_with_numbers(town: Town, foreign: Foreign) -> None:
    """What the national format asks for is there; nothing comes twice while all goes well."""
    with handing_over(town, foreign) as ward:
        for _ in range(3):
            assert ward.may(ward.at_work())
        minute(ward)
        minute(ward)
        assert [one["id"] for one in foreign.kept] == [str(row["id"]) for row in ward.rows()]
        assert [one["sequence"] for one in foreign.kept] == [1, 2, 3]
        first = foreign.kept[0]
        assert (first["patient"], first["user"]) == (ward.dag.number, ward.eva.number)
        assert (first["staff"], first["unit"], first["purpose"]) == ("SE2321000016-ABCD", "SE2321000016-1003", "care")


def test_while_it_is_away_all_waits_and_nothing_is_lost(town: Town, foreign: Foreign) -> None:
    """Staff read on; when it is back it gets the rest, in order, each once."""
    with handing_over(town, foreign) as ward:
        assert ward.may(ward.at_work())
        minute(ward)
        foreign.kill()
        assert ward.may(ward.at_work())
        minute(ward)
        assert ward.may(ward.at_work())
        assert len(foreign.kept) == 1
        foreign.start()
        minute(ward)
        assert [one["sequence"] for one in foreign.kept] == [1, 2, 3]
        assert ward.place.run(ward.log.sink.waiting()) == []


def test_an_answer_that_is_lost_costs_a_second_copy_with_the_same_id(town: Town, foreign: Foreign) -> None:
    """It died after it had kept them: they come again, and the id tells that it is the same."""
    with handing_over(town, foreign) as ward:
        (foreign.folder / "mute").touch()
        assert ward.may(ward.at_work())
        minute(ward)
        (foreign.folder / "mute").unlink()
        foreign.kill()
        foreign.start()
        minute(ward)
        assert len(foreign.kept) == 2
        assert len({one["id"] for one in foreign.kept}) == 1


def test_when_too_much_waits_staff_read_nothing_and_others_go_on(town: Town, foreign: Foreign) -> None:
    """A page says why; one's own is there; as soon as it is back and has caught up, all is as before."""
    with handing_over(town, foreign) as ward:
        foreign.kill()
        for _ in range(4):
            assert ward.may(ward.at_work())
        ward.place.clock.move(seconds=1)
        decision = ward.place.run(ward.place.house.access.may(ward.at_work(), "ward.read", ward.note()))
        assert decision.reason == "log-full"
        assert ward.place.sign_in(ward.dag).get("/ward/own").status_code == 200
        assert len(ward.others()) == 4
        foreign.start()
        minute(ward)
        assert ward.may(ward.at_work())
