"""Why a sign-in came to nothing. The words are ours alone: nothing that came from outside is repeated."""

from __future__ import annotations


class Refused(Exception):
    """What came back is not to be believed. `why` is for the log, in fixed words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Cancelled(Exception):
    """The person, or the provider, broke off."""


class TooWeak(Refused):
    """The provider vouches for less than what is demanded."""


class ProviderAway(Exception):
    """The provider does not answer, or not with sense. `why` is for the log, in fixed words."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
