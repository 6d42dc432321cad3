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
def served(folder: Path, *, demo: bool, more: str = "") -> Iterator[Any]:
    """Serve an instance at noon on a Monday."""
    folder.mkdir(exist_ok=True)
    (folder / "ledstang.toml").write_text(TOML + more, encoding="utf-8")
    clock = MovableClock(at=datetime(2026, 11, 23, 11, tzinfo=UTC))
    app = create_app(open_instance(folder, demo=demo), clock=clock)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.clock = clock
        yield client


@pytest.fixture(scope="module")
def running_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A demo, started once: its clock goes on from test to test."""
    with served(tmp_path_factory.mktemp("demo"), demo=True) as client:
        yield client


@pytest.fixture
def demo(running_demo: Any) -> Any:
    """A browser at the demo that nobody has signed in with."""
    running_demo.cookies.clear()
    return running_demo


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser at an instance that is no demo."""
    with served(tmp_path_factory.mktemp("plain"), demo=False) as client:
        yield client
