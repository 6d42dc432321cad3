"""The one construct that is ours: a block rule for `::: name #id args` … `:::`.

An opener and a closer each become one token of their own, without nesting; `tree` pairs them. So the rule is linear, a
box may hold any Markdown, fenced code is skipped because its own rule has eaten it, and every line number is absolute.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from ledstang.content.front import SETTING
from ledstang.content.words import Words

MARK = ":::"
INDENTED = re.compile(r"^[ \t]+:::", re.MULTILINE)
FENCE = re.compile(r"[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)*(?P<fence>`{3,}|~{3,})")


def box_plugin(md: MarkdownIt) -> None:
    """Teach a parser the boxes. Tokens: `box_open` (content: the rest of its line; meta: settings) and `box_close`."""
    md.block.ruler.before("fence", "box", box, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def at_the_margin(text: str) -> str:
    """Move indented box lines out to the margin, outside fenced code: indentation means nothing to a box."""
    if not INDENTED.search(text):
        return text
    lines, fence = text.split("\n"), ""
    for number, line in enumerate(lines):
        opens = FENCE.match(line)
        if fence:
            fence = "" if line.strip().startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif opens:
            fence = opens["fence"]
        elif line.lstrip().startswith(MARK):
            lines[number] = line.lstrip()
    return "\n".join(lines)


def box(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Match an opener with its settings, or a closer."""
    position = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(MARK, position):
        return False
    if silent:
        return True
    rest = state.src[position : state.eMarks[start]].lstrip(":").strip()
    token = state.push("box_open" if rest else "box_close", "", 0)
    token.content = rest
    token.hidden = True
    state.line = start + 1
    if rest:
        token.meta["settings"] = settings(state, end)
    token.map = [start, state.line]
    return True


def settings(state: StateBlock, end: int) -> list[tuple[int, re.Match[str]]]:
    """Eat the lines `key: value` that follow at once; pairs of line (from 0) and match."""
    found = []
    while state.line < end and not state.isEmpty(state.line):
        position = state.bMarks[state.line] + state.tShift[state.line]
        match = SETTING.match(state.src[position : state.eMarks[state.line]])
        if not match or not _meant(match["key"], state.env.get("words")):
            break
        found.append((state.line, match))
        state.line += 1
    return found


def _meant(key: str, words: Words | None) -> bool:
    """Say whether a key is meant as one. With a capital only when it is known, or nearly: else it begins a text."""
    return key[0].islower() or words is None or bool(words.canonical("settings", key) or words.nearest("settings", key))
