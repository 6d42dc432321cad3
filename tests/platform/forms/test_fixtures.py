"""What the fixtures in tests/fixtures/forms claim, case by case."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ledstang.content.forms.scoring import Score
from ledstang.content.forms.trial import run


def test_a_broken_form_gives_its_faults_on_their_lines(broken: tuple[str, str], read: Callable[..., Any]) -> None:
    """Every fault of a form is reported with its line, its column and its code, and nothing else is."""
    source, expected = broken
    _, found = read(source)
    told = [f"{fault.line}:{fault.column} {fault.code}" for fault in sorted(found, key=lambda one: one.line or 0)]
    assert "\n".join(told) == expected


def test_a_fault_says_what_is_wrong_and_what_to_do(broken: tuple[str, str], read: Callable[..., Any]) -> None:
    """Sentences and tips are whole: their values fill every place in them."""
    _, found = read(broken[0])
    for fault in found:
        for text in (fault.sentence.format_map(fault.values), fault.tip.format_map(fault.values)):
            assert text
            assert "None" not in text


def test_a_form_comes_to_what_the_case_says(outcome: tuple[str, str, str], make: Callable[..., Any]) -> None:
    """Path, scores, flags, shown texts and what stays unknown are as the case has them."""
    source, answers, expected = outcome
    trial = run(make(source), json.loads(answers), {}, "prov.md")
    assert [fault.code for fault in trial.errors if fault.severity == "error"] == []
    lines = {
        "path": " ".join(trial.path),
        "scores": "; ".join(f"{id_} = {written(score)}" for id_, score in trial.scores.items()),
        "flags": " ".join(trial.flags),
        "shown": " ".join(trial.shown),
        "unknown": " ".join(trial.unknown),
    }
    assert "\n".join(f"{name}: {text}" for name, text in lines.items() if text) == expected


def written(score: Score) -> str:
    """Write a score as the cases do."""
    value = "unknown" if score.value is None else f"{score.value:g}"
    return f"{value}{f' ({score.band})' if score.band else ''} {score.answered}/{score.of}"
