"""Templates call straight, and what wants Jinja's context gets it all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2 import pass_context
from ledstang.web.calling import written
from ledstang.web.static import StaticFiles
from ledstang.web.templates import Templates
from markupsafe import Markup, escape


class Guest:
    """Has a method of each kind."""

    def hello(self, greeting: str = "Hello") -> str:
        return f"{greeting}!"

    @pass_context
    def who(self, context: Any) -> str:
        return str(context["name"])

    @pass_context
    def __call__(self, context: Any) -> str:
        return f"called by {context['name']}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ guest.hello() }}", "Hello!"),
        ('{{ guest.hello(greeting="<b>") }}', "&lt;b&gt;!"),
        ("{{ guest.who() }}", "Dag"),
        ("{{ guest() }}", "called by Dag"),
        ('{% for x in ["Ada"] %}{% set name = x %}{{ guest.who() }}{% endfor %}', "Ada"),
        ("{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}{% for x in ['<', 'o'] %}{{ b(x) }}{% endfor %}", "<b>&lt;</b><b>o</b>"),
        ("{% macro box() %}<p>{{ caller() }}</p>{% endmacro %}{% call box() %}{{ name }}{% endcall %}", "<p>Dag</p>"),
        ("{% for one in [1, 2] %}{{ guest.hello(one) }}{% endfor %}", "1!2!"),
    ],
)  # fmt: skip
def test_everything_callable_is_called_as_it_wants(tmp_path: Path, static: StaticFiles, text: str, said: str) -> None:
    """Methods, macros in loops, and what asks for the context are handed what they ask for; texts are escaped once."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(text, encoding="utf-8")
    templates = Templates({"guests": tmp_path}, static.href)
    assert templates.render("sv", "guests/page.html", {"guest": Guest(), "name": "Dag"}) == said


class Marked:
    """Says itself what it is in markup."""

    def __html__(self) -> str:
        return "<i>mine</i>"


class Told(str):
    """A text of another kind than plain."""


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Ada",
        "Åsa & \"Bo\" <b> 'c'",
        "&amp;",
        "\0\u2028\U0001f600",
        Told("<b>"),
        Markup("<b>"),
        Marked(),
        7,
        None,
        ["<"],
    ],
)
def test_what_is_written_is_what_markupsafe_escapes(value: Any) -> None:
    """The short way and the long one say the same of every kind of value, letter by letter."""
    assert written(value) == str(escape(value))
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000)]))
    assert written(everything) == str(escape(everything))
