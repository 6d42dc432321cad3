"""By when staff are to have acted on what answers raised."""

from __future__ import annotations

from datetime import datetime, timedelta

from ledstang.clock import STOCKHOLM
from ledstang.content.forms.document import Flag
from ledstang.workdays import end_of, workday_after


def act_by(flag: Flag, raised: datetime) -> datetime | None:
    """Return the instant by which somebody is to have acted on a flag that was raised at one; None where none is said.

    A day is 24 hours, whatever the clock does at night. Weekdays are whole, to the last minute of the last, and the day
    itself is not counted.
    """
    number, _, span = (flag.deadline or "").partition(" ")
    if not span:
        return None
    if span == "weekdays":
        return end_of(workday_after(raised.astimezone(STOCKHOLM).date(), int(number))) - timedelta(minutes=1)
    return raised + timedelta(**{span: int(number)})
