"""Filters of templates."""

from __future__ import annotations

from typing import Any

import pytest
from ledstang.content.forms.document import Option
from ledstang.web.filters import perhaps


@pytest.mark.parametrize(
    ("thing", "found"),
    [({"hint": "Short"}, "Short"), ({}, None), ({"hint": None}, None), (Option("a", "A", "A"), None)],
)
def test_what_need_not_be_there_is_none(thing: Any, found: str | None) -> None:
    """A mapping or a struct is asked for something that it may lack, without an error and without asking twice."""
    assert perhaps(thing, "hint") == found


def test_struct_gives_what_it_has() -> None:
    """A struct's own field is found by its name."""
    assert perhaps(Option("a", "A", "A", free=True), "free") is True
