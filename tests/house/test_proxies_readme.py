"""proxies/README.md is true: what it shows of a ground is what `ledstang new proxy` makes, and its tables are tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.access.grounds import ProxyGround, relation_words
from ledstang.cli import ledstang
from ledstang.content.policies import read_policy
from ledstang.content.words import load_words

README = (Path(__file__).parents[2] / "proxies" / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
MARKDOWN = re.findall(r"```markdown\n(.*?)```", README, re.S)
NAME = "deputy"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first command of the page makes."""
    folder = tmp_path_factory.mktemp("region")
    assert CliRunner().invoke(ledstang, ["new", "proxy", NAME, "--folder", str(folder)]).exit_code == 0
    return folder / "proxies" / NAME


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_the_code_of_the_page_is_what_the_command_makes(made: Path, code: str) -> None:
    """Word for word: the skeleton passes its own test, so what the page shows does too."""
    assert [path.name for path in made.rglob("*.py") if code in path.read_text(encoding="utf-8")]


def test_every_file_that_the_page_names_is_made(made: Path) -> None:
    """The table of what is made has every file, and none that there is not."""
    table = README[README.index("| made |") :].partition("\n\n")[0]
    named = set(re.findall(r"`([\w./-]+)`", table)) - {"ledstang"}
    there = {path.name + ("/" if path.is_dir() else "") for path in made.iterdir()}
    assert {name.partition("/")[0] + ("/" if "/" in name else "") for name in named} == there
    assert all((made / name).exists() for name in named)


def test_the_rules_of_the_page_are_those_that_are_made(made: Path) -> None:
    """The table of the ground is in its file, and opens a programme from eighteen; the other table of the page is one too."""
    told, ground = made / "policies" / f"{NAME}.md", ProxyGround(NAME, lambda *_: None, None, {"sv": "Deputy"})
    assert MARKDOWN[1] in told.read_text(encoding="utf-8")
    [row] = read_policy(told, load_words().adding(relation_words([ground]))).rows
    assert (row.service, row.relation, row.from_age) == ("programmes", NAME, 18)
    own = made.parent / "own.md"
    own.write_text(MARKDOWN[0], encoding="utf-8")
    assert [row.relation for row in read_policy(own).rows] == ["guardian", "self"]
