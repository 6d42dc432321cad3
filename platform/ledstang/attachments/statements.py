"""All the SQL about attached files, and what a row of it is. Whoever changes one says in what state it must be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ledstang.attachments.names import name_for
from ledstang.attachments.reasons import message_of
from ledstang.attachments.tables import Attachment as Row
from ledstang.database import Keys, prepared

RECEIVING, CHECKING, QUARANTINED, READY, REFUSED = "receiving", "checking", "quarantined", "ready", "refused"


class Attached(msgspec.Struct, frozen=True):
    """One file at a thing of a plugin's. `Attachment` says what each part is; `name` is open here, and fit to be shown."""

    id: UUID
    subject: UUID
    owner: UUID | None
    ground: str
    unit: str
    use: str
    item: UUID
    belongs_to: UUID | None
    name: str
    state: str
    reason: str
    kind: str
    length: int | None
    received: int
    size: int
    parts: int
    batch: UUID
    added: datetime
    waits: datetime | None
    expires: datetime | None

    @property
    def person(self) -> UUID:
        """Whose it is."""
        return self.subject

    @property
    def is_draft(self) -> bool:
        """Whether it has been sent to nobody yet: then only who added it sees it, and it goes by itself."""
        return self.expires is not None

    @property
    def href(self) -> str:
        """Where it is fetched; empty while it cannot be."""
        return f"/attachments/{self.id}" if self.state == READY else ""

    @property
    def message(self) -> str:
        """The message id of the sentence about why it cannot be fetched; empty where it can."""
        return message_of(self.state, self.reason)

    @property
    def is_refused(self) -> bool:
        """Whether it was refused, and holds nothing any more."""
        return self.state == REFUSED

    def __repr__(self) -> str:
        return f"Attached({self.id})"


COLUMNS = tuple(getattr(Row, name) for name in Attached.__struct_fields__)


def place_of_name(id_: UUID, subject: UUID) -> dict[str, Any]:
    """Return where the name of a file is sealed."""
    return {"table": "attachment", "column": "name", "row": id_, "subject": subject}


def attached(keys: Keys, row: Mapping[str, Any]) -> Attached:
    """Open a row. Raises SealBroken."""
    name = keys.unseal(row["name"], **place_of_name(row["id"], row["subject"])).decode(errors="replace")
    return Attached(**{**row, "name": name_for(name, row["kind"])})


one = prepared(lambda id_: Row.select(*COLUMNS).where(Row.id == id_))
at = prepared(lambda use, item: Row.select(*COLUMNS).where((Row.item == item) & (Row.use == use)).order_by(Row.added))
about = prepared(lambda person: Row.select(*COLUMNS).where(Row.subject == person).order_by(Row.added))
lying = prepared(
    lambda use, item, refused: Row.count().where(
        (Row.item == item) & (Row.use == use) & Row.belongs_to.is_null() & (Row.state != refused)
    )
)
drafts = prepared(
    lambda owner: Row.raw(
        "SELECT SUM(COALESCE(length, received)) AS bytes FROM attachment WHERE owner = {} AND expires IS NOT NULL "
        "AND state <> 'refused'",
        owner,
    )
)
grow = prepared(
    lambda received, parts, id_, before, state: (
        Row.update({Row.received: received, Row.parts: parts})
        .where((Row.id == id_) & (Row.received == before) & (Row.state == state))
        .returning(Row.id)
    )
)
complete = prepared(
    lambda state, waits, size, id_, before: (
        Row.update({Row.state: state, Row.waits: waits, Row.size: size, Row.length: size})
        .where((Row.id == id_) & (Row.state == before))
        .returning(Row.id)
    )
)
due = prepared(
    lambda now, most: Row.raw("SELECT id FROM attachment WHERE waits <= {} ORDER BY waits LIMIT {}", now, most)
)
claim = prepared(
    lambda until, id_, now: (
        Row.update({Row.waits: until}).where((Row.id == id_) & (Row.waits <= now)).returning(*COLUMNS)
    )
)
looked_through = prepared(
    lambda state, kind, batch, parts, size, id_, before: (
        Row.update({Row.state: state, Row.kind: kind, Row.batch: batch, Row.parts: parts, Row.size: size})
        .where((Row.id == id_) & (Row.batch == before))
        .returning(Row.id)
    )
)
settle = prepared(
    lambda state, reason, waits, id_: (
        Row.update({Row.state: state, Row.reason: reason, Row.waits: waits}).where(Row.id == id_).returning(Row.id)
    )
)
send = prepared(
    lambda part, use, item, owner, ground, kept, also, last: (
        Row.update({Row.expires: None, Row.belongs_to: part})
        .where(
            (Row.item == item) & (Row.use == use) & (Row.owner == owner) & (Row.ground == ground)
            & Row.expires.is_not_null() & ((Row.state == kept) | (Row.state == also) | (Row.state == last))
        )
        .returning(Row.id)
    )
)  # fmt: skip
late = prepared(lambda now: Row.select(*COLUMNS).where(Row.expires <= now).limit(200))
drafts_for = prepared(
    lambda person, ground: Row.select(*COLUMNS).where(
        (Row.subject == person) & (Row.ground == ground) & Row.expires.is_not_null()
    )
)
leave = prepared(
    lambda use, item, id_: (
        Row.update({Row.use: use, Row.item: item, Row.expires: None})
        .where((Row.id == id_) & Row.expires.is_not_null())
        .returning(Row.id)
    )
)
left = prepared(
    lambda use, person: Row.select(*COLUMNS).where((Row.subject == person) & (Row.use == use)).order_by(Row.added)
)
gone = prepared(lambda id_: Row.delete().where(Row.id == id_).returning(Row.id))
of_item = prepared(lambda use, item: Row.select(Row.id).where((Row.item == item) & (Row.use == use)))
of_subject = prepared(lambda person: Row.select(Row.id).where(Row.subject == person))
disown = prepared(lambda person: Row.update({Row.owner: None}).where(Row.owner == person))
