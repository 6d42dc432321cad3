"""Options: rows such as `- (2) text`, `- (code=score) text`, `- ( ) text`, `- [ ] text`, `- ( ) Annat: ____`."""

from __future__ import annotations

import re
from html import escape
from typing import Literal

import msgspec

from ledstang.content.forms.desk import Desk
from ledstang.content.forms.document import Option
from ledstang.content.forms.limits import LIMITS
from ledstang.content.forms.plain import COMMA, NUMBER, number, plain, slug
from ledstang.content.nodes import Box, Item, Items

MARK = re.compile(r"(?:\((?P<one>[^()]*)\)|\[(?P<several>[^\[\]]*)\])(?=\s|$)\s*")
ANCHOR = re.compile(r"\{#(?:`(?P<quoted>[^`{}]{1,100})`|(?P<id>[^{}\s]{1,100}))\}$")
SHOWN_ANCHOR = re.compile(r"\{#[^{}]{1,200}\}$")

ROOM = "___"
"""Ends an option that has room for a text of one's own."""

Marks = Literal["one", "several"]


class Row(msgspec.Struct, frozen=True):
    """A row without its mark and its `{#id}`."""

    mark: str | None
    several: bool
    id: str | None
    text: str
    html: str
    item: Item


def row(item: Item) -> Row:
    """Take a row apart."""
    match = MARK.match(item.source)
    source, html = item.source, item.html
    if match:
        source = source[match.end() :]
        shown = MARK.match(html)
        html = html[shown.end() :] if shown else escape(source)
    anchor = ANCHOR.search(source.rstrip())
    if anchor:
        html = SHOWN_ANCHOR.sub("", html.rstrip()).rstrip()
    mark = None if match is None else (match["one"] if match["one"] is not None else match["several"]).strip()
    several = match is not None and match["several"] is not None
    return Row(mark, several, (anchor["quoted"] or anchor["id"]) if anchor else None, plain(html), html, item)


def marked(items: Items) -> Marks | None:
    """Tell what a list's marks say: one answer, several, or None when it is no list of options."""
    rows = [row(item) for item in items.items]
    if all(each.mark is None for each in rows):
        return None
    return "several" if any(each.several for each in rows) else "one"


def options(desk: Desk, items: Items) -> tuple[Option, ...]:
    """Read a list of options. Every row has a mark of the same kind, a text, and a code of its own."""
    several = marked(items) == "several"
    found: list[Option] = []
    for item in items.items[: LIMITS.options]:
        option = _option(desk, row(item), several, len(found) + 1)
        if any(option.code == other.code for other in found):
            sentence, tip = (
                "Two options have the code “{id}”.",
                "Give each a code of its own: {{#code}} after its text.",
            )
            desk.error(item.place, "option-twice", sentence, tip, id=option.code)
        found.append(option)
    if len(items.items) > LIMITS.options:
        sentence, tip = "There are more than {most} options.", "Ask for a text instead."
        desk.error(items.place, "options-too-many", sentence, tip, most=LIMITS.options)
    return tuple(found)


def _option(desk: Desk, each: Row, several: bool, position: int) -> Option:
    if each.mark is None or each.several != several:
        sentence = "This row is not marked like the others."
        desk.error(each.item.place, "option-unmarked", sentence, "Begin all of them with ( ), or all with [ ].")
    free = each.text.endswith(ROOM)
    text, html = (_without_room(each.text), _without_room(each.html)) if free else (each.text, each.html)
    if not text:
        desk.error(each.item.place, "option-empty", "The option has no text.", "Write it after the parenthesis.")
    code, score = _code(desk, each, text, position)
    return Option(code, html, text, score, free)


def _without_room(text: str) -> str:
    return text.rstrip().rstrip("_").rstrip().removesuffix(":").rstrip()


def _code(desk: Desk, each: Row, text: str, position: int) -> tuple[str, float | None]:
    """Return code and score: `(2)` is both, `(code=2)` names both, otherwise `{#code}` or the text makes the code."""
    code, sign, score = (each.mark or "").partition("=")
    code, score = code.strip(), score.strip()
    if COMMA.search(each.mark or ""):
        tip = "Write it with a decimal point."
        desk.error(each.item.place, "decimal-comma", "The score has a decimal comma.", tip)
    elif sign and not NUMBER.fullmatch(score):
        sentence, tip = "“{score}” is no score.", "Write a number after the equals sign: (code=2)."
        desk.error(each.item.place, "score-unreadable", sentence, tip, score=score)
    elif sign:
        return each.id or code or slug(text, f"option-{position}"), number(score)
    elif NUMBER.fullmatch(code):
        return each.id or code.replace("−", "-"), number(code)
    return each.id or code or slug(text, f"option-{position}"), None


def scale(desk: Desk, box: Box) -> None:
    """Read a `scale` box: named options that questions refer to."""
    desk.settings(box, "system")
    id_ = desk.claim(box.id, box.place)
    lists = [node for node in box.body if isinstance(node, Items)]
    found = options(desk, lists[0]) if lists else ()
    if not found:
        sentence, tip = "The scale has no options.", "Write a list: - (0) text, one row for each."
        desk.error(box.place, "scale-empty", sentence, tip)
    desk.scales[id_] = found
