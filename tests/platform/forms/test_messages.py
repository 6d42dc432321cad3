"""Every sentence that authors and patients may meet is said in Swedish too."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import ledstang
from ledstang.content.texts import catalogue

CONTENT = Path(ledstang.__file__).parent / "content"


def messages() -> set[str]:
    """Return the texts of forms and expressions: sentences with a capital and a full stop or a question mark."""
    found = set()
    for folder in ("forms", "expressions"):
        for file in (CONTENT / folder).glob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
            loose = {node.value.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_text(node.value)}
            for node in ast.walk(tree):
                if _is_text(node) and node.value not in docs | loose and _is_sentence(node.value):
                    found.add(node.value)
    return found


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_sentence(text: str) -> bool:
    return " " in text and (text[0].isupper() or text[0] == "“") and text[-1] in ".?"


def places(text: str) -> set[str]:
    """Return the names of the places in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_there_are_sentences_to_translate() -> None:
    """The reading of the sources finds the sentences."""
    assert len(messages()) > 100


def test_every_sentence_is_in_the_swedish_catalogue() -> None:
    """A new fault comes with its Swedish."""
    swedish = catalogue("sv")
    assert sorted(message for message in messages() if message not in swedish) == []


def test_a_translation_has_the_places_of_its_sentence() -> None:
    """No value is lost in translation, and none is asked for that is not there."""
    swedish = catalogue("sv")
    for message in messages():
        assert places(swedish[message]) <= places(message), message
