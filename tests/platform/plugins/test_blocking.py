"""A plugin that never awaits anything is interrupted, and everybody else is served."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang.testing import TOML

SOURCE = """\
import threading, time
from ledstang import Host, Link, Task, TaskSource, hookimpl
from litestar import get

def blocks():
    {body}

async def shown(visit):
    blocks()

async def tasks(visit, rows):
    blocks()

@hookimpl
def register_links():
    return [Link("A service that blocks", "/blocking/", shown=shown)]

@hookimpl
def register_tasks(host: Host):
    return [TaskSource(tasks)]

@hookimpl
def register_routes(host: Host):
    @get("/")
    async def page() -> str:
        blocks()
        return "never"

    return [page]
"""
BODIES = {"waits": "threading.Event().wait()", "sleeps": "time.sleep(86_400)", "reckons": "while True: pass"}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_one_that_blocks_costs_its_own(serving, tmp_path: Path, body: str) -> None:
    """A link and a task that block for ever leave gaps on the start page, and a page that does is an error page."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "blocking.py").write_text(SOURCE.format(body=body), encoding="utf-8")
    (tmp_path / "ledstang.toml").write_text(TOML + "[patience]\nblocked_ms = 150\n", encoding="utf-8")
    with serving("--demo", tmp_path) as served:
        served.sign_in("Dag")
        start = served.client.get("/start")
        assert start.status_code == 200
        assert "Något saknas här: A service that blocks svarade inte." in start.text
        assert served.client.get("/blocking/").status_code == 500
        assert served.client.get("/urgent").status_code == 200
    assert [line for line in served.said if "Blocked" in line]
