"""Weekdays as care promises them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from ledstang.workdays import end_of, is_workday, workday_after


@pytest.mark.parametrize(
    "day",
    ["2026-06-19", "2026-06-20", "2026-12-24", "2026-12-31", "2027-01-06", "2026-04-03", "2026-05-14", "2026-11-28"],
)
def test_what_is_no_workday(day: str) -> None:
    """Saturdays, holidays, and the three eves that the law makes equal to them."""
    assert not is_workday(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-04-30", "2026-11-27", "2026-12-23", "2027-05-07"])
def test_what_is_one(day: str) -> None:
    """Days before a holiday are workdays, and so is the Friday after Ascension Day."""
    assert is_workday(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("sent", "days", "answered"),
    [
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-12-23", 2, "2026-12-29"),
        ("2026-12-30", 1, "2027-01-04"),
        ("2026-04-02", 2, "2026-04-08"),
    ],
)
def test_a_promise_is_kept_on_a_workday(sent: str, days: int, answered: str) -> None:
    """From a Friday to the Monday is one; Christmas, New Year and Easter are stepped over."""
    assert workday_after(date.fromisoformat(sent), days) == date.fromisoformat(answered)


def test_a_day_ends_at_midnight_in_sweden() -> None:
    """In summer time too, and on the short day when the clocks go forward."""
    assert end_of(date(2026, 7, 1)) == datetime(2026, 7, 1, 22, tzinfo=UTC)
    assert end_of(date(2027, 3, 28)) == datetime(2027, 3, 28, 22, tzinfo=UTC)
