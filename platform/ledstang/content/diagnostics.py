"""What the compiler has to say of a text: data, never an exception, all of it at once."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ledstang.content.nodes import Place


class Diagnostic(msgspec.Struct, frozen=True):
    """One fault. `sentence` and `tip` are English message ids with `{name}` places that `values` fill after translation.

    `line` and `column` count from 1; `line` is None only when the whole file is meant. An error always blocks
    publishing, a warning never does.
    """

    file: str
    line: int | None
    column: int | None
    code: str
    severity: Literal["error", "warning"]
    sentence: str
    tip: str
    values: dict[str, Any] = {}


def error(place: Place, code: str, sentence: str, tip: str, **values: Any) -> Diagnostic:
    """Make an error that stands at `place`."""
    return Diagnostic(place.file, place.line, place.column, code, "error", sentence, tip, values)


def warning(place: Place, code: str, sentence: str, tip: str, **values: Any) -> Diagnostic:
    """Make a warning that stands at `place`."""
    return Diagnostic(place.file, place.line, place.column, code, "warning", sentence, tip, values)
