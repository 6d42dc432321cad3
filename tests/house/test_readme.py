"""README.md is true: what it shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from ledstang.testing import Town

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
MARKDOWN = re.findall(r"```markdown\n(.*?)```", README, re.S)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)


def test_the_programme_of_ten_lines_can_be_taken_part_in(town: Town, tmp_path: Path) -> None:
    """What the first screen shows an editor is a programme that runs."""
    programme = tmp_path / "andas-ut"
    programme.mkdir()
    (programme / "programme.md").write_text(MARKDOWN[0], encoding="utf-8")
    (programme / "01-borja.md").write_text(MARKDOWN[1], encoding="utf-8")
    with town.instance(programmes=programme) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        mine = dag.post("/programmes/andas-ut/begin")
        assert "Börja här" in mine.text
        step = re.search(r'href="(/programmes/mine/[^"]+/module/[^"]+)"', mine.text)
        assert step
        assert "När på dagen har du en lugn stund?" in dag.get(step[1]).text


def test_the_plugin_of_ten_lines_serves_its_page(town: Town, tmp_path: Path) -> None:
    """What the first screen shows a developer is a plugin that runs."""
    plugin = tmp_path / "breathing.py"
    plugin.write_text(PYTHON[0], encoding="utf-8")
    with town.instance(plugins=plugin) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert "Andas lugnt, Dag." in dag.get("/breathing/").text


def test_the_pictures_are_there() -> None:
    """Both screenshots that the page shows are in the repository, each with a text for who cannot see it."""
    for source, alt in re.findall(r'<img src="([^"]+)" alt="([^"]+)"', README):
        assert (Path(__file__).parents[2] / source).stat().st_size > 10_000
        assert len(alt) > 40
