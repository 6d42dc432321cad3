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
    """

    on: date
    age: int
    relation: str
    service: str
    action: str
    opens: bool
    basis: str


def calendar(
    rows: Iterable[PolicyRow], born: date, today: date, until: date, region: str | None = None
) -> tuple[Door, ...]:
    """Return the doors that open and close after `today` and no later than `until`, in the order of the days.

    What is open at `today` itself is not told: to hear all, ask from the day before birth. Rows of one unit alone are
    left out. An age is reached as `people.persons.attained` says, on 29 February too.
    """
    rows = [row for row in rows if row.unit is None]
    doors = dict.fromkeys((row.relation, row.service, row.action) for row in rows)
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
    rows: list[PolicyRow], relation: str, service: str, action: str, born: date, day: date, region: str | None
) -> Door | None:
    before = _basis(rows, relation, service, action, born, day - DAY, region)
    after = _basis(rows, relation, service, action, born, day, region)
    if (before is None) == (after is None):
        return None
    return Door(day, age(born, day), relation, service, action, after is not None, (after or before or ""))


def _basis(
    rows: list[PolicyRow], relation: str, service: str, action: str, born: date, on: date, region: str | None
) -> str | None:
    """Return why a door is open on a day, None where it is shut."""
    if on < born:
        return None
    years = age(born, on)
    deciding = governing(rows, f"{service}.{action}", relation, on, region)
    return next((row.basis for row in deciding if row.admits(years)), None)
