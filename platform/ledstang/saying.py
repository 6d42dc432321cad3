"""Sentences that are in English where they are made, and in the reader's language where they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Said(str):
    """A sentence with its values in it. It still knows which values those are, and so can be said in another language.

    `Said("has a table `{name}`", name="note")` is the text "has a table `note`"; the message is what catalogues have.
    """

    __slots__ = ("message", "values")

    def __new__(cls, message: str, **values: Any) -> Said:
        said = super().__new__(cls, message.format_map(values))
        said.message, said.values = message, values
        return said

    def translated(self, text: Callable[[str], str]) -> str:
        """Return the sentence in the language that `text` translates messages to, with what is said in its values."""
        values = {
            name: value.translated(text)
            if isinstance(value, Said)
            else text(value)
            if isinstance(value, str)
            else value
            for name, value in self.values.items()
        }
        return text(self.message).format_map(values)
