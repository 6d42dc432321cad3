"""How the population register is asked: data, with the instance as its owner."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class RegisterLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the population register is asked: `[register]` in `ledstang.toml`.

    It has `answer_ms` to answer, and so has the unit directory. What it said is good for `fresh_minutes`, for
    those who act for another.
    """

    answer_ms: Annotated[int, Meta(ge=10, le=60_000)] = 2_000
    fresh_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 60
