"""Whether what a plugin returns is what it says: structs are not checked by those who make them."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

Test = Callable[[Any], bool]
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
    for field, test in _tests_of(shape):
        if not test(getattr(thing, field)):
            return field
    return ""


def fits(value: Any, hint: Any) -> bool:
    """Say whether a value is what a type hint says, containers and what they hold as well."""
    return _test_of(hint)(value)


@cache
def _tests_of(shape: type[msgspec.Struct]) -> tuple[tuple[str, Test], ...]:
    return tuple((field, _test_of(hint)) for field, hint in hints_of(shape).items())


@cache
def _test_of(hint: Any) -> Test:
    """Read a hint once: there is a row of a hundred on a page, each with its hints."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda _: True
    if hint is None:
        return lambda value: value is None
    if origin in (Union, UnionType):
        tests, common = [_test_of(one) for one in inner], frozenset(one for one in inner if isinstance(one, type))
        return lambda value: type(value) in common or any(test(value) for test in tests)
    if origin is Literal:
        return lambda value: isinstance(value, str | int | NoneType) and value in inner
    if origin is Callable or getattr(origin, "__name__", "") == "Callable":
        return callable
    if origin is dict:
        key, held = map(_test_of, inner)
        return lambda value: type(value) is dict and all(key(k) and held(v) for k, v in value.items())
    if origin in (tuple, list):
        each = _test_of(inner[0])
        return lambda value: type(value) is origin and all(map(each, value))
    if hint in PLAIN:
        return lambda value: type(value) is hint
    kind = origin or hint
    return (lambda value: isinstance(value, kind)) if isinstance(kind, type) else (lambda _: True)
