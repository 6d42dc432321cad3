"""Whole weekdays, as care promises them: neither Saturdays and Sundays nor Swedish holidays.

Midsummer's, Christmas and New Year's eve count as holidays: lag (1930:173) om beräkning av lagstadgad tid, 2 §.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

from ledstang.clock import STOCKHOLM


def is_workday(day: date) -> bool:
    """Say whether a Swedish day is one on which a unit is staffed."""
    return day.weekday() < 5 and day not in _off(day.year)


def workday_after(day: date, number: int) -> date:
    """Return the workday that comes so many workdays after a day; the day itself need not be one."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_workday(day)
    return day


def end_of(day: date) -> datetime:
    """Return the instant at which a Swedish day is over."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=STOCKHOLM)


@cache
def _off(year: int) -> frozenset[date]:
    # Loaded by the first who asks: it costs a process 14 MB.
    from holidays.countries.sweden import Sweden

    known = Sweden(years=year, include_sundays=False, language="sv")
    midsummer = known.get_named("Midsommardagen")[0]
    return frozenset(known) | {midsummer - timedelta(days=1), date(year, 12, 24), date(year, 12, 31)}
