"""What would stop the whole house, or take what is another's, stops its own plugin, at start and in `check` alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ledstang.house import House
from ledstang.instance import open_instance
from ledstang.plugins import PluginFault
from ledstang.web.pages import Pages

Drop = Callable[..., Path]
Fault = Callable[[], PluginFault]
HEAD = "from ledstang import *\nfrom ledstang import hookimpl\n"
TABLE = """
from piccolo.columns import UUID
from piccolo.table import Table

class Note(Table, tablename="{name}"):
    id = UUID(primary_key=True, default=None)
"""


def test_tables_without_migrations(drop: Drop, fault: Fault) -> None:
    """Tables that nothing would make are told with the command that makes their migration."""
    drop("hello/__init__.py")
    drop("hello/tables.py", TABLE.format(name="hello_note"))
    assert fault().why == "has tables but no migrations, so they would never be made"
    assert fault().tip == "Run `ledstang migrate --write hello`."


def test_tables_in_a_single_file(drop: Drop, fault: Fault) -> None:
    """A file has nowhere to keep migrations: it is told to become a folder."""
    drop("hello.py", TABLE.format(name="hello_note"))
    assert fault().why == "has tables, but no folder for their migrations"


@pytest.mark.parametrize(
    ("name", "source", "why"),
    [
        ("0001.py", "", "its name does not start with the app's"),
        ("hello_1.py", "1 / 0\n", "it cannot be imported: ZeroDivisionError"),
        ("hello_1.py", "", "it has no ID or no forwards()"),
    ],
)
def test_migrations_that_cannot_be_used(drop: Drop, fault: Fault, name: str, source: str, why: str) -> None:
    """A migration that would stop the database's start stops its own plugin."""
    drop("hello/__init__.py")
    drop("hello/tables.py", TABLE.format(name="hello_note"))
    file = drop(f"hello/migrations/{name}", source)
    found = fault()
    assert found.where == str(file)
    assert found.why.startswith(f"has a migration that cannot be used: {why}")


def test_a_table_of_the_host_s(drop: Drop, fault: Fault) -> None:
    """A plugin called as the beginning of a host's table does not get at it."""
    drop("plugin/__init__.py")
    drop("plugin/tables.py", TABLE.format(name="plugin_switch"))
    assert fault().why == "has a table `plugin_switch`, a name that the host has taken"


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ('Block(name="facts", words={})', "brings a box `facts`, a name that the host has taken"),
        ('Block(name="question", words={})', "brings a box `question`, a name that the host has taken"),
        ('Block(name="exercise", words={})', "brings a box `exercise`, a name that the plugin `programmes` has taken"),
        ('Block(name="rest", words={"sv": "övning"})',
         "brings a box `rest` with the word “övning”, which means `exercise` already"),
        ('Block(name="rest", words={"sv": "Fakta"})', "brings a box `rest` with the word “fakta”, which means `facts`"),
        ('Block(name="rest", words={"sv": "flag"})', "brings a box `rest` with the word “flag”, which means `flag`"),
        ('Block(name="rest", words={"sv": "vila"}, settings={"until": {"sv": "till"}})',
         "brings a box `rest` with the word “till”, which means `to` already"),
    ],
)  # fmt: skip
def test_a_box_whose_word_is_taken(drop: Drop, fault: Fault, block: str, why: str) -> None:
    """No plugin changes what authors mean by a word: neither a box's nor a setting's, in any language."""
    drop("zzz.py", HEAD + f"@hookimpl\ndef register_blocks():\n    return [{block}]\n")
    assert fault().plugin == "zzz"
    assert fault().why.startswith(why)
    assert fault().tip == "Give it another name."


def test_of_two_plugins_with_one_word_the_first_stands(drop: Drop, fault: Fault) -> None:
    """Two plugins that want one word are told apart by their names: the later is refused, and hears who has it."""
    block = 'Block(name="{}", words={{"sv": "vila"}})'
    drop("aaa.py", HEAD + f"@hookimpl\ndef register_blocks():\n    return [{block.format('rest')}]\n")
    drop("bbb.py", HEAD + f"@hookimpl\ndef register_blocks():\n    return [{block.format('repose')}]\n")
    assert fault().plugin == "bbb"
    assert fault().why == "brings a box `repose` with the word “vila”, which means `rest` already"


def test_a_box_may_fill_a_word_that_is_kept_for_it(drop: Drop, house: Callable[[], House]) -> None:
    """The words of the language that nobody serves yet are there for the plugin that means the same by them."""
    drop(
        "booking.py",
        HEAD + '@hookimpl\ndef register_blocks():\n    return [Block(name="book", words={"sv": "boka"})]\n',
    )
    assert house().plugins.faults == []


def test_a_kind_of_content_that_is_taken(drop: Drop, fault: Fault) -> None:
    """Two plugins do not compile one folder."""
    kind = 'ContentKind(name="programmes", word="x", compile=print, document=str)'
    drop("zzz.py", HEAD + f"@hookimpl\ndef register_content(host):\n    return [{kind}]\n")
    assert fault().why == "brings the kind of content `programmes`, a name that the plugin `programmes` has taken"


@pytest.mark.parametrize(
    "handler",
    [
        "@get('/')\n    async def page(visit) -> str: ...\n",
        "@get('/{id:nothing}')\n    async def page() -> str: ...\n",
    ],
)
def test_a_route_that_cannot_be_served(drop: Drop, fault: Fault, handler: str) -> None:
    """What Litestar has against a handler is that plugin's fault, not the end of the start."""
    source = f"from litestar import get\n@hookimpl\ndef register_routes(host):\n    {handler}    return [page]\n"
    drop("hello.py", HEAD + source)
    assert fault().plugin == "hello"
    assert fault().why.startswith("has a route that cannot be served: ")


def test_two_handlers_for_one_route(drop: Drop, fault: Fault) -> None:
    """Of two handlers for one method and path one would never be asked: it is told instead."""
    handlers = "@get('/x')\n    async def one() -> str: ...\n    @get('/x')\n    async def two() -> str: ...\n"
    source = f"from litestar import get\n@hookimpl\ndef register_routes(host):\n    {handlers}    return [one, two]\n"
    drop("hello.py", HEAD + source)
    assert fault().why == "has two handlers for GET /hello/x"


def test_texts_that_cannot_be_read(drop: Drop, fault: Fault) -> None:
    """A broken catalogue costs its own plugin, not everybody's texts."""
    drop("hello/__init__.py")
    file = drop(
        "hello/locale/sv.po", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\nmsgid "å"\n', "latin-1"
    )
    assert fault().where == str(file.parent)
    assert fault().why.startswith("has texts that cannot be read: ")


@pytest.mark.parametrize(
    ("template", "encoding", "line", "why"),
    [
        ("<p>\n{% if %}", "utf-8", 2, "Expected an expression"),
        ("<p>{{ 'x'|nothing }}", "utf-8", 1, "No filter named 'nothing'"),
        ("<p>å", "latin-1", 1, "it is not UTF-8"),
    ],
)
def test_a_template_that_does_not_compile(
    drop: Drop, house: Callable[[], House], template: str, encoding: str, line: int, why: str
) -> None:
    """Each template is compiled before anybody asks for it; a broken one is told with its file and line."""
    drop("hello/__init__.py", HEAD + '@hookimpl\ndef register_links():\n    return [Link("Hello", "/hello/")]\n')
    file = drop("hello/templates/page.html", template, encoding)
    made = house()
    Pages(made)
    (fault,) = made.plugins.faults
    assert fault.where.endswith(f"page.html:{line}")
    assert fault.where.startswith(str(file.parent)) or encoding == "latin-1"
    assert fault.why.startswith(f"has a template that is not valid: {why}")
    assert "hello" not in {name for name, _ in made.offers["register_links"]}


def test_a_static_file_that_is_too_large(drop: Drop, house: Callable[[], House]) -> None:
    """What pages cannot carry is refused with its plugin."""
    drop("hello/__init__.py")
    file = drop("hello/static/film.svg")
    with file.open("wb") as film:
        film.truncate(6_000_000)
    made = house()
    Pages(made)
    (fault,) = made.plugins.faults
    assert fault.why == f"has a static file that cannot be served: {file} is larger than 5 MB"


@pytest.mark.parametrize("name", ["serve", "persons"])
def test_a_command_whose_name_is_taken(drop: Drop, fault: Fault, name: str) -> None:
    """A command of the host's, or of an earlier plugin's, is not taken over."""
    source = f"import click\n@hookimpl\ndef register_commands():\n    return [click.Command({name!r})]\n"
    drop("zzz.py", HEAD + source)
    assert fault().plugin == "zzz"
    assert fault().why == f"brings a command `{name}`, a name that is taken"


def test_the_instance_still_opens(drop: Drop, folder: Path) -> None:
    """An instance is a folder and its settings: opening it runs no plugin."""
    drop("hello.py", "raise SystemExit")
    assert open_instance(folder).title == "Testregionen"
