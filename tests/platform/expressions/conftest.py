"""A scope with one name of every type, and short ways to ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ledstang.content.expressions import Context, Kind, Scope, check, evaluate

FREQUENCY = {"0": 0.0, "1": 1.0, "2": 2.0, "3": 3.0}
ANSWERED_YES_NO = Kind("yes/no", codes={"ja": 1.0, "nej": 0.0, "yes": 1.0, "no": 0.0})
NAMES = {
    "q1": Kind("choice", codes=FREQUENCY),
    "q2": Kind("choice", codes=FREQUENCY),
    "q3": Kind("choice", codes=FREQUENCY),
    "svar": Kind("choice", codes={"ja": 2.0, "kanske": 1.0, "vill-inte-säga": None}),
    "färg": Kind("choice", codes={"röd": None, "grön": None}),
    "hade-oro": ANSWERED_YES_NO,
    "symtom": Kind("choices", codes={"feber": 1.0, "hosta": 2.0}),
    "styrka": Kind("number", low=0, high=10, whole=True),
    "vikt": Kind("number", low=0, high=400),
    "fritext": Kind("text"),
    "start": Kind("date"),
    "klockan": Kind("time"),
    "tid": Kind("datetime"),
    "bild": Kind("file"),
    "barn": Kind("number", low=0, high=18, whole=True, many=True),
    "Q/9": Kind("number", low=0, high=9, whole=True),
    "summa": Kind("number", low=0, high=9, whole=True, item=False),
}
GAD7 = {"q1": Kind("choice", codes=FREQUENCY), "summa": Kind("number", low=0, high=21, whole=True, item=False)}
SCOPE = Scope(NAMES, {"gad7": GAD7})


@pytest.fixture
def worth() -> Callable[..., Any]:
    """Tell what an expression is worth over answers."""
    return lambda text, context=None, **answers: evaluate(text, SCOPE, answers, context or Context())


@pytest.fixture
def faults() -> Callable[..., list[tuple[int, str]]]:
    """Tell the faults of an expression: column and code."""
    return lambda text, wanted=None: [(fault.column, fault.code) for fault in check(text, SCOPE, wanted)]


@pytest.fixture
def tips() -> Callable[[str], list[str]]:
    """Tell the tips of an expression's faults, filled in."""
    return lambda text: [fault.tip.format_map(fault.values) for fault in check(text, SCOPE)]
