"""LIX, Björnsson's readability index: words in a sentence, plus the share of words longer than six letters."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from ledstang.content.diagnostics import Diagnostic, warning
from ledstang.content.limits import LIMITS
from ledstang.content.nodes import Box, Heading, Items, Node, Place, Prose

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
SENTENCE = re.compile(r"[.!?:]+(?=\s|$)")
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|figcaption|summary)>|<br>")
TAG = re.compile(r"<[^>]*>")
LONG = 7


def lix(text: str) -> int | None:
    """Return the LIX of a text, or None when it has too few words for one. Below 30 is easy, above 50 is hard."""
    words = WORD.findall(text)
    if len(words) < LIMITS.lix_words:
        return None
    sentences = max(len(SENTENCE.findall(text)), 1)
    long = sum(len(word) >= LONG for word in words)
    return round(len(words) / sentences + 100 * long / len(words))


def readability(nodes: Iterable[Node], file: str) -> tuple[int | None, list[Diagnostic]]:
    """Return the LIX of a document's body, and a warning for its author when the words are hard."""
    value = lix(text_of(nodes))
    if value is None or value <= LIMITS.lix:
        return value, []
    sentence = "The text has LIX {lix}, which is hard to read; up to {limit} is fine."
    tip = "Write shorter sentences and shorter words."
    return value, [warning(Place(file, 1), "words-hard", sentence, tip, lix=value, limit=LIMITS.lix)]


def plain_text(markup: str) -> str:
    """Return sanitised HTML as plain text on one line."""
    return " ".join(html.unescape(TAG.sub("", markup)).split())


def text_of(nodes: Iterable[Node]) -> str:
    """Return what is there to read in nodes, boxes included; each paragraph and row ends like a sentence."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Heading):
            parts.append(f"{node.text}.")
        elif isinstance(node, Prose | Items):
            parts.append(html.unescape(TAG.sub(" ", BLOCK_END.sub(". ", node.html))))
        elif isinstance(node, Box):
            parts.append(text_of(node.body))
    return " ".join(re.sub(r"([.!?:])[\s.]*\.(?=\s|$)", r"\1", " ".join(parts)).split())
