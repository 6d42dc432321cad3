"""Templates: all compiled, all in Swedish and English, nothing of what people wrote ever read as code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from babel.messages.pofile import read_po
from ledstang.content.forms.document import Option, Question, Questions
from ledstang.web.static import StaticFiles
from ledstang.web.templates import OURS, Templates
from ledstang.web.texts import HOST

PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def used_in(folder: Path) -> set[str]:
    """The message ids that the templates of a folder use."""
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    found: set[str] = set()
    for file in folder.glob("*.html"):
        for _, _, message in environment.extract_translations(file.read_text(encoding="utf-8")):
            found.update([message] if isinstance(message, str) else [one for one in message or () if one])
    return found


def told_in(source: Path) -> set[str]:
    """The sentences and tips of a module: its strings of several words, docstrings and CSS left out."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
        if re.fullmatch(r"[A-Z`].* .*[.:\"].?", node.value)
    }


@pytest.fixture(scope="module")
def swedish() -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in [*HOST.glob("sv.po"), *HOST.glob("*.sv.po")]:
        with file.open("rb") as source:
            for message in read_po(source, locale="sv"):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                texts.update(zip(ids, strings, strict=False))
    return texts


def test_every_text_of_a_page_is_in_swedish(swedish: dict[str, str]) -> None:
    """No message id of a host template lacks its Swedish text."""
    assert sorted(text for text in used_in(OURS) if not swedish.get(text)) == []


def test_every_fault_of_a_theme_is_in_swedish(swedish: dict[str, str]) -> None:
    """What `check` says of a theme can be said in Swedish."""
    sentences = told_in(OURS.parent / "themes.py")
    assert len(sentences) > 20
    assert sorted(sentences - swedish.keys()) == []


def test_translations_keep_their_places(swedish: dict[str, str]) -> None:
    """A Swedish text has the same `%(name)s` and `{name}` places as its message id."""
    assert [
        text
        for text, translated in swedish.items()
        if text and set(PLACE.findall(text)) != set(PLACE.findall(translated or ""))
    ] == []


def test_every_template_compiles_in_both_languages(templates: Templates) -> None:
    """Each template is there, compiled, in Swedish and English."""
    assert {"host/layout.html", "host/parts.html", "host/error.html"} <= set(templates.names)
    assert all(templates.template(language, name) for language in ("sv", "en") for name in templates.names)


def test_broken_template_is_found_at_start(tmp_path: Path, static: StaticFiles) -> None:
    """A plugin's template that does not compile is found at start, with its line, and is told as that plugin's fault."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("<p>\n{% if %}", encoding="utf-8")
    templates = Templates({"broken": tmp_path}, static.href)
    assert list(templates.faults) == ["broken"]
    assert templates.faults["broken"].lineno == 2
    assert templates.faults["broken"].filename == str(tmp_path / "templates" / "page.html")
    assert "host/urgent.html" in {name for _, name in templates._compiled}


def test_plugin_has_its_own_templates_and_texts(tmp_path: Path, static: StaticFiles) -> None:
    """A plugin's template goes by the plugin's name, and its Swedish is read; the host's own texts win."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "locale").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{{ _('Moss') }} {{ _('Yes') }}", encoding="utf-8")
    catalogue = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    catalogue += 'msgid "Moss"\nmsgstr "Mossa"\n\nmsgid "Yes"\nmsgstr "Japp"\n'
    (tmp_path / "locale" / "sv.po").write_text(catalogue, encoding="utf-8")
    made = Templates({"wood": tmp_path}, static.href)
    assert made.render("sv", "wood/page.html", {}) == "Mossa Ja"
    assert made.render("en", "wood/page.html", {}) == "Moss Yes"


def test_forgotten_value_is_an_error(templates: Templates) -> None:
    """A page that is not given what it needs fails loudly instead of showing a gap."""
    with pytest.raises(jinja2.UndefinedError):
        templates.render("sv", "host/error.html", {})


def part(templates: Templates, name: str, *args: Any, language: str = "sv", **options: Any) -> str:
    macro = getattr(templates.template(language, "host/parts.html").module, name)
    return str(macro(*args, **options))


@pytest.mark.parametrize("name", ["heading", "lead", "text", "button", "tag"])
def test_text_stays_text(templates: Templates, name: str) -> None:
    """What is handed to a part as text comes out as text, brackets and braces and all."""
    html = part(templates, name, "<b>{{7*7}}</b>")
    assert "&lt;b&gt;{{7*7}}&lt;/b&gt;" in html


def test_every_type_of_question_can_be_asked(templates: Templates) -> None:
    """Each type of the forms gives a field with its name, its label and its fault tied to it."""
    options = (Option("a", "A", "A", 0.0), Option("b", "B", "B", 1.0))
    for type_ in ("choice", "choices", "text", "long text", "integer", "decimal", "scale", "yes/no", "date", "time",
                  "datetime", "quantity", "file"):  # fmt: skip
        chosen = options if type_ in ("choice", "choices") else ()
        asked = Question("sleep", type_, "Sleep", "<p>How did you <em>sleep</em>?</p>", options=chosen, unit="mg")  # type: ignore[arg-type]
        html = part(templates, "question", asked, error="Answer it.", prefix="night.")
        assert 'name="night.sleep"' in html, type_
        assert 'id="f-night.sleep"' in html, type_
        assert re.search(r'aria-describedby="[^"]*\be-night\.sleep\b', html), type_
        assert "How did you <em>sleep</em>?" in html, type_


@pytest.mark.parametrize(
    ("type_", "value", "shown"),
    [
        ("text", 'a "b" <c>', 'value="a &#34;b&#34; &lt;c&gt;"'),
        ("decimal", 7.5, 'value="7,5"'),
        ("integer", 0, 'value="0"'),
        ("scale", 0, 'value="0" id="f-x" checked'),
        ("choice", "b", 'value="b" id="f-x-2" checked'),
        ("choice", "b: min bror", 'value="min bror"'),
        ("choices", ["a", "b: min bror"], 'value="a" id="f-x" checked'),
        ("yes/no", True, 'value="ja" id="f-x" checked'),
        ("yes/no", False, 'value="nej" id="f-x-2" checked'),
        ("yes/no", "nej", 'value="nej" id="f-x-2" checked'),
        ("date", "2026-03-14", 'value="03"'),
        ("date", "2026-13-0x", 'value="0x"'),
        ("datetime", "2026-03-14T07:05", 'value="07:05"'),
    ],
)
def test_answers_come_back(templates: Templates, type_: Any, value: Any, shown: str) -> None:
    """A field shows the answer that was given, also one that was wrong, and zero is an answer."""
    options = (Option("a", "A", "A"), Option("b", "B", "B", free=True))
    if type_ == "yes/no":
        options = (Option("ja", "Ja", "Ja", 1.0), Option("nej", "Nej", "Nej", 0.0))
    asked = Question("x", type_, "X", "X", options=options if type_ in ("choice", "choices", "yes/no") else ())
    assert shown in part(templates, "question", asked, value)


def test_rows_are_named_for_screen_readers(templates: Templates) -> None:
    """Each row of a matrix is a fieldset with its own legend, and no label is left to a column head."""
    options = tuple(Option(str(n), text, text, float(n)) for n, text in enumerate(["Never", "Often"]))
    rows = tuple(Question(f"r{n}", "choice", f"Row {n}", f"Row {n}", options=options, required=True) for n in (1, 2))
    html = part(templates, "questions", Questions("m", "<p>How often?</p>", rows), {"r1": "1"}, {"r2": "Choose one."})
    assert html.count("<fieldset") == html.count("<legend") == 2
    assert html.count(">Never<") == html.count(">Often<") == 2
    assert html.count(" checked") == 1
    assert 'class="row wrong"' in html


def test_earlier_answer_is_never_read_as_anything(templates: Templates) -> None:
    """An earlier answer in a text is escaped, its own braces are left alone, and what is missing is said gently."""
    filled = templates.environments["sv"].filters["filled"]
    text = "<p>{{oro.sak}} {{ oro.annat }} {{7*7}} {{x}}</p>"
    html = filled(text, {"oro.sak": "<script>{{oro.annat}}</script>"})
    assert "&lt;script&gt;{{oro.annat}}&lt;/script&gt;" in html
    assert "(du har inte svarat på det här än)" in html
    assert html.endswith("{{7*7}} {{x}}</p>")
