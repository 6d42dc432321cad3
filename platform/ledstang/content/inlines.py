"""What happens inside a line: links and pictures remember where they stand, raw HTML is caught, `{{box.id}}` kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])[^<>]{0,500}>?|<!--|<!\[CDATA\[|<![A-Za-z]|<\?")
"""The beginning of something that a browser could take for markup. Whether it ends does not matter: it is reported."""

REFERENCE = re.compile(r"\{\{[ \t]*([^{}\n]{0,200}?)[ \t]*\}\}")

Rule = Callable[[StateInline, bool], bool]


def inline_plugin(md: MarkdownIt) -> None:
    """Teach a parser the inline rules. Tokens: `raw_html`, `reference`; `meta["at"]` is an offset in the paragraph."""
    md.inline.ruler.at("link", placed(link, "link_open"))
    md.inline.ruler.at("image", placed(image, "image"))
    md.inline.ruler.at("html_inline", raw_html)
    md.inline.ruler.before("escape", "reference", reference)
    md.add_render_rule("raw_html", literal)
    md.add_render_rule("reference", literal)


def placed(rule: Rule, kind: str) -> Rule:
    """Wrap a rule so that the token it opens with remembers where it began."""

    def with_place(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        matched = rule(state, silent)
        if matched and not silent:
            for token in state.tokens[before : before + 2]:  # a text token may have been flushed first
                if token.type == kind:
                    token.meta["at"] = start
                    break
        return matched

    return with_place


def raw_html(state: StateInline, silent: bool) -> bool:
    """Match a tag, so that it can be reported; it is rendered as the text it is."""
    if state.src[state.pos] != "<":
        return False
    match = TAG.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        _push(state, "raw_html", match[0])
    state.pos = match.end()
    return True


def reference(state: StateInline, silent: bool) -> bool:
    """Match `{{box.id}}`, so that emphasis cannot break it; it stays in the text for the page to fill."""
    if not state.src.startswith("{{", state.pos):
        return False
    match = REFERENCE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        _push(state, "reference", "{{" + match[1] + "}}")
    state.pos = match.end()
    return True


def literal(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
    """Render a token as the escaped text it holds."""
    return escapeHtml(tokens[index].content)


def _push(state: StateInline, kind: str, content: str) -> None:
    at = state.pos
    token = state.push(kind, "", 0)
    token.content = content
    token.meta["at"] = at
