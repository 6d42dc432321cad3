"""What people read: every text of a plugin's is there in Swedish, and Swedish stays out of the code."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from ledstang.app import assemble
from ledstang.content.texts import HOST
from ledstang.instance import open_instance
from ledstang.plugins import Plugin, find
from ledstang.web.pages import Pages

ROOT = Path(__file__).parents[2]
PLUGINS = find([]).found
CODE = [
    path
    for root in ("platform", "plugins", "proxies")
    for path in sorted((ROOT / root).rglob("*.py"))
    if "migrations" not in path.parts
]
SPOKEN = re.compile("[åäöÅÄÖ]")
NAMES = ("Ledstång",)
"""What is called so in every language."""
INVENTED = {"platform/ledstang/testing.py"}
"""Files whose Swedish is the name of a region that tests invent."""


def templates(plugin: Plugin) -> Iterator[str]:
    """Yield the message ids of a plugin's templates."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    folder = plugin.part("templates")
    for path in folder.rglob("*.html") if folder else ():
        for _, _, message in environment.extract_translations(path.read_text(encoding="utf-8")):
            first = message[0] if isinstance(message, tuple) else message  # of singular and plural: the singular
            if first:  # none where the text is a variable
                yield first


def calls(plugin: Plugin) -> Iterator[str]:
    """Yield the message ids that a plugin's code asks to have translated."""
    for path in plugin.folder.rglob("*.py") if plugin.folder else ():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("text", "N_")
            if asks and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def offered(plugin: Plugin) -> Iterator[str]:
    """Yield the titles and descriptions of what a plugin returns from its hooks."""
    offers = assemble(open_instance(ROOT, demo=True)).offers
    for things in offers.values():
        for name, thing in things:
            if name == plugin.name:
                for part in ("title", "description"):
                    said = getattr(thing, part, "")
                    if isinstance(said, str) and said:
                        yield said


@pytest.mark.parametrize("plugin", PLUGINS.values(), ids=PLUGINS)
def test_every_text_of_a_plugin_is_there_in_swedish(plugin: Plugin) -> None:
    """Templates, titles and what the code says: each message id has its Swedish, the host's own or the plugin's."""
    asked = {*templates(plugin), *calls(plugin), *offered(plugin)}
    folders = [HOST, *([folder] if (folder := plugin.part("locale")) else [])]
    assert asked - {message for folder in folders for message in translated(folder)} == set()


def test_a_text_has_one_swedish() -> None:
    """Whatever catalogue comes first, a button is called the same: the host's and the plugins' never disagree."""
    swedish: dict[str, set[str]] = {}
    for folder in [HOST, *(folder for plugin in PLUGINS.values() if (folder := plugin.part("locale")))]:
        for file in {*folder.glob("sv.po"), *folder.glob("*.sv.po")}:
            for message in read_po(io.BytesIO(file.read_bytes()), locale="sv"):
                if message.id:
                    swedish.setdefault(str(message.id), set()).add(str(message.string))
    assert {one: several for one, several in swedish.items() if len(several) > 1} == {}


def translated(folder: Path) -> Iterator[str]:
    """Yield the message ids that have a Swedish in a folder of catalogues; of singular and plural: the singular."""
    for file in {*folder.glob("sv.po"), *folder.glob("*.sv.po")}:
        with file.open("rb") as source:
            for message in read_po(source, locale="sv"):
                several = isinstance(message.id, tuple)
                if message.id and all(message.string if several else [message.string]):
                    yield message.id[0] if several else message.id


def test_every_template_compiles() -> None:
    """Each template of the host's and of every plugin, in both languages."""
    house = assemble(open_instance(ROOT, demo=True))
    pages = Pages(house)
    assert pages.templates.faults == {}
    assert house.plugins.faults == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_speaks_english(path: Path) -> None:
    """No Swedish in names, texts and comments; a docstring may quote what authors write."""
    if str(path.relative_to(ROOT)) in INVENTED:
        return
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    quoting = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_text(node.value)}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        said = token.string
        for name in NAMES:
            said = said.replace(name, "")
        if token.start[0] not in quoting and token.type in (tokenize.NAME, tokenize.STRING, tokenize.COMMENT):
            assert not SPOKEN.search(said), f"{path}:{token.start[0]}: {token.string[:80]}"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
