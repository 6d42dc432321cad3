"""What the pooled engine promises when all goes well, and what it refuses."""

from __future__ import annotations

import asyncio
import sqlite3
from contextvars import Context
from pathlib import Path

import pytest
from ledstang.database import Database, DatabaseFault, PooledSQLiteEngine, WriterBusy, create_tables, prepared
from piccolo.columns import UUID, Integer, Varchar
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table


class Counter(Table, tablename="counter"):
    id = UUID(primary_key=True)
    name = Varchar(unique=True)
    value = Integer(default=0)


@pytest.fixture
async def counters(database: Database) -> Database:
    await create_tables(database, [Counter])
    return database


async def setting(name: str) -> object:
    return next(iter((await Counter.raw(f"PRAGMA {name}"))[0].values()))


async def test_connections_are_set_as_the_house_wants(counters: Database) -> None:
    """WAL, FULL, foreign keys, a busy timeout and an untrusted schema hold on the connection that writes."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0}
    assert {name: await setting(name) for name in wanted} == wanted
    assert await setting("journal_size_limit") == 64 * 1024 * 1024


async def test_a_reader_refuses_to_write(counters: Database) -> None:
    """What is sent to a reader cannot write, whatever it says."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await counters.engine.pool.read("DELETE FROM counter", ())


async def test_a_write_is_seen_by_the_next_read(counters: Database) -> None:
    """Whoever has written reads it, though another connection does the reading."""
    for number in range(20):
        await Counter.insert(Counter(name=str(number)))
        assert await Counter.exists().where(Counter.name == str(number))


async def test_fifty_writers_lose_nothing(counters: Database) -> None:
    """Fifty tasks that read and then write the same row in a transaction add up."""
    await Counter.insert(Counter(name="a"))

    async def add() -> None:
        async def work() -> None:
            row = await Counter.select(Counter.value).where(Counter.name == "a").first()
            await Counter.update({Counter.value: row["value"] + 1}).where(Counter.name == "a")

        await counters.write(work)

    await asyncio.gather(*(add() for _ in range(50)))
    assert await Counter.select(Counter.value).first() == {"value": 50}


async def test_writes_that_pile_up_share_commits(counters: Database) -> None:
    """Two hundred single writes at once all arrive, each answered with its own row."""
    answers = await asyncio.gather(*(Counter.insert(Counter(name=str(n), value=n)) for n in range(200)))
    rows = {row["id"]: row["value"] for row in await Counter.select(Counter.id, Counter.value)}
    assert [rows[answer[0]["id"]] for answer in answers] == list(range(200))


async def test_one_bad_write_takes_no_other_with_it(counters: Database) -> None:
    """In a shared commit a refused write is undone alone; its neighbours are kept."""
    names = ["a", "b", "a", "c"]
    outcomes = await asyncio.gather(*(Counter.insert(Counter(name=n)) for n in names), return_exceptions=True)
    assert [isinstance(outcome, sqlite3.IntegrityError) for outcome in outcomes] == [False, False, True, False]
    assert await Counter.count() == 3


async def test_a_transaction_undoes_what_an_exception_leaves(counters: Database) -> None:
    """An exception out of a transaction leaves no row and no lock."""

    async def work() -> None:
        async with counters.engine.transaction():
            await Counter.insert(Counter(name="a"))
            raise LookupError

    with pytest.raises(LookupError):
        await work()
    await Counter.insert(Counter(name="b"))
    assert await Counter.select(Counter.name) == [{"name": "b"}]


async def test_a_nested_transaction_is_the_outer_one(counters: Database) -> None:
    """The inner block is no savepoint: what it did stays when its exception is caught, and goes with the outer one."""

    async def work() -> None:
        async with counters.engine.transaction() as inner:
            assert inner is outer
            await Counter.insert(Counter(name="kept"))
            raise LookupError

    async with counters.engine.transaction() as outer:
        with pytest.raises(LookupError):
            await work()
    assert await Counter.count() == 1


async def test_a_savepoint_undoes_a_part(counters: Database) -> None:
    """Piccolo's savepoints work on the pooled connection."""
    async with counters.engine.transaction() as transaction:
        await Counter.insert(Counter(name="kept"))
        point = await transaction.savepoint()
        await Counter.insert(Counter(name="undone"))
        await point.rollback_to()
    assert await Counter.select(Counter.name) == [{"name": "kept"}]


async def test_a_transaction_may_be_ended_by_hand(counters: Database) -> None:
    """commit() and rollback() inside the block are heeded at its end."""
    async with counters.engine.transaction() as transaction:
        await Counter.insert(Counter(name="undone"))
        await transaction.rollback()
    async with counters.engine.transaction() as transaction:
        await Counter.insert(Counter(name="kept"))
        await transaction.commit()
    assert await Counter.select(Counter.name) == [{"name": "kept"}]


async def test_a_query_that_outlives_its_transaction_is_refused(counters: Database) -> None:
    """A task started inside a transaction inherits it, and raises once it has ended instead of joining another."""
    ended = asyncio.Event()

    async def later() -> None:
        await ended.wait()
        await Counter.insert(Counter(name="late"))

    async def opens_another() -> None:
        await ended.wait()
        async with counters.engine.transaction():
            pass

    async with counters.engine.transaction():
        tasks = [asyncio.create_task(later()), asyncio.create_task(opens_another())]
        await Counter.insert(Counter(name="in time"))
    ended.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [TransactionError, TransactionError]
    assert await Counter.count() == 1


async def test_gather_inside_a_transaction_is_refused(counters: Database) -> None:
    """Two queries at once on one transaction fail here as they do on PostgreSQL."""
    with pytest.raises(TransactionError, match="gather"):
        async with counters.engine.transaction():
            await asyncio.gather(Counter.count(), Counter.count())
    assert await Counter.count() == 0


async def test_a_write_from_a_fresh_context_cannot_deadlock_for_ever(tmp_path: Path) -> None:
    """A transaction that awaits an autocommit write from another context gets `WriterBusy`, and the writer goes on."""
    engine = PooledSQLiteEngine(tmp_path / "test.sqlite", patience=0.05)
    await engine.start_connection_pool()
    Counter._meta.db = engine
    await Counter.create_table()

    async def write() -> None:
        await Counter.insert(Counter(name="apart"))

    async def waits_for_itself() -> None:
        async with engine.transaction():
            await Counter.insert(Counter(name="inside"))
            await asyncio.create_task(write(), context=Context())

    with pytest.raises(WriterBusy, match="another context"):
        await waits_for_itself()
    await write()
    assert await Counter.select(Counter.name) == [{"name": "apart"}]
    await engine.close_connection_pool()


async def test_too_many_snapshots_wait_and_then_give_up(tmp_path: Path) -> None:
    """The number of connections is bounded: who waits too long for a snapshot is told so."""
    engine = PooledSQLiteEngine(tmp_path / "test.sqlite", patience=0.05)
    await engine.start_connection_pool()
    leases = [await engine.lease(reads_only=True) for _ in range(4)]
    with pytest.raises(WriterBusy):
        await engine.lease(reads_only=True)
    leases[0].give_back()
    (await engine.lease(reads_only=True)).give_back()
    for lease in leases[1:]:
        lease.give_back()
    await engine.close_connection_pool()


async def test_a_snapshot_sees_one_state(counters: Database) -> None:
    """What others write meanwhile is not seen inside a snapshot, and neither can it write."""
    await Counter.insert(Counter(name="a"))

    async def write_apart() -> None:
        await Counter.insert(Counter(name="b"))

    async with counters.snapshot():
        assert await Counter.count() == 1
        await asyncio.create_task(write_apart(), context=Context())
        assert await Counter.count() == 1
        with pytest.raises(TransactionError, match="reading only"):
            await Counter.insert(Counter(name="c"))
        with pytest.raises(TransactionError, match="reading only"):
            counters.engine.transaction()
    assert await Counter.count() == 2


async def test_transactions_are_not_for_queries(counters: Database) -> None:
    """BEGIN or COMMIT as a query is refused, inside a transaction and outside."""
    with pytest.raises(TransactionError):
        await Counter.raw("/* by hand */ BEGIN")
    async with counters.engine.transaction():
        with pytest.raises(TransactionError):
            await Counter.raw("COMMIT")


async def test_upkeep_has_the_writer_to_itself(counters: Database) -> None:
    """What SQLite refuses inside a transaction is a query like any other outside."""
    await Counter.insert(Counter(name="a"))
    (row,) = await Counter.raw("PRAGMA wal_checkpoint(TRUNCATE)")
    assert row["busy"] == 0
    await Counter.raw("VACUUM")
    assert await Counter.count() == 1


async def test_atomic_is_all_or_nothing(counters: Database) -> None:
    """One refused query of an atomic list undoes the others."""
    atomic = counters.engine.atomic()
    atomic.add(Counter.insert(Counter(name="a")), Counter.insert(Counter(name="a")))
    with pytest.raises(sqlite3.IntegrityError):
        await atomic
    assert await Counter.count() == 0


async def test_a_common_table_expression_may_read_or_write(counters: Database) -> None:
    """WITH goes where both are allowed."""
    await Counter.raw("WITH new(id, name) AS (VALUES ('x', 'a')) INSERT INTO counter (id, name) SELECT * FROM new")
    assert await Counter.raw("WITH all_of_it AS (SELECT name FROM counter) SELECT * FROM all_of_it") == [{"name": "a"}]


async def test_a_batch_takes_many_parameters_and_hides_no_exception(counters: Database) -> None:
    """Large answers come in parts, with any number of parameters; an exception in the block is the caller's."""
    await Counter.insert(*(Counter(name=str(number), value=number) for number in range(25)))
    query = Counter.select(Counter.value).where((Counter.value >= 5) & (Counter.value < 25)).order_by(Counter.value)
    seen = []
    async with await query.batch(batch_size=8) as batch:
        async for rows in batch:
            seen.append([row["value"] for row in rows])
    assert [len(part) for part in seen] == [8, 8, 4]
    assert [value for part in seen for value in part] == list(range(5, 25))
    with pytest.raises(LookupError):
        async with await query.batch():
            raise LookupError
    async with counters.engine.transaction():
        await Counter.insert(Counter(name="fresh", value=5))
        async with await query.batch(batch_size=50) as batch:
            assert [len(rows) async for rows in batch] == [21]


async def test_reads_go_together_in_one_state(counters: Database) -> None:
    """Several prepared reads answer in order, in a transaction and outside; a write among them is refused."""
    by_name = prepared(lambda name: Counter.select(Counter.value).where(Counter.name == name))
    bump = prepared(lambda name: Counter.update({Counter.value: 9}).where(Counter.name == name))
    await Counter.insert(Counter(name="a", value=1), Counter(name="b", value=2))
    assert await counters.together(by_name.bind("b"), by_name.bind("a"), by_name.bind("c")) == [
        [{"value": 2}],
        [{"value": 1}],
        [],
    ]
    async with counters.engine.transaction():
        await bump("a")
        assert await counters.together(by_name.bind("a")) == [[{"value": 9}]]
    with pytest.raises(TransactionError, match="Only reads"):
        await counters.together(by_name.bind("a"), bump.bind("a"))
    assert await counters.together() == []


async def test_reads_that_went_together_hold_no_snapshot(counters: Database) -> None:
    """A reader that answered several at once sees the next write, whether they succeeded or failed."""
    count = prepared(lambda: Counter.count())
    broken = prepared(lambda: Counter.raw("SELECT missing FROM counter"))
    for number in range(6):
        many = [counters.together(count.bind(), count.bind()) for _ in range(4)]
        assert await asyncio.gather(*many) == [[[{"count": number}]] * 2] * 4
        failed = await asyncio.gather(*(counters.together(broken.bind()) for _ in range(4)), return_exceptions=True)
        assert {str(fault) for fault in failed} == {"no such column: missing"}
        await Counter.insert(Counter(name=str(number)))


async def test_a_failing_read_leaves_its_reader_clean(counters: Database) -> None:
    """After a read that fails, alone or among several, the readers serve on."""
    broken = prepared(lambda: Counter.raw("SELECT missing FROM counter"))
    for _ in range(6):
        with pytest.raises(sqlite3.OperationalError):
            await counters.together(broken.bind())
        with pytest.raises(sqlite3.OperationalError):
            await broken()
    assert await asyncio.gather(*(Counter.count() for _ in range(6))) == [0] * 6


async def test_a_query_before_the_start_or_after_the_stop_is_one_sentence(tmp_path: Path) -> None:
    """An engine that is not open says so."""
    engine = PooledSQLiteEngine(tmp_path / "test.sqlite")
    Counter._meta.db = engine
    with pytest.raises(DatabaseFault, match="before start"):
        await Counter.count()
    await engine.start_connection_pool()
    await Counter.create_table()
    await engine.close_connection_pool()
    with pytest.raises(DatabaseFault, match="after stop"):
        await Counter.count()


async def test_stopping_waits_for_what_is_under_way(counters: Database) -> None:
    """A write that was asked before the stop is made."""
    write = asyncio.ensure_future(Counter.insert(Counter(name="a")).run())
    await asyncio.sleep(0)
    await counters.stop()
    await write
    await counters.start()
    assert await Counter.count() == 1
