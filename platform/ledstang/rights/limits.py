"""How a person's copy is made and kept: data, with the instance as its owner."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class CopyLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a copy of what is kept about somebody is made: `[copies]` in `ledstang.toml`.

    It is kept for `hours` after it was made. To fetch it the person must have proved who they are within
    `fetch_minutes`, and since they asked for it. A plugin has `export_ms` to tell what it keeps. The copy lies in sealed
    parts of `part_kilobytes`.
    """

    hours: Annotated[int, Meta(ge=1, le=720)] = 72
    fetch_minutes: Annotated[int, Meta(ge=1, le=60)] = 5
    export_ms: Annotated[int, Meta(ge=10, le=600_000)] = 20_000
    part_kilobytes: Annotated[int, Meta(ge=1, le=4_096)] = 256
