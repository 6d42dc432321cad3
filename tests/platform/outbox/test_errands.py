"""Errands: written with the data they belong to, taken up by one, crossed out by whoever holds them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from ledstang.outbox.events import Listener, ModuleCompleted, ParticipationEnded


async def test_an_event_is_lost_with_the_data_it_belongs_to(office) -> None:
    """What is emitted in a transaction that fails was never emitted."""

    async def work() -> None:
        await office.emit()
        raise LookupError

    with pytest.raises(LookupError):
        await office.database.write(work)
    assert await office.rows() == []


async def test_an_event_without_listeners_is_not_written_down(office) -> None:
    """Nobody is there to hear it."""
    await office.outbox.emit(ParticipationEnded(person=uuid4(), participation=uuid4(), completed=True))
    assert await office.rows() == []


async def test_each_listener_has_an_errand_of_its_own(office) -> None:
    """Two who listen are two rows; their payload is ids."""
    office.equip([Listener("note", ModuleCompleted, office.note), Listener("count", ModuleCompleted, office.note)])
    await office.emit()
    rows = await office.rows()
    assert [row["kind"] for row in rows] == ["test.note", "test.count"]
    assert set(rows[0]["payload"].strip("{}").split('"')[1::4]) == {"person", "participation", "module"}


async def test_what_is_told_once_is_told_once(office) -> None:
    """The same `once` is the same event, also after it has been heard."""
    await office.emit(once="it")
    await office.worker().until_idle()
    await office.emit(once="it")
    assert await office.worker().until_idle() == 0
    assert [once for _, once in office.heard] == ["test.note:it"]


async def test_an_errand_is_taken_up_by_one(office) -> None:
    """Who comes second gets what is left, and nothing when nothing is."""
    for number in range(5):
        await office.emit(str(number))
    first, second, third = await office.take("a", 3), await office.take("b", 3), await office.take("c", 3)
    assert [len(first), len(second), len(third)] == [3, 2, 0]
    assert not {one.id for one in first} & {one.id for one in second}


async def test_who_has_lost_the_lease_cannot_finish(office) -> None:
    """When the lease has ended another takes the errand up, and only that one may cross it out or put it off."""
    await office.emit()
    (mine,) = await office.take("me")
    office.clock.move(seconds=31)
    (theirs,) = await office.take("other")
    assert theirs.id == mine.id
    assert not await office.outbox.finish(mine, "me")
    assert not await office.outbox.fail(mine, "me", "late")
    assert not await office.outbox.renew(mine, "me")
    assert await office.outbox.finish(theirs, "other")


async def test_a_renewed_lease_holds(office) -> None:
    """A sign of life keeps the errand."""
    await office.emit()
    (mine,) = await office.take("me")
    office.clock.move(seconds=20)
    assert await office.outbox.renew(mine, "me")
    office.clock.move(seconds=20)
    assert await office.take("other") == []


async def test_a_person_s_events_are_heard_in_their_order(office) -> None:
    """The second waits for the first, also while that is put off; another person's does not wait."""
    dag, eva = uuid4(), uuid4()
    for module, person in (("one", dag), ("two", dag), ("other", eva)):
        await office.emit(module, person)
    taken = await office.take()
    assert [errand.payload.count('"two"') for errand in taken] == [0, 0]
    await office.outbox.finish(taken[1], "me")
    await office.outbox.fail(taken[0], "me", "it fails")
    assert await office.take() == []
    office.clock.move(minutes=1)
    (again,) = await office.take()
    assert again.id == taken[0].id
    await office.outbox.finish(again, "me")
    assert [errand.payload.count('"two"') for errand in await office.take()] == [1]


async def test_one_listener_does_not_wait_for_another(office) -> None:
    """The order is each listener's own: one that fails keeps no other from a person's next event."""

    async def breaks(event: ModuleCompleted, once: str) -> None:
        raise LookupError

    worker = office.equip([Listener("bad", ModuleCompleted, breaks), Listener("note", ModuleCompleted, office.note)])
    dag = uuid4()
    await office.emit("one", dag)
    await office.emit("two", dag)
    await worker.until_idle()
    assert [event.module for event, _ in office.heard] == ["one", "two"]


async def test_what_is_due_later_waits_and_can_be_called_off(office) -> None:
    """It is heard when its time has come, holds up nothing meanwhile, and dies with its cause."""
    event = ModuleCompleted(person=uuid4(), participation=uuid4(), module="later")
    later = office.outbox.now() + timedelta(days=5)
    await office.outbox.emit(event, "kept", later)
    await office.outbox.emit(event, "over", later)
    await office.emit("now", event.person)
    assert await office.worker().until_idle() == 1
    await office.outbox.call_off(ModuleCompleted, "over")
    office.clock.move(days=5)
    await office.worker().until_idle()
    assert [(event.module, once) for event, once in office.heard[1:]] == [("later", "test.note:kept")]


async def test_a_listener_may_say_when_it_is_to_be_asked_again(office) -> None:
    """It is, and no earlier; that is no fault and costs no try, holds up nothing of the person's, and can be called off."""
    until, heard, person = office.clock.now() + timedelta(hours=9), [], uuid4()

    async def later(event: ModuleCompleted, once: str) -> datetime | None:
        heard.append(event.module)
        return until if event.module != "now" and office.clock.now() < until else None

    worker = office.equip([Listener("later", ModuleCompleted, later)])
    for module in ("one", "two", "now"):
        await office.emit(module, person, once=module)
    await worker.until_idle()
    assert sorted(heard) == ["now", "one", "two"]
    waiting = [row for row in await office.rows() if row["due"]]
    assert [(row["due"], row["tries"], row["error"]) for row in waiting] == [(until, 0, "")] * 2
    await office.outbox.call_off(ModuleCompleted, "two")
    office.clock.move(hours=9)
    await worker.until_idle()
    assert sorted(heard) == ["now", "one", "one", "two"]


async def test_pauses_grow_and_differ(office) -> None:
    """Each is twice the one before, never more than the longest, and spread over half of itself."""
    limits = office.limits
    for tries in range(1, 30):
        longest = min(limits.retry_seconds * 2 ** (tries - 1), limits.retry_most_minutes * 60)
        pauses = [office.outbox.pause(tries).total_seconds() for _ in range(20)]
        assert all(longest / 2 <= pause <= longest for pause in pauses)
        assert max(Counter(pauses).values()) < 20


async def test_too_many_tries_are_the_end(office) -> None:
    """It is dead then, says what failed, and lives again when somebody asks for it."""
    await office.emit()
    for number in range(1, 4):
        office.clock.move(hours=1)
        (errand,) = await office.take()
        assert errand.tries == number
        await office.outbox.fail(errand, "me", f"fault {number}")
    office.clock.move(days=1)
    assert await office.take() == []
    assert (await office.outbox.state()).dead == 1
    (dead,) = await office.outbox.dead()
    assert (dead["kind"], dead["tries"], dead["error"]) == ("test.note", 3, "fault 3")
    assert await office.outbox.retry() == 1
    assert (await office.outbox.state()).dead == 0
    assert len(await office.take()) == 1


async def test_what_nobody_carries_out_is_late(office) -> None:
    """An outbox that nobody works off shows."""
    await office.emit()
    assert (await office.outbox.state()).late == 0
    office.clock.move(minutes=16)
    assert (await office.outbox.state()).late == 1


async def test_what_was_done_is_forgotten_and_nothing_else(office) -> None:
    """After the days that the settings say; what is dead or waits stays."""
    await office.emit("done")
    await office.worker().until_idle()
    await office.emit("waits")
    office.clock.move(days=office.limits.keep_days - 1)
    assert await office.outbox.forget() == 0
    office.clock.move(days=2)
    assert await office.outbox.forget() == 1
    assert [row["done"] for row in await office.rows()] == [None]


async def test_a_clock_that_is_set_back_keeps_nothing_waiting(office) -> None:
    """What was due is still due, in the process that has seen the later time."""
    office.clock.move(hours=1)
    await office.emit()
    office.clock.move(hours=-2)
    assert len(await office.take()) == 1


@pytest.mark.parametrize("ahead", [{"hours": 1}, {"days": 1}, {"days": 365}], ids=str)
@pytest.mark.parametrize("other", [False, True], ids=["the process that saw it", "one that is started afterwards"])
async def test_what_a_clock_that_was_ahead_wrote_does_not_wait_for_its_time(office, ahead, other: bool) -> None:
    """Written and not done, being done when the process died, or failed and put off; what is written afterwards neither."""
    office.clock.move(**ahead)
    for module in ("being done", "failed", "written"):
        await office.emit(module)
    being_done, failed = await office.take(most=2)
    await office.outbox.fail(failed, "me", "it broke")
    office.clock.move(**{unit: -number for unit, number in ahead.items()})
    outbox = office.worker()._outbox if other else office.outbox
    await outbox.emit(ModuleCompleted(person=uuid4(), participation=uuid4(), module="afterwards"))
    taken = [msgspec.json.decode(one.payload)["module"] for one in await outbox.claim("another", 10)]
    assert taken == ["being done", "failed", "written", "afterwards"]
    assert await outbox.finish(being_done, "me") is False


async def test_what_has_a_time_of_its_own_comes_then(office) -> None:
    """Written by a clock that was ahead, or by one that was right, in a process that saw a later time: never early."""
    event = ModuleCompleted(person=uuid4(), participation=uuid4(), module="one")
    right = office.clock.now() + timedelta(days=20)
    office.clock.move(days=365)
    await office.take()
    office.clock.move(days=-365)
    await office.outbox.emit(event, due=right)
    assert await office.take() == []
    office.clock.move(days=20)
    assert len(await office.take()) == 1
