"""Forms on paper: for every form of the repository, print and plain text ask and score what the page does."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang import Form, Question, evaluate, page_questions, paper_of, plain_edition, questions_of
from ledstang.app import assemble
from ledstang.content.published import compile_instance
from ledstang.instance import open_instance

from .conftest import FORMS

ROOT = Path(__file__).parents[3]


def forms() -> Iterator[Form]:
    """Yield every form of the repository: instruments, those that stand alone, and those that programmes embed."""
    instance = open_instance(ROOT, demo=True)
    shelf = compile_instance(instance, assemble(instance).offers)
    yield from (one.document for one in shelf.of("forms").values())
    for one in shelf.of("programmes").values():
        yield from one.document.forms.values()
        for module in one.document.modules:
            for section in module.sections:
                yield from (part.form for step in section.steps for part in step.parts if hasattr(part, "form"))


ALL = {form.hash: form for form in forms()}


def squeezed(text: str) -> str:
    return "".join(text.split())


class Reader:
    """Reads a plain edition as somebody with a pen would: numbered questions, their answers and points, and the sums."""

    def __init__(self, text: str) -> None:
        blocks = re.split(r"^(?=\d+\. )", text, flags=re.M)
        self.questions = [one for one in blocks if re.match(r"\d+\. ", one)]

    def choices(self, number: int) -> list[tuple[str, str | None]]:
        """Return the answers to tick under a question, each with its points."""
        found = re.findall(r"^   \[ \] (.*?)(?: \((−?[\d,]+)\))?(?: _+)?$", self.questions[number - 1], re.M)
        return [(text, points or None) for text, points in found]


def asked(form: Form) -> list[Question]:
    return [one for one in questions_of(form) if not one.hidden]


@pytest.mark.parametrize("form", ALL.values(), ids=lambda form: form.key)
def test_the_plain_edition_asks_what_the_form_asks(form: Form) -> None:
    """Every question in its order, in its own words, with every answer that can be chosen."""
    text = plain_edition(paper_of(form))
    reader = Reader(text)
    assert len(reader.questions) == len(asked(form))
    for number, question in enumerate(asked(form), 1):
        assert squeezed(f"{number}. {question.label}") in squeezed(reader.questions[number - 1])
        assert [choice for choice, _ in reader.choices(number)] == [option.text for option in question.options]


def by_hand(how: str, points: dict[int, float]) -> float:
    """Work a score out as the paper says, from the points of each question by its number."""
    told = re.search(r" är ((?:summan|det högsta|fråga).*?)\. (?:Om|En) ", how)
    assert told, f"this test cannot read “{how}”: teach it"
    if run := re.fullmatch(r"summan av poängen på fråga (\d+)–(\d+)", told[1]):
        return sum(points[number] for number in range(int(run[1]), int(run[2]) + 1))
    highest = told[1].removeprefix("det högsta av ")
    terms = re.sub(r"fråga (\d+)", lambda found: str(points[int(found[1])]), highest).replace("−", "-").split(", ")
    assert all(re.fullmatch(r"[-+*/(). \d]+", term) for term in terms), f"this test cannot read “{how}”: teach it"
    return max(float(eval(term)) for term in terms)


@pytest.mark.parametrize("form", [form for form in ALL.values() if form.sums], ids=lambda form: form.key)
def test_by_the_plain_edition_one_scores_as_the_form_does(form: Form) -> None:
    """Fifty people answer at random: the points on the paper, put together as it says, are the form's score and band."""
    reader, draw = Reader(plain_edition(paper_of(form))), random.Random(form.key)
    choices = {number: reader.choices(number) for number, _ in enumerate(asked(form), 1)}
    for _ in range(50):
        points, answers = {}, {}
        for number, one in enumerate(asked(form), 1):
            if one.options:
                at = draw.randrange(len(one.options))
                points[number] = float((choices[number][at][1] or "nan").replace(",", "."))
                answers[one.id] = [one.options[at].code] if one.type == "choices" else one.options[at].code
            elif one.low is not None and one.high is not None:
                points[number] = answers[one.id] = draw.randint(int(one.low), int(one.high))
        scores = evaluate(form, answers).scores
        for sum_, reckon in zip(form.sums, paper_of(form).scores, strict=True):
            value = by_hand(reckon.how, points)
            assert scores[sum_.id].value == pytest.approx(value)
            fits = [line.partition(": ")[2] for line in reckon.bands if _within(line, value)]
            assert fits == ([scores[sum_.id].band] if scores[sum_.id].band else [])


def _within(line: str, points: float) -> bool:
    low, high = line.partition(": ")[0].split("–")
    return float(low.replace(",", ".")) <= points <= float(high.replace(",", "."))


@pytest.mark.parametrize("started", ["sqlite"], indirect=True, scope="module")
@pytest.mark.parametrize("key", ["halsodeklaration-vuxna", "halsodeklaration-barn", "infor-ditt-besok", *FORMS])
def test_the_printed_edition_says_what_the_plain_one_does(village: Any, key: str) -> None:
    """Each question, answer, condition, sum and band of the one stands in the other; both are public, on any device."""
    nobody = village.place.browser()
    printed = squeezed(re.sub(r"<[^>]+>|&#?\w+;", "", nobody.get(f"/forms/{key}/print").text))
    plain = nobody.get(f"/forms/{key}/plain")
    assert plain.headers["content-type"].startswith("text/plain")
    document = village.place.house.published.of("forms")[key].document
    paper = paper_of(document)
    assert plain.text == plain_edition(paper)
    for said in (
        *(part.text for part in paper.parts),
        *(choice.text for part in paper.parts for choice in getattr(part, "choices", ())),
        *(getattr(part, "only", "") for part in paper.parts),
        *(one.how for one in paper.scores),
        *(band for one in paper.scores for band in one.bands),
    ):
        assert squeezed(said) in printed, said


@pytest.mark.parametrize("started", ["sqlite"], indirect=True, scope="module")
def test_a_condition_stands_in_words(village: Any) -> None:
    """By the number of the question and what stands beside the box, not by what the author calls them."""
    text = " ".join(village.place.browser().get("/forms/halsa/plain").text.split())
    assert "Om fråga 2 är ”Ja”: Ring Självmordslinjen 90101." in text
    assert "5. Vad är det på natten? Bara om poängen på fråga 4 är 2." in text or "Bara om fråga 4 är ”Ofta”." in text


def test_every_form_on_its_own_can_be_answered_on_a_page() -> None:
    """What a page cannot ask yet, a file or a group several times over, is in none of them."""
    for form in ALL.values():
        if form.offer:
            assert {one.id for one in page_questions(form.pages)} == {one.id for one in questions_of(form)}
