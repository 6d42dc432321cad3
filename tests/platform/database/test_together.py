"""Reads that go together are one statement on PostgreSQL, and answer as they would one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database, create_tables, prepared
from ledstang.database.together import joined
from piccolo.columns import UUID as Id
from piccolo.columns import Boolean, Bytea, Date, ForeignKey, Integer, Numeric, Timestamptz, Varchar
from piccolo.table import Table


class Owner(Table, tablename="owner"):
    id = Id(primary_key=True, default=None)
    name = Varchar(200, null=False)


class Thing(Table, tablename="thing"):
    id = Id(primary_key=True, default=None)
    owner = ForeignKey(Owner, null=False)
    number = Integer(null=False, default=0)
    sealed = Bytea(null=True, default=None)
    at = Timestamptz(null=True, default=None)
    day = Date(null=True, default=None)
    flag = Boolean(null=True, default=None)
    price = Numeric((9, 2), null=True, default=None)


things = prepared(
    lambda owner: (
        Thing.select(Thing.all_columns(), Thing.owner.name.as_alias("of"))
        .where(Thing.owner == owner)
        .order_by(Thing.number, ascending=False)
    )
)
numbered = prepared(lambda owner, low: Thing.select(Thing.id).where((Thing.owner == owner) & (Thing.number > low)))
counted = prepared(lambda name: Owner.count().where(Owner.name == name))
literal = prepared(
    lambda name: Owner.raw('SELECT \'$1 and "$9"\' AS told, name AS "$2" FROM owner WHERE name = {}', name)
)
broken = prepared(lambda name: Owner.raw("SELECT 1 / length('') FROM owner WHERE name = {}", name))


@pytest.fixture
async def database(postgres: str, clock: MovableClock) -> AsyncIterator[Database]:
    database = Database(postgres, clock)
    await database.start()
    await create_tables(database, [Owner, Thing])
    yield database
    await database.stop()


async def owner(name: str, clock: MovableClock) -> UUID:
    """Make somebody with two things, one of which is nothing but gaps."""
    id_ = uuid4()
    await Owner.insert(Owner(id=id_, name=name))
    about = {"sealed": b"\0\xff", "at": clock.now(), "day": date(2026, 2, 28), "flag": True, "price": "1.50"}
    await Thing.insert(Thing(id=uuid4(), owner=id_, number=1), Thing(id=uuid4(), owner=id_, number=2, **about))
    return id_


async def test_they_answer_as_one_by_one(database: Database, clock: MovableClock) -> None:
    """Every type, gaps, the order of rows, nothing found, one read twice, and arguments that stand behind others."""
    vera, other = await owner("Vera", clock), await owner("Åke", clock)
    reads: list[Any] = [
        things.bind(vera), numbered.bind(other, 1), counted.bind("Åke"), things.bind(uuid4()), things.bind(other),
        literal.bind("Vera"),
    ]  # fmt: skip
    together = await database.together(*reads)
    assert together == [await read for read in reads]
    assert [len(rows) for rows in together] == [2, 1, 1, 0, 2, 1]
    assert together == await database.together(*reads)


async def test_inside_a_transaction_they_see_what_it_has_written(database: Database, clock: MovableClock) -> None:
    async def work() -> list[Any]:
        id_ = await owner("Vera", clock)
        return await database.together(counted.bind("Vera"), numbered.bind(id_, 0))

    count, found = await database.write(work)
    assert (count, len(found)) == ([{"count": 1}], 2)


async def test_one_that_fails_fails_all(database: Database, clock: MovableClock) -> None:
    """And the next are answered as if nothing had been."""
    await owner("Vera", clock)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await database.together(counted.bind("Vera"), broken.bind("Vera"))
    assert await database.together(counted.bind("Vera"), counted.bind("nobody")) == [[{"count": 1}], [{"count": 0}]]


def test_places_are_counted_on_but_not_those_in_words() -> None:
    sql = joined((("SELECT $1, '$1''$2', \"$3\", $2", 2), ("SELECT $1", 1)))
    assert sql == (
        "SELECT ARRAY(SELECT t FROM (SELECT $1, '$1''$2', \"$3\", $2) t), ARRAY(SELECT t FROM (SELECT $3) t)"
    )
