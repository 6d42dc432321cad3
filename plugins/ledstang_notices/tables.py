"""What the plugin keeps: what was sent to whom, without its words, and what each has chosen."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Sent(Table, tablename="notices_sent"):
    """One message to one person by one channel, about one event: `id` follows from these, so that there is never another.

    `state` is waiting, sending, accepted, delivered, failed, or unclear, where something broke and nobody needed it any
    more; `twice` says that it may have been sent twice, because something broke between the sending and the answer.
    `reference` is what the channel knows it by, `parts` how many text messages it took. `path`, `about` and `ground` say
    where the link leads. `kind` is why it was sent.
    """

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    about = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=True, index=True, default=None)
    ground = Varchar(60, null=False, default="")
    path = Varchar(500, null=False, default="")
    channel = Varchar(10, null=False)
    kind = Varchar(10, null=False)
    state = Varchar(10, null=False, index=True)
    twice = Boolean(null=False, default=False)
    reference = Varchar(200, null=False, default="")
    parts = Integer(null=False, default=1)
    at = Timestamptz(null=False, default=None, index=True)
    changed = Timestamptz(null=False, default=None)


class Choice(Table, tablename="notices_choice"):
    """What somebody has chosen: which channels, whether at night too, and in which language. Without a row: all, by day."""

    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, primary_key=True, default=None)
    email = Boolean(null=False, default=True)
    sms = Boolean(null=False, default=True)
    letter = Boolean(null=False, default=True)
    at_night = Boolean(null=False, default=False)
    language = Varchar(2, null=False, default="")
    changed = Timestamptz(null=False, default=None)
