"""The days on which something begins or ends for guardians: birthdays by the policy tables, and days of the tables themselves."""

from __future__ import annotations

from datetime import date

import msgspec
from ledstang import Host, Person

from ledstang_guardian.links import GUARDIAN

YEARS_AHEAD = 25
"""How far from birth to look for changes: past every age that a guardian's rule could name."""


class Turn(msgspec.Struct, frozen=True):
    """A day on which doors open or close for a child's guardians. `ends` says that nothing opens on it."""

    on: date
    age: int
    ends: bool


def turns(host: Host, child: Person, *, ahead: bool = True) -> list[Turn]:
    """Return a child's days, those to come or (with `ahead` False) those that have been, the first one first."""
    today, born = host.clock.today(), child.born
    until = date(born.year + YEARS_AHEAD, 12, 31)
    doors = [
        door
        for door in host.people.doors(child, today if ahead else born, until if ahead else today)
        if door.relation == GUARDIAN and door.unit is None
    ]
    days = {door.on: door.age for door in doors}
    return [Turn(on, age, not any(door.opens for door in doors if door.on == on)) for on, age in days.items()]
