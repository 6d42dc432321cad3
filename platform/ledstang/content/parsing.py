"""One file's text to one document: everything that can be said before anybody asks what kind it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from markdown_it.token import Token

from ledstang.content import source
from ledstang.content.blocks import Block, fold
from ledstang.content.boxes import at_the_margin
from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.front import front_matter
from ledstang.content.limits import LIMITS
from ledstang.content.markdown import tokens_of
from ledstang.content.nodes import Document, Place, Setting
from ledstang.content.prose import Media, Prose
from ledstang.content.static import HOST_BLOCKS
from ledstang.content.tree import Tree
from ledstang.content.words import Words, nearest


def parse(
    text: str, file: str, words: Words, *, blocks: Iterable[Block] = HOST_BLOCKS, media: Media | None = None
) -> tuple[Document, list[Diagnostic]]:
    """Read a text. Never raises: whatever is wrong stands in the diagnostics, sorted by line and bounded in number.

    Boxes that are only text (`important`, `image` …) are prose in the document. With `media` the pictures are looked at
    and given the addresses that pages will find them under.
    """
    if len(text) > LIMITS.document_bytes:
        return Document(file, "", "", {}, ()), [source.too_large(file, len(text))]
    text, found = source.clean(text, file)
    lines = text.split("\n")
    if text.count("[") > LIMITS.brackets:
        return Document(file, "", "", {}, ()), [*found, _brackets(text, file)]
    tokens = tokens_of(at_the_margin(text), words)
    kind, front, faults = _front(tokens, lines, file, words)
    found += faults
    language = front["language"].value if "language" in front else "sv"
    prose = Prose(file, lines, words, media)
    tree = Tree(tokens, file, lines, words, prose)
    body = tree.body()
    body = fold(body, {block.name: block for block in blocks}, prose, language, words)
    found += tree.diagnostics + prose.diagnostics
    key = front[kind].value if kind in front else ""
    return Document(file, kind, key, front, body, language, tuple(prose.references)), bounded(found, file)


def read_document(
    path: Path, words: Words, *, blocks: Iterable[Block] = HOST_BLOCKS, media: Media | None = None
) -> tuple[Document, list[Diagnostic]]:
    """Read a file. One that cannot be read gives an empty document and says why."""
    text, found = source.read(path)
    if text is None:
        return Document(str(path), "", "", {}, ()), found
    document, more = parse(text, str(path), words, blocks=blocks, media=media)
    return document, [*found, *more]


def bounded(found: list[Diagnostic], file: str) -> list[Diagnostic]:
    """Sort diagnostics by place and keep so many that somebody will read them."""
    found = sorted(found, key=lambda fault: (fault.line or 0, fault.column or 0))
    if len(found) <= LIMITS.diagnostics:
        return found
    rest = len(found) - LIMITS.diagnostics
    last = found[LIMITS.diagnostics].line or 1
    more = error(
        Place(file, last),
        "more-faults",
        "There are {count} more faults from here on.",
        "Mend those above first.",
        count=rest,
    )
    return [*found[: LIMITS.diagnostics], more]


def _front(
    tokens: list[Token], lines: list[str], file: str, words: Words
) -> tuple[str, dict[str, Setting], list[Diagnostic]]:
    if not tokens or tokens[0].type != "front_matter":
        return "", {}, [_no_front(lines, file, words.of("kinds"))]
    end = (tokens[0].map or [0, 1])[1] - 1
    kind, front, found = front_matter(lines[1:end][: LIMITS.front_lines], file, words)
    if end - 1 > LIMITS.front_lines:
        sentence, tip = "The front matter has more than {most} lines.", "Move text below the second ---."
        found.append(
            error(Place(file, LIMITS.front_lines + 2), "front-too-long", sentence, tip, most=LIMITS.front_lines)
        )
    if words.canonical("kinds", kind) is None:
        suggestion = nearest(kind, words.of("kinds"))
        tip = "Did you mean “{suggestion}”?" if suggestion else "Begin with one of: {known}."
        place = front[kind].place if kind in front else Place(file, 1)
        found.append(
            error(Place(file, place.line), "kind-unknown", "The first key, “{kind}”, is no kind of file.",
                  tip, kind=kind, suggestion=suggestion, known=", ".join(words.of("kinds")))
        )  # fmt: skip
    return kind, front, found


def _brackets(text: str, file: str) -> Diagnostic:
    line = text.count("\n", 0, len(text) - len(text.split("[", LIMITS.brackets + 1)[-1])) + 1
    sentence, tip = "There are more than {most} “[” in the text.", "Divide it into several files."
    return error(Place(file, line), "too-many-brackets", sentence, tip, most=LIMITS.brackets)


def _no_front(lines: list[str], file: str, known: tuple[str, ...]) -> Diagnostic:
    if lines and lines[0].startswith("---"):
        return error(
            Place(file, 1), "front-unclosed", "The front matter is never closed.", "End it with a line of ---."
        )
    return error(Place(file, 1), "front-missing", "The file has no front matter.",
                 "Begin it with a line of ---, then one of {known} and a colon and its key, then --- again.",
                 known=", ".join(known))  # fmt: skip
