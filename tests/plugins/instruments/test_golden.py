"""The instruments that ship: they check clean, are locked, and score as their golden cases say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ledstang_instruments
import msgspec
import pytest
from ledstang.content.forms.compiling import sealed
from ledstang.content.forms.document import Form, Option, Questions
from ledstang.content.forms.kind import FORMS, compile_form
from ledstang.content.forms.locking import fingerprint, first_change
from ledstang.content.forms.trial import run
from ledstang.content.forms.walking import parts_of, questions_of
from ledstang.content.kinds import ContentFolder, Library, compile_all

CONTENT = Path(ledstang_instruments.__file__).parent / "content"
GOLDEN = sorted((CONTENT / "golden").glob("*.json"))
SHELF = compile_all([FORMS], [ContentFolder("forms", CONTENT)])


def instrument(key: str) -> Form:
    """Return an instrument as every programme gets it."""
    compiled = SHELF.find("forms", key)
    assert compiled is not None
    form: Form = compiled.document
    return form


def cases() -> list[Any]:
    """Return every golden case as key, case."""
    files = [json.loads(file.read_text(encoding="utf-8")) for file in GOLDEN]
    return [
        pytest.param(file["form"], case, id=f"{file['form']}: {case['case']}")
        for file in files
        for case in file["cases"]
    ]


def test_the_plugin_brings_its_folder_of_forms() -> None:
    """Programmes find the instruments by key, through the same door as everybody's forms."""
    assert ledstang_instruments.register_content(None) == [ContentFolder("forms", CONTENT)]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.md")), ids=lambda path: path.stem)
def test_an_instrument_checks_clean_and_is_locked(path: Path) -> None:
    """No fault and no warning; a licence, a source, and the lock."""
    compiled = compile_form(path, Library())
    assert [(fault.line, fault.code) for fault in compiled.diagnostics] == []
    form = compiled.document
    assert (form.key, form.locked, bool(form.licence), bool(form.source)) == (path.stem, True, True, True)


def test_every_instrument_has_golden_cases_for_each_edge_of_its_bands() -> None:
    """A band that moves breaks a case: both edges of every band are written down, and so are missing answers."""
    for form in (compiled.document for compiled in SHELF.of("forms").values()):
        file = json.loads((CONTENT / "golden" / f"{form.key}.json").read_text(encoding="utf-8"))
        for sum_ in form.sums:
            values = {case["scores"][sum_.id]["value"] for case in file["cases"]}
            assert {edge for band in sum_.bands for edge in (band.low, band.high)} <= values
            assert None in values


@pytest.mark.parametrize(("key", "case"), cases())
def test_a_golden_case_comes_out_as_written(key: str, case: dict[str, Any]) -> None:
    """Scores, bands, flags, shown texts and what is unknown, exactly."""
    trial = run(instrument(key), case["answers"], {}, key)
    assert {id_: msgspec.to_builtins(score) for id_, score in trial.scores.items()} == case["scores"]
    assert list(trial.flags) == case["flags"]
    assert list(trial.shown) == case["shown"]
    assert sorted(trial.unknown) == sorted(case["unknown"])


@pytest.mark.parametrize("key", ["gad7", "phq9"])
def test_the_lowest_anchor_is_not_at_all(key: str) -> None:
    """Many copies print a wrong lowest anchor: ours is "Inte alls", and the four answers score 0 to 3."""
    for part, _ in parts_of(instrument(key)):
        if isinstance(part, Questions):
            for row in part.rows:
                assert [(option.text, option.score) for option in row.options] == [
                    ("Inte alls", 0),
                    ("Flera dagar", 1),
                    ("Mer än hälften av dagarna", 2),
                    ("Nästan varje dag", 3),
                ]


def test_the_risk_item_shows_help_at_once_and_promises_no_call() -> None:
    """PHQ-9's ninth item: help with numbers to ring, a red flag to staff, and no promise that anybody reads."""
    form = instrument("phq9")
    for answer in ("1", "2", "3"):
        trial = run(form, {"q9": answer}, {}, "phq9")
        assert (trial.shown, trial.flags) == (("stod",), ("suicidtankar",))
    assert run(form, {"q9": "0"}, {}, "phq9").shown == ()
    shown = next(part.html for part, _ in parts_of(form) if getattr(part, "id", "") == "stod")
    assert all(number in shown for number in ("112", "90101", "1177"))
    assert form.flags[0].level == "red"


def test_the_function_item_has_no_score() -> None:
    """PHQ-9's tenth question is not part of the sum."""
    form = instrument("phq9")
    assert form.sums[0].items == tuple(f"q{number}" for number in range(1, 10))
    assert all(option.score is None for option in list(questions_of(form))[-1].options)


def with_options(form: Form, change: Any) -> Form:
    """Return a form whose first matrix has changed options."""
    page = form.pages[0]
    matrix = page.items[0]
    rows = tuple(msgspec.structs.replace(row, options=change(row.options)) for row in matrix.rows)
    items = (msgspec.structs.replace(matrix, rows=rows), *page.items[1:])
    return sealed(msgspec.structs.replace(form, pages=(msgspec.structs.replace(page, items=items), *form.pages[1:])))


@pytest.mark.parametrize(
    "change",
    [
        lambda options: options[::-1],
        lambda options: options[:-1],
        lambda options: (Option("0", "Inte säker alls", "Inte säker alls", 0.0), *options[1:]),
        lambda options: (msgspec.structs.replace(options[0], score=1.0), *options[1:]),
    ],
    ids=["order", "removed", "wording", "score"],
)
def test_a_changed_option_is_another_instrument(change: Any) -> None:
    """Order, number, wording and scores of options are part of what is locked."""
    form = instrument("gad7")
    assert first_change(with_options(form, change), form) == "q1"


def test_bands_and_layout_are_the_regions_own() -> None:
    """A copy with other bands and flags is the same instrument."""
    form = instrument("gad7")
    other = msgspec.structs.replace(form, sums=(msgspec.structs.replace(form.sums[0], bands=()),), title="Oro")
    assert fingerprint(other) == fingerprint(form)
    assert first_change(other, form) is None


def test_another_formula_is_another_instrument() -> None:
    """Scoring is locked too."""
    form = instrument("gad7")
    other = msgspec.structs.replace(form, sums=(msgspec.structs.replace(form.sums[0], formula="summa(q1..q6)"),))
    assert first_change(other, form) == "summa"


def test_a_copy_of_a_locked_instrument_with_a_changed_item_is_an_error(tmp_path: Path) -> None:
    """A region's own gad7.md that departs from the installed one is told on the line of the item."""
    text = (CONTENT / "gad7.md").read_text(encoding="utf-8")
    (tmp_path / "gad7.md").write_text(
        text.replace("Haft svårt att slappna av", "Haft svårt att koppla av"), encoding="utf-8"
    )
    library = Library(forms={"gad7": instrument("gad7")})
    found = compile_form(tmp_path / "gad7.md", library).diagnostics
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "slappna" in row)
    assert [(fault.line, fault.code) for fault in found] == [(line, "instrument-changed")]
    (tmp_path / "gad7.md").write_text(text.replace("0–4: ingen", "0–4: nästan ingen"), encoding="utf-8")
    assert compile_form(tmp_path / "gad7.md", library).diagnostics == ()
