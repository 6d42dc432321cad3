"""The front door: all that a plugin may import is there, and is what it says."""

from __future__ import annotations

import inspect
import pydoc
from pathlib import Path

import ledstang
import pytest
from ledstang import Host

README = (Path(__file__).parents[2] / "platform" / "README.md").read_text(encoding="utf-8")
MEMBERS = sorted(name for name in vars(Host) if not name.startswith("_") and name != "plugin")


@pytest.mark.parametrize("name", ledstang.__all__)
def test_what_is_promised_is_there(name: str) -> None:
    """Every name of `__all__` can be imported."""
    assert getattr(ledstang, name) is not None


@pytest.mark.parametrize("name", [one for one in ledstang.__all__ if not isinstance(getattr(ledstang, one), str)])
def test_help_tells_of_what_is_promised(name: str) -> None:
    """`help()` of each name but a word can be read, types of its fields included, and says what the thing itself is."""
    told = pydoc.plain(pydoc.render_doc(getattr(ledstang, name)))
    assert "A base class for defining efficient" not in told


def test_no_name_is_promised_twice() -> None:
    """`__all__` has each name once."""
    assert len(ledstang.__all__) == len(set(ledstang.__all__))


def test_what_is_not_promised_is_not_there() -> None:
    """A name that does not exist is an AttributeError, as for any module."""
    with pytest.raises(AttributeError):
        _ = ledstang.nothing_of_the_kind  # type: ignore[attr-defined]


def test_every_hook_s_things_can_be_imported() -> None:
    """What a hook is to return can be made by who implements it: each type of ours in a signature is at the door."""
    from ledstang import hookspecs

    for name, spec in inspect.getmembers(hookspecs, inspect.isfunction):
        if name.startswith("register_"):
            for word in _words(str(spec.__annotations__)):
                thing = getattr(hookspecs, word, None)
                if inspect.isclass(thing) and thing.__module__.startswith("ledstang."):
                    assert word in ledstang.__all__, f"{name} returns {word}"


@pytest.mark.parametrize("member", MEMBERS)
def test_what_a_plugin_is_handed_is_written_down(member: str) -> None:
    """Each member of `host` has a row in the table of platform/README.md, and a docstring."""
    assert f"`host.{member}" in README or f"`await host.{member}" in README
    assert inspect.getdoc(vars(Host)[member])


def test_the_host_stays_narrow() -> None:
    """What a plugin is handed is where a god class would grow: a dozen members,
    two to tell others and take it back, two for people and for the region's other systems, one for what reaches people,
    and two for how a sign-in goes on: that somebody proves again who they are, and that their provider signs them out."""
    assert len(MEMBERS) <= 19


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isidentifier() else " " for letter in text).split()
