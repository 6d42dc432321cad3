"""What the forms plugin keeps: which form somebody has to answer, by whom it was asked, and how far it has come."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Sending(Table, tablename="forms_sending"):
    """One form that one person is to answer, or has: sent by care, or chosen by themselves. Never what they wrote.

    `version` is the form's hash, pinned. `unit` is the HSA-id, in capitals, of who reads it; empty where nobody does.
    `sent_by` is who at the unit asked, none where the person chose the form. `due` is until when it was asked for, and
    `expires` until when it can be answered. One of a list or of several occasions is `queued` until `opens`, and `stopped`
    then where it cannot be sent, for a `reason` that is a code; `batch` is what they were sent together in. Else `state` is
    `ongoing`, `pending` (all is answered, and not sent), `completed`,
    `cancelled` or `expired`. `number` counts the versions of the answers, each of which `corrects` the one before.
    `rank` is that of the most pressing that the answers tell staff: 0 red, 1 yellow, 2 green, 3 nothing. It stands open,
    so that the unit's list is in that order from the first row: it is a working fact as `state` is, and no words.
    `read_by` is when somebody is to have acted on what its flags tell, and `seen` when the unit had it read. What another
    plugin asks for says by `about_kind` and `about` what it belongs to: a booking, a summons, an order. `about_title` is a
    message id of that plugin's, the same for everybody, and the paths are pages of it; `moved` counts how often the last
    day has changed.
    `once` is unique, so that what is posted twice is made once.
    """

    INDEXES = (("unit", "state", "seen", "rank", "completed"),)

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    form = Varchar(200, null=False)
    version = Varchar(64, null=False)
    unit = Varchar(40, null=False, default="", index=True)
    sent_by = UUID(null=True, default=None)
    created = Timestamptz(null=False, default=None)
    changed = Timestamptz(null=False, default=None)
    due = Timestamptz(null=True, default=None)
    expires = Timestamptz(null=False, default=None, index=True)
    state = Varchar(20, null=False, default="ongoing")
    completed = Timestamptz(null=True, default=None)
    seen = Timestamptz(null=True, default=None)
    corrects = UUID(null=True, default=None, index=True)
    number = Integer(null=False, default=1)
    rank = Integer(null=False, default=3)
    read_by = Timestamptz(null=True, default=None)
    about_kind = Varchar(40, null=False, default="")
    about = UUID(null=True, default=None, index=True)
    about_title = Varchar(200, null=False, default="")
    about_path = Varchar(300, null=False, default="")
    about_staff_path = Varchar(300, null=False, default="")
    moved = Integer(null=False, default=0)
    opens = Timestamptz(null=True, default=None)
    batch = UUID(null=True, default=None, index=True)
    reason = Varchar(20, null=False, default="")
    once = Varchar(300, null=True, default=None, unique=True)
