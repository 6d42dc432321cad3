"""Names that addresses and stored answers hang on: made from the author's own words, never from position."""

from __future__ import annotations

import re
import unicodedata


class Ids:
    """Gives out ids that are unique among themselves."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return an id that is free: the wanted one, else with a number from 2."""
        id_, number = wanted, 1
        while id_ in self._taken:
            number += 1
            id_ = f"{wanted}-{number}"
        self._taken.add(id_)
        return id_


def slug(text: str, otherwise: str) -> str:
    """Return a heading in small letters, digits and hyphens, as addresses have it."""
    folded = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60].strip("-") or otherwise
