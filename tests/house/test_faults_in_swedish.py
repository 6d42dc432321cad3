"""What is said of a faulty plugin is there in Swedish: those who run a region's instance read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ledstang
import pytest
from ledstang.content.texts import text
from ledstang.saying import Said

HOST = Path(ledstang.__file__).parent
TELLING = ("gathering.py", "importing.py", "plugins.py", "soundness.py", "web/pages.py")
"""The modules that make a PluginFault."""


def messages(module: str) -> Iterator[str]:
    """Yield the messages that a module hands to Said or PluginFault, or keeps as `why`, `tip` or `said` until it does."""
    for node in ast.walk(ast.parse((HOST / module).read_text(encoding="utf-8"))):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found = {"Said": node.args[:1], "PluginFault": node.args[2:4]}.get(node.func.id, [])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found = [node.value] if node.targets[0].id in ("why", "tip", "said", "MEND", "SEE") else []
        for value in found:
            alike = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            yield from (one.value for one in alike if isinstance(one, ast.Constant) and isinstance(one.value, str))


@pytest.mark.parametrize("module", TELLING)
def test_every_fault_is_told_in_swedish(module: str) -> None:
    """Each message has a translation, with the same places to fill."""
    found = set(messages(module)) - {""}
    assert found
    assert {message for message in found if text(message, "sv") == message} == set()


def test_what_is_said_in_what_is_said_is_translated_too() -> None:
    """A sentence within a sentence, and a plain word of ours, are in the reader's language; names stay as they are."""
    why = Said("did not come to an end {when}", when=Said("in `{hook}`", hook="register_links"))
    assert why == "did not come to an end in `register_links`"
    assert why.translated(lambda message: text(message, "sv")) == "kom inte till slut i `register_links`"
    taken = Said("has a table `{name}`, a name that {owner} has taken", name="note", owner="the host")
    assert taken.translated(lambda message: text(message, "sv")).endswith("ett namn som värden har tagit")
