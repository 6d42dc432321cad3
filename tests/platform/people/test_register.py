"""The register: one row a person, written at each sign-in."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database, Keys, SealBroken, create_tables, keyfiles
from ledstang.people import tables
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.people.register import Register, register_data

BORN = date(1985, 5, 6)
DAG = Identity(make_test_number(BORN), "Dag Test", BORN, "24")


@pytest.fixture
async def database(tmp_path):
    """A database with the register's table."""
    made = Database(tmp_path / "test.sqlite", MovableClock(at=datetime(2026, 11, 23, 11, tzinfo=UTC)))
    await made.start()
    await create_tables(made, [tables.Person])
    yield made
    await made.stop()


@pytest.fixture
def register(database, tmp_path):
    """The register, with keys of its own."""
    return Register(database, Keys.load(tmp_path / "keys", create=True), database.clock)


async def test_the_same_number_is_the_same_person(database, register) -> None:
    """A second sign-in finds the first one's row."""
    first = await register.keep(DAG)
    assert await register.keep(DAG) == first
    assert await tables.Person.count() == 1


async def test_a_move_and_a_new_name_are_written(database, register) -> None:
    """What the latest sign-in told is what holds, and when it was written is kept."""
    first = await register.keep(DAG)
    database.clock.move(days=1)
    moved = msgspec.structs.replace(DAG, name="Dag Nytest", county="12")
    second = await register.keep(moved)
    assert (second.id, second.name, second.county) == (first.id, "Dag Nytest", "12")
    row = await tables.Person.select().first()
    assert (row["county"], row["updated"]) == ("12", database.clock.now())
    assert await register.find(first.id) == second


async def test_a_sign_in_without_a_county_leaves_the_one_that_is_kept(database, register) -> None:
    """Not every way to sign in knows where somebody lives."""
    await register.keep(DAG)
    again = await register.keep(msgspec.structs.replace(DAG, county=None))
    assert again.county == "24"


async def test_the_register_s_date_of_birth_counts(database, register) -> None:
    """The date is the sign-in's, not the number's digits: they may differ after a change."""
    other = msgspec.structs.replace(DAG, born=date(1985, 5, 7))
    assert (await register.keep(other)).born == date(1985, 5, 7)


async def test_two_sign_ins_at_once_make_one_person(database, register) -> None:
    """Twenty devices in the same moment: one row, one id."""
    persons = await asyncio.gather(*(register.keep(DAG) for _ in range(20)))
    assert len({person.id for person in persons}) == 1
    assert await tables.Person.count() == 1


async def everything(database) -> str:
    """Return all that the register's table holds, as text."""
    return str(await tables.Person.select())


async def test_v5_11_3_2_neither_name_nor_number_is_in_the_table(database, register) -> None:
    """Who reads the table learns neither: both are sealed, and the index tells nothing without the key."""
    await register.keep(DAG)
    assert DAG.number not in await everything(database)
    assert "Dag" not in await everything(database)


async def test_v5_11_3_3_facts_that_were_moved_to_another_person_do_not_open(database, register) -> None:
    """Who can write the table cannot give somebody another's name and number."""
    dag = await register.keep(DAG)
    other = await register.keep(Identity(make_test_number(BORN, 1), "Annan Test", BORN, "24"))
    facts = (await tables.Person.select(tables.Person.facts).where(tables.Person.id == other.id).first())["facts"]
    await tables.Person.update({tables.Person.facts: facts}).where(tables.Person.id == dag.id)
    with pytest.raises(SealBroken):
        await register.find(dag.id)


async def in_clear(number: int = 0) -> tables.Person:
    """Write a row as the version before did, and return it."""
    name = f"Dag Test-{number}"
    plain, then = make_test_number(BORN, number), datetime(2026, 11, 1, tzinfo=UTC)
    row = tables.Person(id=uuid4(), number_index=plain, facts=name, born=BORN, county="24", updated=then)
    await tables.Person.insert(row)
    return row


async def test_rows_of_before_are_sealed_once(database, register) -> None:
    """They are the same persons afterwards, found by the same numbers, and nothing of them is left to read."""
    rows = [await in_clear(number) for number in range(5)]
    assert await register.seal() == 5
    assert await register.seal() == 0
    assert "Dag" not in await everything(database)
    files = b"".join(path.read_bytes() for path in database.path.parent.glob("test.sqlite*"))
    assert b"Dag" not in files
    assert make_test_number(BORN, 1).encode() not in files
    for number, row in enumerate(rows):
        kept = await register.find(row.id)
        assert (kept.number, kept.name) == (make_test_number(BORN, number), f"Dag Test-{number}")
        assert (await register.keep(Identity(kept.number, kept.name, BORN, "24"))).id == row.id


async def test_two_processes_that_seal_at_once_seal_once(database, register) -> None:
    """Whichever comes second leaves what the first has sealed."""
    row = await in_clear()
    await asyncio.gather(register.seal(), register.seal())
    assert (await register.find(row.id)).name == "Dag Test-0"


async def test_v5_11_2_2_two_keys_are_valid_at_once(database, register, tmp_path) -> None:
    """After a new key has come the older one opens still, and the next sign-in seals with the new one."""
    first = await register.keep(DAG)
    keyfiles.add(tmp_path / "keys")
    newer = Register(database, Keys.load(tmp_path / "keys", create=False), database.clock)
    assert await newer.find(first.id) == first
    assert await newer.keep(DAG) == first
    (tmp_path / "keys" / "seal-1.key").unlink()
    newest = Register(database, Keys.load(tmp_path / "keys", create=False), database.clock)
    assert await newest.find(first.id) == first


async def test_forgetting_leaves_nobody(database, register) -> None:
    """What others point at stays: an id with a year. The same number signing in again is somebody new."""
    first = await register.keep(DAG)
    assert await register.forget(first.id) == 1
    assert await register.forget(uuid4()) == 0
    blank = await register.find(first.id)
    assert (blank.number, blank.name, blank.born, blank.county) == ("", "", date(1985, 1, 1), None)
    assert (await register.keep(DAG)).id != first.id


async def test_what_is_kept_of_somebody_is_handed_out_until_it_is_forgotten(database, register) -> None:
    """Everybody may have what the register knows of them, and have it forgotten."""
    data, dag = register_data(register, "my-data.copy"), await register.keep(DAG)
    (row,) = await data.export(dag.id)
    assert (row["name"], row["number"]) == ("Dag Test", DAG.number)
    assert await data.erase(dag.id, "asked for") == 1
    assert await data.export(dag.id) == []
