"""`ledstang doctor`: each part, how it is, and what to do; nothing is changed by looking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.doctor import command
from ledstang.testing import TOML, Town


@pytest.fixture
def folder(town: Town) -> Path:
    """An instance that has been served."""
    with town.instance():
        pass
    return town.folder / "instance"


def ask(folder: Path) -> tuple[int, dict[str, str], str]:
    """Return the exit code, the worst state of each part, and all that is said."""
    done = CliRunner().invoke(command, [str(folder), "--json"], catch_exceptions=False)
    order = ["ok", "warning", "fault"]
    states: dict[str, str] = {}
    for one in json.loads(done.stdout)["findings"]:
        states[one["part"]] = max(states.get(one["part"], "ok"), one["state"], key=order.index)
        assert one["tip"] or one["state"] != "warning", one
    return done.exit_code, states, done.stdout


def test_a_sound_instance(folder: Path) -> None:
    """Everything is well, and in words too."""
    code, states, _ = ask(folder)
    assert code == 0
    assert states.keys() >= {"settings", "versions", "clock", "keys", "disk", "content", "plugins", "database"}
    assert {part for part, state in states.items() if state != "ok"} == {"statement", "staff"}, (
        "nobody has seen to them yet"
    )
    assert "ok       database   The file" in CliRunner().invoke(command, [str(folder)]).output


def test_a_new_folder_is_no_fault_and_stays_as_it_is(tmp_path: Path) -> None:
    """What the first serve makes is not made by looking."""
    (tmp_path / "ledstang.toml").write_text(TOML, encoding="utf-8")
    code, states, _ = ask(tmp_path)
    assert (code, states["keys"], states["database"]) == (0, "warning", "warning")
    assert [path.name for path in tmp_path.iterdir()] == ["ledstang.toml"]


def test_keys_that_others_may_read(folder: Path) -> None:
    """One sentence, with the command to run."""
    key = folder / "data" / "keys" / "seal-1.key"
    key.chmod(0o444)
    code, states, said = ask(folder)
    assert (code, states["keys"]) == (1, "fault")
    assert "chmod 400" in said


def test_keys_that_are_gone_in_production(folder: Path) -> None:
    file = folder / "ledstang.toml"
    file.write_text("production = true\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "data" / "keys").rename(folder / "data" / "elsewhere")
    code, states, _ = ask(folder)
    assert (code, states["keys"]) == (1, "fault")


def test_a_database_that_is_damaged(folder: Path) -> None:
    (folder / "data" / "ledstang.sqlite").write_bytes(b"no database at all" * 1000)
    for rest in (folder / "data").glob("*-wal"):
        rest.unlink()
    code, states, said = ask(folder)
    assert (code, states["database"]) == (1, "fault")
    assert "backup" in said


def test_a_server_that_does_not_answer(folder: Path) -> None:
    file = folder / "ledstang.toml"
    file.write_text(
        'database = "postgresql://postgres@127.0.0.1:1/x"\n' + file.read_text(encoding="utf-8"), encoding="utf-8"
    )
    code, states, said = ask(folder)
    assert (code, states["database"]) == (1, "fault")
    assert "cannot be reached" in said


def test_a_plugin_that_is_broken(folder: Path) -> None:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "broken.py").write_text("import no_such_thing\n", encoding="utf-8")
    code, states, said = ask(folder)
    assert (code, states["plugins"]) == (1, "fault")
    assert "no_such_thing" in said


def test_settings_that_are_wrong(tmp_path: Path) -> None:
    """The one finding then is the sentence that everybody else gets."""
    (tmp_path / "ledstang.toml").write_text("titel = 1\n", encoding="utf-8")
    code, states, said = ask(tmp_path)
    assert (code, states) == (1, {"settings": "fault"})
    assert "titel" in said


CHECKS = '''
"""Leaning: on three systems, of which two are not well."""

from ledstang import Check, Host, hookimpl


@hookimpl
def register_checks(host: Host) -> list:
    async def well() -> str:
        return ""

    async def ill() -> str:
        return "The scale is out of paper. Put some in."

    async def fails() -> str:
        raise ZeroDivisionError("secret of a person")

    return [Check("scale one", "It weighs.", well), Check("scale two", "", ill), Check("scale three", "", fails)]
'''


def test_register_checks(town: Town, tmp_path: Path) -> None:
    """What plugins lean on is looked at, each alone: the sentence of one that is ill is told, and nothing of one that fails."""
    plugin = tmp_path / "leaning.py"
    plugin.write_text(CHECKS, encoding="utf-8")
    with town.instance(plugins=plugin):
        pass
    code, states, said = ask(town.folder / "instance")
    assert code == 1
    assert [states[f"scale {number}"] for number in ("one", "two", "three")] == ["ok", "fault", "fault"]
    assert "It weighs." in said
    assert "The scale is out of paper. Put some in." in said
    assert "`leaning` could not look at this" in said
    assert "secret of a person" not in said
