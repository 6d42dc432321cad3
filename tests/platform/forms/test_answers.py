"""From what a person typed to a typed answer, with faults that say what to do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledstang.content.forms.answers import AnswerFault, chosen, present, raw_answer, read_answer, take_answer
from ledstang.content.forms.document import Option, Question
from ledstang.content.forms.limits import LIMITS, yes_no

OPTIONS = (
    Option("0", "Inte alls", "Inte alls", 0.0),
    Option("2", "Mycket", "Mycket", 2.0),
    Option("annat", "Annat", "Annat", None, True),
)


def question(kind: Any, **more: Any) -> Question:
    """Make a question of a type."""
    options = {"choice": OPTIONS, "choices": OPTIONS, "yes/no": yes_no("sv")}.get(kind, ())
    return Question("q", kind, "Fråga", "Fråga", options=options, **more)


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (question("integer", low=0, high=10), ["7"], 7),
        (question("integer"), [" 1 000 "], 1000),
        (question("integer"), ["−5"], -5),
        (question("integer"), ["7,0"], 7),
        (question("decimal"), ["37,5"], 37.5),
        (question("decimal"), ["37.5"], 37.5),
        (question("decimal", low=0, step=0.1), ["0,3"], 0.3),
        (question("quantity", unit="kg"), ["70"], 70),
        (question("scale", low=0, high=10), ["10"], 10),
        (question("text"), ["  hej\r\ndu "], "hej du"),
        (question("long text"), ["hej\r\ndu"], "hej\ndu"),
        (question("text"), ["😀 שלום ‮"], "😀 שלום ‮"),
        (question("text"), ["a\x00b\x07"], "ab"),
        (question("choice"), ["2"], "2"),
        (question("choice"), ["annat: mitt eget"], "annat: mitt eget"),
        (question("choices"), ["0", "2", "0"], ["0", "2"]),
        (question("yes/no"), ["ja"], True),
        (question("yes/no"), ["no"], False),
        (question("date"), ["2024-02-29"], "2024-02-29"),
        (question("date"), ["20240229"], "2024-02-29"),
        (question("time"), ["9.05"], "09:05"),
        (question("datetime"), ["2026-05-12 10:20"], "2026-05-12T10:20"),
        (question("integer", repeats=(1, 3)), ["1", "", "2"], [1, 2]),
        (question("text"), [""], None),
        (question("choices"), [], None),
    ],
)
def test_what_somebody_typed_becomes_a_typed_answer(asked: Question, raw: list[str], value: Any) -> None:
    """Ways of writing that people use are understood, and nothing visible is lost."""
    assert read_answer(asked, raw) == value


@pytest.mark.parametrize(
    ("asked", "raw", "code"),
    [
        (question("integer", required=True), [""], "required"),
        (question("choices", required=True), [], "required"),
        (question("text", required=True), [" \x00 "], "required"),
        (question("integer"), ["tolv"], "not-a-number"),
        (question("integer"), ["1e5"], "not-a-number"),
        (question("integer"), ["١٢"], "not-a-number"),
        (question("integer"), ["9" * 40], "not-a-number"),
        (question("integer"), ["7,5"], "not-whole"),
        (question("integer", low=0, high=10), ["11"], "out-of-range"),
        (question("integer", low=0), ["-1"], "out-of-range"),
        (question("decimal", high=42), ["42,1"], "out-of-range"),
        (question("scale", low=0, high=10, step=2), ["3"], "off-step"),
        (question("date"), ["2026-02-30"], "no-such-moment"),
        (question("date"), ["2026-W01-1"], "no-such-moment"),
        (question("date", earliest="2026-01-01"), ["2025-12-31"], "out-of-range"),
        (question("date", latest="2026-01-01"), ["2026-01-02"], "out-of-range"),
        (question("time"), ["25:00"], "no-such-moment"),
        (question("text", max_length=3), ["abcd"], "too-long"),
        (question("long text"), ["å" * (LIMITS.text_bytes // 2 + 1)], "too-long"),
        (question("choice"), ["annat: " + "x" * LIMITS.text_bytes], "too-long"),
        (question("choice"), ["1"], "no-such-option"),
        (question("choice"), ["2: eget"], "no-such-option"),
        (question("choice"), ["0", "2"], "too-many"),
        (question("yes/no"), ["kanske"], "no-such-option"),
        (question("integer", repeats=(1, 2)), ["1", "2", "3"], "too-many"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_in_a_sentence(asked: Question, raw: list[str], code: str) -> None:
    """Each fault has a code and a whole sentence with its values in place."""
    with pytest.raises(AnswerFault) as caught:
        read_answer(asked, raw)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_a_draft_may_lack_what_is_required() -> None:
    """Saving while somebody writes asks for nothing."""
    assert read_answer(question("integer", required=True), [""], complete=False) is None


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (question("choice"), 2, "2"),
        (question("choice"), 2.0, "2"),
        (question("yes/no"), True, True),
        (question("decimal"), 1.5, 1.5),
        (question("choices"), ["0", "annat"], ["0", "annat"]),
        (question("integer"), None, None),
    ],
)
def test_json_gives_codes_or_scores(asked: Question, typed: Any, value: Any) -> None:
    """`try` and other systems give an option's code or its score, true, and numbers."""
    assert take_answer(asked, typed) == value


@pytest.mark.parametrize("odd", [{"a": 1}, [["0"]], [{"a": 1}], 10**400, float("nan"), "\ud800", "x" * 10_000_000])
def test_json_that_is_no_answer_is_refused(odd: Any) -> None:
    """Whatever JSON can hold, a number question takes a number or says no."""
    with pytest.raises(AnswerFault):
        take_answer(question("integer", required=True), odd)


@pytest.mark.parametrize(
    ("asked", "value", "text"),
    [
        (question("decimal", unit="kg"), 70.5, "70,5 kg"),
        (question("integer"), -3, "−3"),
        (question("choice"), "2", "Mycket"),
        (question("choice"), "annat: mitt eget", "Annat: mitt eget"),
        (question("choices"), ["0", "2"], "Inte alls, Mycket"),
        (question("yes/no"), False, "Nej"),
        (question("long text"), "hej\ndu", "hej\ndu"),
        (question("integer", repeats=(1, 3)), [1, 2], "1, 2"),
        (question("date"), "2026-05-12", "2026-05-12"),
        (question("text"), None, ""),
    ],
)
def test_an_answer_is_presented_as_people_write_it(asked: Question, value: Any, text: str) -> None:
    """Summaries show the option's text, a decimal comma, the unit."""
    assert present(asked, value) == text


def test_the_page_can_mark_what_was_chosen() -> None:
    """An answer gives back the codes to mark, and the text beside each."""
    assert chosen(question("choices"), ["0", "annat: mitt"]) == {"0": "", "annat": "mitt"}
    assert chosen(question("yes/no"), True) == {"ja": ""}


VALUES = {
    "integer": st.integers(-(10**9), 10**9),
    "decimal": st.decimals(-1000, 1000, places=3).map(float),
    "text": st.text(max_size=50),
    "long text": st.text(max_size=200),
    "choice": st.sampled_from(["0", "2", "annat", "annat: eget"]),
    "choices": st.lists(st.sampled_from(["0", "2", "annat: eget"]), unique=True),
    "yes/no": st.booleans(),
    "date": st.dates().map(lambda day: day.isoformat()),
    "time": st.times().map(lambda hour: hour.strftime("%H:%M")),
    "datetime": st.datetimes().map(lambda at: at.strftime("%Y-%m-%dT%H:%M").zfill(16)),
}


@given(st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), VALUES[kind])))
@settings(max_examples=1000, deadline=None)
def test_saving_and_opening_again_changes_nothing(pair: tuple[str, Any]) -> None:
    """Read, save, load, put back into the page, read again: the answer is the same, however often."""
    kind, value = pair
    asked = question(kind)
    first = take_answer(asked, value, complete=False)
    loaded = msgspec.json.decode(msgspec.json.encode(first))
    again = read_answer(asked, raw_answer(asked, loaded), complete=False)
    assert again == first
    assert type(again) is type(first)
