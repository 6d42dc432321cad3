"""What `ledstang doctor` asks plugins to look at: the systems that an instance leans on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec


class Check(msgspec.Struct, frozen=True):
    """One thing that may be at fault outside the house. `part` is a word for it, `good` the sentence when it is not.

    `look` is awaited alone, with no database open, and answers with a sentence that says what is wrong and what to do
    now, or with "" when all is well. It changes nothing.
    """

    part: str
    good: str
    look: Callable[[], Awaitable[str]]
