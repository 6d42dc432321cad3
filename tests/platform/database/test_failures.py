"""Whatever fails or is cancelled, the connection goes back clean and nothing is half done."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from ledstang.database import Database, create_tables
from piccolo.columns import UUID, Integer, Varchar
from piccolo.table import Table

Everywhere = Callable[[Callable[[], Any]], AsyncIterator[int]]


class Note(Table, tablename="note"):
    id = UUID(primary_key=True)
    text = Varchar()
    number = Integer(default=0)


@pytest.fixture
async def notes(database: Database) -> Database:
    await create_tables(database, [Note])
    return database


async def is_clean(database: Database) -> bool:
    """Whether the writer is free, nothing is open on it, and it still enforces foreign keys."""
    writer = database.engine.pool.writer
    await writer.take()
    inside = await writer.worker.submit(lambda connection: connection.in_transaction)
    enforced = await writer.worker.submit(lambda connection: connection.execute("PRAGMA foreign_keys").fetchone()[0])
    writer.give_back()
    return not inside and enforced == 1


async def test_a_transaction_cancelled_anywhere_is_all_or_nothing(
    notes: Database, cancel_everywhere: Everywhere
) -> None:
    """Cancelled at BEGIN, at any query or at COMMIT, a transaction leaves both rows or none, and a clean writer."""

    async def work() -> None:
        async with notes.engine.transaction():
            await Note.insert(Note(text="one"))
            await Note.insert(Note(text="two"))

    stops = 0
    async for _ in cancel_everywhere(work):
        stops += 1
        assert await is_clean(notes)
        assert await Note.count() in (0, 2)
        await Note.delete(force=True)
    assert stops == 4
    assert await Note.count() == 2


async def test_a_write_cancelled_anywhere_is_all_or_nothing(notes: Database, cancel_everywhere: Everywhere) -> None:
    """The same for `write()`, which does not try again what was cancelled."""

    async def both() -> None:
        await Note.insert(Note(text="one"))
        await Note.insert(Note(text="two"))

    async for _ in cancel_everywhere(lambda: notes.write(both)):
        assert await is_clean(notes)
        assert await Note.count() in (0, 2)
        await Note.delete(force=True)
    assert await Note.count() == 2


async def test_a_snapshot_cancelled_anywhere_gives_its_reader_back(
    notes: Database, cancel_everywhere: Everywhere
) -> None:
    """More cancelled snapshots and batches than there are readers for them leave all of the readers free."""

    async def work() -> None:
        async with notes.snapshot():
            await Note.count()
        async with await Note.select().batch() as batch:
            async for _ in batch:
                pass

    for _ in range(3):
        async for _ in cancel_everywhere(work):
            pass
    leases = [await notes.engine.lease(reads_only=True) for _ in range(4)]
    for lease in leases:
        assert await lease.ask(lambda connection: connection.in_transaction) is False
        lease.give_back()


async def test_cancelled_reads_leave_the_readers_free(notes: Database, cancel_everywhere: Everywhere) -> None:
    """Reads that nobody waits for any more keep nobody else waiting."""
    for _ in range(10):
        async for _ in cancel_everywhere(lambda: Note.count().run()):
            pass
    assert await asyncio.gather(*(Note.count() for _ in range(10))) == [0] * 10


async def test_a_cancelled_waiter_does_not_keep_the_writer(notes: Database, cancel_everywhere: Everywhere) -> None:
    """Who is cancelled in the queue for the writer leaves it to the next."""

    async def work() -> None:
        async with notes.engine.transaction():
            await Note.insert(Note(text="waited"))

    lease = await notes.engine.lease(reads_only=False)
    waiting = [asyncio.create_task(work()) for _ in range(5)]
    await asyncio.sleep(0)
    for task in waiting[:4]:
        task.cancel()
    lease.give_back()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await Note.count() == 1
    assert await is_clean(notes)


async def test_cancelled_autocommit_writes_leave_their_neighbours(
    notes: Database, cancel_everywhere: Everywhere
) -> None:
    """Of writes that wait for a shared commit, those that are cancelled take no other with them."""
    lease = await notes.engine.lease(reads_only=False)
    writes = [asyncio.create_task(Note.insert(Note(number=number)).run()) for number in range(10)]
    await asyncio.sleep(0)
    for task in writes[::2]:
        task.cancel()
    lease.give_back()
    await asyncio.gather(*writes, return_exceptions=True)
    rows = await Note.select(Note.number).order_by(Note.number)
    assert [row["number"] for row in rows] == [1, 3, 5, 7, 9]
    assert await is_clean(notes)


async def test_a_refused_begin_gives_the_writer_back(notes: Database) -> None:
    """While another process writes for too long, BEGIN is refused; afterwards all is as before."""
    await Note.raw("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(notes.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        async with notes.engine.transaction():
            raise AssertionError("not reached")
    outcomes = await asyncio.gather(*(Note.insert(Note()) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [sqlite3.OperationalError] * 3
    other.execute("ROLLBACK")
    other.close()
    assert await is_clean(notes)
    await Note.insert(Note())
    assert await Note.count() == 1


async def dangling(database: Database) -> None:
    """Make a table whose foreign key is looked at only at COMMIT, which may so be refused."""
    await Note.raw("CREATE TABLE late (note UUID REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED)")


async def test_a_refused_commit_gives_the_writer_back(notes: Database) -> None:
    """A COMMIT that fails undoes the whole transaction and leaves the writer clean."""
    await dangling(notes)

    async def work() -> None:
        await Note.insert(Note(text="undone"))
        await Note.raw("INSERT INTO late VALUES ('nobody')")

    with pytest.raises(sqlite3.IntegrityError):
        await notes.write(work)
    assert await is_clean(notes)
    assert await Note.count() == 0


async def test_a_refused_shared_commit_is_tried_one_by_one(notes: Database) -> None:
    """A write that makes the COMMIT of many fail, fails alone."""
    await dangling(notes)
    queries = [Note.insert(Note()), Note.raw("INSERT INTO late VALUES ('nobody')"), Note.insert(Note())]
    outcomes = await asyncio.gather(*(query.run() for query in queries), return_exceptions=True)
    assert [isinstance(outcome, sqlite3.IntegrityError) for outcome in outcomes] == [False, True, False]
    assert await Note.count() == 2
    assert await is_clean(notes)


async def test_a_write_is_whole_or_not_at_all(notes: Database) -> None:
    """What a failing write did before it failed is undone, alone and among others, also where SQLite would keep it."""
    await Note.raw("CREATE UNIQUE INDEX once ON note (number)")
    half = "INSERT OR FAIL INTO note (id, number) VALUES ('a', 1), ('b', 2), ('c', 1)"
    with pytest.raises(sqlite3.IntegrityError):
        await Note.raw(half)
    assert await Note.count() == 0
    outcomes = await asyncio.gather(Note.raw(half).run(), Note.insert(Note(number=3)).run(), return_exceptions=True)
    assert [isinstance(outcome, sqlite3.IntegrityError) for outcome in outcomes] == [True, False]
    assert await Note.select(Note.number) == [{"number": 3}]


async def test_who_shares_a_commit_waits_once_for_another_process(notes: Database) -> None:
    """When BEGIN is refused, all that share the commit are told so; each trying for itself would take all day."""
    await Note.raw("PRAGMA busy_timeout = 0")
    asked: list[str] = []
    await notes.engine.pool.writer.worker.submit(lambda connection: connection.set_trace_callback(asked.append))
    other = sqlite3.connect(notes.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcomes = await asyncio.gather(*(Note.insert(Note()).run() for _ in range(20)), return_exceptions=True)
    other.close()
    assert [type(outcome) for outcome in outcomes] == [sqlite3.OperationalError] * 20
    assert asked.count("BEGIN IMMEDIATE") == 1


async def test_an_answer_that_nobody_waits_for_is_dropped(notes: Database) -> None:
    """A task that is cancelled while its query runs leaves no complaint behind when the answer comes."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    worker = notes.engine.pool.writer.worker
    started, ended = threading.Event(), threading.Event()

    def run(_: sqlite3.Connection) -> None:
        started.set()
        ended.wait()

    abandoned = worker.submit(run)
    await asyncio.to_thread(started.wait)
    abandoned.cancel()
    ended.set()
    await worker.submit(lambda _: None)
    await asyncio.sleep(0)
    assert complaints == []


async def test_a_write_that_rolls_everything_back_fails_alone(notes: Database) -> None:
    """A trigger that rolls the whole transaction back cannot take its neighbours' writes with it."""
    await Note.raw(
        "CREATE TRIGGER strict BEFORE INSERT ON note WHEN NEW.number = 13 BEGIN SELECT RAISE(ROLLBACK, 'no'); END"
    )
    writes = [Note.insert(Note(number=number)).run() for number in (11, 12, 13, 14)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [isinstance(outcome, sqlite3.IntegrityError) for outcome in outcomes] == [False, False, True, False]
    assert await Note.count() == 3
    assert await is_clean(notes)


async def test_an_argument_that_sqlite_cannot_hold_fails_alone(notes: Database) -> None:
    """What is no fault of SQLite's, a number that is too large, is undone as cleanly."""
    writes = [Note.insert(Note(number=number)).run() for number in (1, 2**70, 3)]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [list, OverflowError, list]
    with pytest.raises(OverflowError):
        async with notes.engine.transaction():
            await Note.insert(Note(number=2**70))
    assert await is_clean(notes)


async def test_a_connection_that_cannot_be_cleaned_is_replaced(notes: Database) -> None:
    """A writer whose connection is lost gets a new one, set as the old one was."""
    lease = await notes.engine.lease(reads_only=False)
    await lease.ask(lambda connection: connection.close())
    lease.give_back()
    assert await is_clean(notes)
    await Note.insert(Note())
    assert await Note.count() == 1


async def test_write_tries_again_what_was_busy(notes: Database) -> None:
    """`write()` runs its function again when another process was in the way, and only what was committed counts."""
    await Note.raw("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(notes.path, isolation_level=None)
    tries = []

    async def work() -> str:
        tries.append(await Note.count())
        await Note.insert(Note())
        if len(tries) == 1:
            fault = sqlite3.OperationalError("database is locked")
            fault.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise fault
        return "done"

    assert await notes.write(work) == "done"
    assert tries == [0, 0]
    assert await Note.count() == 1
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await notes.write(work)
    other.execute("ROLLBACK")
    other.close()
    assert len(tries) == 2


async def test_write_does_not_try_again_what_is_wrong(notes: Database) -> None:
    """A fault that will not pass is raised at once."""
    tries = []

    async def work() -> None:
        tries.append(1)
        await Note.raw("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await notes.write(work)
    assert tries == [1]


async def test_a_nested_write_joins_the_outer_one(notes: Database) -> None:
    """A write within a write is undone with the outer one."""

    async def inner() -> None:
        await Note.insert(Note(text="inner"))

    async def outer() -> None:
        await notes.write(inner)
        raise LookupError

    with pytest.raises(LookupError):
        await notes.write(outer)
    assert await Note.count() == 0
