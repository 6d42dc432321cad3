"""How often is too often: windows of time, as an instance's settings say them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often something may be done in a window of so many minutes."""

    times: Annotated[int, Meta(ge=1)]
    minutes: Annotated[int, Meta(ge=1, le=1440)]


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often is too often. A corner of the network is an address without its last part: a hospital may be one.

    `signins` are those of one corner and `person` those of one person; `doors` is what one corner reads on the way in, there
    and back; `posts` are the forms of one session, `visitors` those of one corner where nobody is signed in. `codes` are
    those that are sent to one person, or to one address, to confirm it. `tokens` are the tokens that systems of one corner
    ask for, or ask in vain with; `calls` what one system asks, and `lookups` whom it asks for by number.
    """

    signins: Rate = Rate(600, 10)
    person: Rate = Rate(30, 10)
    doors: Rate = Rate(1200, 10)
    posts: Rate = Rate(600, 10)
    visitors: Rate = Rate(300, 10)
    codes: Rate = Rate(5, 60)
    tokens: Rate = Rate(300, 10)
    calls: Rate = Rate(12_000, 10)
    lookups: Rate = Rate(3_000, 10)

    @property
    def longest(self) -> int:
        """The longest window, in minutes."""
        rates: list[Rate] = [getattr(self, field) for field in self.__struct_fields__]
        return max(rate.minutes for rate in rates)
