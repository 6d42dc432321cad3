"""Who in a family is before the page: what they may answer and read, and whose series of answers is theirs.

What each guardian answers on their own is kept at `<place>~<mark>`. The mark tells nobody who it is, and only the one whose
it is ever meets what lies there: to all others it is a place that somebody has answered at, or not yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal
from uuid import UUID, uuid5

import msgspec
from ledstang import Filled, Visit

from ledstang_programmes.audience import BY_OTHERS
from ledstang_programmes.document import Answerer

GUARDIAN = "guardian"
"""The ground on which somebody acts for a child, as policy tables call the relation."""

BETWEEN = "~"
Role = Literal["child", "guardian", "other"]
MAY: dict[Answerer, frozenset[Role]] = {
    "participant": frozenset({"child", "guardian", "other"}),
    "child": frozenset({"child"}),
    "guardian": frozenset({"guardian"}),
    "each guardian": frozenset({"guardian"}),
    "child or guardian": frozenset({"child", "guardian"}),
}


class Viewer(msgspec.Struct, frozen=True):
    """Who is before a page of a participation. A participant who is grown up has the role of a `child`: it is theirs.

    `mark` is what a guardian's own series go by.
    """

    role: Role
    mark: str = ""

    @classmethod
    def of(cls, visit: Visit, participation: UUID) -> Viewer:
        """Return who a visit is in a participation. A child to whom the phone was handed over is itself."""
        if visit.ground == "self" or visit.handed_over:
            return cls("child")
        return cls("guardian" if visit.ground == GUARDIAN else "other", mark_of(participation, visit.actor.id))

    def may_answer(self, by: Answerer) -> bool:
        """Say whether it is theirs to answer."""
        return self.role in MAY[by]

    def may_read(self, by: Answerer, *, guardian_reads: bool) -> bool:
        """Say whether they may read what stands there. `guardian_reads` is what was decided about the child's own."""
        if by == "child":
            return self.role == "child" or (self.role == "guardian" and guardian_reads)
        return self.may_answer(by) or (by == "guardian" and self.role == "child")

    def waits_for(self, by: Answerer) -> bool:
        """Say whether what comes after waits for it: not for what somebody else answers, in their own time."""
        return self.role == "guardian" or by not in BY_OTHERS

    def place(self, place: str, by: Answerer) -> str:
        """Return where what this viewer writes at a place is kept."""
        return f"{place}{BETWEEN}{self.mark}" if by == "each guardian" else place


ANYBODY = Viewer("guardian")
"""Stands for a whole family, where nobody in particular is before the page."""


class Series(msgspec.Struct, frozen=True):
    """The responses of a participation as one viewer meets them: their own and the shared ones, by plain place.

    `elsewhere` are the places at which another guardian has sent a series of theirs.
    """

    own: dict[str, Filled]
    elsewhere: frozenset[str]


def mark_of(participation: UUID, actor: UUID) -> str:
    """Return what a guardian's series in a participation go by."""
    return uuid5(participation, str(actor)).hex[:16]


def divide(responses: Mapping[str, Filled], viewer: Viewer, each: Collection[str]) -> Series:
    """Divide responses between a viewer and the others. `each` are the boxes that every guardian answers on their own."""
    own, elsewhere = {}, set()
    for stored, response in responses.items():
        place, mark = split(stored)
        if (box_of(place) in each or mark) and mark != viewer.mark:
            elsewhere |= {place} if response.completed else set()
        else:
            own[place] = msgspec.structs.replace(response, place=place)
    return Series(own, frozenset(elsewhere))


def merged(responses: Mapping[str, Filled], each: Collection[str] = (), guardians: int = 1) -> dict[str, Filled]:
    """Return responses by plain place, as whoever only asks whether all who are to answer have done so wants them.

    `each` are the boxes that every guardian answers on their own, and `guardians` is how many of them there are.
    """
    found: dict[str, Filled] = {}
    for place, stored in by_place(responses).items():
        sent = [one for one in stored if responses[one].completed]
        needed = guardians if box_of(place) in each else 1
        found[place] = msgspec.structs.replace(
            responses[(sent or stored)[0]], completed=responses[sent[0]].completed if len(sent) >= needed else None
        )
    return found


def by_place(responses: Collection[str]) -> dict[str, list[str]]:
    """Return where something is kept, by plain place."""
    found: dict[str, list[str]] = {}
    for stored in responses:
        found.setdefault(split(stored)[0], []).append(stored)
    return found


def split(stored: str) -> tuple[str, str]:
    """Return the plain place and the mark of where something is kept."""
    place, _, mark = stored.partition(BETWEEN)
    return place, mark


def box_of(place: str) -> str:
    """Return the box, or the measure, that a place is of."""
    return place.partition("/")[0]
