"""What stands between the dashes of a programme's files, typed: ages, codes, lengths of time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ledstang import Diagnostic, Document, Place, Setting, Words, error, nearest, unknown_keys, warning

from ledstang_programmes import patterns

PROGRAMME = frozenset(
    {
        "title", "language", "owner", "version", "kind", "audience", "from age", "to age", "residents of", "consent",
        "guardians' consent", "answered by", "adaptable", "measure before", "measure after", "readable after end", "reminder",
        "medically responsible", "licence", "safety", "summary", "source",
    }
)  # fmt: skip
MODULE = frozenset({"title", "opens", "duration", "language"})
CONSENT = frozenset({"title", "version", "language"})
DEMANDED = ("owner", "licence", "medically responsible", "safety", "language", "version")
"""What a programme may lack in a draft, and never when it is published."""

VERSION = re.compile(r"\d{1,4}\.\d{1,4}")
HSA_ID = re.compile(r"SE\d{10}-[A-Z0-9]{1,20}", re.IGNORECASE)
COUNTY = re.compile(r"\d\d")
KEY = re.compile(r"[^\W\d_A-Z](?:[^\W_A-Z]|-)*")


class Front:
    """Reads the settings of one document and collects what is wrong with them."""

    def __init__(self, document: Document, words: Words, known: frozenset[str]) -> None:
        self.document, self.words = document, words
        self.diagnostics: list[Diagnostic] = unknown_keys(document, known, words)

    def key(self) -> str:
        """Return the key of the document itself; a fault when it cannot be part of an address."""
        setting = self.document.front.get(self.document.kind)
        if setting is None or not KEY.fullmatch(setting.value):
            self._error(
                setting, "key-unfit", "“{value}” cannot be a key.",
                "Begin with a small letter, and use small letters, digits and hyphens only.",
            )  # fmt: skip
        return self.document.key

    def text(self, name: str, default: str = "") -> str:
        """Return a setting as it was written."""
        setting = self.document.front.get(name)
        return setting.value if setting else default

    def fitting(self, name: str, pattern: re.Pattern[str], tip: str, default: str = "") -> str:
        """Return a setting that has to fit a pattern."""
        setting = self.document.front.get(name)
        if not setting or not setting.value:
            return default
        if not pattern.fullmatch(setting.value):
            self._error(setting, "value-unfit", "“{value}” does not fit here.", tip)
            return default
        return setting.value

    def word(self, name: str, table: str, default: str) -> str:
        """Return the canonical word of a setting whose value is one of a table's."""
        setting = self.document.front.get(name)
        if not setting or not setting.value:
            return default
        meaning = self.words.canonical(table, setting.value)
        if meaning is None:
            suggestion = self.words.nearest(table, setting.value)
            tip = "Did you mean “{suggestion}”?" if suggestion else "These are known: {known}."
            known = ", ".join(self.words.of(table))
            self._error(setting, "value-unknown", "“{value}” is unknown here.", tip, suggestion=suggestion, known=known)
        return meaning or default

    def age(self, name: str) -> int | None:
        """Return an age in whole years, or None."""
        written = self.fitting(name, re.compile(r"\d{1,3}"), "Write an age in whole years.")
        return int(written) if written else None

    def length(self, name: str, meaning: str) -> int | None:
        """Return a length of time in days (`days`, `reminder`) or in minutes (`minutes`), or None."""
        setting = self.document.front.get(name)
        if not setting or not setting.value:
            return None
        found = patterns.read("lengths", setting.value, meaning)
        if found is None or found.hours:
            self._error(setting, "length-unreadable", "“{value}” is no length of time.", "Write it like “{example}”.",
                        example=patterns.example("lengths", meaning, self.document.language))  # fmt: skip
            return None
        return found.n if meaning == "minutes" else found.days

    def many(self, name: str, pattern: re.Pattern[str], tip: str) -> tuple[str, ...]:
        """Return a list; each part has to fit a pattern."""
        setting = self.document.front.get(name)
        if not setting:
            return ()
        parts = setting.items or ((setting.value,) if setting.value else ())
        for part in parts:
            if not pattern.fullmatch(part):
                self._error(setting, "value-unfit", "“{value}” does not fit here.", tip, value=part)
        return tuple(part for part in parts if pattern.fullmatch(part))

    def one_of(self, name: str, known: Callable[[str], object], all_: list[str], sentence: str) -> str | None:
        """Return a setting that names something which has to exist, or None."""
        setting = self.document.front.get(name)
        if not setting or not setting.value:
            return None
        if not known(setting.value):
            suggestion = nearest(setting.value, all_)
            tip = "Did you mean “{suggestion}”?" if suggestion else "These are known: {known}."
            self._error(
                setting, "unknown-name", sentence, tip, suggestion=suggestion, known=", ".join(sorted(all_)[:20])
            )
            return None
        return setting.value

    def demand(self, names: tuple[str, ...]) -> None:
        """Warn of what is missing; publishing turns these warnings into errors."""
        for name in names:
            if not self.text(name):
                self.diagnostics.append(
                    warning(Place(self.document.file, 1), "missing-" + name.replace(" ", "-"), "“{key}” is missing.",
                            "It has to be there when the text is published.", key=self.words.written("front", name))
                )  # fmt: skip

    def _error(self, setting: Setting | None, code: str, sentence: str, tip: str, **values: Any) -> None:
        place = setting.place if setting else Place(self.document.file, 1)
        values = {"value": (setting.value if setting else "")[:80], **values}
        self.diagnostics.append(error(place, code, sentence, tip, **values))
