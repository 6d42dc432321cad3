"""Whether what a plugin returns is what it says: structs are not checked by those who make them."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

PLAIN = (str, int, float, bool, bytes)
"""What is held exactly: a subclass of these could do whatever it likes when a page writes it out, or compares it."""


class _Names(dict[str, Any]):
    """The names of a module; what it imports for type checkers only is whatever."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, Any)


@cache
def hints_of(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what each field of a struct of ours must be."""
    hints: dict[str, Any] = {}
    for one in reversed(shape.__mro__):
        names = _Names(vars(sys.modules[one.__module__]))
        for field, hint in vars(one).get("__annotations__", {}).items():
            if field in shape.__struct_fields__:
                hints[field] = eval(hint, names) if isinstance(hint, str) else hint  # noqa: S307 - our own annotations
    return hints


def misfit(thing: msgspec.Struct, shape: type[msgspec.Struct]) -> str:
    """Return the name of the first field that does not hold what it should, or nothing."""
    return next((field for field, hint in hints_of(shape).items() if not fits(getattr(thing, field), hint)), "")


def fits(value: Any, hint: Any) -> bool:
    """Say whether a value is what a type hint says, containers and what they hold as well."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if hint is None:
        return value is None
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in inner)
    if origin is Literal:
        return isinstance(value, str | int | NoneType) and value in inner
    if origin is Callable or getattr(origin, "__name__", "") == "Callable":
        return callable(value)
    if origin is dict:
        return type(value) is dict and all(fits(k, inner[0]) and fits(v, inner[1]) for k, v in value.items())
    if origin in (tuple, list):
        return type(value) is origin and all(fits(one, inner[0]) for one in value)
    if hint in PLAIN:
        return type(value) is hint
    return isinstance(value, origin or hint) if isinstance(origin or hint, type) else True
