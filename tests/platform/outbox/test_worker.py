"""The worker: whatever an errand does, it costs that errand only."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ledstang.outbox.events import Listener, ModuleCompleted
from ledstang.outbox.worker import Worker


async def raises(event: ModuleCompleted, once: str) -> None:
    raise LookupError("what a person wrote")


async def leaves(event: ModuleCompleted, once: str) -> None:
    raise SystemExit(3)


async def calls_itself_off(event: ModuleCompleted, once: str) -> None:
    raise asyncio.CancelledError


async def hangs(event: ModuleCompleted, once: str) -> None:
    await asyncio.Event().wait()


async def holds_on(event: ModuleCompleted, once: str) -> None:
    """Hang, and not let go when asked to, for a while."""
    for _ in range(3):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


@pytest.mark.parametrize(
    ("hear", "error"),
    [
        (raises, "LookupError at test_worker.py:"),
        (leaves, "SystemExit at test_worker.py:"),
        (calls_itself_off, "it called itself off"),
        (hangs, "not done within 0.1 s"),
    ],
)
async def test_what_goes_wrong_costs_its_own_errand(office, hear: Any, error: str) -> None:
    """The next listener hears the event; the row says the kind of the fault and where, and nothing that anybody wrote."""
    worker = office.equip(
        [Listener("bad", ModuleCompleted, hear), Listener("note", ModuleCompleted, office.note)], budget_seconds=0.1
    )
    await office.emit()
    await worker.until_idle()
    bad, good = await office.rows()
    assert len(office.heard) == 1
    assert good["done"]
    assert bad["error"].startswith(error)
    assert "wrote" not in bad["error"]
    assert (bad["done"], bad["owner"], bad["tries"]) == (None, None, 1)


async def test_who_does_not_let_go_is_left_behind(office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that catches its own cancellation keeps nobody else from their errands."""
    monkeypatch.setattr("ledstang.outbox.worker.GRACE", 0.05)
    worker = office.equip([Listener("bad", ModuleCompleted, holds_on)], budget_seconds=0.1)
    await office.emit()
    await worker.until_idle()
    assert [row["error"] for row in await office.rows()] == ["not done within 0.1 s"]
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        for _ in range(3):
            task.cancel()
            await asyncio.wait({task}, timeout=0.01)


async def test_a_plugin_that_is_gone_leaves_its_errands(office) -> None:
    """They are tried again, in case it comes back, and say why they fail."""
    await office.emit()
    office.listeners = []
    await office.worker().until_idle()
    (row,) = await office.rows()
    assert (row["done"], row["error"]) == (None, "nothing here carries it out: the plugin is gone, or put aside")


async def test_an_errand_that_is_long_keeps_its_lease(office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker renews it while it waits, and calls off what another has taken up meanwhile."""
    renewed: list[bool] = []

    async def renew(self: Any, errand: Any, owner: str) -> bool:
        renewed.append(len(renewed) < 2)
        return renewed[-1]

    monkeypatch.setattr("ledstang.outbox.outbox.Outbox.renew", renew)
    worker = office.equip([Listener("slow", ModuleCompleted, hangs)], lease_seconds=0.06, budget_seconds=30)
    await office.emit()
    await worker.until_idle()
    assert renewed == [True, True, False]


async def run(worker: Worker, until: asyncio.Event, stopping: asyncio.Event | None = None) -> None:
    """Run a worker until something has happened, then stop it as SIGTERM would; `stopping` is set while it stops."""
    async with worker.running():
        await asyncio.wait_for(until.wait(), 10)
        if stopping:
            asyncio.get_running_loop().call_soon(stopping.set)


async def test_stopping_finishes_what_is_short(office) -> None:
    """What is under way when a worker is told to stop is done."""
    begun, stopping = asyncio.Event(), asyncio.Event()

    async def hear(event: ModuleCompleted, once: str) -> None:
        begun.set()
        await stopping.wait()
        await asyncio.to_thread(begun.is_set)  # the worker is well under way with stopping
        await office.note(event, once)

    worker = office.equip([Listener("short", ModuleCompleted, hear)])
    await office.emit()
    await run(worker, begun, stopping)
    assert len(office.heard) == 1
    assert (await office.rows())[0]["done"]


async def test_stopping_gives_back_what_is_long(office) -> None:
    """Another can take it up at once, and the try does not count."""
    begun = asyncio.Event()

    async def hear(event: ModuleCompleted, once: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    worker = office.equip([Listener("long", ModuleCompleted, hear)], stop_seconds=0)
    await office.emit()
    await run(worker, begun)
    (again,) = await office.take("other")
    assert again.tries == 1


async def test_one_that_hangs_does_not_hold_up_the_others(office) -> None:
    """A running worker goes on taking up errands while one of them hangs."""
    done = asyncio.Event()

    async def hear(event: ModuleCompleted, once: str) -> None:
        if event.module == "hangs":
            await asyncio.Event().wait()
        await office.note(event, once)
        if len(office.heard) == 5:
            done.set()

    worker = office.equip([Listener("any", ModuleCompleted, hear)], at_once=2, stop_seconds=0)
    for module in ("hangs", "1", "2", "3", "4", "5"):
        await office.emit(module)
    await run(worker, done)
    assert len(office.heard) == 5


async def test_a_database_that_is_away_is_asked_again(office, caplog: pytest.LogCaptureFixture) -> None:
    """A worker outlives it, says so once, and goes on when it is back."""
    heard = asyncio.Event()
    away = 3

    async def hear(event: ModuleCompleted, once: str) -> None:
        heard.set()

    worker = office.equip([Listener("any", ModuleCompleted, hear)])
    await office.emit()
    claim = worker._outbox.claim

    async def sometimes(owner: str, most: int) -> Any:
        nonlocal away
        away -= 1
        if away > 0:
            raise OSError("away")
        return await claim(owner, most)

    worker._outbox.claim = sometimes  # type: ignore[method-assign]
    await run(worker, heard)
    assert [record.message for record in caplog.records if "cannot be read" in record.message] == [
        "the outbox cannot be read: OSError"
    ]
