"""Cases between a person and a unit, and the messages in them. What was written is in the host's store of answers."""

from __future__ import annotations

from ledstang import PersonTable
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table


class Case(Table, tablename="inbox_case"):
    """One matter between `person` and a unit. `type` is the case type's key and `version` the hash of its text;
    `roles` are those that answer, with spaces between.

    `begun_by` is `resident` or `care`, and `audience` who may read it: `both` the person and those who act for them, the
    `subject` alone, or only the `proxies`.

    `draft` is `<person>/<author>/<type>` while nobody has sent anything, after `care/` where the unit begins, and null
    afterwards: unique, so that one who writes on two devices writes in one draft; `written` is when somebody last wrote in
    it, null afterwards too. `due` is until when the unit has promised to answer what it has been asked first of all that is
    unanswered; null when it has answered. Where what was answered calls for it sooner, `due` is that, and `promise` until when
    the citizen has been promised an answer. `desk` is the unit on whose desk it lies: null for a draft, and for what is
    closed. `assigned` is who at the unit sees to it. `closed` is when it was closed.
    """

    INDEXES = (("desk", "due"),)

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    author = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    type = Varchar(60, null=False)
    version = Varchar(64, null=False)
    unit = Varchar(40, null=False)
    roles = Varchar(120, null=False)
    begun_by = Varchar(10, null=False, default="resident")
    audience = Varchar(10, null=False, default="both")
    draft = Varchar(200, unique=True, null=True, default=None)
    written = Timestamptz(default=None, null=True, index=True)
    begun = Timestamptz(default=None, null=False)
    moved = Timestamptz(default=None, null=False)
    due = Timestamptz(default=None, null=True)
    promise = Timestamptz(default=None, null=True)
    desk = Varchar(40, null=True, default=None, index=True)
    assigned = ForeignKey(PersonTable, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    closed = Timestamptz(default=None, null=True)


class Message(Table, tablename="inbox_message"):
    """Something that was sent or done in a case. Who wrote a text may correct it until `read`, when the other side first
    saw it; after that it is never changed. `corrected` is when that was done last.

    `kind` is `text`, `moved`, `closed` or `absence`, the unit's reply that it is away, which nobody wrote just then:
    `author` is whose message it follows. `place` is where a text is kept, in the case's answers. `author` wrote it, on a
    `ground`, which is `staff` for those at work; `title` is in what capacity then, and `unit` where: of what was moved,
    where to.
    """

    id = UUID(primary_key=True, default=None)
    case = ForeignKey(Case, on_delete=OnDelete.restrict, null=False, index=True)
    person = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    author = ForeignKey(PersonTable, on_delete=OnDelete.restrict, null=False, index=True)
    ground = Varchar(60, null=False)
    title = Varchar(120, null=False, default="")
    unit = Varchar(40, null=False, default="")
    kind = Varchar(10, null=False, default="text")
    place = Varchar(80, null=False)
    sent = Timestamptz(default=None, null=False)
    read = Timestamptz(default=None, null=True)
    corrected = Timestamptz(default=None, null=True)
