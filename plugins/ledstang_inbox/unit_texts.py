"""Texts that a unit keeps in Markdown: standard answers, signatures, and what replies while nobody there reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec
from ledstang import (
    Compiled,
    ContentKind,
    Diagnostic,
    Document,
    Host,
    Library,
    Place,
    Words,
    content_hash,
    error,
    html_of,
    plain_text,
    unknown_keys,
)

from ledstang_inbox.checks import OWNER, VERSION, boxes, misshapen, missing, unfit, written

ABSENT = "absence"
FRONT = frozenset({"title", "language", "owner", "version", "kind", "valid from", "valid to", "source"})
DEMANDED = ("title", "owner", "version", "kind")
DAYS = ("valid from", "valid to")
"""What an absence has to have too: without a last day it would reply for ever."""
LONGEST = 4_000
"""The most letters of such a text."""
LINE = re.compile(r"<br ?/?>|</li>")
BLOCK = re.compile(r"</(?:p|ul|ol|blockquote|h\d)>")


class UnitText(msgspec.Struct, frozen=True):
    """A text of the unit `owner`, plain, with its lines. `kind` is `answer` or `signature`, which staff put into what they
    write, or `absence`, which is shown and sent from the day `first` to the day `last`.
    """

    key: str
    title: str
    owner: str
    kind: str
    version: str
    text: str
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether it holds on a Swedish day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def texts_of(host: Host, unit: str) -> list[UnitText]:
    """Return what staff of a unit can put into what they write today: answers, then signatures, by title."""
    found = [one for one in _of(host, unit) if one.kind != ABSENT]
    return sorted(found, key=lambda one: (one.kind, one.title))


def absence_of(host: Host, unit: str) -> UnitText | None:
    """Return what a unit says today about being away, if it is: of several, what began last."""
    found = [one for one in _of(host, unit) if one.kind == ABSENT]
    return max(found, key=lambda one: one.first or date.min, default=None)


def _of(host: Host, unit: str) -> Iterable[UnitText]:
    today, here = host.clock.today(), host.people.current(unit)
    for found in host.content("texts").values():
        one: UnitText = found.document
        if here and host.people.current(one.owner) == here and one.holds(today):
            yield one


def compile_text(path: Path, library: Library) -> Compiled:
    """Compile a unit's text. Never raises for what an author wrote."""
    document, found = library.parse(path)
    if document.kind != "unit text":
        if not any(fault.severity == "error" for fault in found):
            sentence, tip = "This file is no text of a unit's.", "Begin its front matter with “unit text:” and a key."
            found.append(error(Place(str(path), 1), "kind-misplaced", sentence, tip))
        return Compiled("texts", document.key, None, tuple(found), "", path)
    found += unknown_keys(document, FRONT, library.words)
    one = _text(document, library.words)
    found += _faults(document, one, library.words)
    return Compiled("texts", document.key, one, tuple(found), content_hash(one), path)


TEXTS = ContentKind(name="texts", word="unit text", compile=compile_text, document=UnitText)


def _text(document: Document, words: Words) -> UnitText:
    return UnitText(
        document.key,
        written(document, "title") or document.key,
        written(document, "owner").upper(),
        words.canonical("texts", written(document, "kind")) or "",
        written(document, "version") or "0.1",
        _plain(html_of(document.body)),
        _day(written(document, "valid from")),
        _day(written(document, "valid to")),
    )


def _plain(markup: str) -> str:
    blocks = ("\n".join(plain_text(line) for line in LINE.split(block)).strip() for block in BLOCK.split(markup))
    return "\n\n".join(block for block in blocks if block)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _faults(document: Document, one: UnitText, words: Words) -> Iterable[Diagnostic]:
    yield from missing(document, words, [*DEMANDED, *DAYS] if one.kind == ABSENT else DEMANDED)
    yield from misshapen(document, {"owner": OWNER, "version": VERSION})
    yield from boxes(document)
    if written(document, "kind") and not one.kind:
        yield unfit(document, "kind", "These are known: {known}.", known=", ".join(words.of("texts")))
    for name, day in zip(DAYS, (one.first, one.last), strict=True):
        if written(document, name) and day is None:
            yield unfit(document, name, "Write the day as 2026-12-24.")
    if one.first and one.last and one.last < one.first:
        yield unfit(document, "valid to", "Write a last day that is not before the first.")
    if not 0 < len(one.text) <= LONGEST:
        place, tip = Place(document.file, 1), "Write something below the front matter, in at most 4000 letters."
        yield error(place, "text-length", "The text is empty, or too long.", tip)
