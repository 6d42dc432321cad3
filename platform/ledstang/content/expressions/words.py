"""The words that conditions and formulas are written with, in every language at once: data files beside this module."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import msgspec


class Words(msgspec.Struct, frozen=True):
    """Each table goes from a word as authors write it to what it means; several words may mean the same."""

    operators: dict[str, str]
    functions: dict[str, str]
    facts: dict[str, str]
    truth: dict[str, bool]
    weekdays: dict[str, int]


def read_words() -> Words:
    """Merge the word files of all languages. Raises ValueError when two languages give one word two meanings."""
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted(files(__package__).joinpath("words").iterdir(), key=lambda entry: entry.name):
        for table, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
            known = tables.setdefault(table, {})
            for word, meaning in words.items():
                if known.setdefault(word, meaning) != meaning:
                    raise ValueError(f"{file.name}: {word!r} already means {known[word]!r}, it cannot mean {meaning!r}")
    return msgspec.convert(tables, Words)


WORDS = read_words()
