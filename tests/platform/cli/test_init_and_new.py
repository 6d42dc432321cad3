"""`ledstang init` and `ledstang new`: what they make passes `check` and its own tests as it stands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledstang.cli import ledstang
from ledstang.cli.new import ROOMS, SKELETONS
from ledstang.testing import TOML, Town

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run a command line."""
    return lambda *line: CliRunner().invoke(ledstang, [str(word) for word in line])


@pytest.fixture
def region(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new instance that one stands in."""
    folder = tmp_path / "region"
    assert run("init", folder).exit_code == 0
    monkeypatch.chdir(folder)
    return folder


def own_tests(folder: Path) -> str:
    """Run a skeleton's own tests as its developer would: in a process of its own, standing in the instance."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    ended = subprocess.run(line, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_a_new_instance_is_clean(region: Path, run: Run) -> None:
    """A region's folder has the shape of the repository, its data left out of git, and no fault."""
    assert {path.name for path in region.iterdir()} == {
        "ledstang.toml", "accessibility.toml", ".gitignore", "plugins", "proxies", "programmes", "forms", "themes",
    }  # fmt: skip
    assert (region / ".gitignore").read_text(encoding="utf-8") == "/data/\n"
    result = run("check")
    assert (result.exit_code, result.output) == (0, "Inga fel hittades.\n")


def test_init_says_what_to_do_next(tmp_path: Path, run: Run) -> None:
    """The commands that one is told are those that work."""
    said = run("init", tmp_path / "region").output
    assert f"ledstang serve --demo {tmp_path / 'region'}" in said
    assert f"ledstang check {tmp_path / 'region'}" in said


def test_init_fills_an_empty_folder_and_makes_those_above(tmp_path: Path, run: Run) -> None:
    """An empty folder is as good as none, and neither need the folders around it exist."""
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "empty").exit_code == 0
    assert run("init", tmp_path / "a" / "b" / "c").exit_code == 0
    assert (tmp_path / "a" / "b" / "c" / "ledstang.toml").is_file()


def test_init_overwrites_nothing(tmp_path: Path, run: Run) -> None:
    """A folder with something in it, or a file, is left as it is."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    for name in ("mine", "mine/letter.txt"):
        result = run("init", tmp_path / name)
        assert result.exit_code == 1
        assert "is there already and is not an empty folder" in result.output
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_init_where_it_cannot_be(tmp_path: Path, run: Run) -> None:
    """A place that cannot be written is told."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("init", tmp_path / "file" / "region")
    assert result.exit_code == 1
    assert "cannot be made: Not a directory. Name a place that you may write in." in result.output


def test_new_plugin_and_proxy(region: Path, run: Run) -> None:
    """A new plugin has a page, a link, a template, Swedish texts and tests; a proxy a permission and its tests.

    All pass, without a fault, also under a name of two words and under that of one of Python's own modules.
    """
    made = run("new", "plugin", "named_contact")
    assert "ledstang check plugins/named_contact\n    pytest plugins/named_contact\n" in made.output
    assert run("new", "plugin", "calendar").exit_code == 0
    assert run("new", "proxy", "kin").exit_code == 0
    assert run("check", "plugins/named_contact").exit_code == 0
    assert run("check").exit_code == 0
    assert "5 passed" in own_tests(region)


def test_new_programme(region: Path, run: Run, town: Town) -> None:
    """A new programme is clean, stands in the catalogue at once, and can be begun."""
    assert run("new", "programme", "lugn-stund").exit_code == 0
    result = run("check", "programmes/lugn-stund")
    assert (result.exit_code, result.output) == (0, "Inga fel hittades.\n")
    assert run("check").exit_code == 0
    with town.instance(programmes=region / "programmes" / "lugn-stund") as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert "Lugn stund" in dag.get("/programmes/").text
        assert "Börja här" in dag.post("/programmes/lugn-stund/begin").text


def test_new_theme(region: Path, run: Run, town: Town) -> None:
    """A new theme has its contrast and passes its own test, and serves when the settings name it."""
    assert run("new", "theme", "norra").exit_code == 0
    result = run("check", "themes/norra")
    assert (result.exit_code, result.output) == (0, "Inga fel hittades.\n")
    with town.instance(themes=region / "themes" / "norra", toml='theme = "norra"\n' + TOML) as place:
        assert "--primary: #274f8a;" in place.browser().get("/static/theme/theme.css").text
    assert "1 passed" in own_tests(region)


@pytest.mark.parametrize("kind", list(ROOMS))
def test_nothing_is_left_to_fill_in(region: Path, run: Run, kind: str) -> None:
    """No place of the skeleton's is left open, in no file's name and in no text."""
    assert run("new", kind, "hello").exit_code == 0
    files = [path for path in (region / ROOMS[kind] / "hello").rglob("*") if path.is_file()]
    assert len(files) == len([path for path in (SKELETONS / kind).rglob("*") if path.is_file()])
    for path in files:
        left = path.name + path.read_text(encoding="utf-8")
        assert not any(mark in left for mark in ("NAME", "SLUG", "TITLE", ".skeleton"))


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("plugin", "Hej", "will not do as a name: use small letters a-z, digits and _"),
        ("plugin", "två", "will not do as a name"),
        ("plugin", "../x", "will not do as a name"),
        ("plugin", "access_log", "is a name that the host keeps for itself"),
        ("proxy", "programmes", "There is a plugin `programmes` already"),
        ("programme", "Lugn stund", "will not do as a name: use small letters a-z, digits and -"),
        ("theme", "../x", "will not do as a name"),
    ],
)
def test_names_that_would_be_refused_later(region: Path, run: Run, kind: str, name: str, said: str) -> None:
    """A name that could not serve is refused before anything is made."""
    before = sorted(region.rglob("*"))
    result = run("new", kind, name)
    assert result.exit_code == 1
    assert said in result.output
    assert sorted(region.rglob("*")) == before


def test_what_is_there_is_left(region: Path, run: Run) -> None:
    """A second skeleton of one name changes nothing."""
    run("new", "theme", "norra")
    (region / "themes" / "norra" / "theme.toml").write_text("mine", encoding="utf-8")
    result = run("new", "theme", "norra")
    assert "is there already: choose another name." in result.output
    assert (region / "themes" / "norra" / "theme.toml").read_text(encoding="utf-8") == "mine"
