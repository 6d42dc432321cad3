"""The port to the directory of care units, and what a unit is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol, runtime_checkable

import msgspec


class CareUnit(msgspec.Struct, frozen=True):
    """A care unit. HSA-ids are in capitals, or empty; `region` is the id of a region of the instance's.

    `valid_from` and `valid_to` are the first and the last day. `merged_into` takes over the day after the last one, or
    at once where there is none.
    """

    hsa_id: str
    name: str
    region: str
    provider: str = ""
    provider_name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    merged_into: str = ""

    def is_open(self, day: date) -> bool:
        """Say whether the unit is there on a Swedish day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def has_moved(self, day: date) -> bool:
        """Say whether another unit goes on with what was this one's."""
        return bool(self.merged_into) and (self.valid_to is None or day > self.valid_to)


@runtime_checkable
class UnitDirectory(Protocol):
    """The directory of care units (HSA), as a region's connector serves it."""

    async def units(self) -> Sequence[CareUnit]:
        """Return the units that this instance is to know, closed ones too as long as anything there is left to hand over.

        Each counts instead of what `ledstang.toml` says of the same HSA-id. Raise anything when the directory cannot
        tell: what was known stays.
        """
        ...
