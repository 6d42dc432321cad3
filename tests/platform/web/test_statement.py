"""The accessibility statement: nothing is claimed that nobody has said, and what is said is shown as the law asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command as check
from ledstang.cli.init import command as init
from ledstang.fitting import SettingsFault
from ledstang.testing import Town
from ledstang.web.statement import FILE, gates, read_statement

WHOLE = """\
conformance = "partial"
assessed = 2026-10-01
updated = 2026-11-02
method = "independent"
contact = "Skriv till tillganglighet@region.example."

[[shortcomings]]
sv = "Filmerna saknar syntolkning."
en = "The films have no audio description."
why = "fault"
until = 2027-06-30

[[shortcomings]]
sv = "Kartan går inte att styra med tangentbord."
en = "The map cannot be used by keyboard."
why = "burden"
"""


def test_nothing_is_claimed_before_somebody_has_said_it(town: Town) -> None:
    """Without a statement the page says that it is missing, and neither that the service conforms nor that it does not."""
    with town.instance() as place:
        text = place.browser().get("/accessibility").text
    assert "har inte fyllt i sin tillgänglighetsredogörelse" in text
    assert "förenlig med lagen" not in text
    assert "https://www.digg.se/tdosanmalan" in text


def test_what_the_law_asks_for_is_there(town: Town) -> None:
    """How far it conforms, what does not and why and until when, how it was assessed, when, whom to tell, where to appeal."""
    (town.folder / "instance").mkdir()
    (town.folder / "instance" / FILE).write_text(WHOLE, encoding="utf-8")
    with town.instance() as place:
        browser = place.browser()
        swedish = browser.get("/accessibility").text
        english = browser.get("/language?to=en&next=/accessibility").text
    for text in (
        "Tjänsten är delvis förenlig med lagen",
        "Brister mot lagen",
        "Filmerna saknar syntolkning. Ska vara åtgärdat senast 30 juni 2027.",
        "oskäligt betungande",
        "Kartan går inte att styra med tangentbord.",
        "Skriv till tillganglighet@region.example.",
        "Oberoende granskning",
        "1 oktober 2026",
        "2 november 2026",
        'href="/problem?page=/accessibility"',
        "https://www.digg.se/tdosanmalan",
    ):
        assert text in swedish
    assert "The films have no audio description. To be mended by 30 June 2027." in english


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("conformance = 'perfect'\n", 1, "conformance"),
        ('conformance = "full"\n', None, "The key `assessed` is missing."),
        (WHOLE.replace("2026-10-01", '"igår"'), 2, "assessed"),
        (WHOLE.replace('why = "burden"', 'why = "lazy"'), 16, "why"),
        (WHOLE + "untill = 2027-01-01\n", 17, "untill"),
        (WHOLE.replace('"partial"', '"full"'), None, "cannot conform in full"),
        ("conformance = \n", 1, "TOML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int | None, told: str) -> None:
    """By `serve` and by `check` alike."""
    folder = tmp_path / "region"
    CliRunner().invoke(init, [str(folder)])
    (folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsFault) as raised:
        read_statement(folder)
    assert told in str(raised.value)
    if line:
        assert f"{FILE}:{line}:" in str(raised.value)
    found = json.loads(CliRunner().invoke(check, [str(folder), "--json"]).stdout)["diagnostics"]
    assert any(FILE in one["file"] for one in found)


def test_the_skeleton_claims_nothing_and_is_whole_once_its_marks_are_gone(tmp_path: Path) -> None:
    """`init` writes it with every line to be filled in behind a #."""
    folder = tmp_path / "region"
    CliRunner().invoke(init, [str(folder)])
    assert read_statement(folder) is None
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    (folder / FILE).write_text("\n".join(line.removeprefix("# ") for line in lines[2:]), encoding="utf-8")
    statement = read_statement(folder)
    assert statement
    assert statement.shortcomings[0].until


def test_what_our_own_tests_came_to_is_shown(town: Town) -> None:
    """Each gate with its tool, its pages and its findings."""
    with town.instance() as place:
        text = place.browser().get("/accessibility").text
    for gate in gates()["gates"]:
        assert gate["sv"] in text
        assert gate["tool"] in text
