"""What can be wrong with an expression: data with a column, so that an author sees it on the line where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import msgspec

from ledstang.content.diagnostics import Diagnostic
from ledstang.content.nodes import Place


class Fault(msgspec.Struct, frozen=True):
    """One fault. `column` counts from 1 in the expression; `sentence` and `tip` are message ids that `values` fill."""

    column: int
    code: str
    sentence: str
    tip: str
    values: dict[str, Any] = {}

    def at(self, place: Place) -> Diagnostic:
        """Make a diagnostic of it. `place` is where the expression's first character stands."""
        column = place.column + self.column - 1
        return Diagnostic(place.file, place.line, column, self.code, "error", self.sentence, self.tip, self.values)


class ExpressionError(ValueError):
    """Raised by `parse`: the text is no expression, for the reason that `fault` gives."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence.format_map(fault.values))
        self.fault = fault


def fault(column: int, code: str, sentence: str, tip: str, **values: Any) -> Fault:
    """Make a fault at a column that counts from 1."""
    return Fault(column, code, sentence, tip, values)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that somebody may have meant, upper and lower case alike."""
    lowered = {other.lower(): other for other in known}
    close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def unknown(column: int, code: str, sentence: str, word: str, known: Iterable[str]) -> Fault:
    """Make the fault of an unknown word, with the nearest known one in its tip, or all of them where none is near."""
    listed = list(known)
    near = nearest(word, listed)
    if near is not None:
        return fault(column, code, sentence, "Did you mean “{near}”?", word=word, near=near)
    if not listed:
        return fault(column, code, sentence, "There is nothing here to refer to.", word=word)
    return fault(column, code, sentence, "These can be used here: {known}.", word=word, known=", ".join(listed[:12]))
