"""How many text messages a text takes: by GSM 03.38, or, where one character is not in it, by UCS-2."""

from __future__ import annotations

from pathlib import Path

BASIC, EXTENDED = (Path(__file__).parent / "content" / "gsm7.txt").read_text(encoding="utf-8").splitlines()
SEPTETS, SEPTETS_EACH = 160, 153
UNITS, UNITS_EACH = 70, 67
LINE_BREAKS = "\n\r"


def outside(text: str) -> list[str]:
    """Return the characters for which a text must be sent as UCS-2, in their order."""
    return [one for one in text if one not in BASIC and one not in EXTENDED and one not in LINE_BREAKS]


def parts(text: str) -> int:
    """Return how many text messages a text takes. A character that takes two places is never parted."""
    if outside(text):
        return _portions([len(one.encode("utf-16-be")) // 2 for one in text], UNITS, UNITS_EACH)
    return _portions([2 if one in EXTENDED else 1 for one in text], SEPTETS, SEPTETS_EACH)


def _portions(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1
    count, left = 1, each
    for size in sizes:
        if size > left:
            count, left = count + 1, each
        left -= size
    return count
