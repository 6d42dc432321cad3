"""Copies that persons have asked for, and the sealed parts that they lie in."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.people.tables import Person


class DataCopy(Table, tablename="data_copy"):
    """The copy of what is kept about `person`, for `asker`: themselves, or who acts for them on a `ground`.

    Nobody has two of the same person: `pair` follows from the two, and asking again while there is one is asking once.
    `kinds` are the keys of the kinds of data that it may hold, with spaces between them; None is all there are. `made` is
    None until it is ready; from `until` on it is gone. `attempt` names the parts that count, `parts` is how many they are
    and `size` how many bytes; `missing` how many kinds of data could not be had.
    """

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    asker = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    pair = UUID(default=None, null=False, unique=True)
    ground = Varchar(60, null=False)
    kinds = Text(default=None, null=True)
    language = Varchar(2, null=False)
    asked = Timestamptz(default=None, null=False)
    until = Timestamptz(default=None, null=False, index=True)
    made = Timestamptz(default=None, null=True)
    attempt = UUID(default=None, null=True)
    parts = Integer(default=0, null=False)
    size = Integer(default=0, null=False)
    missing = Integer(default=0, null=False)


class DataCopyPart(Table, tablename="data_copy_part"):
    """One part of a copy, sealed. Its id follows from the attempt that made it and its place."""

    id = UUID(primary_key=True, default=None)
    copy = ForeignKey(DataCopy, on_delete=OnDelete.restrict, null=False, index=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    content = Bytea(default=None, null=False)


class RetentionProposal(Table, tablename="retention_proposal"):
    """What a data administrator has proposed to remove in a region, with how many, and what became of it.

    `state` is proposed, approved, done, changed (the counts had grown, so it was asked anew) or dropped. `first` and
    `second` are two different people. Rows stay: they are what is left of what was removed.
    """

    id = UUID(primary_key=True, default=None)
    region = Varchar(60, null=False, index=True)
    state = Varchar(10, null=False, index=True)
    proposed_by = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    proposed = Timestamptz(default=None, null=False)
    first = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    first_at = Timestamptz(default=None, null=True)
    second = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    second_at = Timestamptz(default=None, null=True)
    ended = Timestamptz(default=None, null=True)


class RetentionCount(Table, tablename="retention_count"):
    """One kind of data of a proposal: how many things had not changed since `before`, and how many of them are removed.

    `place` is how far the removing has come.
    """

    id = UUID(primary_key=True, default=None)
    proposal = ForeignKey(RetentionProposal, on_delete=OnDelete.restrict, null=False, index=True)
    data = Varchar(100, null=False)
    years = Integer(null=False, default=0)
    before = Timestamptz(default=None, null=False)
    counted = Integer(default=0, null=False)
    removed = Integer(default=0, null=False)
    place = UUID(default=None, null=True)
    done = Timestamptz(default=None, null=True)
