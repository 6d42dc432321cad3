"""What notices say is content, and content that says too much is refused, with its line; and what they cost is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.check import command
from ledstang.content.kinds import Library
from ledstang_notices.counting import outside, parts
from ledstang_notices.words import CONTENT, notices_of

from .conftest import ADDRESS, Mailbox, Telling, Town, toml_with

FRONT = "---\nnotis: waits-sv\ntitel: {0}\nspråk: sv\n---\n\n{1}\n"
KIND = notices_of(["Vårdcentralen Björken", "Havet"])


def compiled(tmp_path: Path, text: str, title: str = "Något nytt"):
    """Compile a notice."""
    file = tmp_path / "waits.sv.md"
    file.write_text(FRONT.format(title, text), encoding="utf-8")
    return KIND.compile(file, Library(kinds=[KIND]))


def faults(tmp_path: Path, text: str, title: str = "Något nytt") -> list[tuple[str, int | None, int | None]]:
    """Return the faults of a notice: code, line and column."""
    return [(one.code, one.line, one.column) for one in compiled(tmp_path, text, title).diagnostics]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Du har fått en kallelse. {link}", 16),
        ("Nytt från tandvården: {link}", 11),
        ("Din tid är ändrad: {link}", 5),
        ("Svar på provet: {link}", 9),
        ("Nytt om ditt barn: {link}", 14),
        ("Nytt om din SON: {link}", 13),
        ("Nytt från psykiatrimottagningen: {link}", 11),
        ("Ett FORMULÄR väntar: {link}", 5),
        ("Your clinic has written: {link}", 6),
    ],
)
def test_a_notice_that_tells_what_it_is_about_is_refused(tmp_path: Path, text: str, column: int) -> None:
    """Health, clinics, kinds of visits and children, also in compounds, capitals and the other language: line and column."""
    assert faults(tmp_path, text) == [("notice-tells", 7, column)]
    assert not compiled(tmp_path, text).clean


@pytest.mark.parametrize("filled", ["{name}", "{child}", "{unit}", "{title}", "{}", "{code}"])
def test_a_notice_has_one_place_and_it_is_the_link(tmp_path: Path, filled: str) -> None:
    """No other place: nothing of what a notice is about can come into it."""
    assert faults(tmp_path, f"Hej {filled}! {{link}}") == [("notice-filled", 7, 5)]
    assert faults(tmp_path, "Hej!") == [("notice-placeless", 7, 1)]
    assert faults(tmp_path, "{link} {link}") == [("notice-placeless", 7, 1)]


def test_a_notice_names_no_unit_and_tells_nothing_in_its_subject(tmp_path: Path) -> None:
    """The names of the region's own units count, whatever they are called; a subject is read first of all."""
    assert faults(tmp_path, "Nytt från havet. {link}") == [("notice-names", 7, 11)]
    assert faults(tmp_path, "Nytt: {link}", "Din kallelse") == [("notice-tells", 3, 12)]
    assert ("notice-untitled", 1, 1) in faults(tmp_path, "Nytt: {link}", "")


def test_what_ships_is_clean_and_fits_one_text_message() -> None:
    """All reasons in both languages, each with the longest link, in 160 characters."""
    files = sorted((CONTENT / "notices").glob("*.md"))
    found = [KIND.compile(file, Library(kinds=[KIND])) for file in files]
    assert [fault for one in found for fault in one.diagnostics] == []
    assert {one.key for one in found} == {
        f"{reason}-{one}-usual" for reason in ("waits", "ends", "code") for one in ("sv", "en")
    }
    for one in found:
        assert parts(one.document.said(f"{ADDRESS}/notices/{'0' * 36}")) == 1


def test_check_tells_it_with_the_line(tmp_path: Path) -> None:
    """`ledstang check` on a region's own notice: a sentence, where, and what to do."""
    file = tmp_path / "waits.sv.md"
    file.write_text(FRONT.format("Nytt", "Du har fått en remiss – {link}"), encoding="utf-8")
    answer = CliRunner().invoke(command, [str(file), "--language", "sv"])
    assert answer.exit_code == 1
    assert f"{file.name}:7:16" in answer.output
    assert "”remiss” berättar vad notisen handlar om" in answer.output
    assert "rymmer 70 tecken" in answer.output


def test_a_region_s_own_words_are_used_where_they_are_right(town: Town, mailbox: Mailbox, texting: Path) -> None:
    """In its `notices/`; a file with a fault is not published, and what ships stands."""
    folder = town.folder / "instance" / "notices"
    folder.mkdir(parents=True)
    (folder / "waits.sv.md").write_text(FRONT.format("Nytt", "Hej! {link}"), encoding="utf-8")
    (folder / "ends.sv.md").write_text(
        FRONT.format("Nytt", "Din remiss! {link}").replace("waits", "ends"), encoding="utf-8"
    )
    with town.instance(plugins=texting, toml=toml_with(mailbox)) as place:
        telling = Telling(town, place, mailbox, town.person("Dag Test", born="1985-03-14"))
        telling.reach(telling.dag, email="")
        telling.tell(telling.dag)
        telling.tell(telling.dag, "2", reason="ends")
        assert telling.texts[0].text.startswith("Hej! https://")
        assert telling.texts[1].text.startswith("Något som du kan läsa går snart ut.")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("å" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 8, 2),
        ("a" * 306, 2),
        ("a" * 152 + "€" * 77, 3),
        ("–" + "a" * 69, 1),
        ("–" + "a" * 70, 2),
        ("–" * 134, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a\n" * 80, 1),
    ],
)
def test_text_messages_are_counted_as_they_are_sent(text: str, count: int) -> None:
    """160 characters alone, 153 each, some of which take two; or 70 and 67 with one that is not in the alphabet."""
    assert parts(text) == count


def test_swedish_letters_are_in_the_alphabet() -> None:
    """A dash and curved quotes are not."""
    assert outside("Åäö ÅÄÖ é @ € []") == []
    assert outside("”a–b”") == ["”", "–", "”"]
