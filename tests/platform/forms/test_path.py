"""Answers off the path are never scored and never exported, whatever the form."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from ledstang.content.expressions import ABSENT, UNKNOWN, Context, Scope, evaluate_truth
from ledstang.content.forms.compiling import sealed
from ledstang.content.forms.document import Form, Option, Page, Question, Sum
from ledstang.content.forms.evaluating import evaluate, unanswered
from ledstang.content.forms.scope import kinds_of

OPTIONS = tuple(Option(str(score), str(score), str(score), float(score)) for score in (-1, 0, 1, 2))


def some_form(dice: random.Random) -> Form:
    """Make a form of up to twelve questions whose conditions refer to earlier ones, and a sum of them all."""
    questions: list[Question] = []
    for number in range(dice.randint(1, 12)):
        shown_when = None
        if questions and dice.random() < 0.6:
            earlier = dice.choice(questions).id
            shown_when = dice.choice(
                [f"{earlier} >= 1", f"inte {earlier} = 1", f"besvarad({earlier})", f"{earlier} = 2"]
            )
        made = Question(f"q{number}", "choice", "Fråga", "Fråga", options=OPTIONS, shown_when=shown_when)
        hidden, default, required = dice.random() < 0.1, dice.choice([None, "1"]), dice.random() < 0.5
        questions.append(msgspec.structs.replace(made, hidden=hidden, default=default, required=required))
    ids = tuple(question.id for question in questions)
    pages = tuple(Page(f"p{at}", "", (question,)) for at, question in enumerate(questions))
    return sealed(Form("prov", "Prov", pages, (Sum("s", f"summa({', '.join(ids)})", "Summa", (), ids),)))


def some_answers(dice: random.Random, form: Form) -> dict[str, Any]:
    """Answer some of the questions, on the path or off it."""
    return {page.items[0].id: dice.choice(["-1", "0", "1", "2"]) for page in form.pages if dice.random() < 0.8}


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_answers_off_the_path_are_never_scored_nor_exported(dice: random.Random) -> None:
    """The sum is that of what was met or hidden on purpose; removing stale answers changes nothing at all."""
    form = some_form(dice)
    answers = some_answers(dice, form)
    result = evaluate(form, answers)
    hidden = {page.items[0].id for page in form.pages if page.items[0].hidden}
    assert set(result.answers) <= set(result.path) | hidden
    assert not set(result.path) & hidden
    score = result.scores["s"]
    if score.value is not None:
        assert score.value == sum(int(value) for value in result.answers.values())
        assert score.answered == score.of == len(result.answers)
    assert evaluate(form, {**result.answers}) == result


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_a_question_is_met_exactly_when_its_condition_holds(dice: random.Random) -> None:
    """The path agrees with each condition evaluated by itself over the answers that count."""
    form = some_form(dice)
    result = evaluate(form, some_answers(dice, form))
    scope = Scope(kinds_of(form))
    met = {page.items[0].id for page in form.pages} - set(result.unknown)
    asked = set(result.path) | {page.items[0].id for page in form.pages if page.items[0].hidden}
    for question in (page.items[0] for page in form.pages):
        if question.shown_when and question.id in met and not question.hidden:
            values = {id_: result.answers.get(id_) if id_ in asked else ABSENT for id_ in scope.names}
            held = evaluate_truth(question.shown_when, scope, values, Context())
            assert (held is True) == (question.id in result.path) or held is UNKNOWN


def test_saving_loading_and_saving_is_the_identity_for_a_thousand_forms() -> None:
    """A form and its answers survive being stored, and give the same result afterwards."""
    for seed in range(1000):
        unchanged_by_storage(random.Random(seed))


def unchanged_by_storage(dice: random.Random) -> None:
    """Store one random form and its answers, and compare."""
    form = some_form(dice)
    answers = some_answers(dice, form)
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(form), type=Form)
    kept = msgspec.json.decode(msgspec.json.encode(answers))
    assert stored == form
    assert sealed(stored).hash == form.hash
    assert evaluate(stored, kept) == evaluate(form, answers)


def test_what_is_required_is_asked_for_on_the_path_only(make: Callable[[str], Form]) -> None:
    """A required question that nobody meets holds nobody up."""
    form = make(
        "::: fråga #a ja/nej obligatorisk\nEtt?\n:::\n\n"
        "::: fråga #b text obligatorisk\nvisas när: a = ja\n\nTvå?\n:::\n"
    )
    for answers, missing in (({}, ["a"]), ({"a": False}, []), ({"a": True}, ["b"]), ({"a": True, "b": "x"}, [])):
        assert [question.id for question in unanswered(form, evaluate(form, answers))] == missing


def test_a_page_with_nothing_to_render_is_not_visible(make: Callable[[str], Form]) -> None:
    """Who fills in a form page by page never meets an empty one."""
    form = make("::: fråga #a ja/nej\nEtt?\n:::\n\n::: fråga #b text\nvisas när: a = ja\n\nTvå?\n:::\n")
    assert [page.id for page in form.pages if page.id in evaluate(form, {"a": False}).visible] == ["page_1"]
    assert [page.id for page in form.pages if page.id in evaluate(form, {"a": True}).visible] == ["page_1", "page_2"]


def test_a_condition_may_ask_another_form(make: Callable[..., Form]) -> None:
    """A worksheet's questions can depend on a form that was filled in before."""
    other = make("::: fråga #q ja/nej\nEtt?\n:::\n")
    form = make("::: fråga #a text\nvisas när: gad7.q = ja\n\nVad?\n:::\n", {"gad7": other})
    kinds = {"gad7": kinds_of(other)}
    assert evaluate(form, {}, Context(forms={"gad7": {"q": True}}, kinds=kinds)).path == ("a",)
    assert evaluate(form, {}, Context(kinds=kinds)).unknown == ("a",)
