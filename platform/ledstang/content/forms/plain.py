"""Small readings of text that several parts of a form share."""

from __future__ import annotations

import html
import re
import unicodedata

TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"[-−]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
"""Bounded, as all repetitions in patterns that are searched for are: a line of digits must not cost its square."""

RANGE = re.compile(rf"(?P<low>{NUMBER.pattern})\s*(?:–|—|-|\.\.)\s*(?P<high>{NUMBER.pattern})", re.ASCII)
COMMA = re.compile(r"\d,\d", re.ASCII)


def plain(markup: str) -> str:
    """Return sanitised HTML as plain text on one line."""
    return " ".join(html.unescape(TAG.sub(" ", markup)).split()).replace(" .", ".").replace(" ,", ",")


def slug(text: str, otherwise: str) -> str:
    """Make a code from an option's text: small letters, digits and hyphens, beginning with a letter."""
    made = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text).lower()).strip("-")[:60].rstrip("-")
    if not made:
        return otherwise
    return made if made[0].isalpha() else f"{otherwise}-{made}"


def number(text: str) -> float:
    """Read a number that NUMBER matched."""
    return float(text.replace("−", "-"))


def decimals(text: str) -> int:
    """Return how many decimals a number was written with."""
    return len(text.partition(".")[2])
