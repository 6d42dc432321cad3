"""A faulty plugin gives one sentence: who, where, why, and what to do. The others stand."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from ledstang import plugins as finding
from ledstang.app import BrokenPlugins, assemble
from ledstang.house import House
from ledstang.instance import open_instance
from ledstang.plugins import RESERVED, PluginFault, Plugins

Drop = Callable[..., Path]
Fault = Callable[[], PluginFault]
HEAD = "from ledstang import hookimpl\n"


@pytest.mark.parametrize(
    ("source", "line", "why", "tip"),
    [
        ("x = 1\nimport no_such_thing\n", 2, "imports `no_such_thing`, which is not installed", "Install what holds"),
        ("x = 1\ndef hello(:\n", 2, "is not valid Python: invalid syntax", "Mend that line"),
        ("x = 1\n\n1 / 0\n", 3, "raised ZeroDivisionError while it was imported: division by zero", "Mend that line"),
        ("import sys\nsys.exit('enough')\n", 2, "raised SystemExit while it was imported: enough", "Mend that line"),
        ("from ledstang import nothing\n", 1, "raised ImportError while it was imported: cannot import", "Mend that"),
        (
            "from .more import x\n",
            1,
            "imports `ledstang_local.more`, which does not lie beside it",
            "Make the plugin a",
        ),
        ("raise ValueError('a\\nb' * 900)\n", 1, "raised ValueError while it was imported: a ba b", "Mend that line"),
    ],
)
def test_a_broken_import(drop: Drop, fault: Fault, source: str, line: int, why: str, tip: str) -> None:
    """What a module raises while it is imported names the plugin's own line, and never more than a line of text."""
    file = drop("hello.py", source)
    found = fault()
    assert (found.plugin, found.where) == ("hello", f"{file}:{line}")
    assert found.why.startswith(why)
    assert found.tip.startswith(tip)
    assert len(found.why) < 400


def test_a_broken_import_further_in(drop: Drop, fault: Fault) -> None:
    """The line is the innermost of the plugin's own, also when a library raised at its call."""
    drop("hello/__init__.py", "from .inner import x\n")
    inner = drop("hello/inner.py", "import json\nx = json.loads('{')\n")
    assert fault().where == f"{inner}:2"


@pytest.mark.parametrize("part", ["tables", "hookspecs"])
def test_a_broken_part(drop: Drop, fault: Fault, part: str) -> None:
    """What lies beside a plugin is imported by the host, and its faults are the plugin's."""
    drop("hello/__init__.py")
    file = drop(f"hello/{part}.py", "x = 1\nraise KeyError('no')\n")
    found = fault()
    assert found.where == f"{file}:2"
    assert found.why == f"raised KeyError while its {part}.py was imported: 'no'"


def test_an_entry_point_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """A package whose module is gone is another fault than a module that fails."""
    here = finding._installed
    gone = EntryPoint("gone", "no_such_package.plugin", "ledstang")
    monkeypatch.setattr(finding, "_installed", lambda: [*here(), ("gone", "gone 1.0", gone)])
    found = fault()
    assert (found.plugin, found.where) == ("gone", "gone 1.0")
    assert found.why == "could not be found: there is no module `no_such_package.plugin`"


@pytest.mark.parametrize(
    ("source", "line", "why", "tip"),
    [
        ("@hookimpl\ndef register_link():\n    return []\n", 2, "implements `register_link`, which is no hook",
         "Did you mean `register_links`?"),
        ("@hookimpl\ndef something_else():\n    return []\n", 2, "implements `something_else`, which is no hook",
         "There are: register_attachments, "),
        ("@hookimpl\ndef register_links(hots):\n    return []\n", 2,
         "implements `register_links` with the argument `hots`, which that hook does not give",
         "It is `register_links(host)`."),
        ("@hookimpl\ndef register_permissions(host):\n    return []\n", 2,
         "implements `register_permissions` with the argument `host`", "It is `register_permissions()`."),
        ("def register_links(host):\n    return []\n", 2, "defines `register_links` without marking it",
         "Write @hookimpl on the line above."),
        ("@hookimpl\nasync def register_links(host):\n    return []\n", 2, "implements `register_links` as an async",
         "Write it without async"),
        ("@hookimpl(specname='register_panel')\ndef panels():\n    return []\n", 2,
         "implements `register_panel`, which is no hook", "Did you mean `register_panels`?"),
    ],
)  # fmt: skip
def test_a_hook_that_is_not_as_specified(drop: Drop, fault: Fault, source: str, line: int, why: str, tip: str) -> None:
    """A misspelt hook, a wrong argument or a forgotten mark is told with its line and what was meant."""
    file = drop("hello.py", HEAD + source)
    found = fault()
    assert found.where == f"{file}:{line}"
    assert found.why.startswith(why)
    assert found.tip.startswith(tip)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name(drop: Drop, fault: Fault, name: str) -> None:
    """No plugin takes an address of the host's."""
    file = drop(f"{name.replace('-', '_')}.py")
    assert fault() == PluginFault(
        name.replace("-", "_"), str(file), "has a name that the host keeps for itself", "Give it another name."
    )


def test_reserved_are_those_that_the_design_names() -> None:
    """The names that plugins may not have hold all that the contract lists."""
    listed = "start signin staff settings access-log health ready metrics api static accessibility gallery"
    assert set(listed.split()) <= RESERVED


@pytest.mark.parametrize("name", ["Hello", "hej-hopp", "åland", "1st", "a b"])
def test_a_bad_name(drop: Drop, fault: Fault, name: str) -> None:
    """A name that cannot be an address, a table's prefix and a module is refused."""
    drop(f"{name}.py")
    found = fault()
    assert found.why == "has a name that cannot be an address"
    assert found.tip == "Name it with small letters a-z, digits and _, beginning with a letter."


def test_a_taken_name(drop: Drop, fault: Fault, house: Callable[[], House]) -> None:
    """A drop-in called as an installed plugin is refused, and the installed one stands."""
    file = drop("sandbox.py")
    found = fault()
    assert found.where == str(file)
    assert found.why.startswith("has a name that ledstang ")
    assert house().plugins.found["sandbox"].origin.startswith("ledstang ")


def test_two_of_one_name(drop: Drop, fault: Fault) -> None:
    """Of a file and a folder of one name the first stands, and the other is told of it."""
    first = drop("hello/__init__.py")
    second = drop("hello.py")
    found = fault()
    assert found.where == str(second)
    assert str(first.parent) in found.why


def test_a_table_without_the_plugin_s_name(drop: Drop, fault: Fault) -> None:
    """A table that could be another's is refused, and the sentence has the line that would do."""
    drop("hello/__init__.py")
    file = drop("hello/tables.py", "from piccolo.table import Table\nclass Note(Table, tablename='note'):\n    pass\n")
    found = fault()
    assert (found.where, found.why) == (str(file), "has a table `note` without the plugin's name first")
    assert 'class Note(Table, tablename="hello_note")' in found.tip


@pytest.mark.parametrize(
    ("source", "why", "tip"),
    [
        ("return None", "answers `register_links` with NoneType where a list is wanted", "See `register_links`"),
        ("return ()", "answers `register_links` with tuple where a list is wanted", "See `register_links`"),
        ("return ['x']", "answers `register_links` with str where Link is wanted", "See `register_links`"),
        ("raise OSError('no disk')", "raised OSError in `register_links`: no disk", "Mend that line"),
        ("raise SystemExit", "raised SystemExit in `register_links`", "Mend that line"),
    ],
)
def test_a_hook_that_answers_wrongly(drop: Drop, fault: Fault, source: str, why: str, tip: str) -> None:
    """What a hook raises, or answers beside the point, puts that plugin aside as a whole."""
    drop("hello.py", HEAD + f"@hookimpl\ndef register_links(host):\n    {source}\n")
    found = fault()
    assert found.why == why
    assert found.tip.startswith(tip)


def test_settings_that_are_no_struct(drop: Drop, fault: Fault) -> None:
    """`register_settings` answers with a class that settings can be held against."""
    drop("hello.py", HEAD + "@hookimpl\ndef register_settings():\n    return dict\n")
    assert fault().why == "answers `register_settings` with type where a msgspec.Struct class is wanted"


def test_settings_that_raise(drop: Drop, fault: Fault) -> None:
    """`register_settings` is asked with the same care as all others."""
    file = drop("hello.py", HEAD + "@hookimpl\ndef register_settings():\n    raise OSError('no disk')\n")
    assert (fault().where, fault().why) == (f"{file}:4", "raised OSError in `register_settings`: no disk")


def test_the_others_stand(drop: Drop, house: Callable[[], House]) -> None:
    """All faults are told at once, and what is sound is offered, also by plugins of the same folder."""
    drop("one.py", "import no_such_thing\n")
    drop("two.py", HEAD + "@hookimpl\ndef register_link():\n    return []\n")
    drop("three.py", HEAD + "@hookimpl\ndef register_links(host):\n    return [1]\n")
    drop("four.py", HEAD + FOUR)
    made = house()
    assert {fault.plugin for fault in made.plugins.faults} == {"one", "two", "three"}
    assert {"four", "programmes"} <= {name for name, _ in made.offers["register_links"]}


def test_a_plugin_that_was_put_aside_offers_nothing(drop: Drop, house: Callable[[], House]) -> None:
    """One wrong answer takes back the right ones too: half a plugin is no plugin."""
    drop("hello.py", HEAD + FOUR + "@hookimpl\ndef register_tasks(host):\n    return [1]\n")
    made = house()
    assert [fault.plugin for fault in made.plugins.faults] == ["hello"]
    assert "hello" not in made.plugins.found
    assert not any(name == "hello" for things in made.offers.values() for name, _ in things)


def test_strict_stops_the_start_with_the_sentences(drop: Drop, folder: Path) -> None:
    """`strict = true` refuses to go on, and says all that it knows."""
    drop("one.py", "import no_such_thing\n")
    drop("two.py", "raise SystemExit\n")
    file = folder / "ledstang.toml"
    file.write_text("strict = true\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BrokenPlugins) as raised:
        assemble(open_instance(folder))
    first, second = str(raised.value).splitlines()
    assert first.startswith("The plugin `one` (")
    assert second.startswith("The plugin `two` (")


def test_strict_goes_on_when_all_is_well(folder: Path) -> None:
    """`strict = true` costs nothing where no plugin is at fault."""
    file = folder / "ledstang.toml"
    file.write_text("strict = true\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert assemble(open_instance(folder)).plugins.faults == []


def test_a_disabled_one_is_no_fault(drop: Drop, found: Callable[..., Plugins]) -> None:
    """What is disabled may be as broken as it likes."""
    drop("one.py", "import no_such_thing\n")
    assert found("one").faults == []


FOUR = """
from ledstang import Link

@hookimpl
def register_links():
    return [Link("Four", "/four/")]
"""
