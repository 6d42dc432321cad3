"""Every sentence that an author may meet is said in Swedish too."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import ledstang
import ledstang_programmes
import pytest
from ledstang.content.texts import HOST, catalogue

CONTENT = sorted((Path(ledstang.__file__).parent / "content").glob("*.py"))
PROGRAMMES = Path(ledstang_programmes.__file__).parent
REPORTING = {"error", "warning", "_error", "report", "_whole", "_unknown", "_fill", "text", "one_of", "fitting", "many"}


def sentences(file: Path) -> set[str]:
    """Return the texts that a module hands to those who report, and what it names `sentence` and `tip`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        parts: list[ast.AST] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in REPORTING:
            parts = list(node.args)
        elif isinstance(node, ast.Assign):
            names = {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
            parts = [node.value] if names & {"sentence", "tip"} else []
        texts = {each.value for part in parts for each in ast.walk(part) if isinstance(each, ast.Constant)}
        found |= {
            text for text in texts if isinstance(text, str) and " " in text and text[0] in "“ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        }
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(
    "file", [*CONTENT, *sorted(PROGRAMMES.glob("*.py"))], ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_every_sentence_is_in_a_swedish_catalogue(file: Path) -> None:
    """A new fault comes with its Swedish, and no value is lost on the way."""
    swedish = {**catalogue("sv", PROGRAMMES / "locale"), **catalogue("sv", HOST)}
    for message in sorted(sentences(file)):
        assert message in swedish
        assert places(swedish[message]) <= places(message)


def test_the_reading_finds_the_sentences() -> None:
    """The claim above is not empty."""
    assert sum(len(sentences(file)) for file in (*CONTENT, *PROGRAMMES.glob("*.py"))) > 120
