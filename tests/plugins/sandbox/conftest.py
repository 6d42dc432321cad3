"""A demo that runs, and one that is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ledstang.app import create_app
from ledstang.clock import MovableClock
from ledstang.instance import open_instance
from litestar.testing import TestClient

TOML = """\
title = "Testregionen"
[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24"]
[[regions]]
id = "sodra"
name = "Region Södra"
counties = ["12"]
"""


@contextmanager
def served(folder: Path, *, demo: bool) -> Iterator[Any]:
    """Serve an instance at noon on a Monday."""
    folder.mkdir(exist_ok=True)
    (folder / "ledstang.toml").write_text(TOML, encoding="utf-8")
    clock = MovableClock(at=datetime(2026, 11, 23, 11, tzinfo=UTC))
    app = create_app(open_instance(folder, demo=demo), clock=clock)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.clock = clock
        yield client


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Any]:
    """A browser at a demo."""
    with served(tmp_path / "instance", demo=True) as client:
        yield client


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Any]:
    """A browser at an instance that is no demo."""
    with served(tmp_path / "instance", demo=False) as client:
        yield client
