"""How templates call and write: straight, where Jinja would first ask of everything what it is."""

from __future__ import annotations

from functools import partial
from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, _escape_inner, escape

STRAIGHT = frozenset({Macro, MethodType, BuiltinMethodType, partial})


class StraightContext(Context):
    """Calls macros and plain methods at once; a page has some fifty such calls, half of whose time went to the asking."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(called) in STRAIGHT and not hasattr(called, "jinja_pass_arg"):
            kwargs.pop("_block_vars", None)  # what Jinja adds for those that want the context
            kwargs.pop("_loop_vars", None)
            return called(*args, **kwargs)
        return super().call(called, *args, **kwargs)


def written(value: Any) -> str:
    """Return what a template writes for a value: markup as it is, anything else escaped.

    As `escape`, without wrapping what only waits to be joined, which takes ten times as long as the escaping. A plain
    text goes straight to what `escape` calls: tests/platform/web/test_calling.py holds that they say the same.
    """
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is Markup else str.__str__(escape(value))


class StraightGenerator(CodeGenerator):
    """Writes values by `written`. Escaping is on in every template of ours, so there is no other way to choose."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")
