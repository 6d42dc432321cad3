"""What staff have filled in about a child: read, and held against what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from ledstang import Host, NotANumber, Person, RegisterAway, read_number

from ledstang_guardian.links import GUARDIAN

Errors = dict[str, str]
MOST = 2000
"""The most letters of a reason."""
NUMBER = "Write the child's personal number with twelve digits, such as 20170101 and four more."
NOBODY = "The population register names no guardian for this number."
AWAY = "The population register does not answer just now. Try again in a while."
WHOM = "Choose one of the guardians."
REASON = "Write why, in at most 2000 letters. Only the unit can read it."
GRANT_REASON = "Write why, in at most 2000 letters. The young person can read it."
REVIEW = "Write a day after today on which the unit thinks it over again, in figures."
UNTIL = "Write the last day, from today on, in figures."
TOO_LONG = "Write an earlier day: from a later birthday on the young person sees to this without guardians."
DOOR = "Choose what to open."
FOR_WHOM = "Choose for whom."


class Block(msgspec.Struct, frozen=True):
    """A guardian to block, why, and when to think it over."""

    guardian: UUID
    reason: str
    review: date


class Grant(msgspec.Struct, frozen=True):
    """A door to open, for guardians or for the young person, until a day; why, and when to think it over."""

    door: str
    relation: str
    until: date
    reason: str
    review: date


async def known_child(host: Host, given: str) -> tuple[Person | None, str]:
    """Return who has a number, as the register says now, if it names a guardian of theirs; else what is wrong."""
    try:
        person = await host.people.by_number(read_number(given.strip(), host.clock.today()))
    except NotANumber:
        return None, NUMBER
    except RegisterAway:
        return None, AWAY
    if person is None or person.deceased or not person.guardians:
        return None, NOBODY
    return person, ""


def read_block(form: Any, guardians: Sequence[Person], today: date) -> tuple[Block | None, Errors]:
    """Return whom to block, and what is wrong, by field."""
    whom = next((one.id for one in guardians if str(one.id) == form.get("guardian")), None)
    reason, review = str(form.get("reason", "")).strip(), _day(form.getall("review", []))
    faults = {
        "guardian": "" if whom else WHOM,
        "reason": "" if 0 < len(reason) <= MOST else REASON,
        "review": "" if review and review > today else REVIEW,
    }
    errors = {name: fault for name, fault in faults.items() if fault}
    return (None if errors or whom is None or review is None else Block(whom, reason, review)), errors


def read_grant(form: Any, doors: Mapping[str, date | None], today: date) -> tuple[Grant | None, Errors]:
    """Return what to open, and what is wrong, by field.

    `doors` says of each how long it may be open to guardians: as long as the rules leave it to the unit.
    """
    door, relation = str(form.get("door", "")), str(form.get("relation", ""))
    why, until, review = (
        str(form.get("why", "")).strip(),
        _day(form.getall("until", [])),
        _day(form.getall("again", [])),
    )
    most = doors.get(door) if relation == GUARDIAN else None
    faults = {
        "door": "" if door in doors else DOOR,
        "relation": "" if relation in (GUARDIAN, "self") else FOR_WHOM,
        "until": (TOO_LONG if most and until > most else "") if until and until >= today else UNTIL,
        "why": "" if 0 < len(why) <= MOST else GRANT_REASON,
        "again": "" if review and review > today else REVIEW,
    }
    errors = {name: fault for name, fault in faults.items() if fault}
    good = None if errors or until is None or review is None else Grant(door, relation, until, why, review)
    return good, errors


def _day(parts: Sequence[Any]) -> date | None:
    """Return a day from its three boxes, None where they hold none."""
    try:
        year, month, day = (int(str(part).strip()) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None
