"""What the tests of guardians share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledstang.testing import Town

from .family import Family, living


@pytest.fixture
def family(town: Town, tmp_path: Path) -> Iterator[Family]:
    """A family in the autumn of 2029, when Cilla is twelve, and a programme for children."""
    with living(town, tmp_path) as family:
        yield family
