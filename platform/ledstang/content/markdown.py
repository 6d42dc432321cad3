"""The Markdown parser, set up once: CommonMark and tables, our boxes, no HTML, no typographer, nothing quadratic."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from ledstang.content.boxes import box_plugin
from ledstang.content.inlines import inline_plugin
from ledstang.content.limits import LIMITS
from ledstang.content.words import Words


def make_parser() -> MarkdownIt:
    """Build the parser.

    Indented code is off, because an indented box is meant as a box and nobody in care writes code by four spaces.
    Underlined headings are off, because `---` under a line of text is meant as a new step. Every link is let through by
    the parser, so that `prose` can report the bad ones instead of showing them as text.
    """
    md = MarkdownIt("js-default", {"html": False, "typographer": False, "linkify": False, "maxNesting": LIMITS.nesting})
    md.disable(["code", "lheading", "html_block"])
    md.use(front_matter_plugin).use(box_plugin).use(inline_plugin)
    md.validateLink = lambda _url: True  # type: ignore[method-assign]
    return md


PARSER = make_parser()


def tokens_of(text: str, words: Words | None = None) -> list[Token]:
    """Parse a whole text. Line numbers in `token.map` count from 0 and are absolute."""
    return PARSER.parse(text, {"words": words})


def render(tokens: list[Token]) -> str:
    """Render tokens as HTML that has yet to be sanitised."""
    return PARSER.renderer.render(tokens, PARSER.options, _NOTHING)


def text_of(tokens: list[Token]) -> str:
    """Return inline tokens as plain text: what an alternative text, a title or a name is made of."""
    return _TEXTS.renderInlineAsText(tokens, PARSER.options, _NOTHING)


_TEXTS = RendererHTML()
_NOTHING: dict[str, Any] = {}
