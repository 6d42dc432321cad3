"""Attached files, and the sealed parts that they lie in."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.people.tables import Person


class Attachment(Table, tablename="attachment"):
    """One file of `subject`'s at a plugin's thing: `item`, of a `use` that the plugin has registered.

    `owner` is who added it, on what `ground`, and None where a service did. `name` is sealed. `state` is receiving,
    checking, quarantined, ready or refused, and `reason` a code for why it was refused. `length` is how many bytes were
    announced, `received` how many have come, `size` how many are kept, in so many `parts`, which `batch` names. `kind` is
    what it turned out to be. `waits` is from when on somebody may look through it (again), and None when nobody is to.
    While it is a draft it `expires`.
    """

    id = UUID(primary_key=True, default=None)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    owner = ForeignKey(Person, on_delete=OnDelete.restrict, null=True, default=None, index=True)
    ground = Varchar(60, null=False, default="")
    unit = Varchar(40, null=False, default="")
    use = Varchar(60, null=False)
    item = UUID(default=None, null=False, index=True)
    name = Bytea(default=None, null=False)
    state = Varchar(12, null=False, default="receiving")
    reason = Varchar(20, null=False, default="")
    kind = Varchar(8, null=False, default="")
    length = BigInt(null=True, default=None)
    received = BigInt(null=False, default=0)
    size = BigInt(null=False, default=0)
    parts = Integer(null=False, default=0)
    batch = UUID(default=None, null=False)
    added = Timestamptz(default=None, null=False)
    waits = Timestamptz(default=None, null=True, index=True)
    expires = Timestamptz(default=None, null=True, index=True)


class AttachmentPart(Table, tablename="attachment_part"):
    """One part of a file, sealed. Its id follows from the `batch` that it belongs to and its place."""

    id = UUID(primary_key=True, default=None)
    attachment = ForeignKey(Attachment, on_delete=OnDelete.restrict, null=False, index=True)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    batch = UUID(default=None, null=False)
    content = Bytea(default=None, null=False)
