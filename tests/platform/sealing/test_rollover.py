"""A key is replaced while several processes run, and at no moment is there a value that one of them cannot open."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date
from uuid import UUID

import pytest
from ledstang.database import DatabaseFault, keyfiles
from ledstang.people import tables
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.sealing.rollover import LATELY, known_keys
from ledstang.sealing.tables import KeyHolder, SealKey

BORN = date(1985, 5, 6)
DAG = Identity(make_test_number(BORN), "Dag Test", BORN, "24")
PLACE = {"table": "answer", "column": "value", "row": UUID(int=1), "subject": UUID(int=2)}


async def test_the_first_process_writes_down_the_first_key(house) -> None:
    """Which key seals stands in the database from the first start on; a second process finds it there."""
    await house.begun()
    await house.begun()
    (row,) = await known_keys()
    assert (row["number"], row["since"], row["retired"]) == (1, house.clock.now(), None)
    assert await KeyHolder.count() == 2


async def test_v5_11_2_2_a_new_key_seals_when_all_have_read_it_and_not_before(house) -> None:
    """Two steps: made, it is only read; it seals as soon as the last process has said that it has it."""
    one, other = await house.begun(), await house.begun()
    assert await one.rollover.make() == (2, 1)
    await one.rollover.look()
    assert (one.keys.sealing, other.keys.sealing) == (1, 1)
    await other.rollover.look()
    assert (one.keys.sealing, other.keys.sealing) == (1, 2)
    sealed = other.keys.seal(b"new", **PLACE)
    assert one.keys.unseal(sealed, **PLACE) == b"new"
    await one.rollover.look()
    assert one.keys.sealing == 2
    assert one.keys.unseal(sealed, **PLACE) == b"new"


async def test_who_opens_before_it_has_looked_looks(house) -> None:
    """A request that has been under way since before the new key came reads the files when it meets a value of it."""
    one, late = await house.begun(), await house.begun()
    await late.rollover.end()
    await one.rollover.make()
    await one.rollover.look()
    assert one.keys.sealing == 2
    assert late.keys.unseal(one.keys.seal(b"new", **PLACE), **PLACE) == b"new"


async def test_a_machine_without_the_file_holds_the_new_key_back(house) -> None:
    """Where a machine has a folder of its own, nothing is sealed with the new key until it has been copied there."""
    one, far = await house.begun(), await house.begun(house.copy("far"))
    await one.rollover.make()
    for process in (one, far, one, far):
        await process.rollover.look()
    assert (one.keys.sealing, far.keys.sealing) == (1, 1)
    assert not far.rollover.ready
    assert "key 2 is not among the key files" in str(far.rollover.fault)
    assert "seal-2.key and index-2.key" in str(far.rollover.fault)
    for name in keyfiles.names(2):
        shutil.copy2(house.folder / name, house.folder.with_name("far") / name)
    await far.rollover.look()
    await one.rollover.look()
    assert (one.keys.sealing, far.keys.sealing, far.rollover.fault) == (2, 2, None)


async def test_who_is_gone_holds_nothing_up(house) -> None:
    """A process that was killed is waited for a minute; one that ended is not."""
    one, killed = await house.begun(), await house.begun()
    await one.rollover.make()
    await one.rollover.look()
    assert (one.keys.sealing, killed.keys.sealing) == (1, 1)
    house.clock.move(seconds=LATELY.total_seconds() + 1)
    one.rollover._shown = float("-inf")  # as it is after so long
    await one.rollover.look()
    assert one.keys.sealing == 2


async def test_without_anybody_there_it_seals_at_once(house) -> None:
    """Nobody runs: nobody need be waited for."""
    first = await house.begun()
    await first.rollover.end()
    assert await house.process().rollover.make() == (2, 2)
    assert (await house.begun()).keys.sealing == 2


async def test_a_start_without_the_key_that_seals_is_refused(house) -> None:
    """An older copy of the folder, or another key of the same number: one sentence, and nobody is told of it."""
    older = house.copy("older") if (await house.begun()) else None
    await house.process().rollover.make()
    with pytest.raises(DatabaseFault, match=r"key 2 is not among the key files\. Copy seal-2\.key and index-2\.key"):
        await house.begun(older)
    keyfiles.add(older)
    with pytest.raises(DatabaseFault, match="key 2 is another than the one that was used before"):
        await house.begun(older)
    assert await KeyHolder.count() == 1


async def test_two_that_make_a_key_at_once_make_two(house) -> None:
    """The files are never written over: each has a number of its own."""
    one = await house.begun()
    assert sorted([(await one.rollover.make())[0], (await house.process().rollover.make())[0]]) == [2, 3]
    await one.rollover.look()
    assert one.keys.sealing == 3


async def test_a_folder_that_gets_older_while_it_is_used(house) -> None:
    """The process goes on with what it knew, opens and seals, and says what is wrong and what to do."""
    older = house.copy("older") if (await house.begun()) else None
    await KeyHolder.delete(force=True)
    one = await house.begun()
    await one.rollover.make()
    await one.rollover.look()
    sealed = one.keys.seal(b"new", **PLACE)
    shutil.rmtree(house.folder)
    older.rename(house.folder)
    await one.rollover.look()
    assert "key 2 has gone, though it is in use" in str(one.rollover.fault)
    assert "before any restart" in str(one.rollover.fault)
    assert one.keys.unseal(sealed, **PLACE) == b"new"
    assert one.keys.is_current(one.keys.seal(b"newer", **PLACE))
    assert one.rollover.ready


async def test_a_key_that_seals_is_not_retired(house) -> None:
    """Nor one that is to seal next, one that nobody made, or one that somebody may seal with still."""
    one, other = await house.begun(), await house.begun()
    with pytest.raises(DatabaseFault, match=r"key 1: it seals.*ledstang keys rotate"):
        await one.resealing.retire(1)
    with pytest.raises(DatabaseFault, match="key 7: there is no such key"):
        await one.resealing.retire(7)
    await one.rollover.make()
    with pytest.raises(DatabaseFault, match="key 2: it seals, or is to seal next"):
        await one.resealing.retire(2)
    for process in (one, other):
        await process.rollover.look()
    with pytest.raises(DatabaseFault, match=r"key 1: .+/.+ may still seal with it\. Try again"):
        await other.resealing.retire(1)
    await one.rollover.look()
    await other.resealing.retire(1)
    assert sorted(path.name for path in house.folder.glob("*.key")) == ["index-2.key", "seal-2.key"]
    assert sorted(path.name for path in (house.folder / "retired").iterdir()) == ["index.key", "seal-1.key"]
    for process in (one, other):
        await process.rollover.look()
        assert process.rollover.fault is None
    assert list((await house.begun()).keys.marks) == [2]


async def test_somebody_who_comes_while_the_key_is_replaced_comes_once(house) -> None:
    """Two processes with two indexes meet the same new person in the same moment: one row, one id."""
    one, other = await house.begun(), await house.begun()
    await one.rollover.make()
    for process in (one, other):
        await process.rollover.look()
    assert (one.keys.sealing, other.keys.sealing) == (1, 2)
    for number in range(5):
        dag = Identity(make_test_number(BORN, number), "Dag Test", BORN, "24")
        met = await asyncio.gather(*(process.register.keep(dag) for process in (one, other) * 5))
        assert len({person.id for person in met}) == 1
    assert await tables.Person.count() == 5


async def test_somebody_who_came_before_is_known_after(house) -> None:
    """Between the new key and the last portion a person is found by the older index, and written down under the newer."""
    one = await house.begun()
    before = await one.register.keep(DAG)
    index = (await tables.Person.select(tables.Person.number_index).first())["number_index"]
    await one.rollover.make()
    await one.rollover.look()
    assert await one.register.keep(DAG) == before
    assert await tables.Person.count() == 1
    assert (await tables.Person.select(tables.Person.number_index).first())["number_index"] != index


async def test_a_database_that_is_away_changes_nothing(house, monkeypatch) -> None:
    """What was known stays, and nobody's page fails for it."""
    one = await house.begun()

    async def away() -> None:
        raise TimeoutError

    monkeypatch.setattr(one.rollover, "_settle", away)
    monkeypatch.setattr("ledstang.sealing.rollover.is_passing", lambda _: True)
    await one.rollover.look()
    assert one.keys.sealing == 1


async def test_a_mark_tells_nothing_of_the_keys(house) -> None:
    """What the database holds of a key is neither the key nor a part of it."""
    await house.begun()
    (row,) = await SealKey.select()
    files = b"".join(path.read_bytes() for path in house.folder.iterdir())
    assert bytes.fromhex(row["mark"])[:8] not in files
    assert len(row["mark"]) == 64
