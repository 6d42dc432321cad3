"""`ledstang try`: fill in a form from a file, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ledstang.cli.try_ import command

HEAD = "---\nformulär: prov\ntitel: Prov\nversion: 1.0\nlicens: CC0\n---\n\n"
FORM = HEAD + (
    "::: fråga #oro ja/nej obligatorisk\nÄr du orolig?\n:::\n\n"
    "::: fråga #styrka skala 0–10\nvisas när: oro = ja\n\nHur starkt?\n:::\n\n"
    "::: beräkna #s\nformel: styrka * 2\n\n- 0–9: låg\n- 10–20: hög\n:::\n\n"
    "::: larm #hog\nnär: s >= 10\nnivå: gul\n\nStark oro.\n:::\n"
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in an empty folder: on a form's text, or a key, with answers."""
    monkeypatch.chdir(tmp_path)

    def go(form: str, answers: Any, *more: str) -> Result:
        if "\n" in form:
            Path("prov.md").write_text(form, encoding="utf-8")
            form = "prov.md"
        Path("answers.json").write_text(answers if isinstance(answers, str) else json.dumps(answers), encoding="utf-8")
        return CliRunner().invoke(command, [form, "--answers", "answers.json", *more])

    return go


def test_a_form_is_filled_in_without_a_server(run: Run) -> None:
    """Path, scores with band and count, flags and no errors; exit 0; the same with --json."""
    for more in ((), ("--json",)):
        result = run(FORM, {"oro": True, "styrka": 7}, *more)
        assert result.exit_code == 0
        assert json.loads(result.output) == {
            "path": ["oro", "styrka"],
            "scores": {"s": {"value": 14, "band": "hög", "answered": 1, "of": 1}},
            "flags": ["hog"],
            "errors": [],
        }


def test_what_ends_unknown_is_said(run: Run) -> None:
    """A score is null, never low; the errors name what is unknown, as warnings that do not fail the run."""
    result = run(FORM, {"oro": "ja"})
    told = json.loads(result.output)
    assert result.exit_code == 0
    assert told["scores"]["s"] == {"value": None, "band": None, "answered": 0, "of": 1}
    assert told["flags"] == []
    assert {(one["code"], one["severity"]) for one in told["errors"]} == {("unknown", "warning")}
    assert [name for name in ("s", "hog") if any(f"”{name}”" in one["sentence"] for one in told["errors"])] == [
        "s",
        "hog",
    ]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "answer-required"),
        ({"oro": True, "styrka": 11}, "answer-out-of-range"),
        ({"oro": True, "styrka": "tolv"}, "answer-not-a-number"),
        ({"oro": "kanske"}, "answer-no-such-option"),
        ({"oro": True, "styrkan": 3}, "answer-unknown"),
        ({"oro": {"a": 1}}, "answer-unreadable"),
        ({"oro": None}, "answer-required"),
    ],
)
def test_an_answer_that_is_wrong_fails_the_run(run: Run, answers: Any, code: str) -> None:
    """Exit 1, with the question named in the errors and everything else still printed."""
    result = run(FORM, answers)
    told = json.loads(result.output)
    assert result.exit_code == 1
    assert code in [one["code"] for one in told["errors"] if one["severity"] == "error"]
    assert set(told) == {"path", "scores", "flags", "errors"}


def test_a_broken_form_is_not_filled_in(run: Run) -> None:
    """Its faults are printed with their lines."""
    result = run(FORM.replace("oro = ja", "orro = ja"), {"oro": True})
    told = json.loads(result.output)
    assert result.exit_code == 1
    assert told["path"] == []
    assert [(one["line"], one["column"], one["code"]) for one in told["errors"]] == [(13, 12, "unknown-id")]


def test_an_installed_instrument_goes_by_its_key(run: Run) -> None:
    """What the installation carries needs no path; codes and scores are the same to it."""
    result = run("gad7", {f"q{number}": 2 if number % 2 else "2" for number in range(1, 8)})
    assert result.exit_code == 0
    assert json.loads(result.output)["scores"]["summa"]["band"] == "måttlig ångest"


def test_scores_of_other_forms_can_be_given(run: Run) -> None:
    """A condition about an installed form reads `gad7.summa` from the answers."""
    form = HEAD + "::: fråga #a text\nvisas när: gad7.summa >= 10\n\nVad?\n:::\n"
    assert json.loads(run(form, {"gad7.summa": 12}).output)["path"] == ["a"]
    assert json.loads(run(form, {"gad7.summa": 3}).output)["path"] == []


@pytest.mark.parametrize(
    ("form", "answers"), [("finns-inte", {}), (FORM, "inte json"), (FORM, "[1, 2]"), (FORM, "[" * 100_000)]
)
def test_misuse_exits_2_and_prints_no_json(run: Run, form: str, answers: Any) -> None:
    """A form or a file of answers that is not there is the user's mistake, told in one sentence."""
    result = run(form, answers)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error" in result.stderr
