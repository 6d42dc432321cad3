"""What a guardian has added: one row a guardian and child. Custody itself stands in the population register."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Link(Table, tablename="guardian_link"):
    """A guardian who has added a child. Each guardian has their own; `why` says what ended it. `told`
    is the last thing that the guardian was told of the end ahead: the day, and how many days before."""

    id = UUID(primary_key=True, default=None)
    guardian = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    child = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    added = Timestamptz(default=None, null=False)
    ended = Timestamptz(default=None, null=True)
    why = Varchar(20, default="", null=False)
    told = Varchar(40, default="", null=False)
