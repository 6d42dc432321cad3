"""`[plugins.programmes]` in `ledstang.toml`."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import msgspec
from msgspec import Meta


class Settings(msgspec.Struct, frozen=True):
    """What a region decides for all programmes. `offered_to_everybody` is for trying out: it looks past where one lives.

    Notices go out at `notices_at`, Swedish time. That the time for reading ends is told `reading_ends_days` before.
    Whoever takes part in a treater-led programme and has not been there for `quiet_days` is on the treaters' list.
    """

    offered_to_everybody: bool = False
    notices_at: time = time(9)
    reading_ends_days: Annotated[int, Meta(ge=1, le=365)] = 7
    quiet_days: Annotated[int, Meta(ge=1, le=365)] = 10
