"""What the parts of a form's compiler share while one form is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from ledstang.content.blocks import unknown_settings
from ledstang.content.diagnostics import Diagnostic, error, warning
from ledstang.content.expressions.faults import nearest
from ledstang.content.expressions.words import WORDS
from ledstang.content.forms.document import Option
from ledstang.content.nodes import Box, Place, Setting
from ledstang.content.words import Words


class Pending(msgspec.Struct, frozen=True):
    """An expression to be checked once every id is known. `owner` is the id of what it decides about."""

    owner: str
    setting: Setting
    role: Literal["shown when", "when", "formula"]


class Desk:
    """Collects diagnostics, ids, scales and expressions. `ids` is shared by all forms of one document."""

    def __init__(self, words: Words, language: str, ids: dict[str, Place]) -> None:
        self.words, self.language, self.ids = words, language, ids
        self.diagnostics: list[Diagnostic] = []
        self.scales: dict[str, tuple[Option, ...]] = {}
        self.pending: list[Pending] = []
        self.places: dict[str, Place] = {}
        self.fhir: list[tuple[str, str]] = []

    def error(self, place: Place, code: str, sentence: str, tip: str, **values: Any) -> None:
        self.diagnostics.append(error(place, code, sentence, tip, **values))

    def warning(self, place: Place, code: str, sentence: str, tip: str, **values: Any) -> None:
        self.diagnostics.append(warning(place, code, sentence, tip, **values))

    def unknown(self, place: Place, code: str, sentence: str, word: str, known: Iterable[str]) -> None:
        """Report an unknown word with the nearest known one, or all of them."""
        listed = list(known)
        near = nearest(word, listed)
        tip = "Did you mean “{near}”?" if near else "These are known: {known}."
        self.error(place, code, sentence, tip, word=word[:60], near=near, known=", ".join(listed[:20]))

    def claim(self, id_: str | None, place: Place, otherwise: str | None = None) -> str:
        """Take an id and return it. Without one it is demanded, or made of `otherwise` and a number.

        A made id has an underscore, so that no author's can be the same.
        """
        if id_ is None and otherwise is None:
            self.error(
                place, "id-missing", "This has no id.", "Write #and-a-word after its name: small letters, no spaces."
            )
        if id_ is None:
            return self._made(otherwise or "unnamed", place)
        if id_ in self.ids:
            first = self.ids[id_].line
            tip = "Choose another; the first is on line {first}."
            self.error(place, "id-twice", "The id “{id}” is already taken.", tip, id=id_, first=first)
        self._reserved(id_, place)
        self.ids.setdefault(id_, place)
        self.places.setdefault(id_, place)
        return id_

    def _made(self, stem: str, place: Place) -> str:
        number = 1
        while f"{stem}_{number}" in self.places:
            number += 1
        self.places[f"{stem}_{number}"] = place
        return f"{stem}_{number}"

    def _reserved(self, id_: str, place: Place) -> None:
        if id_ in WORDS.operators:
            sentence, tip = "“{id}” has a meaning of its own in conditions.", "Choose another id."
            self.error(place, "id-reserved", sentence, tip, id=id_)
        elif id_ in WORDS.facts:
            sentence = "In this form's conditions “{id}” is now this answer and nothing else."
            tip = "Choose another id if its usual meaning is needed, the person's age or the day."
            self.warning(place, "id-shadows", sentence, tip, id=id_)

    def settings(self, box: Box, *known: str) -> None:
        """Report the settings that a box does not know."""
        self.diagnostics += unknown_settings(box, known, self.words)

    def text(self, box: Box, key: str) -> str | None:
        """Return a setting's text, or None when it is missing or empty."""
        setting = box.settings.get(key)
        return (setting.value or None) if setting else None

    def truth(self, box: Box, key: str) -> bool:
        """Return a setting of yes or no; False when it is missing."""
        setting = box.settings.get(key)
        if setting is None:
            return False
        meant = self.words.canonical("truth", setting.value)
        if meant is None:
            self.unknown(
                setting.place, "not-yes-no", "“{word}” is neither yes nor no.", setting.value, self.words.of("truth")
            )
        return meant == "yes"

    def expression(self, box: Box, key: Literal["shown when", "when", "formula"], owner: str) -> str | None:
        """Return an expression's source and keep it to be checked."""
        setting = box.settings.get(key)
        if setting is None:
            return None
        self.pending.append(Pending(owner, setting, key))
        return setting.value
