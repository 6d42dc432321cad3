"""The one table of all that is still to be done."""

from __future__ import annotations

from piccolo.columns import BigSerial, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class OutboxRow(Table, tablename="outbox"):
    """One errand. `payload` is JSON and holds ids, never what a person is called or has written.

    `due` is when it may be carried out, and null when nothing more is to happen: it was `done`, or is `dead` after too
    many `tries`. Whoever carries it out writes its name into `owner` until its `lease` ends. Errands of one `key` are
    carried out in the order in which they were written. `error` is the kind of the last fault and where it lay.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(200, null=False)
    dedupe = Varchar(300, null=False, unique=True)
    key = Varchar(300, null=False, default="", index=True)
    payload = Text(null=False, default="{}")
    added = Timestamptz(null=False, default=None)
    due = Timestamptz(null=True, default=None, index=True)
    owner = Varchar(64, null=True, default=None)
    lease = Timestamptz(null=True, default=None)
    tries = Integer(null=False, default=0)
    done = Timestamptz(null=True, default=None, index=True)
    dead = Timestamptz(null=True, default=None, index=True)
    error = Text(null=False, default="")
