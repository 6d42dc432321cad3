"""Days as people write them: three boxes of one name, as `parts.date` shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def read_day(boxes: Iterable[str]) -> date | None:
    """Return the day that was written as year, month and day (`form.getall(name, [])`); None where all are empty.

    Raises ValueError where there is no such day.
    """
    parts = [str(box).strip() for box in boxes]
    if not any(parts):
        return None
    year, month, day = (int(part) for part in parts)
    return date(year, month, day)
