"""By when staff are to have acted on a flag."""

from __future__ import annotations

from datetime import datetime

import pytest
from ledstang import STOCKHOLM, Flag, act_by


def flag(deadline: str | None) -> Flag:
    """Return a flag with a time limit."""
    return Flag("f", "x = 1", "red", None, deadline, "<p>Text</p>")


@pytest.mark.parametrize(
    ("deadline", "raised", "by"),
    [
        ("4 hours", "2026-11-27T22:00+01:00", "2026-11-28T02:00+01:00"),
        ("4 hours", "2026-03-28T23:00+01:00", "2026-03-29T04:00+02:00"),  # the night that is an hour short
        ("4 hours", "2026-10-24T23:00+02:00", "2026-10-25T02:00+01:00"),  # the night that is an hour long
        ("1 days", "2026-11-27T22:00+01:00", "2026-11-28T22:00+01:00"),
        ("1 weekdays", "2026-11-27T08:00+01:00", "2026-11-30T23:59+01:00"),  # Friday: the whole of Monday
        ("2 weekdays", "2026-12-23T23:30+01:00", "2026-12-29T23:59+01:00"),  # over Christmas and a weekend
    ],
)
def test_by_when(deadline: str, raised: str, by: str) -> None:
    """Hours and days are counted by the clock that never jumps; weekdays are whole, and the day itself is not counted."""
    found = act_by(flag(deadline), datetime.fromisoformat(raised))
    assert found is not None
    assert found.astimezone(STOCKHOLM).isoformat(timespec="minutes") == by


def test_without_a_limit_there_is_none() -> None:
    """Nothing is made up where the author says nothing."""
    assert act_by(flag(None), datetime.fromisoformat("2026-11-27T22:00+01:00")) is None
