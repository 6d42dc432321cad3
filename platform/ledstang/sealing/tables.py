"""What all processes agree on about the keys. The keys themselves are in files, never here."""

from __future__ import annotations

from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.table import Table


class SealKey(Table, tablename="seal_key"):
    """One key, known by its `mark`. Of those that have a `since`, the highest number seals.

    `resealed` is when all that older keys had sealed was sealed anew with this one, `place` how far that has come, and
    `retired` when it went out of use.
    """

    number = Integer(primary_key=True, default=None)
    mark = Varchar(64, null=False)
    made = Timestamptz(default=None, null=False)
    since = Timestamptz(default=None, null=True)
    place = Varchar(100, null=False, default="")
    resealed = Timestamptz(default=None, null=True)
    retired = Timestamptz(default=None, null=True)


class KeyHolder(Table, tablename="key_holder"):
    """One process that serves or works: the numbers of the keys that it has read, and the one that it seals with."""

    process = Varchar(64, primary_key=True, default=None)
    keys = Varchar(1100, null=False)
    seals = Integer(null=False, default=0)
    seen = Timestamptz(default=None, null=False)
