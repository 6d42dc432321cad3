"""LIX: words in a sentence plus the share of long words, of what is there to read."""

from __future__ import annotations

from ledstang.content.limits import LIMITS
from ledstang.content.lix import lix, readability, text_of
from ledstang.content.parsing import parse
from ledstang.content.words import load_words


def body(text: str) -> str:
    return text_of(parse(f"---\nmodul: a\n---\n{text}", "prov.md", load_words())[0].body)


def test_the_index_is_bjornssons() -> None:
    """Ten words a sentence of which one in ten is longer than six letters: 10 + 10."""
    assert lix("Katten satt på en matta och såg på sin vardagsrumssoffa. " * 10) == 20


def test_a_short_text_has_none() -> None:
    """Too few words say nothing."""
    assert lix("Tre korta ord. " * 5) is None


def test_what_is_read_is_counted_and_nothing_else() -> None:
    """Headings and rows end like sentences, boxes count, marks and settings do not."""
    text = "# Rubrik\n\nEn **rad** till.\n\n- ett\n- två\n\n::: fråga #a text\nhjälp: syns inte här\n\nVad då?\n:::\n"
    assert body(text) == "Rubrik. En rad till. ett. två. Vad då?"


def test_hard_words_are_a_warning_with_the_figure() -> None:
    """The author is told how hard the text is; nothing is blocked."""
    text = "Behandlingsrekommendationerna förutsätter egenvårdskompetens hos primärvårdspatienten. " * 30
    document, _ = parse(f"---\nmodul: a\n---\n{text}", "prov.md", load_words())
    value, found = readability(document.body, "prov.md")
    assert value is not None
    assert value > LIMITS.lix
    assert [(fault.code, fault.severity, fault.values["lix"]) for fault in found] == [("words-hard", "warning", value)]
