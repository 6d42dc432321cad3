"""What notices say: Markdown that a region may replace, refused where it says more than that there is something to see.

A notice is its template, the link or the code, and nothing else: no name, unit or title ever reaches it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec
from ledstang import (
    Compiled,
    ContentKind,
    Diagnostic,
    Document,
    Library,
    Place,
    Prose,
    content_hash,
    error,
    plain_text,
    unknown_keys,
    warning,
)

from ledstang_notices.counting import outside

CONTENT = Path(__file__).parent / "content"
FORBIDDEN = tomllib.loads((CONTENT / "forbidden.toml").read_text(encoding="utf-8"))
KEY = re.compile(r"(waits|ends|code)-([a-z]{2})(-usual)?", re.ASCII)
USUAL = "-usual"
"""Ends the keys of what ships, which stands where a region has written nothing."""
HOLDS = {"waits": "{link}", "ends": "{link}", "code": "{code}"}
"""What a notice must have a place for, by its reason. It may have no other."""
BRACED = re.compile(r"\{[^{}\s]*\}")
WORD = re.compile(r"[^\W_]+")
FRONT = ("title", "language")
TIP = "Say only that there is something to see: others may read it."


class Notice(msgspec.Struct, frozen=True):
    """The words of one reason in one language. `subject` is an e-mail's; `text` has one `{link}` or `{code}`."""

    reason: str
    language: str
    subject: str
    text: str

    def said(self, filled: str) -> str:
        """Return the text with its link or code."""
        return self.text.replace(HOLDS[self.reason], filled)


def notices_of(names: Collection[str]) -> ContentKind:
    """Return the kind of content. `names` are the region's units and regions, which no notice may name."""

    def compile_notice(path: Path, library: Library) -> Compiled:
        document, found = library.parse(path)
        known = KEY.fullmatch(document.key)
        if not known:
            sentence, tip = "“{key}” is no notice.", "Call it waits, ends or code, a hyphen and the language: waits-sv."
            found.append(error(Place(str(path), 1), "notice-unknown", sentence, tip, key=document.key[:40]))
            return Compiled("notices", document.key, None, tuple(found), "", path)
        notice = _notice(document, known[1], known[2])
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [*unknown_keys(document, FRONT, library.words), *_faults(notice, lines, str(path), names)]
        return Compiled("notices", document.key, notice, tuple(found), content_hash(notice), path)

    return ContentKind(
        name="notices", word="notice", compile=compile_notice, document=Notice, words={"sv": "notis"}
    )  # fmt: skip


def _notice(document: Document, reason: str, language: str) -> Notice:
    text = "\n".join(plain_text(node.html) for node in document.body if isinstance(node, Prose))
    title = document.front.get("title")
    return Notice(reason, language, title.value if title else "", text)


def _faults(notice: Notice, lines: list[str], file: str, names: Collection[str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a notice, with line and column."""
    if not notice.subject.isprintable() or not notice.subject:
        yield error(
            Place(file, 1), "notice-untitled", "The notice has no “title”.", "Add a line with it to the front matter."
        )
    place = HOLDS[notice.reason]
    if notice.text.count(place) != 1 or place in notice.subject:
        sentence, tip = "The notice must have {what} once in its text.", "Write it where it is to stand."
        yield error(Place(file, len(lines) or 1), "notice-placeless", sentence, tip, what=place)
    for number, line in enumerate(lines[2:], 3):
        yield from _line_faults(line, Place(file, number), place, notice.language, names)


def _line_faults(line: str, at: Place, place: str, language: str, names: Collection[str]) -> Iterator[Diagnostic]:
    for found in BRACED.finditer(line):
        if found[0] != place:
            sentence = "“{text}” would put more into the notice than that there is something to see."
            yield error(_at(at, found.start()), "notice-filled", sentence, TIP, text=found[0][:40])
    for name in names:
        if (start := line.casefold().find(name.casefold())) >= 0:
            yield error(_at(at, start), "notice-names", "The notice names “{name}”.", TIP, name=name)
    bare = BRACED.sub(lambda found: " " * len(found[0]), line)
    for found in WORD.finditer(bare):
        if any(_tells(found[0].casefold(), FORBIDDEN.get(one, {})) for one in {language, *FORBIDDEN}):
            yield error(
                _at(at, found.start()), "notice-tells", "“{word}” tells what the notice is about.", TIP, word=found[0]
            )
    for one in outside(bare):
        sentence, tip = (
            "“{sign}” makes each text message hold 70 characters instead of 160.",
            "Write it in another way.",
        )
        yield warning(_at(at, line.index(one)), "notice-long", sentence, tip, sign=one)


def _tells(word: str, forbidden: dict[str, list[str]]) -> bool:
    return word in forbidden.get("words", ()) or any(part in word for part in forbidden.get("parts", ()))


def _at(place: Place, column: int) -> Place:
    return msgspec.structs.replace(place, column=column + 1)
