"""What a Markdown file becomes before anybody asks what it means: a tree of nodes, each with its place."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """Where something stands in what an author wrote. Lines and columns count from 1."""

    file: str
    line: int
    column: int = 1


class Prose(msgspec.Struct, frozen=True, tag="prose"):
    """A run of ordinary Markdown, rendered and sanitised. `{{box.id}}` stands in it untouched, for the page to fill."""

    html: str
    place: Place


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading: its words as plain `text`, and the same rendered inline as `html`."""

    level: int
    text: str
    html: str
    place: Place


class Item(msgspec.Struct, frozen=True):
    """One row of a list. `source` is what the author wrote after the marker, `html` the same rendered inline."""

    source: str
    html: str
    place: Place


class Items(msgspec.Struct, frozen=True, tag="items"):
    """A list: kept row by row because boxes read options, rows and bands from it; `html` is the whole list."""

    ordered: bool
    items: tuple[Item, ...]
    html: str
    place: Place


class Rule(msgspec.Struct, frozen=True, tag="rule"):
    """A line of `---` (a new step) or of `____` (room for an answer); `markup` is that line."""

    markup: str
    place: Place


class Code(msgspec.Struct, frozen=True, tag="code"):
    """A fenced block: `info` is the word after the fence."""

    info: str
    text: str
    html: str
    place: Place


class Setting(msgspec.Struct, frozen=True):
    """One `key: value`. The value is the text as written; `items` are its parts when it was written as a list."""

    value: str
    place: Place
    items: tuple[str, ...] = ()


class Box(msgspec.Struct, frozen=True, tag="box"):
    """One `::: name #id args` … `:::`.

    `name` and the keys of `settings` are the canonical English words of authoring.md §7 whatever the author wrote
    (`övning` → `exercise`, `visas när` → `shown when`); `word` is the word as written. `args` is what stands after the
    id on the opening line. An unknown word keeps the author's spelling in `name`.
    """

    name: str
    word: str
    id: str | None
    args: str
    settings: dict[str, Setting]
    body: tuple[Prose | Heading | Items | Rule | Code | Box, ...]
    place: Place


Node = Prose | Heading | Items | Rule | Code | Box


class Reference(msgspec.Struct, frozen=True):
    """A `{{box.id}}` in the text: an earlier answer that is shown there."""

    box: str
    id: str
    place: Place


class Document(msgspec.Struct, frozen=True):
    """One file: `kind` is the canonical English word of the first key of its front matter, `key` that key's value."""

    file: str
    kind: str
    key: str
    front: dict[str, Setting]
    body: tuple[Node, ...]
    language: str = "sv"
    references: tuple[Reference, ...] = ()
