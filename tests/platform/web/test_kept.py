"""What is drawn once and filled for each page, and that nobody meets in it what another has written."""

from __future__ import annotations

import pytest
from jinja2 import Environment
from ledstang.web import kept as keeping
from ledstang.web.kept import Kept

TEMPLATE = """{% call(name, number) kept((key,), name, number) %}<b title="{{ name }}">100 % {{ mark() }}{{ number }}</b>
{% endcall %}"""


LIST = """{% macro card(kind, name, href) %}{{ mark() }}<a class="{{ kind }}" href="{{ href }}">{{ name }}</a>{% endmacro %}
{{- kept_each("card", card, rows) -}}"""


@pytest.fixture
def kept() -> Kept:
    return Kept()


def render(kept: Kept, name: object, number: object = 1, key: str = "a", drawn: list[int] | None = None) -> str:
    environment = Environment(autoescape=True)
    environment.globals |= {"kept": kept, "mark": lambda: (drawn if drawn is not None else []).append(1) or ""}
    return environment.from_string(TEMPLATE).render(name=name, number=number, key=key)


def test_it_is_drawn_once_and_filled_for_each(kept: Kept) -> None:
    """The second person's page holds nothing of the first's."""
    drawn: list[int] = []
    assert render(kept, "Elsa", 1, drawn=drawn) == '<b title="Elsa">100 % 1</b>\n'
    assert render(kept, "Nils", 2, drawn=drawn) == '<b title="Nils">100 % 2</b>\n'
    assert len(drawn) == 1


@pytest.mark.parametrize("name", ["%s", "%(name)s", "{{ name }}", "<mark 0>", '"><script>'])
def test_what_is_written_is_never_read_as_anything_else(kept: Kept, name: str) -> None:
    """Also by the one for whom it is drawn first, and when it looks like a hole."""
    name = keeping.MARKS[0] if name == "<mark 0>" else name
    for _ in range(2):
        assert render(kept, name).count("<") == 2
        assert render(kept, "Elsa") == '<b title="Elsa">100 % 1</b>\n'


def test_another_key_is_another_piece(kept: Kept) -> None:
    drawn: list[int] = []
    render(kept, "Elsa", key="a", drawn=drawn)
    render(kept, "Elsa", key="b", drawn=drawn)
    assert len(drawn) == 2


def test_no_value_stays(kept: Kept) -> None:
    """What a person has written is in no piece."""
    render(kept, "hemligt")
    assert "hemligt" not in repr(vars(kept))


def test_only_so_many_are_kept(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one used longest ago goes."""
    monkeypatch.setattr(keeping, "MOST", 2)
    drawn: list[int] = []
    for key in "abacb":
        render(kept, "Elsa", key=key, drawn=drawn)
    assert len(drawn) == 4


def test_a_list_is_drawn_once_a_kind_and_filled_for_each(kept: Kept) -> None:
    """In its order, each with its own: what a row depends on chooses the piece, and nothing of another's is in it."""
    drawn: list[int] = []
    environment = Environment(autoescape=True)
    environment.globals |= {"kept_each": kept.each, "mark": lambda: drawn.append(1) or ""}
    page = environment.from_string(LIST)
    rows = [(("a",), ("<Elsa>", "/1")), (("b",), ("Nils", "/2")), (("a",), (keeping.MARKS[0], "/3"))]
    for _ in range(2):
        assert page.render(rows=rows) == (
            '<a class="a" href="/1">&lt;Elsa&gt;</a><a class="b" href="/2">Nils</a>'
            f'<a class="a" href="/3">{keeping.MARKS[0]}</a>'
        )
    assert len(drawn) == 2
    assert page.render(rows=[]) == ""
    assert "Elsa" not in repr(vars(kept))
