"""`ledstang keys`: a key is replaced beside a server that runs, and everybody reads on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.keys import command
from ledstang.testing import TOML

QUICK = "[rotation]\nlook_seconds = 0.1\n[plugins.programmes]\noffered_to_everybody = true\n"


@pytest.fixture(params=["sqlite", "postgres"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An instance that looks often, on either database."""
    place = tmp_path / "region"
    place.mkdir()
    where = ""
    if request.param == "postgres":
        where = f'database = "{request.getfixturevalue("postgres")}"\n'
    (place / "ledstang.toml").write_text(where + TOML + QUICK, encoding="utf-8")
    return place


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the tests' own log alone."""
    monkeypatch.setattr("ledstang.cli.keys.configure", lambda: None)
    return


def keys(*arguments: str | Path) -> tuple[int, str]:
    """Run `ledstang keys …` and return its exit code and what it said."""
    done = CliRunner().invoke(command, [*map(str, arguments)])
    told = "" if done.exception is None or isinstance(done.exception, SystemExit) else str(done.exception)
    return done.exit_code, done.output + told


def shown(folder: Path) -> dict[int, dict]:
    """Return the keys of an instance by number."""
    code, said = keys("show", folder, "--json")
    assert code == 0, said
    return {one["number"]: one for one in json.loads(said)["keys"]}


def until(folder: Path, served, state) -> None:
    """Use the server until the keys are as one wants them."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert served.client.get("/ready").status_code == 200
        if state(shown(folder)):
            return
    raise AssertionError(shown(folder))


def test_a_key_is_replaced_while_people_are_served(folder: Path, serving) -> None:
    """Made, read by all, sealing, all sealed again, the older one retired: without a restart, and nothing is lost."""
    with serving("--demo", folder) as served:
        served.sign_in("Tove Berg")
        assert served.post("/settings/rescue-nothing").status_code == 404
        code, said = keys("rotate", folder)
        assert (code, "Key 2 is made" in said, "no restart" in said) == (0, True, True)
        until(folder, served, lambda told: told[2]["state"] == "seals")
        assert "Hej, Tove" in served.client.get("/start").text
    with serving("--demo", folder) as served:
        assert "Hej, Tove" in served.sign_in("Tove Berg")
        assert shown(folder)[2]["values"] == {"person": 1}
        code, said = keys("retire", "1", folder)
        assert (code, "Keep them for as long as" in said) == (0, True)
        assert "Hej, Tove" in served.client.get("/start").text
        assert served.client.get("/health").json()["keys"] == {"state": "ok"}
    assert shown(folder)[1]["state"] == "retired"
    with serving("--demo", folder) as served:
        assert "Hej, Tove" in served.sign_in("Tove Berg")


def test_a_key_that_something_is_sealed_with_is_not_retired(folder: Path, serving) -> None:
    """One is told what is sealed with it, and in which table."""
    with serving("--demo", folder) as served:
        served.sign_in("Tove Berg")
    keys("rotate", folder)
    assert shown(folder)[1]["values"] == {"person": 1}
    code, said = keys("retire", "1", folder)
    assert code == 1
    assert "values are sealed with it still (1 in person)" in said


def test_what_is_shown(folder: Path) -> None:
    """Each key with its state and what is sealed with it; and without anybody running, a new one seals at once."""
    code, said = keys("show", folder)
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("key 1    seals since ")
    assert said.endswith("nothing is sealed with it\n")
    code, said = keys("rotate", folder)
    assert "No process runs: it seals from the next start on." in said
    assert {number: one["state"] for number, one in shown(folder).items()} == {2: "seals", 1: "opens"}


def test_the_folder_one_stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word more, the keys of the instance here are shown."""
    monkeypatch.chdir(folder)
    assert keys()[0] == 0


@pytest.mark.parametrize("number", ["0", "256", "x"])
def test_a_number_that_is_none(folder: Path, number: str) -> None:
    """Misuse is misuse."""
    assert keys("retire", number, folder)[0] == 2


def test_new_files_are_their_owner_s_alone(folder: Path) -> None:
    """Whole, 0400, and nothing else is left beside them."""
    keys("show", folder)
    keys("rotate", folder)
    files = sorted((folder / "data" / "keys").iterdir())
    assert [path.name for path in files] == ["index-2.key", "index.key", "seal-1.key", "seal-2.key"]
    assert {(path.stat().st_mode & 0o777, path.stat().st_size) for path in files} == {(0o400, 32)}
