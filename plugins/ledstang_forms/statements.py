"""The queries of this plugin, prepared, and what a row of them is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from ledstang import prepared

from ledstang_forms.tables import Sending

ONGOING, PENDING, COMPLETED, CANCELLED, EXPIRED = "ongoing", "pending", "completed", "cancelled", "expired"
QUEUED, STOPPED = "queued", "stopped"
OPEN = (ONGOING, PENDING)
UNSENT = (QUEUED, STOPPED)
"""What has not gone out: nobody but those at work has met it."""
LEVELS = ("red", "yellow", "green", "")
"""What a form has to tell staff, the most pressing first; nothing last."""
NOTHING = LEVELS.index("")
ANSWER = "forms.answer"
PLACE = "form"
"""Where the answers of a sending are kept, under its id: it has one form."""


class Sent(msgspec.Struct, frozen=True):
    """One sending as it stands. `person` is whose it is and `unit` where it belongs, which is what `may` asks about."""

    id: UUID
    person: UUID
    form: str
    version: str
    unit: str
    sent_by: UUID | None
    created: datetime
    changed: datetime
    due: datetime | None
    expires: datetime
    state: str
    completed: datetime | None
    seen: datetime | None
    corrects: UUID | None
    number: int
    rank: int
    read_by: datetime | None
    opens: datetime | None
    batch: UUID | None
    reason: str
    about_kind: str
    about: UUID | None
    about_title: str
    about_path: str
    about_staff_path: str
    moved: int

    @property
    def asked(self) -> bool:
        """Say whether care asks for it, or another plugin does: then it has a last day. Else somebody chose it."""
        return self.due is not None

    def ended_early(self, now: datetime) -> bool:
        """Say whether a clock that was ahead has ended it: its last instant is still to come."""
        return self.state == EXPIRED and now < self.expires

    def is_open(self, now: datetime) -> bool:
        """Say whether it can be answered now."""
        return self.state in OPEN and now < self.expires


COLUMNS = tuple(getattr(Sending, name) for name in Sent.__struct_fields__)
by_id = prepared(lambda id_: Sending.select(*COLUMNS).where(Sending.id == id_))
of_person = prepared(
    lambda person: Sending.select(*COLUMNS).where(Sending.person == person).order_by(Sending.changed, ascending=False)
)
by_once = prepared(lambda once: Sending.select(*COLUMNS).where(Sending.once == once))
of_batch = prepared(lambda batch: Sending.select(*COLUMNS).where(Sending.batch == batch).order_by(Sending.opens))
let_out = prepared(
    lambda state, reason, version, now, id_: (
        Sending.update(
            {
                Sending.state: state,
                Sending.reason: reason,
                Sending.version: version,
                Sending.created: now,
                Sending.changed: now,
            }
        )
        .where((Sending.id == id_) & (Sending.state == QUEUED))
        .returning(Sending.id)
    )
)
of_thing = prepared(lambda about: Sending.select(*COLUMNS).where((Sending.about == about) & Sending.corrects.is_null()))
move_day = prepared(
    lambda due, expires, moved, now, id_: (
        Sending.update({Sending.due: due, Sending.expires: expires, Sending.moved: moved, Sending.changed: now})
        .where((Sending.id == id_) & Sending.state.is_in(OPEN) & (Sending.moved < moved))
        .returning(Sending.id)
    )
)
correcting = prepared(lambda id_: Sending.select(*COLUMNS).where(Sending.corrects == id_))
touch = prepared(
    lambda state, changed, expires, id_: Sending.update(
        {Sending.state: state, Sending.changed: changed, Sending.expires: expires}
    ).where((Sending.id == id_) & Sending.state.is_in(OPEN))
)
end_one = prepared(
    lambda state, at, completed, rank, read_by, id_: (
        Sending.update(
            {
                Sending.state: state,
                Sending.changed: at,
                Sending.completed: completed,
                Sending.rank: rank,
                Sending.read_by: read_by,
            }
        )
        .where((Sending.id == id_) & Sending.state.is_in(OPEN))
        .returning(Sending.id)
    )
)
reopen = prepared(
    lambda now, id_: (
        Sending.update({Sending.state: ONGOING, Sending.changed: now})
        .where((Sending.id == id_) & (Sending.state == EXPIRED) & (Sending.expires > now))
        .returning(Sending.id)
    )
)
too_early = prepared(
    lambda now, most: Sending.raw(
        "SELECT id FROM forms_sending WHERE expires > {} AND state = 'expired' ORDER BY expires LIMIT {}", now, most
    )
)
name = prepared(lambda once, id_: Sending.update({Sending.once: once}).where(Sending.id == id_))
free = prepared(lambda id_: Sending.update({Sending.once: None}).where(Sending.id == id_))
note_seen = prepared(
    lambda at, id_: Sending.update({Sending.seen: at}).where((Sending.id == id_) & Sending.seen.is_null())
)
timed_out = prepared(
    lambda now, most: Sending.raw(
        "SELECT id FROM forms_sending WHERE expires <= {} AND state IN ('ongoing', 'pending') ORDER BY expires LIMIT {}",
        now,
        most,
    )
)
old_ones = prepared(
    lambda after, before, most: Sending.raw(
        "SELECT id, person FROM forms_sending WHERE id > {} AND changed < {} "
        "AND state NOT IN ('ongoing', 'pending') ORDER BY id LIMIT {}",
        after,
        before,
        most,
    )
)
remove = prepared(lambda id_: Sending.delete().where(Sending.id == id_))


def sent(row: dict[str, Any]) -> Sent:
    """Make a Sent of a row of these queries."""
    return msgspec.convert(row, Sent)
