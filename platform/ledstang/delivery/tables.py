"""The inbox's tables: what was delivered, and who has read it."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.people.tables import Person


class DeliveredItem(Table, tablename="delivered_item"):
    """One thing that a service has put into a person's inbox. It is never changed, only answered or withdrawn.

    `words` are its title, its body and what is asked, sealed; `asks` says that something is, by `due`. `audience` is
    whom it is for: both, subject or proxies. `once` is the delivering plugin's own name for it, after that of the plugin.
    """

    INDEXES = (("subject", "delivered", "id"),)

    id = UUID(primary_key=True, default=None)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    audience = Varchar(10, null=False)
    kind = Varchar(20, null=False)
    plugin = Varchar(60, null=False)
    unit = Varchar(40, null=False, default="")
    words = Bytea(default=None, null=False)
    href = Varchar(300, null=False, default="")
    asks = Boolean(default=False, null=False)
    due = Timestamptz(default=None, null=True)
    delivered = Timestamptz(default=None, null=False)
    answered = Timestamptz(default=None, null=True)
    withdrawn = Timestamptz(default=None, null=True)
    once = Varchar(300, unique=True, null=False)


class DeliveredReading(Table, tablename="delivered_reading"):
    """That `reader`, the subject or somebody who acts for them, has opened an item. The id follows from the two."""

    INDEXES = (("item", "reader"),)

    id = UUID(primary_key=True, default=None)
    item = ForeignKey(DeliveredItem, on_delete=OnDelete.restrict, null=False, index=True)
    reader = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    ground = Varchar(60, null=False)
    read = Timestamptz(default=None, null=False)
    archived = Timestamptz(default=None, null=True)
