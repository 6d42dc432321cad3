"""Sessions, and texts rescued from sessions that died under somebody's hands."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from ledstang.people.tables import Person


class Session(Table, tablename="session"):
    """One sign-in on one browser. `id` is the SHA-256 of the cookie's token, in hex: the token itself is nowhere.

    `auth_at` is when the person last proved who they are, `seen` is kept to the minute. A session that has ended stays
    a day, so that what was being written when it died can be rescued; nothing brings it back.

    `acting_for` is for whom the person has gone on to act, and `ground` on what ground: what they may is asked anew at
    each request, whatever stands here. `assignment` is in what capacity somebody works, as they chose. `locked_to` is the
    only path that is open while the device is handed over to the one that somebody acts for.

    `origin` and `origin_subject` are keyed hashes of the provider's session and of its name for the person.
    """

    id = Varchar(64, primary_key=True, default=None)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    csrf = Varchar(64, null=False, index=True)
    created = Timestamptz(default=None, null=False)
    seen = Timestamptz(default=None, null=False)
    auth_at = Timestamptz(default=None, null=False, index=True)
    ended = Timestamptz(default=None, null=True, index=True)
    acting_for = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    ground = Varchar(40, default=None, null=True)
    assignment = UUID(default=None, null=True)
    locked_to = Varchar(1000, default=None, null=True)
    origin = Varchar(64, default=None, null=True, index=True)
    origin_subject = Varchar(64, default=None, null=True, index=True)


class RescuedText(Table, tablename="rescued_text"):
    """A form that was posted with a dead session: its fields, sealed, for the same person and nobody else.

    `acting_for` is for whom it was written, if not for themselves, and `assignment` in what capacity: it is sent for
    nobody else, and in no other. `ground` is on what ground, and `unit` the HSA-id of the care unit that it was meant for,
    where the page could tell: when the ground ends first, it is put before that unit. With `locked_to` it is what that
    person wrote there, on a device that was handed over: the one whose session it was never reads it.
    """

    id = UUID(primary_key=True, default=None)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    path = Varchar(1000, null=False)
    fields = Bytea(default=None, null=False)
    acting_for = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
    ground = Varchar(40, default=None, null=True)
    assignment = UUID(default=None, null=True)
    locked_to = Varchar(1000, default=None, null=True)
    unit = Varchar(40, default=None, null=True)
    created = Timestamptz(default=None, null=False, index=True)


class WithheldText(Table, tablename="withheld_text"):
    """A form that somebody was filling in for another when the ground to do so ended: sealed, and shown to neither.

    `subject` is in whose name it was written, `actor` by whom, and `unit` the HSA-id, in capitals, of the care unit that
    it was meant for, None where the page did not say. `outcome` is empty until somebody there has decided;
    why they did is sealed with the fields.
    """

    id = UUID(primary_key=True, default=None)
    subject = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    actor = ForeignKey(Person, on_delete=OnDelete.restrict, null=False, index=True)
    path = Varchar(1000, null=False)
    fields = Bytea(default=None, null=False)
    created = Timestamptz(default=None, null=False)
    unit = Varchar(40, default=None, null=True, index=True)
    outcome = Varchar(20, default="", null=False)
    decided = Timestamptz(default=None, null=True)
    decided_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True, index=True)
