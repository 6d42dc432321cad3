"""The scene that all attacks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .scene import Scene, running


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A running instance with a programme, a ward, units and their people."""
    with running(tmp_path_factory.mktemp("scene"), Scene) as made:
        yield made
