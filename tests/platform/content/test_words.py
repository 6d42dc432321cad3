"""The words that authors write: data, in any language, nearly right is enough to be helped."""

from __future__ import annotations

import pytest
from ledstang.content.blocks import Block, words_of
from ledstang.content.words import load_words

WORDS = load_words()


@pytest.mark.parametrize(
    ("table", "written", "meant"),
    [
        ("boxes", "övning", "exercise"),
        ("boxes", "ÖVNING", "exercise"),
        ("boxes", "exercise", "exercise"),
        ("settings", "visas  när", "shown when"),
        ("front", "läsbar efter avslut", "readable after end"),
        ("types", "ja/nej", "yes/no"),
        ("kinds", "formulär", "form"),
        ("kinds", "sova", None),
    ],
)
def test_a_word_means_what_the_table_says(table: str, written: str, meant: str | None) -> None:
    """Capitals and runs of spaces do not matter; English is understood everywhere."""
    assert WORDS.canonical(table, written) == meant


def test_every_canonical_word_is_unambiguous() -> None:
    """No Swedish word of a table is the English word for something else in it."""
    for table, words in WORDS.tables.items():
        for written, meaning in words.items():
            assert written not in set(words.values()) - {meaning}, (table, written)


def test_a_misspelt_word_has_a_nearest() -> None:
    """One letter too many, two changed about, capitals."""
    assert WORDS.nearest("boxes", "övnning") == "övning"
    assert WORDS.nearest("front", "Medicinskt answarig") == "medicinskt ansvarig"
    assert WORDS.nearest("boxes", "xyzzy") is None


def test_tips_name_words_in_the_language_asked_for() -> None:
    """An English report names the English words."""
    assert WORDS.written("boxes", "exercise") == "övning"
    assert load_words("en").written("boxes", "exercise") == "exercise"
    assert "exercise" in load_words("en").of("boxes")
    assert load_words("en").canonical("boxes", "övning") == "exercise"


def test_a_plugins_words_are_added_and_take_nothing_over() -> None:
    """A block brings its own words; one that is known already keeps its meaning."""
    block = Block(
        name="measure",
        words={"sv": "mät", "en": "measure"},
        settings={"unit of": {"sv": "enhet"}, "pace": {"sv": "takt"}},
    )
    words = WORDS.adding(words_of([block], "sv"))
    assert words.canonical("boxes", "mät") == "measure"
    assert words.canonical("settings", "takt") == "pace"
    assert words.canonical("settings", "enhet") == "unit"
    assert WORDS.canonical("boxes", "mät") is None
