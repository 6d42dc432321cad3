"""What stands between the dashes of a document, typed: words of a table, ages, versions, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.front import unknown_keys
from ledstang.content.nodes import Document, Place, Setting
from ledstang.content.words import Words

VERSION = re.compile(r"\d{1,4}\.\d{1,4}")
HSA_ID = re.compile(r"SE\d{10}-[A-Z0-9]{1,20}", re.IGNORECASE)
COUNTY = re.compile(r"\d\d")
KEY = re.compile(r"[^\W\d_A-Z](?:[^\W_A-Z]|-)*")


class FrontReader:
    """Reads the settings of one document and collects what is wrong with them."""

    def __init__(self, document: Document, words: Words, known: Iterable[str]) -> None:
        self.document, self.words = document, words
        self.diagnostics: list[Diagnostic] = unknown_keys(document, known, words)

    def key(self) -> str:
        """Return the key of the document itself; a fault when it cannot be part of an address."""
        setting = self.document.front.get(self.document.kind)
        if setting is None or not KEY.fullmatch(setting.value):
            self.fault(
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
            self.fault(setting, "value-unfit", "“{value}” does not fit here.", tip)
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
            self.fault(setting, "value-unknown", "“{value}” is unknown here.", tip, suggestion=suggestion, known=known)
        return meaning or default

    def owner(self) -> str:
        """Return the HSA-id of the unit that the document belongs to; empty where none is written."""
        return self.fitting("owner", HSA_ID, "Write the unit's HSA-id, such as SE2321000016-1003.")

    def version(self, default: str) -> str:
        """Return the document's version."""
        return self.fitting("version", VERSION, "Write it as MAJOR.MINOR, such as 1.0.", default)

    def residence(self) -> tuple[str, ...]:
        """Return the codes of the counties whose residents it is for; none means everywhere."""
        return self.many("residents of", COUNTY, "Write county codes of two digits, such as [24].")

    def age(self, name: str) -> int | None:
        """Return an age in whole years, or None."""
        written = self.fitting(name, re.compile(r"\d{1,3}"), "Write an age in whole years.")
        return int(written) if written else None

    def many(self, name: str, pattern: re.Pattern[str], tip: str) -> tuple[str, ...]:
        """Return a list; each part has to fit a pattern."""
        setting = self.document.front.get(name)
        if not setting:
            return ()
        parts = setting.items or ((setting.value,) if setting.value else ())
        for part in parts:
            if not pattern.fullmatch(part):
                self.fault(setting, "value-unfit", "“{value}” does not fit here.", tip, value=part)
        return tuple(part for part in parts if pattern.fullmatch(part))

    def demand(self, names: tuple[str, ...]) -> None:
        """Warn of what is missing; publishing turns these warnings into errors."""
        for name in names:
            if not self.text(name):
                self.diagnostics.append(
                    warning(Place(self.document.file, 1), "missing-" + name.replace(" ", "-"), "“{key}” is missing.",
                            "It has to be there when the text is published.", key=self.words.written("front", name))
                )  # fmt: skip

    def fault(self, setting: Setting | None, code: str, sentence: str, tip: str, **values: Any) -> None:
        """Note an error at a setting, or at the top where there is none."""
        place = setting.place if setting else Place(self.document.file, 1)
        values = {"value": (setting.value if setting else "")[:80], **values}
        self.diagnostics.append(error(place, code, sentence, tip, **values))
