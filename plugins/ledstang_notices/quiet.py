"""The quiet hours: instants of the Swedish day, also on the nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from ledstang import STOCKHOLM


def quiet_until(now: datetime, begins: time, ends: time) -> datetime | None:
    """Return the instant, in UTC, until which it is quiet at `now`; None where it is not.

    A time that a spring night leaves out falls an hour later; of one that an autumn night has twice, the first counts.
    """
    if begins == ends:
        return None
    today = now.astimezone(STOCKHOLM).date()
    for day in (today - timedelta(days=1), today):
        end = _at(day if begins < ends else day + timedelta(days=1), ends)
        if _at(day, begins) <= now < end:
            return end
    return None


def _at(day: date, when: time) -> datetime:
    return datetime.combine(day, when, tzinfo=STOCKHOLM).astimezone(UTC)
