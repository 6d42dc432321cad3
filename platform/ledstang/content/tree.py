"""From tokens to nodes: blocks become prose, headings, lists and rules, and the boxes' openers and closers a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it.token import Token

from ledstang.content.diagnostics import Diagnostic, error
from ledstang.content.front import put
from ledstang.content.limits import LIMITS
from ledstang.content.markdown import render
from ledstang.content.nodes import Box, Code, Heading, Item, Items, Node, Place, Rule, Setting
from ledstang.content.nodes import Prose as ProseNode
from ledstang.content.prose import Prose, plain
from ledstang.content.sanitising import sanitise
from ledstang.content.words import Words, tip

OPENER = re.compile(r"(?P<word>[^\s#`]+)?\s*(?:#(?:`(?P<quoted>[^`]+)`|(?P<id>\S+)))?\s*(?P<args>.*)$", re.DOTALL)
ID = re.compile(LIMITS.identifier)

ALONE = frozenset({"question", "questions", "scale", "calculate", "flag", "show", "fhir"})
"""Boxes that hold no other box of a form: such an opener inside one means that its closer was forgotten."""

OF_FORMS = ALONE | {"group", "page", "exercise", "diary", "homework", "quiz", "form"}


@dataclass(slots=True)
class Open:
    """A box that has yet to meet its closer; the first one stands for the file itself."""

    name: str
    word: str
    place: Place
    id: str | None = None
    args: str = ""
    settings: dict[str, Setting] = field(default_factory=dict)
    body: list[Node] = field(default_factory=list)
    flat: bool = False

    def close(self) -> Box:
        return Box(self.name, self.word, self.id, self.args, self.settings, tuple(self.body), self.place)


class Tree:
    """Builds the body of one document. Read `body()` once, then `diagnostics`."""

    def __init__(self, tokens: list[Token], file: str, lines: list[str], words: Words, prose: Prose) -> None:
        self.file, self.lines, self.words, self.prose = file, lines, words, prose
        self.diagnostics: list[Diagnostic] = []
        self.tokens = tokens
        self.stack = [Open("", "", Place(file, 1))]
        self.run: list[Token] = []

    def body(self) -> tuple[Node, ...]:
        """Read all tokens. A box that is never closed is reported where it opens, and closed at the end."""
        index = 0
        while index < len(self.tokens):
            index = self._block(index)
        self._prose()
        while len(self.stack) > 1:
            self._unclosed()
        return tuple(self.stack[0].body)

    def _block(self, index: int) -> int:
        """Read one block at the outermost level and return where the next begins."""
        token = self.tokens[index]
        if token.type in ("box_open", "box_close"):
            self._prose()
            self._open(token) if token.type == "box_open" else self._close(token)
            return index + 1
        end = self._end(index)
        block = self.tokens[index:end]
        make = NODES.get(token.type)
        if make:
            self._prose()
            self.stack[-1].body.append(make(self, block, self.place(token)))
        elif token.type != "front_matter":
            self.run += block
        if token.nesting == 1 and token.type not in ("paragraph_open", "heading_open"):
            self._inner(block)
        return end

    def _end(self, index: int) -> int:
        level = self.tokens[index].level
        if self.tokens[index].nesting == 1:
            index += 1
            while self.tokens[index].level != level or self.tokens[index].nesting != -1:
                index += 1
        return index + 1

    def _inner(self, block: list[Token]) -> None:
        """Look for what does not belong inside a list, a quotation or a table: boxes, and depth without end."""
        for token in block:
            if token.type == "box_open":
                self.diagnostics.append(
                    error(self.place(token), "box-inside", "A box cannot stand in a list or a quotation.",
                          "Move the line out to the margin, with a blank line before it.")
                )  # fmt: skip
            if token.type in ("box_open", "box_close"):
                self._prose()
                self._open(token) if token.type == "box_open" else self._close(token)
        deepest = max(block, key=lambda token: token.level)
        if deepest.level >= LIMITS.nesting - 2:
            self.diagnostics.append(
                error(self.place(block[0]), "nested-too-deep", "Lists or quotations lie too deep inside each other.",
                      "Write it with fewer levels; what lies deeper is not shown.")
            )  # fmt: skip

    def place(self, token: Token) -> Place:
        row = (token.map or [0, 0])[0]
        line = self.lines[row] if row < len(self.lines) else ""
        return Place(self.file, row + 1, len(line) - len(line.lstrip()) + 1)

    def _prose(self) -> None:
        """Turn the blocks gathered so far into one run of prose."""
        if self.run:
            run, self.run = self.run, []
            self.stack[-1].body.append(ProseNode(self.prose.html(run), self.place(run[0])))

    def _open(self, token: Token) -> None:
        place = self.place(token)
        match = OPENER.match(token.content)
        word = (match and match["word"]) or ""
        box = Open(self.words.canonical("boxes", word) or word, word, place)
        if match:
            box.id, box.args = match["quoted"] or match["id"], match["args"].strip()
        self._name_faults(box, bool(match and match["quoted"]))
        for line, setting in token.meta["settings"]:
            self._setting(box, line, setting)
        if self.stack[-1].name in ALONE and box.name in OF_FORMS:
            self._unclosed()
        self._push(box)

    def _push(self, box: Open) -> None:
        if len(self.stack) == LIMITS.box_depth + 1:
            self.diagnostics.append(
                error(box.place, "box-too-deep", "Boxes lie more than {most} deep inside each other here.",
                      "Close the outer ones with a line of ::: first.", most=LIMITS.box_depth)
            )  # fmt: skip
        box.flat = len(self.stack) > LIMITS.box_depth
        self.stack.append(box)

    def _setting(self, box: Open, line: int, match: re.Match[str]) -> None:
        source = self.lines[line]
        place = Place(self.file, line + 1, len(source) - len(source.lstrip()) + 1)
        key = self.words.canonical("settings", match["key"]) or match["key"]
        self.diagnostics += put(box.settings, key, match, place)

    def _name_faults(self, box: Open, quoted: bool) -> None:
        if not box.word:
            self.diagnostics.append(
                error(
                    box.place,
                    "box-without-name",
                    "The box has no name.",
                    "Write what it is after :::, and then its #id.",
                )
            )
        elif self.words.canonical("boxes", box.word) is None:
            sentence, values = tip(box.word, self.words.of("boxes"))
            self.diagnostics.append(
                error(box.place, "box-unknown", "There is no box “{word}”.", sentence, word=box.word[:60], **values)
            )
        if box.id and not quoted and not ID.fullmatch(box.id):
            self.diagnostics.append(
                error(box.place, "id-unfit", "“{id}” cannot be an id.",
                      "Begin with a small letter, and use small letters, digits and hyphens only.", id=box.id[:60])
            )  # fmt: skip

    def _close(self, token: Token) -> None:
        if len(self.stack) == 1:
            self.diagnostics.append(
                error(self.place(token), "box-not-open", "There is no open box here to close.",
                      "Remove the line, or look for a ::: too many above it.")
            )  # fmt: skip
        else:
            self._pop()

    def _unclosed(self) -> None:
        box = self.stack[-1]
        self.diagnostics.append(
            error(box.place, "box-unclosed", "The box “{word}” is never closed.", "End it with a line of only :::.",
                  word=box.word[:60])
        )  # fmt: skip
        self._pop()

    def _pop(self) -> None:
        box = self.stack.pop()
        if box.flat:
            self.stack[-1].body += box.body
        else:
            self.stack[-1].body.append(box.close())


def heading(tree: Tree, block: list[Token], place: Place) -> Node:
    """Make a heading. Its `html` is what stands inside it, without the element."""
    inline = block[1]
    return Heading(int(block[0].tag[1]), plain(inline.children or []), tree.prose.html([inline]), place)


def items(tree: Tree, block: list[Token], place: Place) -> Node:
    """Make a list with its outermost rows."""
    html = tree.prose.html(block)
    rows = []
    for index, token in enumerate(block):
        if token.type == "list_item_open" and token.level == block[0].level + 1:
            rows.append(_item(tree, block, index))
    return Items(block[0].type == "ordered_list_open", tuple(rows), html, place)


def _item(tree: Tree, block: list[Token], index: int) -> Item:
    place = tree.place(block[index])
    paragraph = block[index + 1] if index + 1 < len(block) else None
    if paragraph is None or paragraph.type != "paragraph_open":
        return Item("", "", place)
    inline = block[index + 2]
    return Item(inline.content, sanitise(render([inline])), place)


def rule(tree: Tree, block: list[Token], place: Place) -> Node:
    """Make a line of `---` or `____`."""
    row = (block[0].map or [0, 0])[0]
    return Rule(tree.lines[row].strip(), place)


def code(_tree: Tree, block: list[Token], place: Place) -> Node:
    """Make a fenced block."""
    return Code(block[0].info.strip(), block[0].content, sanitise(render(block)), place)


NODES = {
    "heading_open": heading,
    "bullet_list_open": items,
    "ordered_list_open": items,
    "hr": rule,
    "fence": code,
}
