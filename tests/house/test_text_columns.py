"""What people write is sealed wherever it stands: a column of text is sealed, or somebody has looked and said why not."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from ledstang.clock import Clock
from ledstang.database import Database, Keys
from ledstang.people.register import Register
from ledstang.plugins import find
from ledstang.sealing.columns import columns_of
from ledstang.tables import tables_of
from piccolo.columns import (
    JSON,
    UUID,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Column,
    Date,
    DoublePrecision,
    Email,
    ForeignKey,
    Integer,
    Interval,
    Numeric,
    Real,
    Serial,
    SmallInt,
    Text,
    Time,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

REVIEWED = tomllib.loads(Path(__file__).with_name("text_columns.toml").read_text("utf-8"))
WORDLESS = (
    UUID, BigInt, BigSerial, Boolean, Date, DoublePrecision, ForeignKey, Integer, Interval, Numeric, Real, Serial, SmallInt,
    Time, Timestamp, Timestamptz,
)  # fmt: skip
"""Columns in which no words fit. A column of any other type, whatever Piccolo comes to have, may hold some."""
OURS = tables_of(find([]))
BYTES = {"content_version.document"}
"""Bytes of what a region published."""


def names(columns: Iterable[Column]) -> list[str]:
    """Return columns as `table.column`."""
    return [f"{column._meta.table._meta.tablename}.{column._meta.name}" for column in columns]


def wordy(tables: Iterable[type[Table]]) -> list[str]:
    """Return every column that may hold words."""
    return names(one for table in tables for one in table._meta.columns if type(one) not in WORDLESS)


@pytest.fixture
def sealed(tmp_path: Path) -> set[str]:
    """The columns that are sealed, and sealed again with each new key."""
    keys = Keys.load(tmp_path / "keys", create=True)
    known = columns_of(keys, Register(Database(tmp_path / "x", Clock()), keys, Clock()))
    return set(names(one.column for one in known))


def undecided(tables: Iterable[type[Table]], sealed: set[str]) -> set[str]:
    """Return the columns that may hold words, are not sealed, and that nobody has looked at."""
    reviewed = {name for some in REVIEWED.values() for name in some}
    return set(wordy(tables)) - sealed - reviewed - BYTES


def test_every_column_of_text_is_sealed_or_reviewed(sealed: set[str]) -> None:
    """Of the host and of every plugin of ours. Seal the column, or add it to text_columns.toml below what it holds."""
    assert undecided(OURS, sealed) == set()


def test_what_was_reviewed_is_there_once_and_not_sealed(sealed: set[str]) -> None:
    """No line is left of a column that has gone, or is sealed by now; and none says two things of one column."""
    lines = Counter(name for some in REVIEWED.values() for name in some)
    assert [name for name, times in lines.items() if times > 1] == []
    assert set(lines) - set(wordy(OURS)) == set()
    assert set(lines) & sealed == set()


def test_a_new_column_fails_the_house_until_somebody_decides(sealed: set[str]) -> None:
    """Text of any length, JSON, lists and addresses; numbers, days and ids do not."""

    class Note(Table, tablename="note"):
        id = UUID(primary_key=True)
        at = Timestamptz()
        times = Integer()
        short = Varchar(10)
        long = Text()
        told = JSON()
        some = Array(base_column=Varchar())
        mail = Email()
        kept = Bytea()

    assert undecided([*OURS, Note], sealed) == {
        f"note.{name}" for name in ("short", "long", "told", "some", "mail", "kept")
    }
