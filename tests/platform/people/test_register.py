"""The register: one row a person, written at each sign-in."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import msgspec
import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database, create_tables
from ledstang.people import tables
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity, keep_person

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


async def test_the_same_number_is_the_same_person(database) -> None:
    """A second sign-in finds the first one's row."""
    first = await keep_person(database, database.clock, DAG)
    assert await keep_person(database, database.clock, DAG) == first
    assert await tables.Person.count() == 1


async def test_a_move_and_a_new_name_are_written(database) -> None:
    """What the latest sign-in told is what holds, and when it was written is kept."""
    first = await keep_person(database, database.clock, DAG)
    database.clock.move(days=1)
    moved = msgspec.structs.replace(DAG, name="Dag Nytest", county="12")
    second = await keep_person(database, database.clock, moved)
    assert (second.id, second.name, second.county) == (first.id, "Dag Nytest", "12")
    row = await tables.Person.select().first()
    assert (row["name"], row["county"], row["updated"]) == ("Dag Nytest", "12", database.clock.now())


async def test_a_sign_in_without_a_county_leaves_the_one_that_is_kept(database) -> None:
    """Not every way to sign in knows where somebody lives."""
    await keep_person(database, database.clock, DAG)
    again = await keep_person(database, database.clock, msgspec.structs.replace(DAG, county=None))
    assert again.county == "24"


async def test_the_register_s_date_of_birth_counts(database) -> None:
    """The date is the sign-in's, not the number's digits: they may differ after a change."""
    other = msgspec.structs.replace(DAG, born=date(1985, 5, 7))
    assert (await keep_person(database, database.clock, other)).born == date(1985, 5, 7)


async def test_two_sign_ins_at_once_make_one_person(database) -> None:
    """Twenty devices in the same moment: one row, one id."""
    persons = await asyncio.gather(*(keep_person(database, database.clock, DAG) for _ in range(20)))
    assert len({person.id for person in persons}) == 1
    assert await tables.Person.count() == 1
