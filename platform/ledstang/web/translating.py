"""Texts that are known when a template is compiled stand in its code in their language: a page translates nothing."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from ledstang.web.calling import StraightContext, StraightGenerator, written


class TranslatingEnvironment(Environment):
    """An environment of one language. `gettext` is what translates `_("…")` where the text is written out."""

    context_class = StraightContext
    code_generator_class = StraightGenerator
    written = staticmethod(written)

    def __init__(self, gettext: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self._texts = _Texts(gettext)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give each template a plain dictionary: each import looks all of it up, and nothing is added after the start."""
        return {**self.globals, **(d or {})}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        self._texts.where = (name, filename)
        parsed: nodes.Template = self._texts.visit(super()._parse(source, name, filename))
        return parsed


class _Texts(NodeTransformer):
    """Puts `Markup("…")` in the place of `_("…")`, and `Markup("…") % {…}` where the text has places to fill."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext
        self.where: tuple[str | None, str | None] = (None, None)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_"), args=[nodes.Const(value=str(text))], dyn_args=None, dyn_kwargs=None
            ):
                return self._translated(text, node)
        return node

    def _translated(self, text: str, node: nodes.Call) -> nodes.Node:
        safe = Markup(self._gettext(text))  # noqa: S704 - our own text, as the i18n extension takes it
        if node.kwargs:
            places = [nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs]
            return nodes.Mod(nodes.Const(safe), nodes.Dict(places), lineno=node.lineno)
        try:
            return nodes.Const(safe % {}, lineno=node.lineno)
        except (KeyError, ValueError, TypeError):
            raise TemplateSyntaxError(
                f"the text {text!r} has places that nothing fills", node.lineno, *self.where
            ) from None
