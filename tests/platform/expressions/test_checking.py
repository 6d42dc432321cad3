"""An expression that is wrong is told to its author, with its column and what was meant; none is silently false."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from ledstang.content.expressions import UNKNOWN, Context, Kind, Scope, check, evaluate
from ledstang.content.nodes import Place

Faults = Callable[..., list[tuple[int, str]]]


@pytest.mark.parametrize(
    "text",
    [
        "q1 >= 1",
        "hade-oro = ja och styrka >= 8",
        "hade-oro",
        "inte hade-oro eller q1 = q2",
        "summa(q1..q3) >= 5",
        "summa >= 5 and sum(q1, q2) < 3",
        "medel(q1..q3) > 1.5",
        "antal(symtom) >= 1 or count(q1 >= 2, q2 >= 2) = 2",
        "största(q1..q3) = 3 och minsta(q1..q3) = 0",
        "besvarad(q1..q3) och answered(bild)",
        "gad7.summa >= 10 och gad7.q1 = 3",
        "summa(gad7.q1..q1) = 2",
        "symtom = feber",
        'symtom != "hosta"',
        "svar = vill-inte-säga",
        "svar >= 1",
        'fritext = "ja"',
        'start >= "2026-01-01" och klockan < "10:20" och tid > "2026-01-01T08:00"',
        "ålder >= 18 och dag <= 7 och veckodag = måndag och weekday != friday",
        "veckodag > fredag",
        "`Q/9` - 1 > 0",
        "(q1 + q2) * 2 / 3 - -1 > 0",
        "summa(q1…q3) − 1 > 0 och fritext = ”kort”",
        "barn > 3",
        "q1 = 1 OCH Summa(q1..q3) > 2",
    ],
)
def test_what_the_language_promises_is_accepted(text: str, faults: Faults) -> None:
    """Every construct of authoring.md §3 checks clean."""
    assert faults(text, "condition") == []


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("q4 >= 1", 1, "unknown-id"),
        ("q1 >= 1 och q4 = 2", 13, "unknown-id"),
        ("gad9.summa > 1", 1, "unknown-form"),
        ("gad7.suma > 1", 1, "unknown-id"),
        ("hade-oro = jaa", 12, "unknown-answer"),
        ("symtom = fever", 10, "unknown-answer"),
        ('färg = "blå"', 8, "unknown-answer"),
        ("veckodag = måndagg", 12, "unknown-answer"),
        ("sunma(q1..q3) > 1", 1, "unknown-function"),
        ("summa() > 1", 1, "no-arguments"),
        ("q1 => 1", 4, "comparison-miswritten"),
        ("q1 == 1", 4, "comparison-miswritten"),
        ("q1 ≥ 1", 4, "comparison-miswritten"),
        ("q1 <> 1", 4, "comparison-miswritten"),
        ("styrka > 7,5", 10, "decimal-comma"),
        ("1 < q1 < 3", 8, "expression-syntax"),
        ("q1 >= 1 && q2 = 1", 9, "expression-syntax"),
        ("q1 >= ", 6, "expression-unfinished"),
        ("(q1 >= 1", 9, "expression-unfinished"),
        ("q1 >= 1)", 8, "expression-syntax"),
        ("q1..q3 > 1", 3, "expression-syntax"),
        ("", 1, "expression-empty"),
        ("q1", 1, "wrong-type"),
        ("q1 och q2 = 1", 1, "wrong-type"),
        ("inte styrka", 6, "wrong-type"),
        ("fritext > 3", 11, "wrong-type"),
        ("färg >= 1", 9, "wrong-type"),
        ("färg > röd", 8, "wrong-type"),
        ("symtom >= 2", 11, "wrong-type"),
        ("summa(fritext) > 1", 7, "wrong-type"),
        ("summa(färg) > 1", 7, "wrong-type"),
        ("start > 3", 9, "wrong-type"),
        ('start > "2026-02-30"', 9, "wrong-type"),
        ("start > klockan", 9, "wrong-type"),
        ("fritext = hej", 11, "unknown-id"),
        ("besvarad(q1 + 1)", 10, "wrong-type"),
        ("summa(q3..q1) > 0", 7, "range-broken"),
        ("summa(q1..summa) > 0", 7, "range-broken"),
        ("q1 / 0 > 1", 6, "divides-by-zero"),
        ("q1 > 3", 1, "never-holds"),
        ("q1 = 4", 1, "never-holds"),
        ("q1 = 1.5", 1, "never-holds"),
        ("styrka < 0", 1, "never-holds"),
        ("styrka = 2.5", 1, "never-holds"),
        ("summa(q1..q3) >= 10", 1, "never-holds"),
        ("11 <= styrka", 1, "never-holds"),
        ("gad7.summa > 21", 1, "never-holds"),
        ("ålder > 200", 1, "never-holds"),
        ("dag = 0", 1, "never-holds"),
        ("veckodag = 8", 1, "never-holds"),
    ],
)
def test_a_fault_has_its_column_and_its_code(text: str, column: int, code: str, faults: Faults) -> None:
    """Each fault is told once, where it stands."""
    assert faults(text, "condition") == [(column, code)]


@pytest.mark.parametrize(
    ("text", "tip"),
    [
        ("hade-orro = ja", "Did you mean “hade-oro”?"),
        ("Styrka > 3", "Did you mean “styrka”?"),
        ("besvarrad(q1)", "Did you mean “besvarad”?"),
        ("gad7.suma > 3", "Did you mean “summa”?"),
        ("hade-oro = jaa", "Did you mean “ja”?"),
        ("q1-q2 = 1", "For a subtraction, put spaces around the hyphen: q1 - q2."),
        ("q1-1 = 1", "For a subtraction, put spaces around the hyphen: q1 - 1."),
        ("q1 => 1", "Write “>=”."),
        ("styrka > 7,5", "Write 7.5 with a decimal point; between two values, put a space after the comma."),
        ("fritext = hej", "A text to compare with stands within quotes: “hej”."),
    ],
)
def test_a_fault_says_what_was_meant(text: str, tip: str, tips: Callable[[str], list[str]]) -> None:
    """The tip names the nearest word, or the right way to write it."""
    assert tips(text) == [tip]


def test_all_faults_are_told_at_once(faults: Faults) -> None:
    """An author mends one expression in one go."""
    assert faults("q8 = 1 och q1 > 3 och hade-oro = nja") == [
        (1, "unknown-id"),
        (12, "never-holds"),
        (34, "unknown-answer"),
    ]


def test_a_fault_stands_in_the_file_where_the_expression_stands() -> None:
    """The column in the file is that of the expression and of the fault in it."""
    fault = check("q1 > 1", Scope({"q9": Kind("number")}))[0]
    diagnostic = fault.at(Place("form.md", 7, 12))
    assert (diagnostic.line, diagnostic.column) == (7, 12)
    second = check("q9 > 1 och q1 > 1", Scope({"q9": Kind("number")}))[0]
    assert second.at(Place("form.md", 7, 12)).column == 12 + 11


def test_a_formula_is_a_number_and_a_condition_is_not(faults: Faults) -> None:
    """A place that wants a number refuses a condition, and the other way round."""
    assert faults("summa(q1..q3) / 3", "number") == []
    assert faults("q1 > 1", "number") == [(1, "wrong-type")]
    assert faults("summa(q1..q3)", "condition") == [(1, "wrong-type")]


OPERANDS = {
    "choice": ("q1", "2"),
    "yes/no": ("hade-oro", True),
    "choices": ("symtom", ["feber"]),
    "number": ("styrka", 2),
    "text": ("fritext", "hej"),
    "date": ("start", "2026-05-12"),
    "time": ("klockan", "10:20"),
    "datetime": ("tid", "2026-05-12T10:20"),
    "file": ("bild", "bild.png"),
    "number literal": ("2", None),
    "text literal": ('"ja"', None),
    "fact": ("ålder", None),
    "other form": ("gad7.summa", None),
}
COMPARABLE = {"choice", "yes/no", "number", "number literal", "fact", "other form"}


@pytest.mark.parametrize("sign", ["=", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize(("left", "right"), list(product(OPERANDS, OPERANDS)))
def test_every_operator_with_every_two_types_is_refused_or_decided(
    left: str, right: str, sign: str, scope: Scope
) -> None:
    """What checks clean comes out true or false over full answers; what cannot be compared is a fault."""
    text = f"{OPERANDS[left][0]} {sign} {OPERANDS[right][0]}"
    codes = {fault.code for fault in check(text, scope)}
    answers = {name: value for name, value in OPERANDS.values() if value is not None}
    value = evaluate(text, scope, answers, Context(age=2, forms={"gad7": {"summa": 2}}))
    if codes:
        assert codes <= {"wrong-type", "never-holds", "unknown-answer"}
    else:
        assert value in (True, False), text
    if left in COMPARABLE and right in COMPARABLE and not (left == right == "yes/no"):
        assert "wrong-type" not in codes
        assert value is {"=": True, "!=": False, "<=": True, ">=": True}.get(sign, False) or "yes/no" in (left, right)
    elif value is UNKNOWN:
        assert codes, text


@pytest.fixture
def scope() -> Scope:
    """A scope in which every type has one name."""
    codes: dict[str, Any] = {"0": 0.0, "1": 1.0, "2": 2.0}
    names = {
        "q1": Kind("choice", codes=codes),
        "hade-oro": Kind("yes/no", codes={"ja": 1.0, "nej": 0.0}),
        "symtom": Kind("choices", codes={"feber": None, "ja": None}),
        "styrka": Kind("number", low=0, high=10, whole=True),
        "fritext": Kind("text"),
        "start": Kind("date"),
        "klockan": Kind("time"),
        "tid": Kind("datetime"),
        "bild": Kind("file"),
    }
    return Scope(names, {"gad7": {"summa": Kind("number", low=0, high=21, whole=True, item=False)}})
