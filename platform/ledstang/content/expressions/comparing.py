"""How two values compare. What cannot be compared is unknown here; `check` has told the author so long before."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from ledstang.content.expressions.tree import Operator
from ledstang.content.expressions.values import (
    UNKNOWN,
    Chosen,
    Several,
    Ticked,
    Unknown,
    Value,
    moment,
    number,
    opposite,
    some,
)

_HOLDS: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: Operator, left: Value, right: Value) -> bool | Unknown:
    """Compare two answers. Of a question that is answered several times over, any answer will do."""
    if isinstance(left, Several):
        return some(compare(sign, each, right) for each in left.values)
    if isinstance(right, Several):
        return some(compare(sign, left, each) for each in right.values)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    if sign == "!=":
        return opposite(compare("=", left, right))
    if sign == "=" and isinstance(left, Chosen) and isinstance(right, Chosen) and left.code and right.code:
        return left.code == right.code
    return _ordered(sign, left, right)


def compare_code(sign: Operator, left: Value, code: str) -> bool | Unknown:
    """Compare an answer with a code: for several ticks, whether it is among them."""
    if isinstance(left, Several):
        return some(compare_code(sign, each, code) for each in left.values)
    match left:
        case Chosen():
            equal = left.code == code
        case Ticked():
            equal = any(option.code == code for option in left.options)
        case _:
            return UNKNOWN
    return {"=": equal, "!=": not equal}.get(sign, UNKNOWN)


def _ordered(sign: Operator, left: Value, right: Value) -> bool | Unknown:
    if isinstance(left, str) and isinstance(right, str):
        return _HOLDS[sign](left, right) if sign == "=" else UNKNOWN
    left, right = _moments(left, right)
    if isinstance(left, date | time) and type(left) is type(right):
        return _HOLDS[sign](left, right)
    if isinstance(left, Ticked) or isinstance(right, Ticked):
        return UNKNOWN
    first, second = number(left), number(right)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return UNKNOWN
    return _HOLDS[sign](first, second)


def _moments(left: Value, right: Value) -> tuple[Value, Value]:
    """Read the text beside a date or a time as one."""
    kinds = {date: "date", time: "time", datetime: "datetime"}
    if type(left) in kinds and isinstance(right, str):
        return left, moment(kinds[type(left)], right)
    if type(right) in kinds and isinstance(left, str):
        return moment(kinds[type(right)], left), right
    return left, right
