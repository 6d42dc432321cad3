"""Prepared queries bind every kind of value, answer as plain ones do, and refuse what they cannot do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from uuid import UUID as Id
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from ledstang.database import Database, PreparedFault, create_tables, prepared
from piccolo.columns import (
    JSON,
    UUID,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Real,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.query.methods.delete import DeletionError
from piccolo.table import Table

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Friend(Table, tablename="friend"):
    id = UUID(primary_key=True)
    name = Varchar()


class Thing(Table, tablename="thing"):
    id = UUID(primary_key=True)
    friend = ForeignKey(Friend, on_delete=OnDelete.restrict)
    note = Text(null=True, default=None)
    size = Integer(null=True, default=None)
    here = Boolean(default=False)
    blob = Bytea(null=True, default=None)
    at = Timestamptz(null=True, default=None)
    day = Date(null=True, default=None)
    share = Real(null=True, default=None)
    data = JSON(null=True, default=None)


class Stamped(Table, tablename="stamped"):
    id = UUID(primary_key=True)
    made = Timestamptz()
    changed = Timestamptz(null=True, default=None, auto_update=lambda: NOON)


@pytest.fixture
async def things(database: Database) -> Database:
    await create_tables(database, [Friend, Thing, Stamped])
    return database


async def new(**values: object) -> Id:
    thing = Thing(**values)
    await thing.save()
    return thing.id


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Thing.note, "åäö “quoted” {} ?"),
        (Thing.note, ""),
        (Thing.size, -(2**62)),
        (Thing.size, 0),
        (Thing.here, True),
        (Thing.blob, b"\x00\xff{}"),
        (Thing.at, NOON),
        (Thing.at, NOON + timedelta(microseconds=1)),
        (Thing.at, datetime(2026, 11, 22, 13, 0, tzinfo=ZoneInfo("Europe/Stockholm"))),
        (Thing.day, date(2026, 2, 28)),
        (Thing.share, 0.25),
        (Thing.id, uuid4()),
    ],
)
async def test_values_go_in_and_come_out(things: Database, column: object, value: object) -> None:
    """What is written by a prepared update is found by a prepared select, and is what a plain select reads."""
    mark = await new()
    write = prepared(lambda new, mark: Thing.update({column: new}).where(Thing.id == mark).returning(column))
    find = prepared(lambda wanted: Thing.select(column).where(column == wanted))
    name = column._meta.name
    assert await write(value, mark) == [{name: value}]
    assert await find(value) == [{name: value}] == await Thing.select(column)


async def test_none_means_is_null(things: Database) -> None:
    """None asks another query than a value does, as with plain Piccolo, where `= NULL` would find nothing."""
    await new(note="a", size=1)
    await new(note=None, size=1)
    find = prepared(lambda note, size: Thing.select(Thing.note).where((Thing.note == note) & (Thing.size == size)))
    other = prepared(lambda note: Thing.select(Thing.note).where(Thing.note != note))
    for _ in range(2):
        assert await find("a", 1) == [{"note": "a"}]
        assert await find(None, 1) == [{"note": None}]
        assert await find(None, None) == []
        assert await other(None) == [{"note": "a"}]


async def test_insert_select_update_delete(things: Database) -> None:
    """All four kinds of query are prepared, with RETURNING, joins and constants among the arguments."""
    friend, thing = uuid4(), uuid4()
    add_friend = prepared(lambda id, name: Friend.insert(Friend(id=id, name=name)))
    add = prepared(lambda id, friend: Thing.insert(Thing(id=id, friend=friend, size=7, here=True)))
    joined = prepared(
        lambda size, friend: (
            Thing.select(Thing.id, Thing.friend.name)
            .where((Thing.size > size) & (Thing.friend == friend) & (Thing.here.eq(True)))
            .order_by(Thing.id)
            .limit(5)
        )
    )
    grow = prepared(lambda id: Thing.update({Thing.size: Thing.size + 1}).where(Thing.id == id).returning(Thing.size))
    drop = prepared(lambda id: Thing.delete().where(Thing.id == id).returning(Thing.size))
    assert await add_friend(friend, "Åsa") == [{"id": friend}]
    assert await add(thing, friend) == [{"id": thing}]
    assert await joined(6, friend) == [{"id": thing, "friend.name": "Åsa"}]
    assert await joined(7, friend) == []
    assert await grow(thing) == [{"size": 8}]
    assert await drop(thing) == [{"size": 8}]
    assert await drop(thing) == []


async def test_the_same_argument_may_stand_twice(things: Database) -> None:
    """One argument may go to several places, several arguments in any order."""
    await new(note="a", size=1)
    either = prepared(
        lambda text, number: Thing.select(Thing.note).where(
            ((Thing.size == number) & (Thing.note != text)) | ((Thing.note == text) & (Thing.size == number))
        )
    )
    assert await either("a", 1) == [{"note": "a"}]
    assert await either("b", 1) == [{"note": "a"}]
    assert await either("a", 2) == []


async def test_raw_count_and_exists_answer_rows(things: Database) -> None:
    """Raw queries, counts and existence are prepared too; the answer is always plain rows."""
    await new(size=3)
    raw = prepared(lambda size: Thing.raw("SELECT size FROM thing WHERE size = {} OR size = {}", size, 5))
    count = prepared(lambda size: Thing.count().where(Thing.size == size))
    exists = prepared(lambda size: Thing.exists().where(Thing.size == size))
    assert await raw(3) == [{"size": 3}]
    assert await count(3) == [{"count": 1}]
    assert await exists(4) == [{"exists": 0}]


async def test_the_text_is_built_once(things: Database) -> None:
    """The builder is called once for each pattern of None, not for each query."""
    calls = []

    def build(note: object) -> object:
        calls.append(note)
        return Thing.select(Thing.id).where(Thing.note == note)

    find = prepared(build)
    for note in ("a", "b", None, "c", None):
        await find(note)
    assert len(calls) == 2


async def test_a_bound_query_is_awaited_too(things: Database) -> None:
    """`bind()` gives a query to await, or to put together with others; it may be asked more than once."""
    await new(size=3)
    bound = prepared(lambda size: Thing.select(Thing.size).where(Thing.size == size)).bind(3)
    assert await bound == await bound == [{"size": 3}]
    assert bound.sql.count("?") == 1


async def test_a_rebound_table_is_asked_where_it_is_bound_now(things: Database, tmp_path: object) -> None:
    """A prepared query lives as long as the process; its tables may be bound to another instance's database."""
    find = prepared(lambda size: Thing.select(Thing.size).where(Thing.size == size))
    await new(size=3)
    other = Database(f"{tmp_path}/other.sqlite", things.clock)
    await other.start()
    await create_tables(other, [Friend, Thing])
    assert await find(3) == []
    things.bind([Friend, Thing])
    assert await find(3) == [{"size": 3}]
    await other.stop()


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (datetime(2026, 11, 22), "time zone"),  # noqa: DTZ001
        ([1, 2], "type list"),
        ({"a": 1}, "type dict"),
        (Colour.RED, "type Colour"),
        (Friend(name="x"), "type Friend"),
        (object(), "type object"),
    ],
)
async def test_what_cannot_be_bound_is_named(things: Database, value: object, why: str) -> None:
    """An argument of another kind is refused by its name and the place of the query."""
    find = prepared(lambda wanted: Thing.select(Thing.id).where(Thing.note == wanted))
    with pytest.raises(PreparedFault, match=rf"test_prepared.py:\d+: 'wanted'.*{why}"):
        await find(value)


async def test_naive_datetimes_are_refused_in_plain_queries_too(things: Database) -> None:
    """Piccolo would store a naive datetime as if it were UTC: nobody gets that far."""
    naive = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        await Thing.select().where(Thing.at == naive)
    with pytest.raises(ValueError, match="no time zone"):
        await Thing.insert(Thing(at=naive))
    assert await Thing.count() == 0


async def test_the_number_of_arguments_is_held(things: Database) -> None:
    """Too few or too many arguments are counted."""
    find = prepared(lambda a, b: Thing.select().where((Thing.note == a) & (Thing.size == b)))
    with pytest.raises(PreparedFault, match="takes 2 arguments and was given 1"):
        await find("a")


async def test_a_query_is_prepared_for_so_many_values(things: Database) -> None:
    """A builder of any arguments takes as many as it was prepared for: the values of an `is_in`, with others after them."""
    for note in "abc":
        await new(note=note, size=1)
    of_two = prepared(
        lambda *given: Thing.select(Thing.note).where(Thing.note.is_in([*given[:-1]]) & (Thing.size == given[-1])),
        takes=3,
    )
    assert sorted(row["note"] for row in await of_two("a", "c", 1)) == ["a", "c"]
    assert await of_two("a", "c", 2) == []
    with pytest.raises(PreparedFault, match="takes 3 arguments and was given 2"):
        await of_two("a", 1)


async def test_what_cannot_be_prepared_is_refused(things: Database) -> None:
    """Lists, shaped answers, and text made of arguments are refused with a reason, not answered wrongly."""
    cases = {
        "number of values": lambda a: Thing.select().where(Thing.size.is_in(a)),
        "only binds values": lambda a: Thing.raw(f"SELECT {a}"),
        "plain rows": lambda a: Thing.objects().where(Thing.size == a),
        "First does not": lambda a: Thing.select().where(Thing.size == a).first(),
        "SelectList does not": lambda a: Thing.select(Thing.size).where(Thing.size == a).output(as_list=True),
        "Select does not": lambda a: Thing.select(Thing.size).where(Thing.size == a).output(nested=True),
    }
    for why, build in cases.items():
        with pytest.raises(PreparedFault, match=why):
            await prepared(build)(1)
    with pytest.raises(TypeError):
        await prepared(lambda a: Thing.select().limit(a))(1)
    with pytest.raises(TypeError):
        await prepared(lambda a: Thing.update({Thing.data: a}, force=True))("{}")


async def test_a_delete_of_everything_is_refused(things: Database) -> None:
    """Piccolo's own guard against a forgotten where() holds here too."""
    with pytest.raises(DeletionError):
        await prepared(lambda: Thing.delete())()


async def test_computed_values_are_arguments(things: Database) -> None:
    """An id or instant that is computed for each row would be the same for ever: it has to be given."""
    with pytest.raises(PreparedFault, match=r"stamped\.id is computed"):
        await prepared(lambda made: Stamped.insert(Stamped(made=made)))(NOON)
    with pytest.raises(PreparedFault, match=r"stamped\.made is computed"):
        await prepared(lambda id: Stamped.insert(Stamped(id=id)))(uuid4())
    with pytest.raises(PreparedFault, match=r"stamped\.changed is computed"):
        await prepared(lambda id, made: Stamped.update({Stamped.made: made}).where(Stamped.id == id))(uuid4(), NOON)
    add = prepared(lambda id, made: Stamped.insert(Stamped(id=id, made=made)))
    assert await add(uuid4(), NOON) != await add(uuid4(), NOON)


async def test_decimals_are_bound(things: Database) -> None:
    """A Decimal is bound as SQLite has it, a float."""
    find = prepared(lambda share: Thing.select(Thing.share).where(Thing.share == share))
    await new(share=0.5)
    assert await find(Decimal("0.5")) == [{"share": 0.5}]
