"""The port for a region's own scanner: what says whether a file carries something harmful."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol, runtime_checkable

Verdict = Literal["clean", "infected", "unsure"]
"""What a scanner says of a file. `unsure` leaves the file where it is: it is asked about again later."""


@runtime_checkable
class FileScanner(Protocol):
    """A scanner for harmful files, as a region's connector serves it."""

    async def scan(self, content: AsyncIterator[bytes], size: int) -> Verdict:
        """Say of `size` bytes, which come a part at a time, whether they are harmful. They have no name and no owner.

        Raise anything when it cannot be told: the file is then kept aside, and asked about again.
        """
        ...
