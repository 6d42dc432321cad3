"""plugins/README.md is true: its code runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ledstang.testing import Town

README = (Path(__file__).parents[2] / "plugins" / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
MARKDOWN = re.search(r"  ```markdown\n(.*?)  ```", README, re.S)

PROGRAMME = """---
program: paus
titel: Paus
språk: sv
ägare: SE2321000016-1003
version: 0.1
sort: öppet
målgrupp: invånare
medicinskt ansvarig: Någon
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Ett litet program.
"""
MODULE = """---
modul: ett
titel: Ett
öppnas: direkt
---

# Andas

"""


@pytest.fixture
def breathing(tmp_path: Path) -> Path:
    """The plugin as the page has it."""
    path = tmp_path / "breathing.py"
    path.write_text(PYTHON[0], encoding="utf-8")
    return path


def test_the_plugin_of_ten_minutes_gives_all_that_the_page_says(town: Town, tmp_path: Path, breathing: Path) -> None:
    """A page, a link, a panel and a box that an author writes: each is there for whoever signs in."""
    assert MARKDOWN
    programme = tmp_path / "paus"
    programme.mkdir()
    box = "\n".join(line.removeprefix("  ") for line in MARKDOWN[1].splitlines())
    (programme / "programme.md").write_text(PROGRAMME, encoding="utf-8")
    (programme / "01-ett.md").write_text(MODULE + box + "\n", encoding="utf-8")
    with town.instance(plugins=breathing, programmes=programme) as place:
        assert [str(fault) for fault in place.house.plugins.faults] == []
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert "Andas lugnt en minut, Dag." in dag.get("/breathing/").text
        assert "En minuts paus." in dag.get("/start").text
        mine = dag.post("/programmes/paus/begin")
        assert "Ta en minuts paus" in mine.text
        step = re.search(r'href="(/programmes/mine/[^"]+/module/[^"]+)"', mine.text)
        assert step
        assert "Andas in på fyra och ut på sex." in dag.get(step[1]).text


def test_the_test_of_the_page_passes(town: Town, breathing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test that the page shows is a test that passes."""
    monkeypatch.chdir(breathing.parent)
    (breathing.parent / "plugins").mkdir()
    breathing.rename(breathing.parent / "plugins" / breathing.name)
    scope: dict[str, object] = {}
    exec(PYTHON[1], scope)
    scope["test_reminds_in_the_evening"](town)  # type: ignore[operator]
