"""Large and hostile forms end, in bearable time, with faults and not with exceptions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledstang.content.forms.evaluating import evaluate

LINES = [
    "::: fråga #a heltal 0–10", "::: fråga #b", "::: fråga #a text obligatorisk", "::: frågor #m", "::: skala #s",
    "::: grupp #g", "::: sida", "::: beräkna #x", "::: larm #l", "::: visa", "::: fhir", ":::", "", "Hur mår du?",
    "skala: s", "visas när: a >= 1 och b = ja", "när: x > 3", "formel: summa(a, b)", "nivå: röd", "upprepas: 1–3",
    "- ( ) Ja {#ja}", "- (2) Nej", "- [ ] Annat: ____", "- 0–4: låg", "1. Sover {#q1}", "____", "typ: skala 0–10",
    "standard: 3", "obligatorisk: ja", "```", "poäng vid saknade: medel, högst 1", "från: 1", "dold: ja", "# Rubrik",
]  # fmt: skip


@given(source=st.lists(st.sampled_from(LINES), max_size=30).map("\n".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rows_of_the_language_give_a_form_and_faults(read: Callable[..., Any], source: str) -> None:
    """Whatever an author has written so far, compiling and evaluating end without an exception."""
    form, found = read(source)
    evaluate(form, {"a": 3, "b": "ja", "q1": "2"})
    assert all(fault.line is None or fault.line >= 0 for fault in found)


@pytest.mark.parametrize(
    "source",
    [
        "::: fråga #a heltal " + "1" * 100_000 + "\nHur?\n:::",
        "::: fråga #a\nHur?\n\n- ( ) " + "_" * 100_000 + "x\n:::",
        "::: fråga #a\nHur?\n\n- ( ) " + "{#" * 50_000 + "\n:::",
        "::: fråga #a\nHur?\n\n- ( ) x" + " " * 100_000 + "y\n:::",
        "::: fråga #a\nHur?\n\n- (" + "(" * 100_000 + "\n:::",
        "::: beräkna #a\nformel: 1\n\n- " + "1-" * 50_000 + ": x\n:::",
        "::: fråga #a text\nvisas när: " + "(" * 100_000 + "\n\nHur?\n:::",
        "::: beräkna #a\nformel: 1\npoäng vid saknade: " + "9" * 100_000 + "\n:::",
    ],
)
def test_a_hostile_line_costs_no_more_than_it_is_long(source: str, read: Callable[..., Any]) -> None:
    """No pattern goes back over a line again and again."""
    begun = time.perf_counter()
    read(source)
    assert time.perf_counter() - begun < 10


def test_a_long_form_is_compiled_and_evaluated_quickly(make: Callable[[str], Any]) -> None:
    """Two hundred and fifty questions, each behind the one before, with a sum: seconds and tenths of one at most."""
    rows = ["::: fråga #q0 heltal 0–3\nNoll?\n:::"]
    rows += [f"::: fråga #q{n} heltal 0–3\nvisas när: q{n - 1} >= 1\n\nFråga {n}?\n:::" for n in range(1, 250)]
    rows += ["::: beräkna #s\nformel: summa(q0..q249)\n:::"]
    begun = time.perf_counter()
    form = make("\n\n".join(rows))
    compiled_in = time.perf_counter() - begun
    answers = {f"q{n}": 2 for n in range(250)}
    evaluate(form, answers)
    begun = time.perf_counter()
    result = evaluate(form, answers)
    evaluated_in = time.perf_counter() - begun
    assert result.scores["s"].value == 500
    assert compiled_in < 10
    assert evaluated_in < 1
