"""`[plugins.forms]` in `ledstang.toml`."""

from __future__ import annotations

from datetime import time
from typing import Annotated

import msgspec
from msgspec import Meta


class Settings(msgspec.Struct, frozen=True):
    """What a region decides for all forms. With `examples` the forms that come with the plugin are there.

    `offered_to_everybody` is for trying out: it looks past where one lives. What has been begun and not sent can be gone
    on with for `draft_days`. Whoever has been sent a form and not answered is reminded `remind_days` before its last day,
    at `notices_at`, Swedish time. What staff send has a last day at most `longest_days` ahead; a
    list has at most `list_most` people, and a form is sent at most `most_times` times to each, with
    `answer_days` and `days_apart` filled in beforehand. Forms whose time is up are
    closed every `closing_minutes`; until then they just cannot be answered. Red
    answers are overdue on the unit's list after `red_hours`.
    """

    examples: bool = True
    offered_to_everybody: bool = False
    notices_at: time = time(9)
    draft_days: Annotated[int, Meta(ge=1, le=365)] = 90
    remind_days: Annotated[int, Meta(ge=1, le=60)] = 3
    longest_days: Annotated[int, Meta(ge=1, le=730)] = 365
    answer_days: Annotated[int, Meta(ge=1, le=365)] = 14
    days_apart: Annotated[int, Meta(ge=1, le=365)] = 7
    list_most: Annotated[int, Meta(ge=1, le=500)] = 50
    most_times: Annotated[int, Meta(ge=1, le=52)] = 12
    red_hours: Annotated[int, Meta(ge=1, le=720)] = 24
    closing_minutes: Annotated[int, Meta(ge=1, le=1440)] = 30
