"""What we lean on in Piccolo that it does not promise: these go red when an upgrade takes it away."""

from __future__ import annotations

import inspect
import sqlite3
from decimal import Decimal

import pytest
from ledstang.database import Database, converters, create_tables, prepared
from ledstang.database.changes import STEPS
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Integer, Varchar
from piccolo.engine.sqlite import CONVERTERS, SQLiteEngine
from piccolo.query.base import FrozenQuery
from piccolo.table import Table


class Leaf(Table, tablename="leaf"):
    id = UUID(primary_key=True)
    name = Varchar()
    size = Integer(default=0)


async def test_our_text_is_the_one_that_freeze_makes(database: Database) -> None:
    """`prepared()` builds what `Query.freeze()` builds: one querystring, compiled to text and arguments in order."""
    database.bind([Leaf])
    query = Leaf.select(Leaf.name).where((Leaf.name == "a") & (Leaf.size > 1))
    frozen = query.freeze()
    assert isinstance(frozen, FrozenQuery)
    (querystring,) = frozen.query._frozen_querystrings
    ours = prepared(lambda name, size: Leaf.select(Leaf.name).where((Leaf.name == name) & (Leaf.size > size)))
    bound = ours.bind("a", 1)
    assert querystring._frozen_compiled_strings == (bound.sql, bound.arguments)
    assert querystring.compile_string(engine_type="sqlite") == (bound.sql, bound.arguments)


def test_queries_have_the_parts_that_are_looked_into() -> None:
    """Where the values of inserts and updates are kept before they are text."""
    assert Leaf.insert(Leaf(name="a")).add_delegate._add[0]["name"] == "a"
    values = Leaf.update({Leaf.name: "a"}).values_delegate._values
    assert [(column._meta.name, value) for column, value in values.items()] == [("name", "a")]
    output = Leaf.select().output_delegate._output
    assert (output.nested, output.load_json, output.as_list, output.as_json) == (False, False, False, False)
    assert Leaf.name._meta.auto_update is ...


def test_the_engine_has_the_seams_that_are_overridden() -> None:
    """The methods of the stock engine that ours replaces exist, and take what ours take."""
    seams = {
        "run_querystring": ["self", "querystring", "in_pool"],
        "run_ddl": ["self", "ddl", "in_pool"],
        "transaction": ["self", "transaction_type", "allow_nested"],
        "atomic": ["self", "transaction_type"],
        "batch": ["self", "query", "batch_size", "node"],
        "start_connection_pool": ["self"],
        "close_connection_pool": ["self"],
    }
    assert {name: list(inspect.signature(getattr(SQLiteEngine, name)).parameters) for name in seams} == seams


def test_migrations_have_the_steps_that_are_run() -> None:
    """Our steps, with those that are refused beforehand, are all that Piccolo's own `run()` goes through, in order."""
    source = inspect.getsource(MigrationManager.run)
    theirs = [line.split("self.")[1].split("(")[0] for line in source.splitlines() if "await self._run_" in line]
    refused = {"_run_change_table_schema", "_run_add_constraints", "_run_drop_constraints"}
    assert [step for step in dict.fromkeys(theirs) if step not in refused] == list(STEPS)


@pytest.mark.parametrize("text", [b"0", b"1", b"-7", b"9223372036854775807", b"1.0", b"12e2", b" 5 "])
def test_our_integers_are_piccolos(text: bytes) -> None:
    """The cheaper converters give the same answers as Piccolo's."""
    assert converters.integer(text) == CONVERTERS["INTEGER"](text) == int(Decimal(text.decode()))


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("BOOLEAN", [b"0", b"1", b"2", b"true"]),
        ("UUID", [b"4f3c8a52-7a57-4b0a-9d46-0f2d0f0b6f11", b"4F3C8A527A574B0A9D460F2D0F0B6F11"]),
        ("TIMESTAMPTZ", [b"2026-11-22 12:00:00+00:00", b"2026-11-22 12:00:00.000001+00:00", b"2026-11-22 12:00:00"]),
    ],
)
def test_our_other_converters_are_piccolos(kind: str, texts: list[bytes]) -> None:
    """So do those for booleans, ids and instants."""
    ours = {"BOOLEAN": converters.boolean, "UUID": converters.uuid, "TIMESTAMPTZ": converters.instant}[kind]
    assert [ours(text) for text in texts] == [CONVERTERS[kind](text) for text in texts]


async def test_what_is_no_integer_is_a_value_error(database: Database) -> None:
    """SQLite keeps any text in an INTEGER column; reading it back raises and leaves the reader clean."""
    await create_tables(database, [Leaf])
    await Leaf.raw("INSERT INTO leaf (id, size) VALUES ('4f3c8a52-7a57-4b0a-9d46-0f2d0f0b6f11', 'many')")
    for _ in range(4):
        with pytest.raises(ArithmeticError):
            await Leaf.select(Leaf.size)
    assert await Leaf.count() == 1
    assert sqlite3.threadsafety == 3
