"""Texts that a template writes out are translated when it is compiled, and are the same as if it had been later."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang.web.static import StaticFiles
from ledstang.web.templates import Templates

CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"
msgid "Hello"
msgstr "Hej & välkommen"
msgid "Hello %(name)s"
msgstr "Hej %(name)s"
msgid "%(num)s day"
msgid_plural "%(num)s days"
msgstr[0] "%(num)s dag"
msgstr[1] "%(num)s dagar"
msgid "It is 100%% yours"
msgstr "Den är till 100%% din"
"""


def greeting(folder: Path, static: StaticFiles, text: str, po: str = CATALOGUE) -> Templates:
    """Return the templates of a plugin that has one, saying `text`."""
    for name, content in (("templates/hello.html", text), ("locale/sv.po", po)):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return Templates({"greeter": folder}, static.href)


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ('{{ _("Hello") }}', "Hej & välkommen", "Hello"),
        ('{{ _("Hello")|upper }}', "HEJ & VÄLKOMMEN", "HELLO"),
        ('{{ _("Hello %(name)s", name=name) }}', "Hej &lt;Dag&gt;", "Hello &lt;Dag&gt;"),
        ('{{ _("It is 100%% yours") }}', "Den är till 100% din", "It is 100% yours"),
        ('{{ ngettext("%(num)s day", "%(num)s days", 2) }}', "2 dagar", "2 days"),
        ("{{ _(word) }}", "Hej &amp; välkommen", "Hello"),
        ('{{ _("Nobody has translated this") }}', "Nobody has translated this", "Nobody has translated this"),
        ('{% macro say(text=_("Hello")) %}{{ text }}{% endmacro %}{{ say() }}', "Hej & välkommen", "Hello"),
        ('{{ _("Hello" if name else "") }}', "Hej &amp; välkommen", "Hello"),
    ],
)
def test_texts_are_right_in_both_languages(
    tmp_path: Path, static: StaticFiles, text: str, swedish: str, english: str
) -> None:
    """However a text is asked for, each language gets its own; what is filled into it is escaped."""
    templates = greeting(tmp_path, static, text)
    told = {
        one: templates.render(one, "greeter/hello.html", {"name": "<Dag>", "word": "Hello"}) for one in ("sv", "en")
    }
    assert told == {"sv": swedish, "en": english}


def test_a_page_looks_nothing_up(tmp_path: Path, static: StaticFiles) -> None:
    """What a template writes out is not translated again with every page, with or without places to fill."""
    templates = greeting(tmp_path, static, '{{ _("Hello") }} {{ _("Hello %(name)s", name=name) }}')

    def refuse(*_: object, **__: object) -> str:
        raise AssertionError("a page asked for a text")

    templates.template("sv", "greeter/hello.html").globals["_"] = refuse
    assert templates.render("sv", "greeter/hello.html", {"name": "Dag"}) == "Hej & välkommen Hej Dag"


def test_text_with_places_left_empty_is_found_at_start(tmp_path: Path, static: StaticFiles) -> None:
    """A text that wants a value and is given none is its template's fault, with the line."""
    templates = greeting(tmp_path, static, 'One line\n{{ _("Hello %(name)s") }}')
    fault = templates.faults["greeter"]
    assert (fault.lineno, "Hello %(name)s" in str(fault)) == (2, True)


def test_changed_catalogue_counts_at_the_next_start(tmp_path: Path, static: StaticFiles) -> None:
    """The same template with another catalogue says the other text, though its code is kept in the process."""
    assert greeting(tmp_path, static, '{{ _("Hello") }}').render("sv", "greeter/hello.html", {}) == "Hej & välkommen"
    other = CATALOGUE.replace("Hej & välkommen", "Tjena")
    assert greeting(tmp_path, static, '{{ _("Hello") }}', other).render("sv", "greeter/hello.html", {}) == "Tjena"
