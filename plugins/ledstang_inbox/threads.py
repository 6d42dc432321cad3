"""What a case is: whose, with which unit, and the thread of what was sent and done in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from ledstang import STOCKHOLM, Conflict, Flag, Given, Visit

TEXT, ABSENCE = "text", "absence"
STAFF = "staff"
MESSAGES, ANSWERS = "message", "answer"
"""What the host calls files with what a citizen writes, and with what staff answer."""
CARE = "care"
"""How a case's `begun_by` says that it was the unit who wrote first."""


class Case(msgspec.Struct, frozen=True):
    """A matter as its row has it. `person` is whose it is and `unit` whom it is with, which is what `may` asks about."""

    id: UUID
    person: UUID
    author: UUID
    type: str
    version: str
    unit: str
    roles: str
    begun_by: str
    audience: str
    draft: str | None
    written: datetime | None
    begun: datetime
    moved: datetime
    due: datetime | None
    promise: datetime | None
    desk: str | None
    assigned: UUID | None
    closed: datetime | None

    def is_for(self, roles: Collection[str], actor: UUID) -> bool:
        """Say whether somebody at work with these roles is one of those who answer; of what is begun, who began it."""
        theirs = not self.draft or (self.begun_by == CARE and self.author == actor)
        return theirs and not frozenset(roles).isdisjoint(self.roles.split())

    def is_to(self, ground: str) -> bool:
        """Say whether it is for whoever is there on a ground: for themselves, or in the person's stead."""
        return self.audience in ("both", "subject" if ground == "self" else "proxies")

    def is_begun_by(self, visit: Visit) -> bool:
        """Say whether it is a draft of a citizen's visit's own: of nobody else, and of nobody at work."""
        return self.begun_by != CARE and self.author == visit.actor.id

    @property
    def last(self) -> datetime | None:
        """The last instant at which the unit answers in time, which is on the last day: what lists of the staff's tell."""
        return self.due - timedelta(seconds=1) if self.due else None

    @property
    def promised(self) -> date | None:
        """The last day on which the citizen was promised an answer, if there is something to answer."""
        until = self.promise or self.due
        return until.astimezone(STOCKHOLM).date() - timedelta(days=1) if self.due and until else None

    def asked_until(self, promise: datetime, sooner: datetime | None) -> tuple[datetime, datetime | None]:
        """Return `due` and `promise` as they are when the unit has been asked something more.

        `promise` is until when that is answered, `sooner` by when somebody is to have acted on it, if that is said.
        """
        until = min(promise, self.promise or self.due or promise)
        due = min(one for one in (until, self.due, sooner) if one)
        return due, until if due < until else None


class Answered(msgspec.Struct, frozen=True):
    """What somebody answered to a case type's own questions, with their message: each that they met, with the answer.

    `version` is that of the questions, `flags` what staff are to be told and by when they act, `given` the answers by question.
    """

    version: str
    rows: list[tuple[str, str]]
    flags: list[tuple[Flag, datetime | None]]
    given: dict[str, Given]

    def __repr__(self) -> str:
        return f"Answered({self.version})"


class Message(msgspec.Struct, frozen=True):
    """Something that was sent or done. `title` and `unit` are in what capacity, and where, staff did it.

    `kind` is `text`, `moved` (to `unit`), `closed` or `absence`; `read` is when the other side first saw it, and
    `corrected` when who wrote it changed it before that.
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
    corrected: datetime | None
    text: str
    answered: Answered | None = None

    @property
    def by_staff(self) -> bool:
        """Whether it is from the unit."""
        return self.ground == STAFF

    @property
    def times(self) -> int:
        """How many times it was corrected."""
        return int(self.place.split("/")[2]) if self.place.count("/") > 1 else 0


class Thread(msgspec.Struct, frozen=True):
    """A case with its messages, in order, and what its reader is writing now. `turn` tells that from what they have sent.

    `reader` is who reads it, `files` are the rows of what is attached, which `host.inbox.files.read` opens, and `given`
    what the reader has answered and not sent.
    """

    case: Case
    messages: list[Message]
    turn: int
    draft: Given | None
    reader: UUID
    files: list[Any]
    given: dict[str, Given]

    @property
    def is_asked(self) -> bool:
        """Whether its type's own questions are put to its reader: until somebody on the citizen's side has written."""
        begun = any(id_ != TEXT for id_ in self.given)
        return begun or not any(one.kind == TEXT and not one.by_staff for one in self.messages)

    @property
    def is_answered(self) -> bool:
        """Whether the unit has ever answered."""
        return any(one.by_staff and one.kind == TEXT for one in self.messages)

    @property
    def correctable(self) -> UUID | None:
        """The message that its reader may still correct: their own, the latest, that the other side has not seen."""
        last = next((one for one in reversed(self.messages) if one.kind != ABSENCE), None)
        open_ = last and last.kind == TEXT and last.author == self.reader and last.read is None and not self.case.closed
        return last.id if last and open_ else None


Outcome = Literal["saved", "sent", "again"] | Conflict
"""`again`: it had been sent before, with another text than this one."""


class Outrun(Exception):
    """Something has happened in the case since the page was made: it was answered, taken, closed or handed over."""


def place_of(author: UUID, turn: int) -> str:
    """Return where the text is kept that somebody sends after `turn` others of theirs."""
    return f"{author}/{turn}"


def corrected_place(place: str) -> str:
    """Return where the text is kept that corrects the one at a place."""
    author, turn, *times = place.split("/")
    return f"{author}/{turn}/{int(times[0]) + 1 if times else 1}"


def case_of(row: Mapping[str, Any]) -> Case:
    """Return a case as its row has it."""
    return msgspec.convert(dict(row), Case)


def message_of(row: Mapping[str, Any], given: Given | None, answered: Answered | None = None) -> Message:
    """Return a message as its row has it, with the text and the answers that are kept at its place."""
    text = given.value if given and isinstance(given.value, str) else ""
    told = {name: row[name] for name in Message.__struct_fields__ if name not in ("text", "answered")}
    return Message(**told, text=text, answered=answered)
