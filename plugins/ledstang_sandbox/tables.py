"""What the sandbox keeps: what was sent in the demo, and what other systems were told."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Sent(Table, tablename="sandbox_sent"):
    """One thing that left the platform. `once` is the errand's own: told twice, it is here once.

    `kind` is the event's type, `reason` a notice's.
    """

    once = Varchar(300, primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    kind = Varchar(40, null=False)
    reason = Varchar(40, null=False, default="")
    at = Timestamptz(null=False, default=None)
