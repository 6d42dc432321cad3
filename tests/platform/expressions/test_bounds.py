"""Whatever somebody writes or answers, parsing, checking and evaluating end, quickly and without an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledstang.content.expressions import ExpressionError, Fault, Kind, Scope, check, evaluate, names_of, parse

SCOPE = Scope(
    {"q1": Kind("choice", codes={"0": 0.0, "1": 1.0}), "q2": Kind("number"), "t": Kind("text"), "d": Kind("date")}
)
WORDS = [
    "q1", "q2", "t", "d", "q9", "gad7.summa", "ja", "1", "2.5", '"hej"', "+", "-", "*", "/", "=", "!=", "<", ">=",
    "och", "eller", "inte", "(", ")", "summa(", "antal(", "besvarad(", "q1..q2", ",", "ålder", "veckodag", "=>", "7,5", "`",
]  # fmt: skip


def fault_of(text: str) -> Fault | None:
    """Return the fault that parsing a text raises, if any."""
    try:
        parse(text)
    except ExpressionError as error:
        return error.fault
    return None


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_any_row_of_words_is_checked_and_evaluated(text: str) -> None:
    """A faulty expression gives faults, a sound one a value; neither raises."""
    faults, broken = check(text, SCOPE), fault_of(text)
    if broken:
        assert faults == [broken]
    else:
        evaluate(text, SCOPE, {"q1": "1", "q2": 3, "t": "hej", "d": "2026-01-01"})


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_column(text: str) -> None:
    """A syntax fault stands within the text, or right after its end."""
    broken = fault_of(text)
    assert broken is None or 1 <= broken.column <= len(text) + 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1990,
        "(" * 900 + "q1" + ")" * 900,
        "-" * 1900 + "q2 > 1",
        "inte " * 390 + "q1 = 1",
        "q2 + " * 390 + "q2 > 1",
        "q1 = 1 och " * 180 + "q1 = 1",
        "summa(" * 300 + "q1" + ")" * 300,
        "q2 > " + "9" * 1900,
        "q2 * " + "9" * 30 + (" * " + "9" * 30) * 50 + " > 1",
        "q2 / 0.000000000000000000000000001 > 1",
        "x" * 100_000,
        "-".join(["q1"] * 600),
    ],
)
def test_no_expression_is_too_much(text: str) -> None:
    """Long and deep ones end within seconds, with a value or with one fault."""
    begun = time.perf_counter()
    faults = check(text, SCOPE, "condition")
    if not faults:
        names_of(parse(text), SCOPE)
        evaluate(text, SCOPE, {"q1": "1", "q2": 1})
    assert time.perf_counter() - begun < 5
