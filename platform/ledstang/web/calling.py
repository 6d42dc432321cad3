"""How templates call: straight, where Jinja would first ask of everything callable what it wants to be handed."""

from __future__ import annotations

from types import BuiltinMethodType, MethodType
from typing import Any

from jinja2.runtime import Context, Macro

STRAIGHT = frozenset({Macro, MethodType, BuiltinMethodType})


class StraightContext(Context):
    """Calls macros and plain methods at once; a page has some fifty such calls, half of whose time went to the asking."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(called) in STRAIGHT and not hasattr(called, "jinja_pass_arg"):
            kwargs.pop("_block_vars", None)  # what Jinja adds for those that want the context
            kwargs.pop("_loop_vars", None)
            return called(*args, **kwargs)
        return super().call(called, *args, **kwargs)
