"""Policy tables in Markdown: rows become data, and a row with a fault admits nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledstang.access.policies import PolicyRow
from ledstang.content.agreeing import strangers
from ledstang.content.nodes import Place
from ledstang.content.policies import compile_policy, read_policy

HEAD = "---\npolicy: prov\ngäller från: 2022-01-01\ngäller till: 2029-12-31\nkälla: Praxis\n---\n\n"
COLUMNS = "| tjänst | handling | relation | från ålder | till ålder | grund |\n|---|---|---|---|---|---|\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "prov.md"


def test_the_example_of_the_authors_guide_compiles(file: Path) -> None:
    """Both ages are inclusive, an empty cell is no bound, and the days come from the front matter."""
    rows = "| * | * | vårdnadshavare | 0 | 12 | Föräldrabalken |\n| journal | läsa | själv | 16 | | Praxis |\n"
    file.write_text(HEAD + COLUMNS + rows, encoding="utf-8")
    days = (date(2022, 1, 1), date(2029, 12, 31))
    assert compile_policy(file) == (
        (
            PolicyRow("*", "*", "guardian", 0, 12, "Föräldrabalken", *days),
            PolicyRow("journal", "read", "self", 16, None, "Praxis", *days),
        ),
        [],
    )


def test_a_row_with_a_fault_is_told_and_admits_nobody(file: Path) -> None:
    """Each fault has the line of its row, and the good rows stand."""
    rows = (
        "| * | * | vårdnadshavarre | 0 | 12 | a |\n| * | * | själv | tretton | | a |\n"
        "| * | * | själv | 16 | 12 | a |\n|  | * | själv | 16 | | |\n| * | * | själv | 13 | | a |\n"
    )
    file.write_text(HEAD + COLUMNS + rows, encoding="utf-8")
    made, found = compile_policy(file)
    assert [(fault.line, fault.code) for fault in found] == [
        (10, "policy-relation"),
        (11, "policy-age"),
        (12, "ages-backwards"),
        (13, "policy-cell-empty"),
        (13, "policy-cell-empty"),
    ]
    assert [row.from_age for row in made] == [13]


def test_a_row_may_name_its_place_and_its_days(file: Path) -> None:
    """Its own days go before the front matter's, one by one, and an HSA-id is compared in capitals."""
    columns = (
        "| tjänst | handling | relation | från ålder | region | enhet | gäller från | gäller till | grund |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = (
        "| * | * | själv | 13 | norra | se2321000016-1003 | 2025-01-01 | | a |\n"
        "| * | * | själv | 13 | | | 2031-01-01 | | b |\n| * | * | själv | 13 | | | 2025-02-30 | | c |\n"
    )
    file.write_text(HEAD + columns + rows, encoding="utf-8")
    made, found = compile_policy(file)
    days = (date(2025, 1, 1), date(2029, 12, 31))
    assert made == (PolicyRow("*", "*", "self", 13, None, "a", *days, "norra", "SE2321000016-1003"),)
    assert [(fault.line, fault.code) for fault in found] == [(11, "policy-days-backwards"), (12, "policy-day")]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("| a | b | själv | 13 | | x |\n| a | b | själv | 13 | | y |\n", ["policy-duplicate"]),
        ("| a | b | själv | 13 | | x |\n| a | b | själv | 16 | | y |\n", ["policy-overlap"]),
        ("| a | b | själv | 13 | 15 | x |\n| a | b | själv | 15 | | y |\n", ["policy-overlap"]),
        ("| a | b | själv | 13 | 15 | x |\n| a | b | själv | 16 | | y |\n", []),
        ("| a | b | själv | 13 | | x |\n| a | c | själv | 16 | | y |\n", []),
        ("| a | b | vårdnadshavare | 0 | 12 | x |\n| a | b | själv | 16 | | y |\n", ["policy-gap"]),
        (
            "| a | b | vårdnadshavare | 0 | 12 | x |\n| a | b | ingen | 13 | 15 | m |\n| a | b | själv | 16 | | y |\n",
            [],
        ),
    ],
)
def test_rows_that_do_not_agree_are_told(file: Path, rows: str, codes: list[str]) -> None:
    """Said twice, said otherwise, a gap; a gap that is meant says so by a row for nobody. Each at its later row."""
    file.write_text(HEAD + COLUMNS + rows, encoding="utf-8")
    made, found = compile_policy(file)
    assert [fault.code for fault in found] == codes
    assert all(fault.line == 11 and fault.column for fault in found)
    assert "nobody" not in {row.relation for row in made}
    assert len(read_policy(file).meant) == rows.count("ingen")


def test_rows_of_different_days_do_not_contradict(file: Path) -> None:
    """A rule that follows another begins the day after the last of the other."""
    columns = "| tjänst | handling | relation | från ålder | gäller från | gäller till | grund |\n|---|---|---|---|---|---|---|\n"
    rows = "| a | b | själv | 13 | | 2024-12-31 | x |\n| a | b | själv | 16 | 2025-01-01 | | y |\n"
    file.write_text(HEAD + columns + rows, encoding="utf-8")
    assert compile_policy(file)[1] == []
    file.write_text(HEAD + columns + rows.replace("2025-01-01", "2024-12-31"), encoding="utf-8")
    assert [fault.code for fault in compile_policy(file)[1]] == ["policy-overlap"]


def test_what_is_not_here_is_told() -> None:
    """Regions and units are errors, services and actions warnings; the nearest known word is offered."""
    row, place = PolicyRow("programes", "take-part", "self", 13, None, "b", region="nora", unit="SE1"), Place("a.md", 9)
    found = list(strangers([(row, place)], ["norra"], ["SE2"], ["programmes.take-part"]))
    assert [(fault.code, fault.severity, fault.line) for fault in found] == [
        ("policy-region", "error", 9),
        ("policy-unit", "error", 9),
        ("policy-service", "warning", 9),
    ]
    anywhere = strangers([(row, place)], ["norra"], None, ["programmes.take-part"])
    assert "policy-unit" not in [fault.code for fault in anywhere], "a directory may know it"
    assert [fault.values["suggestion"] for fault in found if "suggestion" in fault.values] == ["norra", "programmes"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (HEAD, ["policy-empty"]),
        (HEAD.replace("2022-01-01", "2022-02-30") + COLUMNS, ["policy-day"]),
        (HEAD.replace("källa", "kälar") + COLUMNS, ["front-unknown", "missing-source"]),
        (
            HEAD + COLUMNS.replace("tjänst", "tjänts") + "| * | * | själv | 1 | | a |\n",
            ["policy-column", "policy-column-missing", "policy-cell-empty"],
        ),
    ],
)
def test_a_file_with_a_fault_is_told(file: Path, text: str, codes: list[str]) -> None:
    """Days that do not exist, keys and columns that are misspelt, and a file without a table."""
    file.write_text(text, encoding="utf-8")
    rows, found = compile_policy(file)
    assert [fault.code for fault in found] == codes
    assert rows == ()


def test_the_tables_that_ship_are_clean() -> None:
    """What the host itself goes by has no faults."""
    import ledstang

    folder = Path(ledstang.__file__).parent / "access" / "policies"
    assert [fault for path in folder.glob("*.md") for fault in compile_policy(path)[1]] == []
