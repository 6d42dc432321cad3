"""What is done by the clock: every so often, or at a time of day in Sweden."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from ledstang.clock import STOCKHOLM

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Every(msgspec.Struct, frozen=True):
    """At regular intervals, counted from the same instant on every machine. Raises ValueError for less than a minute."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError("a job is done every minute at the most")

    def latest(self, now: datetime) -> datetime:
        """Return the last instant at or before `now`, in UTC, at which the job was due."""
        step = timedelta(minutes=self.minutes)
        return EPOCH + (now - EPOCH) // step * step


class Daily(msgspec.Struct, frozen=True):
    """Once a Swedish day at a time of day, also on the days when the clocks change.

    A time that a spring night leaves out falls an hour later; of one that an autumn night has twice, the first counts.
    """

    at: time

    def latest(self, now: datetime) -> datetime:
        """Return the last instant at or before `now`, in UTC, at which the job was due."""
        day = now.astimezone(STOCKHOLM).date()
        due = self._on(day)
        return due if due <= now else self._on(day - timedelta(days=1))

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, tzinfo=STOCKHOLM).astimezone(UTC)


class Job(msgspec.Struct, frozen=True):
    """Something to be done by the clock, once for each time that it is due, however many machines there are.

    `run(due)` is given the instant that it is for. When several were missed, while nothing ran, only the latest is made
    up for. It may be run again when it failed half-way: what it does must come to the same. `name` tells a plugin's jobs
    apart, and stays.
    """

    name: str
    when: Every | Daily
    run: Callable[[datetime], Awaitable[Any]]
