"""The access log's tables. Nothing here points at a person's row: what was logged stays when somebody is forgotten."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, Date, Integer, Timestamptz, Varchar
from piccolo.table import Table


class AccessLogEntry(Table, tablename="access_log_entry"):
    """One access, or attempt at one. Written once, never changed, and removed only with its whole chain.

    `subject` is whose things it was about, `actor` who acted, `who` one of self, proxy, staff, system. `outcome` is
    allowed, refused or emergency. A system's `title` is what it is called. `mac` is over all other columns and `previous`,
    the one before it in its chain; `key` is the number of the instance's key that it was made with. Ids go by time.
    """

    id = UUID(primary_key=True, default=None)
    at = Timestamptz(default=None, null=False)
    chain = Varchar(80, null=False, index=True)
    sequence = BigInt(null=False)
    key = Integer(null=False)
    subject = UUID(default=None, null=True, index=True)
    actor = UUID(default=None, null=False)
    who = Varchar(8, null=False)
    ground = Varchar(60, null=False)
    staff = Varchar(40, null=False, default="")
    title = Varchar(120, null=False, default="")
    assignment = UUID(default=None, null=True)
    unit = Varchar(40, null=False, default="")
    unit_name = Varchar(200, null=False, default="")
    provider = Varchar(40, null=False, default="")
    provider_name = Varchar(200, null=False, default="")
    purpose = Varchar(60, null=False, default="")
    action = Varchar(120, null=False)
    kind = Varchar(60, null=False, default="")
    resource = UUID(default=None, null=True)
    plugin = Varchar(60, null=False, default="")
    outcome = Varchar(10, null=False)
    behalf = UUID(default=None, null=True)
    previous = Varchar(64, null=False, default="")
    mac = Varchar(64, null=False)


class AccessLogChain(Table, tablename="access_log_chain"):
    """The end of one chain, which is a Swedish day and a region (`2026-11-27 norra`): how long it is, and its last MAC.

    `sent` is how much of it the region's own log system has, and `waits` the chain's day while that is not all.
    """

    id = Varchar(80, primary_key=True, default=None)
    day = Date(default=None, null=False, index=True)
    sequence = BigInt(null=False)
    mac = Varchar(64, null=False)
    sent = BigInt(null=False, default=0)
    waits = Date(default=None, null=True, index=True)


class AccessReview(Table, tablename="access_review"):
    """Something in the log that a human is to look at. `id` is the entry's; `cause` is emergency or spot-check.

    `reason` is what was written for an emergency opening, sealed, and so is `note`, what whoever looked has to say of it.
    `reviewed` is None while nobody has looked.
    """

    id = UUID(primary_key=True, default=None)
    cause = Varchar(12, null=False)
    subject = UUID(default=None, null=False)
    actor = UUID(default=None, null=False, index=True)
    unit = Varchar(40, null=False, index=True)
    day = Date(default=None, null=False, index=True)
    drawn = Timestamptz(default=None, null=False)
    reason = Bytea(default=None, null=True)
    reviewed = Timestamptz(default=None, null=True)
    reviewer = UUID(default=None, null=True)
    outcome = Varchar(12, null=False, default="")
    note = Bytea(default=None, null=True)
