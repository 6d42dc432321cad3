"""What a case is: whose, with which unit, and the thread of what was sent and done in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from ledstang import STOCKHOLM, Conflict, Given

TEXT = "text"
STAFF = "staff"


class Case(msgspec.Struct, frozen=True):
    """A matter as its row has it. `person` is whose it is and `unit` whom it is with, which is what `may` asks about."""

    id: UUID
    person: UUID
    author: UUID
    type: str
    version: str
    unit: str
    roles: str
    draft: str | None
    written: datetime | None
    begun: datetime
    moved: datetime
    due: datetime | None
    desk: str | None
    assigned: UUID | None
    closed: datetime | None

    def is_for(self, roles: Collection[str]) -> bool:
        """Say whether somebody at work with these roles is one of those who answer."""
        return not self.draft and not set(self.roles.split()).isdisjoint(roles)

    @property
    def last(self) -> datetime | None:
        """The last instant at which the unit answers in time, which is on the last day: what lists of the staff's tell."""
        return self.due - timedelta(seconds=1) if self.due else None

    @property
    def promised(self) -> date | None:
        """The last day on which the unit answers, if it has something to answer."""
        return self.due.astimezone(STOCKHOLM).date() - timedelta(days=1) if self.due else None


class Message(msgspec.Struct, frozen=True):
    """Something that was sent or done. `title` and `unit` are in what capacity, and where, staff did it.

    `kind` is `text`, `moved` (to `unit`) or `closed`; `read` is when the other side first saw it.
    """

    id: UUID
    author: UUID
    ground: str
    title: str
    unit: str
    kind: str
    place: str
    sent: datetime
    read: datetime | None
    text: str

    @property
    def by_staff(self) -> bool:
        """Whether it is from the unit."""
        return self.ground == STAFF


class Thread(msgspec.Struct, frozen=True):
    """A case with its messages, in order, and what its reader is writing now. `turn` tells that from what they have sent."""

    case: Case
    messages: list[Message]
    turn: int
    draft: Given | None

    @property
    def is_answered(self) -> bool:
        """Whether the unit has ever answered."""
        return any(one.by_staff and one.kind == TEXT for one in self.messages)


Outcome = Literal["saved", "sent", "again"] | Conflict
"""`again`: it had been sent before, with another text than this one."""


class Outrun(Exception):
    """Something has happened in the case since the page was made: it was answered, taken, closed or handed over."""


def place_of(author: UUID, turn: int) -> str:
    """Return where the text is kept that somebody sends after `turn` others of theirs."""
    return f"{author}/{turn}"


def case_of(row: Mapping[str, Any]) -> Case:
    """Return a case as its row has it."""
    return msgspec.convert(dict(row), Case)


def message_of(row: Mapping[str, Any], given: Given | None) -> Message:
    """Return a message as its row has it, with the text that is kept at its place."""
    text = given.value if given and isinstance(given.value, str) else ""
    return Message(**{name: row[name] for name in Message.__struct_fields__ if name != "text"}, text=text)
