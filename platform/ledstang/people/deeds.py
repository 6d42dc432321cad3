"""What others have answered in somebody's place: told to the one whose answers they are."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from ledstang.access.policies import SELF
from ledstang.clock import STOCKHOLM
from ledstang.content.tables import Answer
from ledstang.database import Bound, prepared
from ledstang.people.register import Register

MOST = 500
"""The most answers that one list is made of, the latest ones."""


class Deed(msgspec.Struct, frozen=True):
    """What one person answered for another on a Swedish day. `who` is empty where the name may not be told."""

    on: date
    who: str
    ground: str
    answers: int

    def __repr__(self) -> str:
        return "Deed()"


def deeds_for(subject: UUID) -> Bound:
    """Return the query of what others have answered for somebody, to be run with others of the page."""
    return _by_others.bind(subject, SELF, MOST)


def read_deeds(register: Register, rows: list[dict[str, Any]]) -> list[Deed]:
    """Read the rows of `deeds_for`, the latest day first. Raises SealBroken."""
    return [_deed(register, list(some)) for _, some in groupby(rows, key=_together)]


def _together(row: dict[str, Any]) -> tuple[date, UUID, str]:
    changed: datetime = row["changed"]
    return changed.astimezone(STOCKHOLM).date(), row["actor"], row["ground"]


def _deed(register: Register, rows: list[dict[str, Any]]) -> Deed:
    on, actor, ground = _together(rows[0])
    person = register.person({**rows[0], "id": actor})
    return Deed(on, "" if person.protected else person.called, ground, len(rows))


_by_others = prepared(
    lambda subject, own, most: Answer.raw(
        "SELECT a.changed, a.actor, a.ground, p.facts, p.born, p.county, p.checked, p.locked FROM answer a "
        "JOIN person p ON p.id = a.actor WHERE a.person = {} AND a.ground <> {} ORDER BY a.changed DESC LIMIT {}",
        subject,
        own,
        most,
    )
)
