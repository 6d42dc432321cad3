"""The sleep diary's figures: hours of sleep and their share of the time in bed, worked out by hand beside."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang import evaluate
from ledstang.content.forms.kind import compile_form
from ledstang.content.kinds import Library

FORMS = Path(__file__).parents[2] / "programmes" / "battre-somn" / "forms"


def scores(form: str, answers: dict[str, object]) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """Return the scores of a form, rounded to two decimals, and the texts that are shown."""
    compiled = compile_form(FORMS / f"{form}.md", Library())
    assert compiled.document
    result = evaluate(compiled.document, answers)
    return {
        key: None if score.value is None else round(float(score.value), 2) for key, score in result.scores.items()
    }, result.shown


@pytest.mark.parametrize(
    ("hours", "falling", "awake", "slept", "share", "told"),
    [
        (8, 0, 0, 8, 100, ()),
        (8.5, 30, 60, 7, 82.35, ()),
        (9.5, 90, 120, 6, 63.16, ()),
        (6, 15, 15, 5.5, 91.67, ()),
        (7, 30, 0, 6.5, 92.86, ()),
        (6, 300, 0, 1, 16.67, ("gar-inte-ihop",)),
        (5, 240, 120, 0, 0, ("gar-inte-ihop",)),
        (1, 480, 600, 0, 0, ("gar-inte-ihop",)),
    ],
)
def test_sleep_is_the_time_in_bed_without_the_time_awake(
    hours: float, falling: int, awake: int, slept: float, share: float, told: tuple[str, ...]
) -> None:
    """Never below nothing; where next to nothing is left, the person is asked to look at the figures again."""
    answers = {"i-sangen": hours, "insomning": falling, "vaken": awake, "svara-natter": 3, "ork": 5}
    assert scores("somnvecka", answers) == ({"somntid": slept, "andel": share}, told)


def test_a_missing_figure_makes_no_sum() -> None:
    assert scores("somnvecka", {"i-sangen": 8.0, "insomning": 30})[0] == {"somntid": None, "andel": None}


@pytest.mark.parametrize(("each", "total", "told"), [("0", 0, ()), ("1", 6, ()), ("3", 18, ("hog",))])
def test_the_measure_adds_up(each: str, total: int, told: tuple[str, ...]) -> None:
    """Great trouble is met with where to turn."""
    answers = dict.fromkeys(("somna", "somna-om", "tidigt", "trott", "samlad", "oro"), each) | {"nojd": 5}
    assert scores("somnbesvar", answers) == ({"summa": total}, told)
