"""Values while an expression is worked out. Logic has three values: true, false and unknown, and unknown is contagious
only where the answer could change the outcome (Kleene)."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

import msgspec

from ledstang.content.expressions.numbers import exact
from ledstang.content.expressions.scope import Kind
from ledstang.content.expressions.words import WORDS


class Unknown(enum.Enum):
    """UNKNOWN: not answered yet. ABSENT: not asked, because the path leads past it; it counts as unknown in a
    comparison and is left out of a sum. Neither is true or false: `if value` would hide that, so it raises."""

    UNKNOWN = "unknown"
    ABSENT = "absent"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false: compare with `is True`")


UNKNOWN = Unknown.UNKNOWN
ABSENT = Unknown.ABSENT


class Chosen(msgspec.Struct, frozen=True):
    """The option that was chosen."""

    code: str
    score: Fraction | None


class Ticked(msgspec.Struct, frozen=True):
    """The options that were ticked; none is an answer too."""

    options: tuple[Chosen, ...]


class Several(msgspec.Struct, frozen=True):
    """The answers to a question that is asked several times over."""

    values: tuple[Any, ...]


Value = Fraction | int | str | bool | date | time | datetime | Chosen | Ticked | Several | Unknown


def typed(kind: Kind, raw: Any) -> Value:
    """Turn a stored answer into a value. What does not fit its kind is unknown: a guess could look like health."""
    if isinstance(raw, Unknown):
        return raw
    if raw is None or raw == "":
        return UNKNOWN
    if kind.many:
        return Several(tuple(_single(kind, each) for each in raw)) if isinstance(raw, list | tuple) else UNKNOWN
    return _single(kind, raw)


def _single(kind: Kind, raw: Any) -> Value:
    if raw is None or raw == "":
        return UNKNOWN
    match kind.name:
        case "number":
            return _number(raw)
        case "choice":
            return _chosen(kind, raw)
        case "choices":
            return _ticked(kind, raw)
        case "yes/no" | "truth":
            return raw if isinstance(raw, bool) else WORDS.truth.get(str(raw), UNKNOWN)
        case "date" | "time" | "datetime":
            return moment(kind.name, raw)
        case _:
            return raw if isinstance(raw, str) else UNKNOWN


def _number(raw: Any) -> Value:
    if isinstance(raw, Fraction):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        return UNKNOWN
    return raw if isinstance(raw, int) else exact(raw)


def _chosen(kind: Kind, raw: Any) -> Value:
    if isinstance(raw, Fraction):
        return Chosen("", raw)
    code = str(raw)
    if code not in kind.codes:
        code = code.split(": ", 1)[0]  # the free text of an option stands after its code
    if code not in kind.codes:
        return UNKNOWN
    score = kind.codes[code]
    return Chosen(code, None if score is None else exact(score))


def _ticked(kind: Kind, raw: Any) -> Value:
    if isinstance(raw, Fraction):
        return Ticked((Chosen("", raw),))
    if not isinstance(raw, list | tuple):
        return UNKNOWN
    options = [_chosen(kind, each) for each in raw]
    return Ticked(tuple(options)) if all(isinstance(each, Chosen) for each in options) else UNKNOWN  # type: ignore[arg-type]


_SHAPES: Mapping[str, tuple[re.Pattern[str], Any]] = {
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), date.fromisoformat),
    "time": (re.compile(r"\d{2}:\d{2}", re.ASCII), time.fromisoformat),
    "datetime": (re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII), datetime.fromisoformat),
}


def moment(kind: str, raw: Any) -> date | time | datetime | Unknown:
    """Read `2026-05-12`, `10:20` or `2026-05-12T10:20`; unknown when there is no such day or hour."""
    shape, read = _SHAPES[kind]
    if not isinstance(raw, str) or not shape.fullmatch(raw):
        return UNKNOWN
    try:
        result: date | time | datetime = read(raw)
    except ValueError:
        return UNKNOWN
    return result


def number(value: Value) -> Fraction | int | Unknown:
    """Return what a value counts as: itself, its score, 1 for yes and 0 for no."""
    match value:
        case bool():
            return int(value)
        case int() | Fraction():
            return value
        case Chosen():
            return UNKNOWN if value.score is None else value.score
        case Ticked():
            return add(number(option) for option in value.options)
        case _:
            return UNKNOWN


def add(parts: Iterable[Fraction | int | Unknown]) -> Fraction | int | Unknown:
    total: Fraction | int = 0
    for part in parts:
        if isinstance(part, Unknown):
            return UNKNOWN
        total += part
    return total


def every(parts: Iterable[bool | Unknown]) -> bool | Unknown:
    """And: one false part settles it, otherwise one unknown part leaves it unknown."""
    listed = list(parts)
    if any(part is False for part in listed):
        return False
    return UNKNOWN if any(part is not True for part in listed) else True


def some(parts: Iterable[bool | Unknown]) -> bool | Unknown:
    """Or: one true part settles it, otherwise one unknown part leaves it unknown."""
    listed = list(parts)
    if any(part is True for part in listed):
        return True
    return UNKNOWN if any(part is not False for part in listed) else False


def opposite(part: bool | Unknown) -> bool | Unknown:
    return part if isinstance(part, Unknown) else not part
