"""Links, pictures, raw HTML and references in running text: each is looked at once, and the bad ones are disarmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import unquote

from markdown_it.token import Token

from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.limits import LIMITS
from ledstang.content.markdown import render, text_of
from ledstang.content.nodes import Place, Reference
from ledstang.content.positions import Positions
from ledstang.content.sanitising import sanitise
from ledstang.content.words import Words

OWN = re.compile(r"media/(?!\.)[^/\\\x00-\x1f]+")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
FOLLOWED = re.compile(r"https://[^/@\s]|mailto:.|tel:.|#.|/(?!/|\\|%5C)", re.IGNORECASE)
"""Addresses that a link may lead to: elsewhere encrypted, by post or telephone, or on this site."""

IDENTIFIER = rf"(?:{LIMITS.identifier}|`[^`]+`)"
WHOLE = re.compile(rf"({IDENTIFIER})\.({IDENTIFIER})")
LOOKED_AT = frozenset({"link_open", "image", "raw_html", "reference"})


class Media(Protocol):
    """Where a document's pictures, sounds and films are."""

    def use(self, name: str, place: Place, *, want: str) -> tuple[str | None, list[Diagnostic]]:
        """Return the address of a file that is fit for use, and what is wrong with it. `want` is `image`, `film` …"""


class Prose:
    """Looks at the inline tokens of one document. `references` collects what they refer to."""

    def __init__(self, file: str, lines: list[str], words: Words, media: Media | None) -> None:
        self.file, self.lines, self.words, self.media = file, lines, words, media
        self.references: list[Reference] = []
        self.diagnostics: list[Diagnostic] = []
        self._html_told: list[Token] | None = None

    def check(self, inline: Token) -> None:
        """Report what is wrong in one inline token and take the danger out of it."""
        children, positions = inline.children or [], None
        for index, token in enumerate(children):
            if token.type in LOOKED_AT:
                positions = positions or Positions(inline, self.lines, self.file)
                place = positions.at(token.meta.get("at", 0))
                self.diagnostics += getattr(self, f"_{token.type}")(children, index, place)

    def html(self, tokens: list[Token]) -> str:
        """Check and render block tokens, sanitised."""
        row = None
        for token in tokens:
            row = token.map or row
            if token.type == "inline":
                token.map = row  # a table's cells may not know their own line
                self.check(token)
        return sanitise(render(tokens))

    def _link_open(self, tokens: list[Token], index: int, place: Place) -> Iterator[Diagnostic]:
        text = _text(tokens, index)
        if not text:
            yield error(place, "link-without-text", "The link has no text.", "Write between [ and ] where it leads.")
        elif self.words.canonical("vague", text):
            yield error(place, "link-vague", "“{text}” does not say where the link leads.",
                        "Let the text name the page that it leads to.", text=text)  # fmt: skip
        fault = _address_fault(str(tokens[index].attrs.get("href", "")), place)
        if fault:
            tokens[index].attrs.pop("href", None)
            yield fault

    def _image(self, tokens: list[Token], index: int, place: Place) -> Iterator[Diagnostic]:
        token = tokens[index]
        if not text_of(token.children or []).strip():
            yield error(place, "image-alt", "The picture has no alternative text.",
                        "Say between [ and ] what it shows, for those who cannot see it.")  # fmt: skip
        url, found = use(self.media, unquote(str(token.attrs["src"])), place, "image")
        yield from found
        if url:
            token.attrs["src"] = url
        else:
            del token.attrs["src"]

    def _raw_html(self, tokens: list[Token], index: int, place: Place) -> Iterator[Diagnostic]:
        closes = tokens[index].content.startswith("</") and self._html_told is tokens
        self._html_told = tokens
        if closes:
            return  # told where it opened
        yield error(place, "raw-html", "“{tag}” is HTML, which cannot be used here.",
                    "Write it in Markdown, or put it in `backticks` to show it as it is.",
                    tag=tokens[index].content[:60])  # fmt: skip

    def _reference(self, tokens: list[Token], index: int, place: Place) -> Iterator[Diagnostic]:
        written = tokens[index].content[2:-2]
        match = WHOLE.fullmatch(written)
        if match:
            self.references.append(Reference(match[1].strip("`"), match[2].strip("`"), place))
        else:
            yield error(place, "reference-unreadable", "“{written}” is not an earlier answer.",
                        "Write the box's or the form's id, a dot and the question's id.",
                        written=tokens[index].content[:60])  # fmt: skip


def use(media: Media | None, name: str, place: Place, want: str) -> tuple[str | None, list[Diagnostic]]:
    """Look a media file up. A name that leads out of `media/` is an error, folder or no folder."""
    if not OWN.fullmatch(name):
        return None, [
            error(place, "media-foreign", "“{name}” does not lie in this programme's media/.",
                  "Put the file in media/ and write `media/` before its name.", name=name[:80])
        ]  # fmt: skip
    return media.use(name, place, want=want) if media else (name, [])


def _address_fault(href: str, place: Place) -> Diagnostic | None:
    if FOLLOWED.match(href):
        return None
    scheme = SCHEME.match(href)
    if scheme and scheme[1].lower() == "http":
        return error(place, "link-http", "The link leads to http, which is not encrypted.", "Write https:// instead.")
    if href.startswith("//"):
        return error(place, "link-without-scheme", "The link begins with //.", "Write https:// in full.")
    return error(place, "link-unusable", "The link leads to “{href}”, which cannot be followed.",
                 "Use https://, mailto:, tel:, or a path that begins with /.", href=href[:80])  # fmt: skip


def _text(tokens: list[Token], opened: int) -> str:
    """Return the plain text of a link, up to where it closes."""
    closed = opened + 1
    while closed < len(tokens) and tokens[closed].type != "link_close":
        closed += 1
    return plain(tokens[opened + 1 : closed])


def plain(tokens: list[Token]) -> str:
    """Return inline tokens as plain text on one line."""
    return " ".join(text_of(tokens).split())
