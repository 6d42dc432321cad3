"""How often something has been done, which several processes count together; and what was decided for one person."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Date, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from ledstang.people.tables import Person


class RateCount(Table, tablename="rate_count"):
    """How often one subject has done one thing in one window of time. `id` is a keyed hash: it tells nobody who."""

    id = Varchar(64, primary_key=True, default=None)
    times = Integer(default=0, null=False)
    ends = Timestamptz(default=None, null=False, index=True)


class AccessFact(Table, tablename="access_fact"):
    """An exception, an objection or a block: for `subject`, about `person` or everybody, decided by whom, and why.

    `unit` is the HSA-id of where it holds and `at_unit` of where it was decided, both in capitals; `reason` is sealed.
    Days are Swedish and inclusive. What is `ended` counts no more.
    """

    id = UUID(primary_key=True, default=None)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    kind = Varchar(20, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, index=True)
    relation = Varchar(40, null=False)
    service = Varchar(60, null=False)
    action = Varchar(60, null=False)
    unit = Varchar(40, default=None, null=True)
    since = Date(default=None, null=False)
    until = Date(default=None, null=True)
    review = Date(default=None, null=True)
    decided_by = ForeignKey(Person, on_delete=OnDelete.restrict, index=True)
    at_unit = Varchar(40, default=None, null=True, index=True)
    reason = Bytea(default=None, null=False)
    created = Timestamptz(default=None, null=False)
    ended = Timestamptz(default=None, null=True)
