"""No text, however it was made, makes the compiler raise, hang or flood its reader."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledstang.content.limits import LIMITS
from ledstang.content.nodes import Box, Document, Node
from ledstang.content.parsing import parse
from ledstang.content.words import load_words

WORDS = load_words()
PIECES = [
    "---\n", "modul: a\n", "::: övning #a\n", "::: fråga #b text\n", ":::\n", "titel: x\n", "\n", "- ", "> ", "1. ",
    "```\n", "~~~\n", "| a | b |\n|---|---|\n", "[", "](", ")", "![", "{{", "}}", "{{a.b}}", "<b>", "<!--", "**", "_",
    "`", "\\", "&amp;", "http://a.se", "media/a.png", "# ", "### ", "    ", "\t", "____\n", "å", "\r", "\u2028", "\x00",
    "[a]: http://b\n", "::: bild media/a.png\n", "::: film\n", "text ", "a: b # c\n", "\ud800",
]  # fmt: skip


def depth(nodes: tuple[Node, ...]) -> int:
    return max((1 + depth(node.body) for node in nodes if isinstance(node, Box)), default=0)


def bounded(text: str) -> Document:
    """Parse a text and hold the result to its bounds."""
    document, found = parse(text, "prov.md", WORDS)
    assert len(found) <= LIMITS.diagnostics + 1
    assert depth(document.body) <= LIMITS.box_depth
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(fault.line is None or 1 <= fault.line <= lines for fault in found)
    assert all(fault.column is None or fault.column >= 1 for fault in found)
    return document


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_the_parser_never_raises_on_any_text(text: str) -> None:
    """Whatever is wrong is a diagnostic in a place that exists."""
    bounded(text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_the_parser_never_raises_on_any_mixture_of_its_own_marks(pieces: list[str]) -> None:
    """Boxes, lists, fences, links and settings in any order and half finished."""
    bounded("".join(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "![" * 10_000,
        "[![" * 7_000,
        "](" * 10_000,
        "*a_ " * 5_000,
        "`" * 20_000,
        "<" * 20_000,
        "<a " * 7_000,
        "<!--" * 5_000,
        "{{" * 10_000,
        "> " * 10_000,
        "- " * 10_000,
        "|a" * 10_000,
        "::: fakta\n" * 10_000,
        ":::\n" * 10_000,
        "::: fakta\n" * 10_000 + ":::\n" * 10_000,
        "::: övning #a\n" * 10_000,
        "> ::: fakta\n" * 10_000,
        "\n".join("  " * level + "- a" for level in range(400)),
        "\n".join(">" * level + " a" for level in range(600)),
        "::: fakta\n" + "titel: a\n" * 15_000,
        "---\nmodul: a\n" + "- b\n" * 30_000 + "---\n",
        "[a](http://b) " * 4_000,
        '"' * 20_000,
        "---\n" * 20_000,
        "a" * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_text_made_to_hang_is_read_and_told_in_bounds(text: str) -> None:
    """Twenty kilobytes of anything end in a bounded report, and long before anybody would give up."""
    began = time.process_time()
    bounded(text)
    assert time.process_time() - began < 20


def test_what_brackets_can_cost_is_bounded() -> None:
    """More of them than any text has are refused before they are parsed, on the line where it was too much."""
    text = "---\nmodul: a\n---\n" + "[" * LIMITS.brackets + "\n" + "[" * 150_000
    document, found = parse(text, "prov.md", WORDS)
    assert [(fault.line, fault.code) for fault in found] == [(5, "too-many-brackets")]
    assert document.body == ()


def test_what_lies_too_deep_is_told_and_what_follows_is_read() -> None:
    """Depth is cut, never the rest of the text."""
    text = "---\nmodul: a\n---\n" + "::: övning #a\n" * 12 + "Längst in.\n" + ":::\n" * 12 + "\nEfter.\n"
    document, found = parse(text, "prov.md", WORDS)
    assert {fault.code for fault in found} == {"box-too-deep"}
    assert "Efter." in repr(document.body[-1])
    assert "Längst in." in repr(document.body)


def test_what_is_left_out_of_a_long_report_is_counted() -> None:
    """The last line says how many faults there are beyond it."""
    _, found = parse("---\nmodul: a\n---\n" + ":::\n" * 1000, "prov.md", WORDS)
    assert len(found) == LIMITS.diagnostics + 1
    assert found[-1].code == "more-faults"
    assert found[-1].values["count"] == 1000 - LIMITS.diagnostics
