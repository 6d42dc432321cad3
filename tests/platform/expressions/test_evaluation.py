"""Three values: true, false and unknown. What is not answered is never guessed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from ledstang.content.expressions import ABSENT, UNKNOWN, Context, Kind, Scope, evaluate, evaluate_truth

Worth = Callable[..., Any]


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (False, False, False, False),
        (True, None, UNKNOWN, True),
        (False, None, False, UNKNOWN),
        (None, None, UNKNOWN, UNKNOWN),
    ],
)
def test_and_and_or_are_those_of_kleene(left: Any, right: Any, both: Any, either: Any) -> None:
    """An unknown part matters only where it could change the outcome, whichever side it stands on."""
    scope = Scope({"a": Kind("yes/no", codes={"ja": 1.0}), "b": Kind("yes/no", codes={"ja": 1.0})})
    for answers in ({"a": left, "b": right}, {"a": right, "b": left}):
        assert evaluate("a och b", scope, answers) is both
        assert evaluate("a eller b", scope, answers) is either


def test_not_unknown_is_unknown(worth: Worth) -> None:
    """A condition turned round does not become true for want of an answer."""
    assert worth("inte hade-oro = ja") is UNKNOWN
    assert worth("inte hade-oro", **{"hade-oro": False}) is True


def test_unknown_is_neither_true_nor_false() -> None:
    """Code that asks `if unknown` is stopped rather than led astray."""
    with pytest.raises(TypeError):
        bool(UNKNOWN)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("12 / 2 / 3", 2),
        ("-2 + 5", 3),
        ("0.1 + 0.2", 0.3),
        ("1 / 3 * 3", 1),
        ("2 + 1 > 2 och inte 1 > 2", True),
        ("inte 1 > 2 och 1 > 2", False),
        ("1 > 2 och 1 > 2 eller 2 > 1", True),
        ("2 > 1 eller 2 > 1 och 1 > 2", True),
        ("1 / (1 - 1)", UNKNOWN),
    ],
)
def test_arithmetic_is_exact_and_binds_as_written(text: str, value: Any, worth: Worth) -> None:
    """Precedence is parentheses, * and /, + and -, comparison, not, and, or; decimals are tenths, not binary ones."""
    assert worth(text) is value or worth(text) == value


def test_a_hyphen_belongs_to_an_id_and_a_minus_has_spaces(worth: Worth) -> None:
    """`hade-oro` is one id, `q1 - q2` is a subtraction."""
    assert worth("q1 - q2", q1="3", q2="1") == 2
    assert worth("hade-oro = ja", **{"hade-oro": True}) is True


def test_a_number_compares_scores_and_a_word_compares_codes(worth: Worth) -> None:
    """A choice has both; an answer without a score is unknown to numbers only."""
    assert worth("svar >= 2", svar="ja") is True
    assert worth("svar = ja", svar="ja") is True
    assert worth("svar >= 1", svar="vill-inte-säga") is UNKNOWN
    assert worth("svar = vill-inte-säga", svar="vill-inte-säga") is True


def test_a_choice_with_a_text_of_its_own_keeps_its_code(worth: Worth) -> None:
    """What somebody wrote beside the option does not change which option it is."""
    assert worth("svar = kanske", svar="kanske: om det regnar") is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("symtom = feber", True),
        ("symtom = hosta", False),
        ("symtom != hosta", True),
        ("antal(symtom)", 1),
        ("summa(symtom)", 1),
    ],
)
def test_ticks_are_compared_one_by_one(text: str, value: Any, worth: Worth) -> None:
    """`=` asks whether an answer is among those ticked."""
    assert worth(text, symtom=["feber"]) == value
    assert worth(text) is UNKNOWN


def test_an_incomplete_sum_is_unknown(worth: Worth) -> None:
    """One missing item leaves sum, mean, largest and smallest unknown; nothing low comes out."""
    for function in ("summa", "medel", "största", "minsta"):
        assert worth(f"{function}(q1..q3)", q1="3", q3="3") is UNKNOWN
    assert worth("summa(q1..q3)", q1="3", q2="0", q3="3") == 6
    assert worth("medel(q1..q3)", q1="3", q2="0", q3="3") == 2
    assert worth("största(q1..q3)", q1="3", q2="0", q3="3") == 3
    assert worth("minsta(q1..q3)", q1="3", q2="0", q3="3") == 0


def test_what_is_not_asked_is_left_out_of_a_sum_and_unknown_elsewhere(worth: Worth) -> None:
    """An item that the path leads past is no missing answer; alone it is unknown, and a sum of nothing is too."""
    assert worth("summa(q1..q3)", q1="3", q2=ABSENT, q3="1") == 4
    assert worth("q1 + q2", q1="3", q2=ABSENT) is UNKNOWN
    assert worth("q2 = 0", q2=ABSENT) is UNKNOWN
    assert worth("summa(q1..q3)", q1=ABSENT, q2=ABSENT, q3=ABSENT) is UNKNOWN


def test_counting_and_having_answered_are_known_without_answers(worth: Worth) -> None:
    """How many are answered is always known; how many conditions hold is not before they all are."""
    assert worth("antal(q1..q3)", q1="3") == 1
    assert worth("besvarad(q1)") is False
    assert worth("besvarad(q1..q3)", q1="0", q2="0", q3="0") is True
    assert worth("antal(q1 >= 2, q2 >= 2)", q1="3", q2="0") == 1
    assert worth("antal(q1 >= 2, q2 >= 2)", q1="3") is UNKNOWN


def test_facts_and_other_forms_come_from_the_context(worth: Worth) -> None:
    """Age, day, weekday and other forms' answers are unknown until somebody tells them."""
    context = Context(age=17, day=8, weekday=1, forms={"gad7": {"summa": 12, "q1": "2"}})
    assert worth("ålder < 18", context) is True
    assert worth("dag = 8 och veckodag = måndag och veckodag < 6", context) is True
    assert worth("gad7.summa >= 10 och gad7.q1 = 2", context) is True
    for text in ("ålder < 18", "dag = 8", "veckodag = måndag", "gad7.summa >= 10"):
        assert worth(text) is UNKNOWN


def test_kinds_of_other_forms_may_come_with_the_context() -> None:
    """A worksheet's condition about an earlier form needs no scope of its own."""
    context = Context(forms={"gad7": {"summa": 12}}, kinds={"gad7": {"summa": Kind("number")}})
    assert evaluate_truth("gad7.summa > 10", Scope({}, context.kinds), {}, context) is True


def test_of_answers_given_several_times_any_will_do(worth: Worth) -> None:
    """A repeated question's comparison holds as soon as one of its answers does; a sum takes them all."""
    assert worth("barn > 3", barn=[1, 5]) is True
    assert worth("barn > 3", barn=[1, None]) is UNKNOWN
    assert worth("barn > 3", barn=[1, 2]) is False
    assert worth("summa(barn)", barn=[1, 5]) == 6
    assert worth("besvarad(barn)", barn=[]) is False


def test_days_and_hours_compare_in_time(worth: Worth) -> None:
    """Dates compare as dates; one that does not exist is unknown."""
    assert worth('start >= "2026-02-01"', start="2026-10-01") is True
    assert worth('klockan < "10:00"', klockan="09:59") is True
    assert worth('start >= "2026-02-01"', start="2026-02-30") is UNKNOWN


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), True, "12", [], {}, object(), "x" * 10_000])
def test_an_answer_that_does_not_fit_is_unknown(odd: Any, worth: Worth) -> None:
    """What a number cannot be does not become one."""
    assert worth("styrka > 3", styrka=odd) is UNKNOWN


def test_huge_numbers_do_not_stop_a_page(worth: Worth) -> None:
    """Products beyond what floating-point holds still compare."""
    assert worth("vikt * vikt * vikt > 1", vikt=1e300) is True
    assert worth("vikt * vikt", vikt=1e300) == Fraction(str(1e300)) ** 2
