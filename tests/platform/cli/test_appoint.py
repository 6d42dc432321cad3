"""`ledstang appoint`: the first access administrator, without whom nobody could appoint anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledstang.cli import appoint, doctor
from ledstang.people.persons import Identity
from ledstang.testing import TOML, Town

UNIT = "SE2321000016-1003"


@pytest.fixture
def frida(town: Town) -> Identity:
    """Somebody who has never been here."""
    return town.person("Frida Test", born="1979-02-02")


@pytest.fixture
def folder(town: Town) -> Path:
    """An instance that has been made, and not served yet."""
    folder = town.folder / "instance"
    folder.mkdir()
    (folder / "ledstang.toml").write_text(TOML, encoding="utf-8")
    return folder


def run(folder: Path, *given: str, asked: str | None = None) -> Result:
    """Run the command for the unit."""
    arguments = [str(folder), "--unit", UNIT.lower(), "--role", "access-administrator", *given]
    return CliRunner().invoke(appoint.command, arguments, input=asked)


def staff_of(folder: Path) -> tuple[str, str]:
    """Return what `ledstang doctor` says of staff: state and sentence."""
    said = CliRunner().invoke(doctor.command, [str(folder), "--json"]).stdout
    return next((one["state"], one["sentence"]) for one in json.loads(said)["findings"] if one["part"] == "staff")


def test_the_first_one_is_named_and_appoints_from_then_on(town: Town, folder: Path, frida: Identity) -> None:
    """Before they have ever signed in, with a number that is asked for and never shown; twice is once."""
    for _ in range(2):
        done = run(folder, "--title", "Administratör", "--staff-hsa", "se2321000016-fri1", asked=f"{frida.number}\n")
        assert done.exit_code == 0, done.output
        assert frida.number not in done.output
        assert f"Testmottagningen ({UNIT})" in done.stdout
    with town.instance() as place:
        browser = place.sign_in(frida)
        work = place.run(place.house.database.engine.run("select id, staff from assignment", ()))
        assert [row["staff"] for row in work] == ["SE2321000016-FRI1"]
        browser.post("/staff/choose", {"assignment": str(work[0]["id"])})
        assert "Frida Test" in browser.get("/staff/people").text


def test_what_is_wrong_is_said_and_nobody_is_appointed(folder: Path, frida: Identity) -> None:
    """A unit that there is not, with those that there are; a number that is none."""
    wrong = run(folder, "--number", frida.number, "--unit", "SE2321000016-9999")
    assert wrong.exit_code == 1
    assert f"There are: {UNIT} (Testmottagningen)" in wrong.output
    wrong = run(folder, "--number", "198001011234")
    assert wrong.exit_code == 1
    assert "no personal number" in wrong.output
    assert run(folder, "--number", frida.number, "--role", "king").exit_code == 2


def test_an_hsa_id_that_is_somebody_else_s(town: Town, folder: Path, frida: Identity) -> None:
    """Two people under one HSA-id would be one in the access log: the second is not appointed."""
    assert run(folder, "--number", frida.number, "--staff-hsa", "SE2321000016-FRI1").exit_code == 0
    wrong = run(
        folder, "--number", town.person("Gun Test", born="1981-01-01").number, "--staff-hsa", "se2321000016-fri1"
    )
    assert wrong.exit_code == 1
    assert "Somebody else has the HSA-id" in wrong.output


def test_doctor_says_when_nobody_appoints_and_when_they_are_few(town: Town, folder: Path, frida: Identity) -> None:
    """No access administrator at all, then one where two are advised, then enough."""
    with town.instance():
        pass
    assert staff_of(folder) == ("warning", "No unit has an access administrator, so nobody can appoint staff.")
    run(folder, "--number", frida.number)
    state, sentence = staff_of(folder)
    assert (state, f"{UNIT} (access-administrator)" in sentence) == ("warning", True)
    run(folder, "--number", town.person("Eva Test", born="1980-01-01").number)
    assert staff_of(folder)[0] == "ok"
