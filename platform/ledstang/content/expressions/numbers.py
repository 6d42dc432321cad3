"""Bounds of numbers, so that checking finds comparisons that can never hold and bands with a hole."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ledstang.content.expressions.scope import Kind

LARGEST = 10**300
"""Beyond it Python has no floating-point numbers."""

NUMBER = Kind("number", item=False)


def numeric(kind: Kind) -> Kind | None:
    """Return the number that a kind counts as (a choice counts as its score), or None when it counts as none."""
    if kind.name == "number":
        return kind
    scores = scores_of(kind)
    if not scores:
        return None
    whole = all(float(score).is_integer() for score in scores)
    if kind.name == "choices":
        low, high = sum(score for score in scores if score < 0), sum(score for score in scores if score > 0)
        return Kind("number", low=low, high=high, whole=whole, many=kind.many, item=False)
    return Kind("number", low=min(scores), high=max(scores), whole=whole, many=kind.many, item=False)


def scores_of(kind: Kind) -> list[float]:
    """Return the scores that a choice can give."""
    return [score for score in kind.codes.values() if score is not None]


def add(parts: Sequence[Kind]) -> Kind:
    """Bound a sum. A question that is answered several times has no upper bound."""
    low = _total([None if part.many and (part.low or 0) < 0 else part.low for part in parts])
    high = _total([None if part.many else part.high for part in parts])
    return Kind("number", low=low, high=high, whole=all(part.whole for part in parts), item=False)


def negate(part: Kind) -> Kind:
    low = None if part.high is None else -part.high
    high = None if part.low is None else -part.low
    return Kind("number", low=low, high=high, whole=part.whole, item=False)


def multiply(left: Kind, right: Kind) -> Kind:
    whole = left.whole and right.whole
    if None in (left.low, left.high, right.low, right.high):
        return Kind("number", whole=whole, item=False)
    ends = [exact(a) * exact(b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return Kind("number", low=plain(min(ends)), high=plain(max(ends)), whole=whole, item=False)


def divide(left: Kind, right: Kind) -> Kind:
    """Bound a quotient by a number that is not 0; anything else has no bounds."""
    if right.low is None or right.low != right.high or right.low == 0:
        return NUMBER
    inverse = Kind("number", low=plain(1 / exact(right.low)), high=plain(1 / exact(right.low)))
    return multiply(left, inverse)


def hull(parts: Sequence[Kind], whole: bool) -> Kind:
    """Bound the smallest, the largest or the mean of several."""
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    low = None if None in lows else min(each for each in lows if each is not None)
    high = None if None in highs else max(each for each in highs if each is not None)
    return Kind("number", low=low, high=high, whole=whole and all(part.whole for part in parts), item=False)


def exact(number: float | str | None) -> Fraction:
    """Read a number as it is written: 0.1 is a tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(str(number))


def plain(number: Fraction | int) -> int | float:
    """Return a number as people and JSON write it: 4 rather than 4.0."""
    whole = int(number)
    return whole if number == whole or abs(whole) > LARGEST else float(number)


def _total(ends: Sequence[float | None]) -> float | None:
    if None in ends:
        return None
    return plain(sum((exact(each) for each in ends), Fraction(0)))
