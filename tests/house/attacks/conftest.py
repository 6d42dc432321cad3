"""The scene that all attacks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ledstang.testing import Town

from .scene import FRONT, MODULE, SETTINGS, WARD, Scene
from .systems import write_keys


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A running instance with a programme, a ward, units and their people."""
    folder = tmp_path_factory.mktemp("scene")
    programme = folder / "min"
    programme.mkdir()
    (programme / "programme.md").write_text(FRONT, encoding="utf-8")
    (programme / "01-ett.md").write_text(MODULE, encoding="utf-8")
    ward = folder / "ward.py"
    ward.write_text(WARD, encoding="utf-8")
    town = Town(folder)
    write_keys(folder)
    with town.instance(programmes=programme, plugins=ward, toml=SETTINGS, demo=False) as place:
        yield Scene(town, place)
