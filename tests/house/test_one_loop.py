"""There is one loop that does things later: the worker's. Whoever wants another writes an errand instead."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for root in ("platform", "plugins", "proxies") for path in (ROOT / root).rglob("*.py")]
THE_LOOP = ROOT / "platform" / "ledstang" / "outbox" / "worker.py"
THE_WATCH = ROOT / "platform" / "ledstang" / "interrupting.py"
"""Does nothing later: it looks whether the event loop goes round, which the event loop itself cannot."""
WAITING = {"sleep", "wait", "wait_for"}
LATER = {"call_later", "call_at", "Timer"}
LIBRARIES = {"sched", "schedule", "apscheduler", "celery", "rq", "huey", "saq", "dramatiq", "taskiq", "procrastinate"}


def calls(tree: ast.AST) -> set[str]:
    """Return the names of all that is called in a piece of code."""
    found = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in found}


def offences(source: str) -> list[str]:
    """Return what in a file does things later by itself."""
    tree = ast.parse(source)
    loops = [f"a loop that waits, line {node.lineno}" for node in ast.walk(tree)
             if isinstance(node, ast.While) and calls(node) & WAITING]  # fmt: skip
    names = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return loops + sorted(calls(tree) & LATER) + sorted(names & LIBRARIES)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_else_does_things_later(path: Path) -> None:
    """No loop that sleeps, no timer, no scheduler."""
    assert path in (THE_LOOP, THE_WATCH) or offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "async def tidy():\n    while True:\n        await asyncio.sleep(60)\n",
        "def tidy():\n    while not over.wait(60):\n        pass\n",
        "loop.call_later(60, tidy)",
        "threading.Timer(60, tidy).start()",
        "from apscheduler.schedulers.asyncio import AsyncIOScheduler",
    ],
)
def test_it_would_be_seen(source: str) -> None:
    """This test finds what it looks for."""
    assert offences(source)


def test_the_loop_is_there() -> None:
    """And it is found where it is meant to be; what watches over it only waits."""
    assert offences(THE_LOOP.read_text(encoding="utf-8"))
    watch = offences(THE_WATCH.read_text(encoding="utf-8"))
    assert [one.partition(",")[0] for one in watch] == ["a loop that waits"]
