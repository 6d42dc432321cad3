"""A scheduled form's occasions: which is open now, which were missed, and when the next one comes. Pure: no database.

Each occasion opens at 06:00 Swedish time on its day, as modules do. What is answered on one has a place of its own,
`<form>/<number>`, so that answers from different weeks never mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import msgspec
from ledstang import STOCKHOLM, Filled

from ledstang_programmes.document import Schedule

MORNING = time(6)
"""When modules and scheduled forms open on their day, Swedish time: authoring language, "Release"."""


class Occasion(msgspec.Struct, frozen=True):
    """One time that a form comes, counted from 1. `closes` is None when it stays open."""

    number: int
    opens: datetime
    closes: datetime | None = None
    remind: date | None = None

    @property
    def last_day(self) -> date | None:
        """Return the last whole Swedish day on which it can be filled in, or None."""
        return self.closes.astimezone(STOCKHOLM).date() - timedelta(days=1) if self.closes else None


class Occasions:
    """All occasions of the form `id_`, seen from one instant. `first` is the Swedish day of the first one."""

    def __init__(
        self, schedule: Schedule, id_: str, first: date, responses: Mapping[str, Filled], now: datetime
    ) -> None:
        self._id, self._responses, self._now = id_, responses, now
        self.all = [_occasion(schedule, first, number) for number in range(1, schedule.times + 1)]

    @property
    def current(self) -> Occasion | None:
        """Return the occasion that is open now, answered or not."""
        return next((one for one in reversed(self.all) if self._is_open(one)), None)

    @property
    def due(self) -> Occasion | None:
        """Return the occasion that is open now and not answered."""
        current = self.current
        return current if current and not self.answered(current) else None

    @property
    def coming(self) -> Occasion | None:
        """Return the next occasion that has not opened yet."""
        return next((one for one in self.all if one.opens > self._now), None)

    @property
    def answered_count(self) -> int:
        return sum(self.answered(one) for one in self.all)

    @property
    def missed(self) -> int:
        """Return how many have closed without an answer."""
        return sum(bool(one.closes and one.closes <= self._now) and not self.answered(one) for one in self.all)

    def numbered(self, number: int) -> Occasion | None:
        """Return an occasion by its number."""
        return self.all[number - 1] if 1 <= number <= len(self.all) else None

    def answered(self, one: Occasion) -> bool:
        """Say whether the form was sent on an occasion."""
        response = self._responses.get(place_of(self._id, one.number))
        return bool(response and response.completed)

    def _is_open(self, one: Occasion) -> bool:
        return one.opens <= self._now and (one.closes is None or self._now < one.closes)


def place_of(id_: str, number: int) -> str:
    """Return where the answers of one occasion are kept."""
    return f"{id_}/{number}"


def last_day(ended: datetime, days: int) -> date:
    """Return the last Swedish day on which a course that ended at an instant may be read, for so many days."""
    return ended.astimezone(STOCKHOLM).date() + timedelta(days=days)


def _occasion(schedule: Schedule, first: date, number: int) -> Occasion:
    day = first + timedelta(days=(number - 1) * (schedule.every or 0))
    length = schedule.open_days or (schedule.every if number < schedule.times else None)
    remind = day + timedelta(days=schedule.remind_day - 1) if schedule.remind_day else None
    return Occasion(number, _morning(day), _morning(day + timedelta(days=length)) if length else None, remind)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=STOCKHOLM)
