"""What one plugin may cost all the others: `[patience]` in `ledstang.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Milliseconds = Annotated[int, Meta(ge=10, le=60_000)]
Seconds = Annotated[int, Meta(ge=1, le=600)]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]


class Patience(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a plugin is waited for, how often it may fail, and how much it may bring.

    `start_ms` is for a part of the start page, `box_ms` for a box or panel, `submit_ms` for taking a form, `may_ms` for
    the check of a permission, `asked_ms` for being imported and for each hook. One that blocks, where it should have
    awaited, is interrupted after `blocked_ms`, at the latest after twice that. After `failures` in a row a hook of a
    plugin is left alone for `pause_seconds`. `offers` is how many things a hook may return, `tasks` how many of them one
    person may be shown, `listed` how many rows of a work list are shown, `markup` how many characters a box may be.
    """

    start_ms: Milliseconds = 300
    box_ms: Milliseconds = 2_000
    submit_ms: Milliseconds = 10_000
    may_ms: Milliseconds = 2_000
    asked_ms: Annotated[int, Meta(ge=10, le=600_000)] = 30_000
    blocked_ms: Annotated[int, Meta(ge=100, le=600_000)] = 5_000
    failures: Annotated[int, Meta(ge=1, le=1_000)] = 3
    pause_seconds: Seconds = 60
    offers: Count = 1_000
    tasks: Count = 200
    listed: Count = 50
    markup: Count = 500_000


USUAL = Patience()
"""What holds where an instance says nothing, and where there is none."""
