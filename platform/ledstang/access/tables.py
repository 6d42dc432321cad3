"""How often something has been done: counts that several processes keep together."""

from __future__ import annotations

from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.table import Table


class RateCount(Table, tablename="rate_count"):
    """How often one subject has done one thing in one window of time. `id` is a keyed hash: it tells nobody who."""

    id = Varchar(64, primary_key=True, default=None)
    times = Integer(default=0, null=False)
    ends = Timestamptz(default=None, null=False, index=True)
