"""PostgreSQL behind the same door: the same promises as the file, and what only a server can do to us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from ledstang.clock import MovableClock
from ledstang.clusters import Cluster, cluster
from ledstang.database import Database, DatabaseFault, create_tables, prepared
from ledstang.database.faults import DatabaseAway, OutcomeUnknown
from ledstang.database.postgres import LeasedTransaction
from ledstang.settings import Postgres
from piccolo.columns import UUID as Id
from piccolo.columns import Bytea, Integer, Timestamptz, Varchar
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table


class Note(Table, tablename="note"):
    id = Id(primary_key=True, default=None)
    text = Varchar(200, null=False)
    number = Integer(null=False, default=0)
    sealed = Bytea(null=True, default=None)
    at = Timestamptz(null=True, default=None)


by_id = prepared(lambda id_: Note.select().where(Note.id == id_))
counted = prepared(lambda number: Note.count().where(Note.number == number))


@pytest.fixture
async def database(postgres: str, clock: MovableClock) -> AsyncIterator[Database]:
    database = Database(postgres, clock, Postgres(connections=6, connect_seconds=2))
    await database.start()
    await create_tables(database, [Note])
    yield database
    await database.stop()


async def note(text: str = "a", number: int = 0, **more: Any) -> UUID:
    id_ = uuid4()
    await Note.insert(Note(id=id_, text=text, number=number, **more))
    return id_


async def test_what_is_written_is_read(database: Database, clock: MovableClock) -> None:
    """Of every type that our tables have, by plain and by prepared queries."""
    id_ = await note("Å\U0001f331", 7, sealed=b"\0\xff", at=clock.now())
    rows = await by_id(id_)
    assert rows == await Note.select().where(Note.id == id_)
    assert rows == [{"id": id_, "text": "Å\U0001f331", "number": 7, "sealed": b"\0\xff", "at": clock.now()}]


async def test_reads_go_together_on_one_snapshot(database: Database) -> None:
    id_ = await note(number=1)
    rows, count = await database.together(by_id.bind(id_), counted.bind(1))
    assert rows[0]["id"] == id_
    assert count == [{"count": 1}]


async def test_a_transaction_is_whole_or_nothing(database: Database) -> None:
    async def work() -> None:
        await note("kept?")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(work)
    assert await Note.count() == 0


async def test_inside_another_it_is_the_other(database: Database) -> None:
    async def outer() -> None:
        await database.write(lambda: note("inner"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.write(outer)
    assert await Note.count() == 0


async def test_a_snapshot_writes_nothing(database: Database) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with database.snapshot():
            await note()
    with pytest.raises(TransactionError):
        async with database.snapshot():
            await database.write(note)


async def test_fifty_writers_lose_nothing(database: Database) -> None:
    """More than there are connections, each reading before it writes."""
    id_ = await note(number=0)

    async def one_more() -> None:
        async def work() -> None:
            rows = await Note.raw("SELECT number FROM note WHERE id = {} FOR UPDATE", id_)
            await Note.update({Note.number: rows[0]["number"] + 1}).where(Note.id == id_)

        await database.write(work)

    await asyncio.gather(*(one_more() for _ in range(50)))
    assert (await by_id(id_))[0]["number"] == 50


async def test_a_deadlock_is_run_again(database: Database) -> None:
    """Two transactions take two rows in opposite order: PostgreSQL ends one, and we run it again."""
    first, second = await note(), await note()
    both = asyncio.Barrier(2)
    runs = []

    async def cross(one: UUID, other: UUID) -> None:
        async def work() -> None:
            runs.append(one)
            await Note.update({Note.number: Note.number + 1}).where(Note.id == one)
            if len(runs) <= 2:
                await both.wait()
            await Note.update({Note.number: Note.number + 1}).where(Note.id == other)

        await database.write(work)

    await asyncio.gather(cross(first, second), cross(second, first))
    assert len(runs) > 2
    assert [(await by_id(id_))[0]["number"] for id_ in (first, second)] == [2, 2]


async def test_a_cancelled_task_leaves_nothing_open(
    database: Database, cancel_everywhere: Any, postgres_server: Cluster
) -> None:
    """At whichever point it is cancelled: no transaction stays open, and every connection comes back."""

    async def make() -> None:
        async with database.engine.transaction():
            await note("cancelled")
            await Note.count()

    async for _ in cancel_everywhere(make):
        open_ = await Note.raw("SELECT count(*) AS n FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
        assert open_[0]["n"] == 0
    assert await asyncio.gather(*(Note.count() for _ in range(12)))


async def test_a_statement_that_takes_too_long_is_ended(postgres: str, clock: MovableClock) -> None:
    database = Database(postgres, clock, Postgres(statement_seconds=0.2))
    await database.start()
    await create_tables(database, [Note])
    with pytest.raises(asyncpg.QueryCanceledError):
        await Note.raw("SELECT pg_sleep(20)")
    assert await Note.count() == 0
    await database.stop()


async def test_a_lost_connection_is_tried_again(database: Database, postgres_server: Cluster) -> None:
    """The server ends the session in the middle of a transaction: nothing was committed, so it is run again."""
    runs = []

    async def work() -> None:
        runs.append(1)
        await note("once")
        if len(runs) == 1:
            pid = (await Note.raw("SELECT pg_backend_pid() AS pid"))[0]["pid"]
            await asyncio.to_thread(postgres_server.ask, "postgres", f"SELECT pg_terminate_backend({pid})")
            await note("never")

    await database.write(work)
    assert [row["text"] for row in await Note.select(Note.text)] == ["once"]


async def test_two_queries_at_once_in_a_transaction_are_refused(database: Database) -> None:
    """One would otherwise seem to work on the file and fail here; and it is no lost connection, to be tried again."""

    async def work() -> None:
        await asyncio.gather(Note.count(), Note.count())

    with pytest.raises(asyncpg.InterfaceError, match="another operation"):
        await database.write(work)
    assert await Note.count() == 0


async def test_a_commit_without_an_answer_is_not_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been made: running it again might do everything twice."""
    runs = []

    async def work() -> None:
        runs.append(1)
        await note()

    async def lost(_: LeasedTransaction) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(LeasedTransaction, "commit", lost)
    with pytest.raises(OutcomeUnknown):
        await database.write(work)
    assert len(runs) == 1


async def test_the_server_goes_away_and_comes_back(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is away everybody is told so at once; when it is back, all goes on without a restart."""
    with cluster("fsync=on") as server:
        database = Database(server.database(), clock, Postgres(connect_seconds=1))
        await database.start()
        await create_tables(database, [Note])
        await note("before")
        await asyncio.to_thread(server.stop, "immediate")
        for _ in range(3):
            with pytest.raises(DatabaseAway):
                await Note.count()
            with pytest.raises(DatabaseAway):
                await database.write(note)
        await asyncio.to_thread(server.start, "fsync=on")
        monkeypatch.setattr(database.engine, "_away_until", 0)  # the pause before somebody tries again is over
        assert await Note.select(Note.text) == [{"text": "before"}]
        await database.stop()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://postgres@127.0.0.1:1/x", "cannot be reached"),
        ("postgresql://postgres@127.0.0.1:{port}/nowhere", "no database of that name"),
        ("postgresql://nobody@127.0.0.1:{port}/postgres", "does not let this user in"),
        ("postgresql://postgres@127.0.0.1:port/x", "no address of a database"),
    ],
)
async def test_a_start_that_fails_says_why(url: str, why: str, clock: MovableClock, postgres_server: Cluster) -> None:
    """One sentence, and nothing in it that might be a secret."""
    with pytest.raises(DatabaseFault, match=why) as fault:
        await Database(url.format(port=postgres_server.port), clock, Postgres(connect_seconds=1)).start()
    assert "postgres@" not in str(fault.value)
    assert "nobody" not in str(fault.value)


async def test_no_query_without_the_pool(postgres: str, clock: MovableClock) -> None:
    """Piccolo would quietly open a connection for each query, and be twenty times slower."""
    database = Database(postgres, clock)
    database.bind([Note])
    with pytest.raises(DatabaseFault, match=r"before start\(\)"):
        await Note.count()
