"""`ledstang plugins`: what is installed, where it came from, what it does, and what was refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ledstang.cli import ledstang
from ledstang.testing import TOML

Run = Callable[..., Result]
HELLO = '''"""Says hello.

More."""
from ledstang import Visit, hookimpl
from litestar import get, post

__version__ = "2.1"

@hookimpl
def register_routes(host):
    @get("/open")
    async def open_(visitor: Visit | None) -> str: ...
    @get("/")
    async def mine(visit: Visit) -> str: ...
    @post("/")
    async def save(visit: Visit) -> str: ...
    return [open_, mine, save]
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance that one stands in."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "ledstang.toml").write_text(TOML, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Run a command line."""
    return lambda *line: CliRunner().invoke(ledstang, line)


def rows(result: Result) -> dict[str, dict[str, Any]]:
    """Return the rows of the JSON by name. Nothing but JSON is on standard output."""
    told = json.loads(result.stdout)
    assert list(told) == ["plugins"]
    return {row["name"]: row for row in told["plugins"]}


def test_the_json_has_the_shape_of_the_contract(folder: Path, run: Run) -> None:
    """Each plugin has exactly the keys that others rely on, and what it brings in them."""
    (folder / "plugins" / "hello.py").write_text(HELLO, encoding="utf-8")
    result = run("plugins", "--json")
    assert result.exit_code == 0
    found = rows(result)
    assert all(
        list(row) == ["name", "version", "origin", "hooks", "routes", "tables", "state"] for row in found.values()
    )
    assert found["hello"] == {
        "name": "hello",
        "version": "2.1",
        "origin": str(folder / "plugins" / "hello.py"),
        "hooks": ["register_routes"],
        "routes": [
            {"method": "GET", "path": "/hello/open", "public": True},
            {"method": "GET", "path": "/hello", "public": False},
            {"method": "POST", "path": "/hello", "public": False},
        ],
        "tables": [],
        "state": "on",
    }
    assert found["programmes"]["tables"] == ["programmes_participation", "programmes_step_done", "programmes_ending"]
    assert {"register_routes", "register_blocks"} <= set(found["programmes"]["hooks"])


def test_works_without_an_instance(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no instance is, it tells what the installation carries, and leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    result = run("plugins", "--json")
    assert result.exit_code == 0
    assert {"programmes", "instruments", "sandbox"} <= rows(result).keys()
    assert list(tmp_path.iterdir()) == []


def test_what_is_disabled_or_refused_is_told_too(folder: Path, run: Run) -> None:
    """A plugin that does nothing is listed with the reason, and a refused one is a fault found."""
    (folder / "ledstang.toml").write_text('title = "x"\ndisabled = ["sandbox"]\n', encoding="utf-8")
    broken = folder / "plugins" / "broken.py"
    broken.write_text("import no_such_thing\n", encoding="utf-8")
    result = run("plugins", "--json")
    assert result.exit_code == 1
    found = rows(result)
    assert found["sandbox"]["state"] == "disabled"
    assert (found["broken"]["state"], found["broken"]["origin"]) == ("refused", f"{broken}:1")
    assert found["programmes"]["state"] == "on"


def test_strict_does_not_hide_what_is_wrong(folder: Path, run: Run) -> None:
    """Under `strict = true`, too, the list is the list."""
    (folder / "ledstang.toml").write_text('title = "x"\nstrict = true\n', encoding="utf-8")
    (folder / "plugins" / "broken.py").write_text("import no_such_thing\n", encoding="utf-8")
    assert rows(run("plugins", "--json"))["broken"]["state"] == "refused"


def test_for_people(folder: Path, run: Run) -> None:
    """Without --json it can be read: what each plugin is, which routes are public, and the sentence of a refused one."""
    (folder / "plugins" / "hello.py").write_text(HELLO, encoding="utf-8")
    (folder / "plugins" / "broken.py").write_text("import no_such_thing\n", encoding="utf-8")
    lines = run("plugins").output.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("hello "))
    assert lines[at] == f"hello 2.1 ({folder}/plugins/hello.py) on"
    assert lines[at + 1 : at + 5] == [
        "    Says hello.",
        "    GET  /hello/open  public",
        "    GET  /hello",
        "    POST /hello",
    ]
    assert "    tables: programmes_participation, programmes_step_done, programmes_ending" in lines
    assert any(line.startswith("    The plugin `broken` (") and "no_such_thing" in line for line in lines)


@pytest.mark.parametrize("scope", ["norra", "SE2321000016-1003", "se2321000016-1003"])
def test_switching(folder: Path, run: Run, scope: str) -> None:
    """A plugin is switched off and on for a region or a unit, and what has been said is kept in the database."""
    off = run("plugins", "off", "sandbox", scope)
    assert off.exit_code == 0, off.output
    assert off.output == f"The plugin sandbox is off for {scope}, within five seconds.\n"
    assert run("plugins", "on", "sandbox", scope).output.startswith("The plugin sandbox is on for ")
    assert (folder / "data" / "ledstang.sqlite").is_file()


@pytest.mark.parametrize(
    ("plugin", "scope", "said"),
    [
        ("sandbox", "mitt", "There is no region or unit `mitt`. There are: SE2321000016-1003, norra, sodra."),
        ("sandboks", "norra", "There is no plugin `sandboks`. There are: "),
    ],
)
def test_switching_what_is_not_there(folder: Path, run: Run, plugin: str, scope: str, said: str) -> None:
    """A name that nobody has switches nothing."""
    result = run("plugins", "off", plugin, scope)
    assert result.exit_code == 1
    assert said in result.stderr
