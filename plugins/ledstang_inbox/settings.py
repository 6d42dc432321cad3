"""`[plugins.inbox]` in `ledstang.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class Settings(msgspec.Struct, frozen=True):
    """What a region decides for all inboxes. A draft that nobody goes on with is kept for `draft_days`."""

    draft_days: Annotated[int, Meta(ge=1, le=3650)] = 90
