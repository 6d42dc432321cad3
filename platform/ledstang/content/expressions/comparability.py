"""Which comparisons make sense, and which can ever hold."""

from __future__ import annotations

from ledstang.content.expressions.faults import Fault, fault, unknown
from ledstang.content.expressions.numbers import numeric, scores_of
from ledstang.content.expressions.scope import Kind
from ledstang.content.expressions.tree import Comparison, Text
from ledstang.content.expressions.values import Unknown, moment

EQUALITY = ("=", "!=")
MOMENTS = ("date", "time", "datetime")
NUMERIC = ("number", "choice", "yes/no")
BOOLEAN = ("truth", "yes/no")


def compare_faults(node: Comparison, left: Kind, right: Kind | str, *, ordered: bool = False) -> list[Fault]:
    """Return what is wrong with a comparison of two kinds, or of a choice with a code.

    `ordered` says that the codes have a sequence, as the days of the week have.
    """
    if isinstance(right, str):
        return _code_faults(node, left, right, ordered)
    if left.name in MOMENTS or right.name in MOMENTS:
        return _moment_faults(node, left, right)
    if left.name in BOOLEAN and right.name in BOOLEAN:
        return _equality_only(node)
    if left.name == right.name == "text":
        return _equality_only(node)
    if left.name == right.name == "choice" and set(left.codes) & set(right.codes) and node.operator in EQUALITY:
        return []
    return _number_faults(node, left, right)


def _code_faults(node: Comparison, left: Kind, code: str, ordered: bool) -> list[Fault]:
    if code not in left.codes:
        sentence = "“{word}” is no answer to this question."
        return [unknown(node.right.column, "unknown-answer", sentence, code, left.codes)]
    return [] if ordered else _equality_only(node)


def _equality_only(node: Comparison) -> list[Fault]:
    if node.operator in EQUALITY:
        return []
    sentence, tip = "Answers of this kind have no order.", "Compare them with = or !=, or compare scores with a number."
    return [fault(node.right.column, "wrong-type", sentence, tip)]


def _moment_faults(node: Comparison, left: Kind, right: Kind) -> list[Fault]:
    if left.name == right.name:
        return []
    kind, other = (left, node.right) if left.name in MOMENTS else (right, node.left)
    if not isinstance(other, Text):
        return [_mismatch(node)]
    if isinstance(moment(kind.name, other.value), Unknown):
        sentence = "“{text}” is no date or time that exists."
        tip = "Write “2026-05-12” for a day, “10:20” for a time, “2026-05-12T10:20” for both."
        return [fault(other.column, "wrong-type", sentence, tip, text=other.value)]
    return []


def _number_faults(node: Comparison, left: Kind, right: Kind) -> list[Fault]:
    first = numeric(left) if left.name in NUMERIC else None
    second = numeric(right) if right.name in NUMERIC else None
    if first is None or second is None:
        return [_mismatch(node)]
    if node.operator in EQUALITY:
        return _equal_faults(node, left, first, right, second)
    low, high = (first, second) if node.operator in ("<", "<=") else (second, first)
    if low.low is None or high.high is None or low.low < high.high:
        return []
    return [] if low.low == high.high and node.operator in ("<=", ">=") else [_never(node, first, second)]


def _equal_faults(node: Comparison, left: Kind, first: Kind, right: Kind, second: Kind) -> list[Fault]:
    for kind, other in ((left, second), (right, first)):
        if other.low is None or other.low != other.high:
            continue
        if kind.codes and other.low not in scores_of(kind):
            return [_never(node, first, second)]
        if kind.name == "number" and kind.whole and not float(other.low).is_integer():
            return [_never(node, first, second)]
    apart = _before(first.high, second.low) or _before(second.high, first.low)
    return [_never(node, first, second)] if apart else []


def _before(high: float | None, low: float | None) -> bool:
    return high is not None and low is not None and high < low


def _never(node: Comparison, left: Kind, right: Kind) -> Fault:
    return fault(
        node.column,
        "never-holds",
        "This comparison always comes out the same: the left side is {left} and the right side is {right}.",
        "Compare with a value that can occur.",
        left=_extent(left),
        right=_extent(right),
    )


def _extent(kind: Kind) -> str:
    low = "−∞" if kind.low is None else f"{kind.low:g}"
    high = "∞" if kind.high is None else f"{kind.high:g}"
    return low if low == high else f"{low}–{high}"


def _mismatch(node: Comparison) -> Fault:
    sentence = "These two cannot be compared."
    tip = "A choice compares with its code or its score, a number with a number, a text with a “text”."
    return fault(node.right.column, "wrong-type", sentence, tip)
