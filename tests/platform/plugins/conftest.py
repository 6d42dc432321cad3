"""Plugins that tests write: a file or a folder dropped into an instance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from ledstang.app import assemble
from ledstang.house import House
from ledstang.instance import open_instance
from ledstang.plugins import PluginFault, Plugins, find
from ledstang.testing import TOML

HEAD = "from ledstang import hookimpl\n"
Drop = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance with nothing in it but its settings."""
    place = tmp_path / "region"
    (place / "plugins").mkdir(parents=True)
    (place / "ledstang.toml").write_text(TOML, encoding="utf-8")
    return place


@pytest.fixture
def drop(folder: Path) -> Drop:
    """Write a file of a plugin: `drop("hello.py", …)`, or `drop("hello/__init__.py", …)` for one with a folder."""

    def write(path: str, source: str = "", encoding: str = "utf-8") -> Path:
        file = folder / "plugins" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(source), encoding=encoding)
        return file

    return write


@pytest.fixture
def found(folder: Path) -> Callable[..., Plugins]:
    """Find the plugins of the instance."""
    return lambda *disabled: find([folder / "plugins"], disabled)


@pytest.fixture
def house(folder: Path) -> Callable[[], House]:
    """Put the house together, faulty plugins and settings put aside."""
    return lambda: assemble(open_instance(folder), lenient=True)


@pytest.fixture
def fault(house: Callable[[], House]) -> Callable[[], PluginFault]:
    """Return the one fault there is, and see that it is whole: who, where, why and what to do, on one line."""

    def only() -> PluginFault:
        (one,) = house().plugins.faults
        assert all((one.plugin, one.where, one.why, one.tip))
        assert "\n" not in str(one)
        assert str(one) == f"The plugin `{one.plugin}` ({one.where}) {one.why}. {one.tip}"
        assert one.tip.endswith((".", "?"))
        return one

    return only
