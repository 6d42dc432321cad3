"""Small phrases with places to fill, as data: `efter {module} + {n} dagar` is a line in `words/sv.toml`, not code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

PLACES = {
    "n": r"(?P<n>\d{1,4})",
    "unit": r"(?P<unit>[^\W\d_]+)",
    "ordinal": r"(?P<ordinal>[^\W\d_]+)",
    "module": r"(?P<module>\S+)",
    "date": r"(?P<date>\d{4}-\d\d-\d\d)",
    "expression": r"(?P<expression>.+)",
}


class Language(msgspec.Struct, frozen=True):
    """One language's file: table → meaning → patterns, what units and ordinals come to, and how tips show places."""

    release: dict[str, list[str]]
    schedule: dict[str, list[str]]
    lengths: dict[str, list[str]]
    ordinals: dict[str, int]
    days: dict[str, int]
    hours: dict[str, int]
    shown: dict[str, str]


class Found(msgspec.Struct, frozen=True):
    """A phrase that fitted: its meaning, and what stood at its places."""

    meaning: str
    n: int | None = None
    days: int = 0
    hours: int = 0
    ordinal: int | None = None
    module: str | None = None
    date: str | None = None
    expression: str | None = None


def read(table: str, text: str, only: str | None = None) -> Found | None:
    """Return what a text means by a table, or by its meaning `only`, in any language. Capitals and spaces are free."""
    folded = " ".join(text.split())
    for language, meaning, pattern in COMPILED[table]:
        match = pattern.fullmatch(folded) if only in (None, meaning) else None
        found = _filled(language, meaning, match.groupdict()) if match else None
        if found:
            return found
    return None


def listed(table: str, language: str) -> str:
    """Return the patterns of a table as a tip shows them, one for each meaning."""
    words = LANGUAGES.get(language, LANGUAGES["sv"])
    return " | ".join(patterns[0].format_map(words.shown) for patterns in getattr(words, table).values())


def example(table: str, meaning: str, language: str) -> str:
    """Return one pattern as a tip shows it."""
    words = LANGUAGES.get(language, LANGUAGES["sv"])
    pattern: str = getattr(words, table)[meaning][0]
    return pattern.format_map(words.shown)


def previous_words() -> list[str]:
    """Return what stands for the module before in a rule, in each language."""
    return [language.release["previous"][0].split()[-1] for language in LANGUAGES.values()]


def _filled(language: Language, meaning: str, places: Mapping[str, str]) -> Found | None:
    """Turn what stood at the places into numbers; None when a unit or an ordinal is no such word."""
    n = int(places["n"]) if "n" in places else None
    unit, ordinal = places.get("unit", "").lower(), places.get("ordinal", "").lower()
    if (unit and unit not in language.days and unit not in language.hours) or (
        ordinal and ordinal not in language.ordinals
    ):
        return None
    count = n if n is not None else language.ordinals.get(ordinal, 1)
    return Found(
        meaning,
        n=n,
        days=count * language.days.get(unit, 0),
        hours=count * language.hours.get(unit, 0),
        ordinal=language.ordinals.get(ordinal),
        module=places.get("module"),
        date=places.get("date"),
        expression=places.get("expression"),
    )


def _compile() -> Iterator[tuple[str, Language, str, re.Pattern[str]]]:
    for language in LANGUAGES.values():
        for table in ("release", "schedule", "lengths"):
            for meaning, patterns in getattr(language, table).items():
                for pattern in patterns:
                    parts = re.split(r"\{(\w+)\}", pattern)
                    regex = "".join(PLACES[part] if odd % 2 else re.escape(part) for odd, part in enumerate(parts))
                    yield table, language, meaning, re.compile(regex, re.IGNORECASE)


def _languages() -> dict[str, Language]:
    folder = Path(__file__).parent / "words"
    return {
        language: msgspec.convert(tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8")), Language)
        for language in ("sv", "en")
    }


LANGUAGES = _languages()
COMPILED: dict[str, list[tuple[Language, str, re.Pattern[str]]]] = {}
for _table, _language, _meaning, _pattern in _compile():
    COMPILED.setdefault(_table, []).append((_language, _meaning, _pattern))
