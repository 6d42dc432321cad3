"""`ledstang check` as somebody at a terminal meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledstang.cli.check import command

ROOT = Path(__file__).parents[3]
MODULE = "---\nmodul: oro\ntitel: Oro\n---\n\n# Oro\n\n## Vad?\n\n![](media/larm.png)\n\n::: övnning #a\n:::\n"


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    """Copy the programme that ships."""
    return Path(shutil.copytree(ROOT / "programmes" / "hantera-oro", tmp_path / "hantera-oro"))


def test_a_file_is_checked_for_what_it_says_it_is(tmp_path: Path) -> None:
    """Every fault at once, on its line, in Swedish, with a tip; exit code 1."""
    file = tmp_path / "oro.md"
    file.write_text(MODULE, encoding="utf-8")
    result = check(file)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:10:1  image-alt  Bilden saknar alternativtext.  "
        "Säg mellan [ och ] vad den visar, för den som inte ser den.",
        f"{file}:10:1  media-missing  Det finns ingen fil ”media/larm.png”.  "
        "Lägg den där, eller rätta namnet; stora och små bokstäver är olika.",
        f"{file}:12:1  box-unknown  Det finns ingen ruta ”övnning”.  Menade du ”övning”?",
        "3 fel, 0 varningar.",
    ]


def test_the_report_can_be_had_in_english(tmp_path: Path) -> None:
    """The same faults, and the words that tips name, in English."""
    file = tmp_path / "oro.md"
    file.write_text(MODULE, encoding="utf-8")
    assert "There is no box “övnning”." in check(file, "--language", "en").output


def test_json_is_json_and_nothing_else(tmp_path: Path) -> None:
    """Each fault has the keys that other tools rely on."""
    file = tmp_path / "oro.md"
    file.write_text(MODULE, encoding="utf-8")
    found = json.loads(check("--json", file).output)["diagnostics"]
    assert [list(fault) for fault in found] == [["file", "line", "column", "code", "severity", "sentence", "tip"]] * 3
    assert [(fault["line"], fault["column"], fault["code"]) for fault in found] == [
        (10, 1, "image-alt"),
        (10, 1, "media-missing"),
        (12, 1, "box-unknown"),
    ]


def test_the_programme_that_ships_is_clean_wherever_it_lies(programme: Path) -> None:
    """A folder is checked with the forms that the installation carries; exit code 0."""
    result = check(programme)
    assert (result.exit_code, result.output) == (0, "Inga fel hittades.\n")
    assert check(programme.parent).exit_code == 0


def test_a_module_is_checked_with_the_programme_around_it(programme: Path) -> None:
    """What another file lacks is not told; that the module before it exists is known."""
    (programme / "samtycke.md").unlink()
    assert check(programme / "02-orons-cirkel.md").exit_code == 0
    assert "consent-missing" in check(programme / "programme.md").output


def test_a_form_alone_is_a_form(programme: Path) -> None:
    """The first key of its front matter says so."""
    assert check(programme / "forms" / "utvardering.md").exit_code == 0


def test_only_warnings_are_no_failure(programme: Path) -> None:
    """A draft without an owner is told so, and may be worked on."""
    main = programme / "programme.md"
    main.write_text(main.read_text(encoding="utf-8").replace("ägare: SE2321000016-1003\n", ""), encoding="utf-8")
    result = check(programme)
    assert result.exit_code == 0
    assert "missing-owner  varning: ”ägare” saknas." in result.output


def test_several_paths_are_one_report(tmp_path: Path, programme: Path) -> None:
    """Sorted by file and line, each fault once."""
    file = tmp_path / "oro.md"
    file.write_text(MODULE, encoding="utf-8")
    result = check(file, programme, file)
    assert result.output.splitlines()[-1] == "3 fel, 0 varningar."


def test_a_path_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    """Exit code 2, not 1: nothing was checked."""
    assert check(tmp_path / "saknas").exit_code == 2


def test_an_instance_tells_of_its_settings_and_plugins(tmp_path: Path) -> None:
    """A broken settings file and a plugin that cannot be imported are faults like others."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "trasig.py").write_text('"""Broken."""\nimport saknas_helt\n', encoding="utf-8")
    (tmp_path / "ledstang.toml").write_text('title = "Region Norra"\n', encoding="utf-8")
    found = json.loads(check("--json", tmp_path).output)["diagnostics"]
    assert [fault["code"] for fault in found] == ["plugin-refused"]
    assert "trasig" in found[0]["sentence"]
    (tmp_path / "ledstang.toml").write_text('title = "Region Norra"\ncolour = "red"\n', encoding="utf-8")
    result = check("--json", tmp_path)
    found = [
        (Path(fault["file"]).name, fault["line"], fault["code"]) for fault in json.loads(result.output)["diagnostics"]
    ]
    assert found == [("ledstang.toml", 2, "settings"), ("trasig.py", 2, "plugin-refused")]
    assert result.exit_code == 1


def test_a_file_of_no_known_kind_is_told(tmp_path: Path) -> None:
    """A file without front matter, and one whose kind nothing here compiles."""
    (tmp_path / "a.md").write_text("Hej!\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("---\ntidstyp: besok\n---\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("För människor.\n", encoding="utf-8")
    found = json.loads(check("--json", tmp_path).output)["diagnostics"]
    assert [(Path(fault["file"]).name, fault["code"]) for fault in found] == [
        ("a.md", "front-missing"),
        ("b.md", "kind-unserved"),
    ]


def test_the_whole_house_is_clean() -> None:
    """The instance that this repository is has no errors."""
    assert check(ROOT).exit_code == 0
