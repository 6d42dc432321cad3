"""The words authors write and what they mean: a table a language, as data, and the nearest when one is misspelt."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec


class Words(msgspec.Struct, frozen=True):
    """Tables (`boxes`, `settings`, `front` …) from a word as it is written, in small letters, to its English canonical.

    Every language's words are understood side by side, and the canonical ones too. `shown` is the language that tips
    name them in.
    """

    tables: dict[str, dict[str, str]]
    shown: str = "sv"

    def canonical(self, table: str, word: str) -> str | None:
        """Return what a word means in a table, or None when it is unknown there."""
        words = self.tables.get(table, {})
        small = " ".join(word.lower().split())
        return words.get(small) or (small if small in words.values() else None)

    def written(self, table: str, canonical: str) -> str:
        """Return how authors write a canonical word; the word itself where the table has no other."""
        if self.shown == "en":
            return canonical
        return next((word for word, meaning in self.tables.get(table, {}).items() if meaning == canonical), canonical)

    def of(self, table: str) -> tuple[str, ...]:
        """Return the words of a table as authors write them, one for each meaning."""
        return tuple(self.written(table, meaning) for meaning in dict.fromkeys(self.tables.get(table, {}).values()))

    def nearest(self, table: str, word: str, among: Iterable[str] | None = None) -> str | None:
        """Return the word of a table that somebody may have meant. `among` holds canonical words to choose from."""
        meanings = self.tables.get(table, {})
        allowed = set(meanings.values()) if among is None else set(among)
        known = [written for written, meaning in meanings.items() if meaning in allowed]
        return nearest(word, [*known, *allowed])

    def adding(self, more: Mapping[str, Mapping[str, str]]) -> Words:
        """Return these words and those of `more`, table by table. What was known before keeps its meaning."""
        tables = {name: dict(words) for name, words in self.tables.items()}
        for name, words in more.items():
            table = tables.setdefault(name, {})
            for word, meaning in words.items():
                if word != meaning or meaning not in table.values():
                    table.setdefault(word.lower(), meaning)
        return Words(tables, self.shown)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that somebody may have meant, or None when none is near."""
    close = get_close_matches(word.lower()[:80], list(known), n=1, cutoff=0.7)
    return close[0] if close else None


def tip(word: str, known: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Return the tip for an unknown word, a message id, and its values: the nearest known word, else what there is."""
    known = list(known)
    suggestion = nearest(word, known)
    if suggestion:
        return "Did you mean “{suggestion}”?", {"suggestion": suggestion}
    return "These are known: {known}.", {"known": ", ".join(known[:30])}


@cache
def load_words(shown: str = "sv") -> Words:
    """Read the host's tables. `shown` is the language that tips are to name words in."""
    source = files("ledstang.content").joinpath("words", "sv.toml").read_text(encoding="utf-8")
    return Words(tomllib.loads(source), shown)
