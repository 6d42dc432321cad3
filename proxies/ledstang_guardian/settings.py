"""What an instance may set about guardians: `[plugins.guardian]`."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import msgspec
from msgspec import Meta

DaysBefore = Annotated[int, Meta(ge=1, le=366)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When it is told that something ends for a guardian: so many days before, at a time of day in Sweden.

    `ends_at` is when what has ended is put away, each night; that it ends does not wait for it.
    """

    tell_days_before: tuple[DaysBefore, ...] = (60, 14)
    tell_at: time = time(9)
    ends_at: time = time(0)
