"""Sums: the value, its band, how many of the questions asked were answered, and what stands in for missing ones."""

from __future__ import annotations

from collections.abc import Callable, Set
from fractions import Fraction
from typing import Any

import msgspec

from ledstang.content.expressions import ABSENT, UNKNOWN, Context, ExpressionError, Name, Scope, Unknown, evaluate
from ledstang.content.expressions.numbers import exact
from ledstang.content.expressions.values import number, typed
from ledstang.content.forms.bands import band_of
from ledstang.content.forms.document import Sum

Read = Callable[[Name], Any]


class Score(msgspec.Struct, frozen=True):
    """A sum's outcome. `value` is None while it is unknown: an incomplete sum is empty, never low.

    `of` counts the questions it reads that were asked, `answered` those of them that have an answer with a score.
    """

    value: int | float | None
    band: str | None
    answered: int
    of: int


def reckon(sum_: Sum, scope: Scope, read: Read, context: Context, undecided: Set[str]) -> Score:
    """Work out a sum. `undecided` are the questions of which nobody knows yet whether they will be asked."""
    items = _items(sum_, scope, read, context)
    answered = {id_: value for id_, value in items.items() if not isinstance(value, Unknown)}
    value = _evaluated(sum_, scope, read, context)
    if isinstance(value, Unknown) and answered and sum_.missing and not undecided & set(items):
        value = _supplied(sum_, scope, read, context, items)
    if isinstance(value, Unknown):
        return Score(None, None, len(answered), len(items))
    band = band_of(sum_.bands, value)
    return Score(value, band.text if band else None, len(answered), len(items))


def _items(sum_: Sum, scope: Scope, read: Read, context: Context) -> dict[str, Fraction | int | Unknown]:
    """Return what each question that was asked counts as."""
    items: dict[str, Fraction | int | Unknown] = {}
    for id_ in sum_.items:
        name = _name(id_, scope)
        kind = scope.kind(name)
        raw = context.forms.get(name.form, {}).get(name.id) if name.form else read(name)
        if kind is None or raw is ABSENT:
            continue
        for row, each in enumerate(raw if kind.many and isinstance(raw, list) else [raw]):
            value = typed(msgspec.structs.replace(kind, many=False), each)
            if value is not ABSENT:
                counted = number(value)
                plain = kind.name in ("number", "choice", "choices", "yes/no")
                items[f"{id_}/{row}" if row else id_] = counted if plain or isinstance(value, Unknown) else 1
    return items


def _name(id_: str, scope: Scope) -> Name:
    if id_ in scope.names:
        return Name(id_, 1, None, True)
    form, _, own = id_.partition(".")
    return Name(own, 1, form, True)


def _evaluated(sum_: Sum, scope: Scope, read: Read, context: Context) -> Any:
    try:
        value = evaluate(sum_.formula, scope, read, context)
    except ExpressionError:
        return UNKNOWN
    return value if isinstance(value, int | float) and not isinstance(value, bool) else UNKNOWN


def _supplied(sum_: Sum, scope: Scope, read: Read, context: Context, items: dict[str, Any]) -> Any:
    """Work a sum out with the rule's stand-in for missing answers, when it allows that many of them."""
    stand_in, _, most = (sum_.missing or "").partition(" ")
    known = [value for value in items.values() if not isinstance(value, Unknown)]
    if most and len(items) - len(known) > int(most):
        return UNKNOWN
    filler = sum(known, Fraction(0)) / len(known) if stand_in == "mean" else exact(stand_in)
    lost = {id_ for id_, value in items.items() if isinstance(value, Unknown)}
    value = _evaluated(sum_, scope, lambda name: filler if name.id in lost else read(name), context)
    if isinstance(value, float) and stand_in == "mean" and all(band.low.is_integer() for band in sum_.bands):
        return int((exact(value) + Fraction(1, 2)).__floor__())
    return value
