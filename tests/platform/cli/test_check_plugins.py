"""`ledstang check` tells every fault of plugins, settings, themes and content at once."""

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance with a fault of every sort in it."""
    (tmp_path / "plugins" / "page" / "templates").mkdir(parents=True)
    (tmp_path / "plugins" / "page" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "plugins" / "page" / "templates" / "x.html").write_text("\n{% if %}", encoding="utf-8")
    (tmp_path / "plugins" / "gone.py").write_text("\nimport no_such_thing\n", encoding="utf-8")
    (tmp_path / "plugins" / "hook.py").write_text(
        "from ledstang import hookimpl\n\n@hookimpl\ndef register_link():\n    return []\n", encoding="utf-8"
    )
    (tmp_path / "plugins" / "route.py").write_text(
        "from ledstang import hookimpl\nfrom litestar import get\n\n@hookimpl\ndef register_routes(host):\n"
        "    @get('/{x:y}')\n    async def page() -> str: ...\n    return [page]\n",
        encoding="utf-8",
    )
    (tmp_path / "themes" / "own").mkdir(parents=True)
    (tmp_path / "themes" / "own" / "theme.toml").write_text('[light]\ntext = "#fffdf9"\n', encoding="utf-8")
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "prov.md").write_text("---\nformulär: prov\n---\n\n::: nonsens\n:::\n", encoding="utf-8")
    toml = 'titel = "x"\nstrict = true\n' + TOML + "[plugins.programmes]\noffered = 1\n[plugins.diary]\n"
    (tmp_path / "ledstang.toml").write_text(toml, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Run a command line."""
    return lambda *line: CliRunner().invoke(ledstang, [str(word) for word in line])


def told(result: Result) -> list[dict[str, Any]]:
    """Return the diagnostics of the JSON."""
    found: list[dict[str, Any]] = json.loads(result.stdout)["diagnostics"]
    return found


def test_all_at_once(folder: Path, run: Run) -> None:
    """One run tells of the settings, of each plugin, of the theme and of the content, each with its file and line."""
    result = run("check", "--json", "--language", "en", folder)
    assert result.exit_code == 1
    found = {(str(Path(one["file"]).relative_to(folder)) if one["file"].startswith("/") else one["file"], one["line"]): one
             for one in told(result)}  # fmt: skip
    toml = (folder / "ledstang.toml").read_text(encoding="utf-8").splitlines()
    assert {
        ("ledstang.toml", 1),
        ("ledstang.toml", toml.index("offered = 1") + 1),
        ("ledstang.toml", toml.index("[plugins.diary]") + 1),
        ("plugins/gone.py", 2),
        ("plugins/hook.py", 3),
        ("plugins/page/templates/x.html", 2),
        ("plugins/route.py", None),
        ("themes/own/theme.toml", 2),
        ("forms/prov.md", 5),
    } <= found.keys()
    hook = found["plugins/hook.py", 3]
    assert hook["code"] == "plugin-refused"
    assert hook["sentence"] == "The plugin “hook” implements `register_link`, which is no hook."
    assert hook["tip"] == "Did you mean `register_links`?"


def test_in_swedish(folder: Path, run: Run) -> None:
    """The sentence and what to do are in the reader's language; what Python says is in Python's."""
    output = run("check", folder).output
    assert "Tillägget ”hook” svarar på `register_link`, som inte är någon krok." in output
    assert "Menade du `register_links`?" in output


def test_a_plugin_s_folder_on_its_own(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check plugins/page` tells of that plugin, with the instance around it, and of nobody else."""
    monkeypatch.chdir(folder)
    (found,) = told(run("check", "--json", "plugins/page"))
    assert (found["file"], found["line"]) == ("plugins/page/templates/x.html", 2)
    assert {one["file"] for one in told(run("check", "--json", "plugins/gone.py"))} == {"plugins/gone.py"}


def test_a_theme_s_folder_on_its_own(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check themes/own` reckons that theme's contrast."""
    monkeypatch.chdir(folder)
    found = told(run("check", "--json", "themes/own"))
    assert found
    assert {one["file"] for one in found} == {"themes/own/theme.toml"}


def test_a_theme_that_is_not_there(tmp_path: Path, run: Run) -> None:
    """The settings name a theme that exists, or hear which do."""
    (tmp_path / "ledstang.toml").write_text('title = "x"\ntheme = "nora"\n', encoding="utf-8")
    (found,) = told(run("check", "--json", "--language", "en", tmp_path))
    assert (found["line"], found["sentence"], found["tip"]) == (
        2,
        "There is no theme `nora`.",
        "Use one of: handrail.",
    )


def test_nothing_is_made_by_looking(folder: Path, run: Run) -> None:
    """Checking makes no database, no keys and nothing else."""
    before = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    run("check", folder)
    assert sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts) == before


def test_what_is_sound_is_clean(tmp_path: Path, run: Run) -> None:
    """Without a fault the exit code is 0 and the JSON is empty."""
    (tmp_path / "ledstang.toml").write_text(TOML, encoding="utf-8")
    result = run("check", "--json", tmp_path)
    assert (result.exit_code, told(result)) == (0, [])
