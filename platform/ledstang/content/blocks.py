"""Blocks: what a `:::` box of some name can do. Plugins register them; those that are only text are the host's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from markupsafe import Markup, escape

from ledstang.access.visit import Visit
from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.nodes import Box, Code, Heading, Items, Node, Place, Prose, Rule, Setting
from ledstang.content.texts import text
from ledstang.content.words import Words, nearest

if TYPE_CHECKING:
    from ledstang.content.prose import Prose as Reading


class Still(msgspec.Struct):
    """What a static block is handed beside its box: the reading of the document that the box stands in."""

    reading: Reading
    language: str
    html: Markup

    def use(self, box: Box, name: str, want: str) -> str | None:
        """Return the address of a media file, or None after having reported why there is none."""
        from ledstang.content.prose import use

        url, found = use(self.reading.media, name, box.place, want)
        self.reading.diagnostics += found
        return url

    def report(self, box: Box, code: str, sentence: str, tip: str, **values: Any) -> None:
        """Report an error at a box."""
        self.reading.diagnostics.append(error(box.place, code, sentence, tip, **values))

    def text(self, message: str) -> str:
        """Return one of the host's texts in the document's language."""
        return text(message, self.language)


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A box by its canonical English `name`.

    `words` and each of `settings` go from a language to the word written in it: `{"sv": "boka", "en": "book"}`,
    `{"time type": {"sv": "tidstyp"}}`. `step` says that the box is a step of its own.

    A block that is only text has `static`, which makes HTML when the document is compiled, from values that it escapes
    itself. All others have `render`, asked for each page; `submit` when the box can be posted; and `state`, which says
    whether the step is open, waiting for somebody else, or done. `check` is asked when the document is compiled.
    """

    name: str
    words: dict[str, str]
    settings: dict[str, dict[str, str]] = {}
    holds: Literal["prose", "form"] = "prose"
    step: bool = True
    check: Callable[[Box, kinds.Library], list[Diagnostic]] | None = None
    render: Callable[[Visit, Box, Any], Awaitable[Markup]] | None = None
    submit: Callable[[Visit, Box, Any], Awaitable[Any]] | None = None
    state: Callable[[Visit, Box, Any], Awaitable[Literal["open", "waiting", "done"]]] | None = None
    static: Callable[[Box, Still], str] | None = None


def words_of(blocks: Iterable[Block], language: str) -> dict[str, dict[str, str]]:
    """Return the words that blocks add to a language's tables, to be given to `Words.adding`."""
    boxes: dict[str, str] = {}
    settings: dict[str, str] = {}
    for block in blocks:
        boxes[block.words.get(language, block.name)] = block.name
        settings |= {written.get(language, key): key for key, written in block.settings.items()}
    return {"boxes": boxes, "settings": settings}


def unknown_settings(box: Box, known: Iterable[str], words: Words) -> list[Diagnostic]:
    """Report the settings of a box that it does not know, with the nearest that it does."""
    known = set(known)
    written = {words.written("settings", key): key for key in known}
    found = []
    for key, setting in box.settings.items():
        if key not in known:
            place = Place(setting.place.file, setting.place.line)
            suggestion = nearest(key, [*written, *known])
            tip = "Did you mean “{suggestion}”?" if suggestion else "If it is text, put a blank line before it."
            found.append(
                error(place, "setting-unknown", "The box “{word}” has no setting “{key}”.", tip,
                      word=box.word, key=words.written("settings", key), suggestion=suggestion)
            )  # fmt: skip
    return found


def fold(
    nodes: tuple[Node, ...], blocks: Mapping[str, Block], reading: Reading, language: str, words: Words
) -> tuple[Node, ...]:
    """Replace the static boxes among nodes, and inside the other boxes, by the prose they are."""
    return tuple(_folded(node, blocks, reading, language, words) if isinstance(node, Box) else node for node in nodes)


def html_of(nodes: Iterable[Node], shift: int = 0) -> str:
    """Return nodes as HTML, without their boxes. `shift` is added to the level of headings."""
    return "".join(_html(node, shift) for node in nodes)


def sanitised(nodes: Iterable[Node]) -> Markup:
    """Return nodes as HTML that needs no escaping: each of them was sanitised when it was read."""
    return Markup(html_of(nodes))  # noqa: S704


def _folded(box: Box, blocks: Mapping[str, Block], reading: Reading, language: str, words: Words) -> Node:
    body = fold(box.body, blocks, reading, language, words)
    block = blocks.get(box.name)
    if not block or not block.static:
        return msgspec.structs.replace(box, body=body)
    for node in body:
        if isinstance(node, Box):
            reading.diagnostics.append(
                error(node.place, "box-misplaced", "“{word}” cannot stand inside “{outer}”.",
                      "Close “{outer}” first, with a line of :::.", word=node.word, outer=box.word)
            )  # fmt: skip
    reading.diagnostics += unknown_settings(box, block.settings, words)
    html = str(block.static(box, Still(reading, language, sanitised(body))))
    anchored = html.replace(" data-box=", f' id="{escape(box.id)}" data-box=', 1) if box.id else html
    return Prose(anchored, box.place)


def _html(node: Node, shift: int) -> str:
    if isinstance(node, Heading):
        level = min(max(node.level + shift, 1), 6)
        return f"<h{level}>{node.html}</h{level}>\n"
    if isinstance(node, Prose | Items | Code):
        return node.html
    return "<hr>\n" if isinstance(node, Rule) else ""


def setting(box: Box, key: str) -> Setting | None:
    """Return a setting of a box that has something in it."""
    found = box.settings.get(key)
    return found if found and found.value else None


# Last, for a library is made of blocks: `help(Block)` reads the names that the annotations of its fields speak of.
from ledstang.content import kinds  # noqa: E402
