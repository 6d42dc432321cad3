"""`ledstang doctor --register`: the registers are asked as the host asks them, and what is wrong is a sentence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ledstang.cli.doctor import command
from ledstang.people.numbers import check_digit, make_test_number
from ledstang.people.persons import Identity
from ledstang.testing import TOML

NUMBER = make_test_number(date(1985, 3, 14))
DAG = Identity(NUMBER, "Dag Test", date(1985, 3, 14), "24")
UNIT = {"hsa_id": "SE2321000016-2004", "name": "Fjället", "region": "norra", "provider": None, "provider_name": None}
UNIT |= {"valid_from": None, "valid_to": None, "merged_into": None}
SOURCE = '[plugins.registry.{}]\naddress = "http://127.0.0.1:{}"\ncredential_file = "credential"\n'


@pytest.fixture
def folder(tmp_path: Path, registered: Any) -> Path:
    """An instance that asks the register, which has never been served."""
    registered.persons, registered.units = {}, [UNIT]
    registered.put(DAG)
    return connected(tmp_path, registered.port, registered.credential)


def connected(folder: Path, port: int, credential: str) -> Path:
    """Write settings by which both registers are asked at a port."""
    text = TOML + "".join(SOURCE.format(name, port) for name in ("persons", "units"))
    (folder / "ledstang.toml").write_text(text, encoding="utf-8")
    (folder / "credential").write_text(credential, encoding="utf-8")
    (folder / "credential").chmod(0o400)
    return folder


def ask(folder: Path, number: str = "", **env: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Return the exit code, and each part's state and sentence."""
    given = ["--number-file", "-"] if number else []
    line = [str(folder), "--register", "--json", *given]
    done = CliRunner().invoke(command, line, input=number, catch_exceptions=False)
    findings = json.loads(done.stdout)["findings"]
    assert not number or number not in done.output
    return done.exit_code, {one["part"]: (one["state"], one["sentence"]) for one in findings}


def test_both_answer(folder: Path) -> None:
    """Each is there, takes the credential, and answers in time; no database is made by asking."""
    code, said = ask(folder, NUMBER)
    assert code == 0, said
    assert {part: state for part, (state, _) in said.items()} == dict.fromkeys(
        ["plugins", "register", "directory", "units", "person"], "ok"
    )
    assert "Dag Test, born 1985-03-14, county 24, 0 guardians, not protected" in said["person"][1]
    assert "ms of the 2000" in said["person"][1]
    assert "2 units are open today" in said["units"][1]
    assert not (folder / "data").exists()


def test_the_number_is_asked_for_and_not_shown(folder: Path) -> None:
    """Without a file it is typed where nobody sees it; nothing typed, or nobody there, is nobody asked about."""
    done = CliRunner().invoke(command, [str(folder), "--register"], input=f"{NUMBER}\n")
    assert "A test person's number" in done.output
    assert "Dag Test" in done.output
    assert NUMBER not in done.output
    for typed in ("\n", ""):
        done = CliRunner().invoke(command, [str(folder), "--register"], input=typed)
        assert (done.exit_code, "No test person was asked about." in done.output) == (0, True)


def test_a_living_person_is_not_asked_about(folder: Path) -> None:
    """A number that somebody may have is refused: what is read of them would stand in no access log."""
    digits = "19850314" + "123"
    code, said = ask(folder, digits + check_digit(digits[2:]))
    assert (code, said["person"][0]) == (1, "fault")
    assert "not one of those for tests" in said["person"][1]


def test_a_test_number_that_turns_out_to_be_somebody(folder: Path, registered: Any) -> None:
    """Where the register leads from a test number to another one, nothing of who has that is shown."""
    digits = "19850314" + "123"
    living = digits + check_digit(digits[2:])
    registered.put(DAG, number=living, earlier=[NUMBER], name="Verklig Person")
    code, said = ask(folder, NUMBER)
    assert (code, said["person"][0]) == (1, "fault")
    assert "Verklig" not in str(said)
    assert living not in str(said)


@pytest.mark.parametrize("number", ["hej", "198503149999"])
def test_what_is_no_number(folder: Path, number: str) -> None:
    """Letters and wrong check digits are a sentence."""
    assert ask(folder, number)[1]["person"] == ("fault", "That is no personal number.")


def test_nobody_has_the_number(folder: Path) -> None:
    """That is an answer too."""
    code, said = ask(folder, make_test_number(date(1986, 3, 14)))
    assert (code, said["person"][0]) == (0, "ok")
    assert "nobody has this number" in said["person"][1]


def test_nobody_answers(tmp_path: Path) -> None:
    """A closed port is a fault of each part, with the reason."""
    code, said = ask(connected(tmp_path, 1, "word"), NUMBER)
    assert code == 1
    assert [said[part][0] for part in ("register", "directory", "units", "person")] == ["fault"] * 4
    assert "nobody answers there" in said["register"][1]


def test_another_credential(tmp_path: Path, registered: Any) -> None:
    """A credential that is not taken is told as that, and is nowhere in what is said."""
    _, said = ask(connected(tmp_path, registered.port, "another-credential"), NUMBER)
    assert "it does not accept the credential" in said["register"][1]
    assert "another-credential" not in str(said)


def test_nothing_is_connected(tmp_path: Path) -> None:
    """Without a register there is nobody to ask: a warning, for nobody can act for another."""
    (tmp_path / "ledstang.toml").write_text(TOML, encoding="utf-8")
    code, said = ask(tmp_path)
    assert (code, said["person"][0], said["units"][0]) == (0, "warning", "ok")


def test_a_number_for_nothing(folder: Path) -> None:
    """A number without --register is misuse, and not passed over."""
    done = CliRunner().invoke(command, [str(folder), "--number-file", "-"], input=NUMBER)
    assert (done.exit_code, NUMBER in done.output) == (2, False)


def test_the_usual_doctor_asks_too(folder: Path) -> None:
    """Plain `ledstang doctor` has the register and the directory among its parts."""
    done = CliRunner().invoke(command, [str(folder), "--json"])
    states = {one["part"]: one["state"] for one in json.loads(done.stdout)["findings"]}
    assert (states["register"], states["directory"]) == ("ok", "ok")
