"""From nodes to a form: the boxes of a worksheet, or the whole of a form's file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from ledstang.content.blocks import html_of
from ledstang.content.diagnostics import Diagnostic
from ledstang.content.forms.bands import Row
from ledstang.content.forms.bounds import repeats
from ledstang.content.forms.boxes import calculation, flag, keep_fhir, show
from ledstang.content.forms.conditions import settle
from ledstang.content.forms.desk import Desk
from ledstang.content.forms.document import Flag, Form, Group, Page, Question, Questions, Sum, Text
from ledstang.content.forms.limits import LIMITS
from ledstang.content.forms.options import scale
from ledstang.content.forms.questions import question, questions
from ledstang.content.forms.walking import Item, questions_of
from ledstang.content.nodes import Box, Heading, Node, Place, Rule
from ledstang.content.words import Words, load_words

BOXES = ("question", "questions", "scale", "group", "page", "calculate", "flag", "show", "fhir")
"""The boxes that make up a form, by their canonical names."""


def compile_questions(
    nodes: Iterable[Node],
    *,
    key: str,
    title: str,
    file: str,
    forms: Mapping[str, Form] | None = None,
    ids: dict[str, Place] | None = None,
    words: Words | None = None,
    language: str = "sv",
) -> tuple[Form, list[Diagnostic]]:
    """Compile the body of a worksheet, a quiz or a form. Never raises: what is wrong stands in the diagnostics.

    `forms` are the other forms that conditions may refer to, by key. `ids` are the ids already taken in the document,
    each with its place; the form's own are added to it, so that equal ids are found across several worksheets.
    """
    desk = Desk(words or load_words(), language, {} if ids is None else ids)
    listed = tuple(nodes)
    _scales(desk, listed)
    parts = _Parts(desk)
    parts.take(listed)
    form = Form(
        key, title, _numbered(desk, tuple(parts.pages)), tuple(parts.sums), tuple(parts.flags), language=language
    )
    count = sum(1 for _ in questions_of(form))
    if count > LIMITS.questions:
        sentence, tip = "The form has {count} questions, more than {most}.", "Divide it into several forms."
        desk.error(Place(file, 1), "form-too-large", sentence, tip, count=count, most=LIMITS.questions)
    form = settle(desk, form, forms or {}, parts.rows)
    return sealed(msgspec.structs.replace(form, fhir=tuple(desk.fhir))), desk.diagnostics


def sealed(form: Form) -> Form:
    """Return a form with the hash of all that it says; where its boxes stood in the file makes no difference."""
    bare = msgspec.to_builtins(msgspec.structs.replace(form, hash=""))
    digest = hashlib.sha256(msgspec.json.encode(_without_lines(bare), order="deterministic")).hexdigest()
    return msgspec.structs.replace(form, hash=digest)


def _without_lines(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_lines(inner) for key, inner in value.items() if key != "line"}
    if isinstance(value, list | tuple):
        return [_without_lines(inner) for inner in value]
    return value


def _scales(desk: Desk, nodes: Iterable[Node]) -> None:
    """Read all scales first: one may stand below the questions that use it."""
    for node in nodes:
        if isinstance(node, Box) and node.name == "scale":
            scale(desk, node)
        elif isinstance(node, Box) and node.name in ("page", "group"):
            _scales(desk, node.body)


def _numbered(desk: Desk, pages: tuple[Page, ...]) -> tuple[Page, ...]:
    return tuple(
        page if page.id else msgspec.structs.replace(page, id=desk.claim(None, Place("", 1), "page")) for page in pages
    )


class _Parts:
    """Gathers pages, sums and flags from a form's nodes, in document order."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pages: list[Page] = []
        self.sums: list[Sum] = []
        self.flags: list[Flag] = []
        self.rows: dict[str, tuple[Row, ...]] = {}
        self.waiting: list[Item] = []

    def take(self, nodes: Iterable[Node]) -> None:
        """Read the outermost level. Without `page` boxes each question, matrix or group is a page of its own."""
        for node in nodes:
            if isinstance(node, Box) and node.name == "page":
                self.flush()
                self.pages.append(self.page(node))
                continue
            for item in self.items(node, ""):
                self.waiting.append(item)
                if isinstance(item, Question | Questions | Group):
                    self.flush()
        if self.pages and self.waiting and not isinstance(self.waiting[-1], Question | Questions | Group):
            last = self.pages[-1]
            self.pages[-1] = msgspec.structs.replace(last, items=(*last.items, *self.waiting))
            self.waiting = []
        self.flush()

    def flush(self) -> None:
        if self.waiting:
            self.pages.append(Page("", "", tuple(self.waiting)))
            self.waiting = []

    def page(self, box: Box) -> Page:
        """Compile a `page` box. Its title is what stands after its id, or its first heading."""
        desk = self.desk
        desk.settings(box, "shown when", "repeats", "title")
        id_ = desk.claim(box.id, box.place, "page")
        shown_when = desk.expression(box, "shown when", id_)
        heading = next((node for node in box.body if isinstance(node, Heading)), None)
        title = desk.text(box, "title") or box.args or (heading.text if heading else "")
        body = [node for node in box.body if node is not heading or title != heading.text]
        times = repeats(desk, box)
        inside = tuple(item for node in body for item in self.items(node, id_, repeating=times is not None))
        if times:
            inside = (Group(desk.claim(None, box.place, "group"), "", inside, None, times),)
        return Page(id_, title, inside, shown_when)

    def group(self, box: Box, repeating: bool) -> Group:
        """Compile a `group` box."""
        desk = self.desk
        desk.settings(box, "shown when", "repeats", "title")
        id_ = desk.claim(box.id, box.place, "group")
        shown_when = desk.expression(box, "shown when", id_)
        times = repeats(desk, box)
        if times and repeating:
            sentence, tip = "A group that repeats cannot stand in another.", "Let one of them repeat only."
            desk.error(box.place, "repeats-nested", sentence, tip)
            times = None
        first = next((at for at, node in enumerate(box.body) if isinstance(node, Box)), len(box.body))
        title = desk.text(box, "title") or box.args
        html = (f"<h3>{_escaped(title)}</h3>\n" if title else "") + html_of(box.body[:first])
        inner = repeating or times is not None
        items = tuple(item for node in box.body[first:] for item in self.items(node, id_, repeating=inner))
        return Group(id_, html, items, shown_when, times)

    def items(self, node: Node, owner: str, repeating: bool = False) -> list[Item]:
        """Compile one node. Sums and flags go to their lists; everything else is what a person meets."""
        if not isinstance(node, Box):
            text = "" if isinstance(node, Rule) else html_of([node])
            return [Text(text)] if text else []
        match node.name:
            case "question":
                return [self.single(node, repeating)]
            case "questions":
                return [questions(self.desk, node)]
            case "group":
                return [self.group(node, repeating)]
            case "show":
                return [show(self.desk, node)]
            case _:
                self.other(node, owner)
                return []

    def single(self, box: Box, repeating: bool) -> Question:
        made = question(self.desk, box)
        if made.repeats and repeating:
            sentence, tip = "A question that repeats cannot stand in a group that does.", "Let one of them repeat only."
            self.desk.error(box.place, "repeats-nested", sentence, tip)
        return made

    def other(self, box: Box, owner: str) -> None:
        match box.name:
            case "scale":
                pass  # read before everything else
            case "calculate":
                made, rows = calculation(self.desk, box)
                self.sums.append(made)
                self.rows[made.id] = rows
            case "flag":
                self.flags.append(flag(self.desk, box))
            case "fhir":
                keep_fhir(self.desk, box, owner)
            case _:
                self.misplaced(box)

    def misplaced(self, box: Box) -> None:
        if self.desk.words.canonical("boxes", box.word) is None:
            return  # the parser has told that nobody knows this box
        sentence, tip = "“{word}” cannot stand in a form.", "Close the form first, with a line of :::."
        if box.name == "page":
            tip = "A page stands by itself: close the box around it first."
        self.desk.error(box.place, "box-misplaced", sentence, tip, word=box.word)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
