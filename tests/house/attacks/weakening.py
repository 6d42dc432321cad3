"""Weaken a guard by one clause, in this process and for as long as a test lasts."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest


def weaken(patch: pytest.MonkeyPatch, guard: Any, clause: str, instead: str) -> None:
    """Put something else in place of one clause of a function, for everybody who has it.

    Route handlers are reached through. Raises AssertionError for a clause that does not stand there exactly once: a
    guard that is written anew needs its mutants written anew.
    """
    function: Callable[..., Any] = getattr(guard, "fn", guard)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(clause) == 1, f"{function.__qualname__} has {source.count(clause)} times: {clause}"
    tree = ast.parse("from __future__ import annotations\n" + source.replace(clause, instead))
    made = tree.body[1]
    assert isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef)
    made.decorator_list = []
    names: dict[str, Any] = {}
    exec(compile(tree, "<a mutant>", "exec"), function.__globals__, names)
    patch.setattr(function, "__code__", names[made.name].__code__)
