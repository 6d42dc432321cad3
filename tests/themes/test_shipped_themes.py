"""Each theme that comes along is sound, and the guide for regions tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ledstang.web.themes import COLOURS, compile_theme, load_theme

THEMES = Path(__file__).parents[2] / "themes"
README = (THEMES / "README.md").read_text(encoding="utf-8")
SHIPPED = sorted(folder.name for folder in THEMES.iterdir() if folder.is_dir())


@pytest.mark.parametrize("name", SHIPPED)
def test_theme_has_no_fault(name: str) -> None:
    """Every pair of colours has its contrast, no key is unknown, and the logo is there."""
    base = load_theme(THEMES / "handrail")
    theme, diagnostics = compile_theme(THEMES / name, base)
    assert diagnostics == []
    assert theme is not None


@pytest.mark.parametrize("name", SHIPPED)
def test_logo_runs_nothing(name: str) -> None:
    """A logo holds no script, no link to elsewhere and no style of its own."""
    for logo in (THEMES / name / "static").glob("*.svg"):
        text = logo.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"<script|\son\w+=|https?:|<style|<foreignObject|url\(", text, re.IGNORECASE)


def test_guide_names_every_token() -> None:
    """The guide's table has all the tokens and none that does not exist."""
    table = README[README.index("| token |") : README.index("`[shape]`")]
    rows = [line.split("|")[1] for line in table.splitlines()[2:] if line.startswith("|")]
    named = set(re.findall(r"`([a-z-]+)`", " ".join(rows))) - {"-tint"}
    named |= {f"{token}-tint" for token in ("error", "success", "info")}
    assert named == set(COLOURS)


def test_example_of_the_guide_passes(tmp_path: Path) -> None:
    """The theme that the guide shows is accepted as it stands."""
    example = re.search(r"```toml\n(.+?)```", README, re.DOTALL)
    assert example
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "theme.toml").write_text(example[1], encoding="utf-8")
    assert compile_theme(tmp_path, load_theme(THEMES / "handrail"))[1] == []
