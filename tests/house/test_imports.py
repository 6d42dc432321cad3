"""Imports go one way: plugins know the host's front door, the host knows no plugin, and plugins do not know each other.

The trees are walked, so that a new plugin is held to this without an edit here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOST = sorted((ROOT / "platform" / "ledstang").rglob("*.py"))
PLUGINS = [path for root in ("plugins", "proxies") for path in sorted((ROOT / root).glob("ledstang_*/**/*.py"))]
OF_OURS = {path.parent.name for root in ("plugins", "proxies") for path in (ROOT / root).glob("ledstang_*/__init__.py")}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""


def named(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of everything in a module that could name another: texts, but for docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def test_there_is_something_to_walk() -> None:
    """The walk finds the host and the plugins."""
    assert len(HOST) > 50
    assert {"ledstang_programmes", "ledstang_instruments", "ledstang_sandbox"} <= OF_OURS


def test_the_host_imports_no_plugin() -> None:
    """Nothing of the host's imports anything of a plugin's."""
    assert [(path.name, line) for path in HOST for line, name in imports(path) if name.startswith("ledstang_")] == []


def test_the_host_names_no_plugin() -> None:
    """Nor does it name one in a text, by which it could be imported or treated otherwise than the rest."""
    found = [(path.name, line, text) for path in HOST for line, text in named(path) if text in OF_OURS]
    assert found == []


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_plugin_imports_the_front_door_and_itself(path: Path) -> None:
    """Of ours a plugin imports `ledstang`, and no room behind it; itself; and no other plugin."""
    own = next(part for part in path.relative_to(ROOT).parts if part.startswith("ledstang_"))
    for line, name in imports(path):
        top = name.partition(".")[0]
        ours = top == "ledstang" or top.startswith("ledstang_")
        allowed = name == "ledstang" or top == own or (top == "ledstang" and "migrations" in path.parts)
        assert not ours or allowed, f"{path}:{line} imports {name}"
