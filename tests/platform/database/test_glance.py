"""A glance is a read like any other, but for what it costs: it sees the same, and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from ledstang.clock import MovableClock
from ledstang.database import Database, DatabaseFault, create_tables, prepared
from piccolo.columns import UUID as Id
from piccolo.columns import Integer
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table


class Kept(Table, tablename="kept"):
    id = Id(primary_key=True, default=None)
    number = Integer(null=False, default=0)


by_id = prepared(lambda id_: Kept.select(Kept.number).where(Kept.id == id_))
count_up = prepared(lambda id_: Kept.update({Kept.number: Kept.number + 1}).where(Kept.id == id_))


@pytest.fixture(params=["sqlite", "postgres"])
async def either(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Database]:
    """A database of each kind, with an empty table."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else tmp_path / "test.sqlite"
    database = Database(address, clock)
    await database.start()
    await create_tables(database, [Kept])
    yield database
    await database.stop()


async def kept(number: int) -> UUID:
    """Keep a number, and return its id."""
    id_ = uuid4()
    await Kept.insert(Kept(id=id_, number=number))
    return id_


async def test_it_sees_what_has_just_been_committed(either: Database) -> None:
    """No connection looks at an older state than the one that wrote last: who was signed out is out at once."""
    id_ = await kept(1)
    assert await either.glance(by_id.bind(id_)) == [[{"number": 1}]]
    await count_up(id_)
    assert await either.glance(by_id.bind(id_)) == [await by_id(id_)] == [[{"number": 2}]]


async def test_it_sees_what_its_own_transaction_wrote(either: Database) -> None:
    """Inside a transaction it is part of it, also of one that is for reading only and sees an older state."""
    id_ = await kept(1)

    async def work() -> list[list[dict[str, int]]]:
        await count_up(id_)
        return await either.glance(by_id.bind(id_))

    assert await either.write(work) == [[{"number": 2}]]


async def test_it_sees_nothing_of_what_others_have_not_committed(database: Database) -> None:
    """A transaction that is open elsewhere neither shows nor delays it."""
    await create_tables(database, [Kept])
    id_ = await kept(1)
    seen = by_id.bind(id_)
    lease = await database.engine.lease(reads_only=False)  # type: ignore[union-attr]
    try:
        await lease.execute("BEGIN IMMEDIATE", ())
        await lease.execute("UPDATE kept SET number = 7", ())
        assert await database.glance(seen) == [[{"number": 1}]]
        await lease.execute("ROLLBACK", ())
    finally:
        lease.give_back()


async def test_it_writes_nothing(either: Database) -> None:
    """What would write is refused before it is asked."""
    id_ = await kept(1)
    with pytest.raises(TransactionError, match="Only a read is a glance"):
        await either.glance(count_up.bind(id_))
    assert await by_id(id_) == [{"number": 1}]


async def test_before_the_start_it_says_so(database: Database) -> None:
    """After the stop nothing is open any more, and the sentence tells what to do."""
    await create_tables(database, [Kept])
    bound = by_id.bind(uuid4())
    await database.stop()
    with pytest.raises(DatabaseFault, match=r"Await start\(\) first"):
        await database.glance(bound)
