"""The days on which something begins or ends around a child: birthdays by the policy tables, and days of the tables themselves.

What a day brings is told in the same words to the guardian, the young person and the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
from babel.dates import format_date
from babel.lists import format_list
from ledstang import Door, Host, Person, door_name, text

from ledstang_guardian.links import GUARDIAN

LOCALE = Path(__file__).parent / "locale"
YEARS_AHEAD = 25
"""How far from birth to look for changes: past every age that a guardian's rule could name."""
NOBODY = "nobody"
"""What policy tables call the relation of a gap that is meant."""
DAY = timedelta(days=1)
BIRTHDAY = "On {day} {name} turns {age}:"
NEW_RULES = "On {day}, when {name} is {age}, new rules come:"
BRINGS = {
    (GUARDIAN, False): "Closes to guardians: {what}.",
    (GUARDIAN, True): "Opens to guardians: {what}.",
    (NOBODY, True): "Closed to everybody, unless the care unit decides otherwise: {what}.",
    ("self", False): "Closes to {name}: {what}.",
    ("self", True): "Opens to {name}: {what}.",
}
"""What is told of a relation whose doors close or open, in this order. That a gap is over, the door that opens says."""


class Turn(msgspec.Struct, frozen=True):
    """A day on which doors open or close for a child's guardians. `ends` says that nothing opens on it."""

    on: date
    age: int
    ends: bool


def turns(host: Host, child: Person, *, ahead: bool = True) -> list[Turn]:
    """Return a child's days, those to come or (with `ahead` False) those that have been, the first one first."""
    today = host.clock.today()
    doors = [door for door in _doors(host, child, None if ahead else today) if door.relation == GUARDIAN]
    days = {door.on: door.age for door in doors}
    return [Turn(on, age, not any(door.opens for door in doors if door.on == on)) for on, age in days.items()]


def told_ahead(host: Host, child: Person, language: str) -> list[tuple[str, list[str]]]:
    """Return each day to come on which anything changes, as a line that names it and what it brings, a sentence each."""
    doors = _doors(host, child)
    return [
        (_day(child, day, language), _brings(child, [one for one in doors if one.on == day], language))
        for day in dict.fromkeys(one.on for one in doors if (one.relation, one.opens) in BRINGS)
    ]


def gap_ends(host: Host, child: Person, door: str) -> date | None:
    """Return the last day of the gap that is meant at a door (`service.action`), None where there is none to come."""
    ends = [one for one in _doors(host, child) if one.relation == NOBODY and not one.opens]
    return next((one.on - DAY for one in ends if f"{one.service}.{one.action}" == door), None)


def _doors(host: Host, child: Person, until: date | None = None) -> list[Door]:
    """Return what opens and closes for everybody's units from today on, or until a day from birth on."""
    if until is not None:
        found = host.people.doors(child, child.born, until)
    else:
        found = host.people.doors_ahead(child, date(child.born.year + YEARS_AHEAD, 12, 31))
    return [door for door in found if door.unit is None]


def _day(child: Person, on: date, language: str) -> str:
    age = child.age(on)
    said = BIRTHDAY if age > child.age(on - DAY) else NEW_RULES
    day = format_date(on, "long", locale=language)
    return text(said, language, (LOCALE,)).format(day=day, name=child.called, age=age)


def _brings(child: Person, doors: Sequence[Door], language: str) -> list[str]:
    said = []
    for about, sentence in BRINGS.items():
        doors_of = sorted(
            (one for one in doors if (one.relation, one.opens) == about), key=lambda one: one.service == "*"
        )
        if doors_of:
            what = format_list([door_name(one.service, one.action, language) for one in doors_of], locale=language)
            said.append(text(sentence, language, (LOCALE,)).format(name=child.called, what=what))
    return said
