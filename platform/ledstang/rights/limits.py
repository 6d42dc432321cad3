"""How a person's copy is made and kept, and when things are removed: data, with the instance as its owner."""

from __future__ import annotations

from datetime import date
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


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long one kind of data is kept: a `[[retention.periods]]` of `ledstang.toml`.

    `data` is its key (`programmes.record`), `basis` who decided it, where. It holds from `valid_from` to `valid_to`, both
    inclusive, for one `region` or for all. What no period is about is kept.
    """

    data: Annotated[str, Meta(min_length=1, max_length=100)]
    years: Annotated[int, Meta(ge=1, le=200)]
    valid_from: date
    basis: Annotated[str, Meta(min_length=1, max_length=300)]
    valid_to: date | None = None
    region: str = ""

    def holds(self, region: str, on: date) -> bool:
        """Say whether it is in force for a region on a Swedish day."""
        since = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return since and self.region in ("", region)


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How what has been kept for its time is removed: `[retention]` in `ledstang.toml`.

    A proposal may be approved for `approve_days`. What two have approved is removed every so many `minutes`, so many
    `portions` of so many things at a time: nobody waits longer for the writer than a `portion` takes.
    """

    periods: tuple[Period, ...] = ()
    approve_days: Annotated[int, Meta(ge=1, le=365)] = 14
    minutes: Annotated[int, Meta(ge=1, le=1440)] = 1
    portion: Annotated[int, Meta(ge=1, le=10_000)] = 100
    portions: Annotated[int, Meta(ge=1, le=100_000)] = 50
