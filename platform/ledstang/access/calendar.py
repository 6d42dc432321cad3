"""The authority calendar: on which days of somebody's life the policy tables open and close doors, and for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from ledstang.access.policies import PolicyRow, governing
from ledstang.people.persons import age, attained

DAY = timedelta(days=1)


class Door(msgspec.Struct, frozen=True):
    """A door that opens or closes for a relation on a Swedish day, from its first minute, with why.

    `service` and `action` are those of the tables; `*` is whatever no row of its own names. `age` is the subject's then.
    `unit` is the HSA-id of the only unit that it is about, None for all that have no rows of their own. For the relation
    `nobody` it opens where a gap that is meant begins, and closes where that ends.
    """

    on: date
    age: int
    relation: str
    service: str
    action: str
    opens: bool
    basis: str
    unit: str | None = None


class Doorway(msgspec.Struct, frozen=True):
    """How a door stands for a relation on a day, by the tables alone; `objection` says that the subject may shut it."""

    service: str
    action: str
    open: bool
    objection: bool

    @property
    def key(self) -> tuple[str, str]:
        """What it leads to: service and action."""
        return self.service, self.action


def doorways(
    rows: Iterable[PolicyRow], relation: str, born: date, on: date, region: str | None = None
) -> tuple[Doorway, ...]:
    """Return how each door of a relation stands on a day for somebody of a region, in the order of the tables.

    A door that has no row on that day is left out; rows of one unit alone are.
    """
    rows = [row for row in rows if row.unit is None]
    asked = dict.fromkeys((row.service, row.action) for row in rows if row.relation == relation)
    found, years = [], age(born, on)
    for service, action in asked:
        deciding = governing(rows, f"{service}.{action}", relation, on, region)
        if deciding:
            admitting = [row for row in deciding if on >= born and row.admits(years)]
            found.append(Doorway(service, action, bool(admitting), any(row.objection for row in admitting)))
    return tuple(found)


def calendar(
    rows: Iterable[PolicyRow], born: date, today: date, until: date, region: str | None = None
) -> tuple[Door, ...]:
    """Return the doors that open and close after `today` and no later than `until`, in the order of the days.

    What is open at `today` itself is not told: to hear all, ask from the day before birth. What rows of one unit alone
    say is told as that unit's. An age is reached as `people.persons.attained` says, on 29 February too.
    """
    rows = list(rows)
    doors = dict.fromkeys((row.relation, row.service, row.action, row.unit) for row in rows)
    days = sorted({day for row in rows for day in _turns(row, born) if max(today, born - DAY) < day <= until})
    return tuple(door for day in days for one in doors if (door := _turn(rows, *one, born, day, region)))


def _turns(row: PolicyRow, born: date) -> Iterable[date]:
    """Yield the days on which a row may begin or cease to admit."""
    yield attained(born, row.from_age or 0)
    if row.to_age is not None:
        yield attained(born, row.to_age + 1)
    if row.valid_from is not None:
        yield row.valid_from
    if row.valid_to is not None:
        yield row.valid_to + DAY


def _turn(
    rows: list[PolicyRow],
    relation: str,
    service: str,
    action: str,
    unit: str | None,
    born: date,
    day: date,
    region: str | None,
) -> Door | None:
    before = _basis(rows, relation, service, action, unit, born, day - DAY, region)
    after = _basis(rows, relation, service, action, unit, born, day, region)
    if (before is None) == (after is None):
        return None
    return Door(day, age(born, day), relation, service, action, after is not None, (after or before or ""), unit)


def _basis(
    rows: list[PolicyRow],
    relation: str,
    service: str,
    action: str,
    unit: str | None,
    born: date,
    on: date,
    region: str | None,
) -> str | None:
    """Return why a door is open on a day, None where it is shut."""
    if on < born:
        return None
    years = age(born, on)
    deciding = governing(rows, f"{service}.{action}", relation, on, region, unit)
    return next((row.basis for row in deciding if row.admits(years)), None)
