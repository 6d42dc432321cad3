"""plugins/README.md is true: its code runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import ledstang
import pytest
from ledstang.testing import Town

README = (Path(__file__).parents[2] / "plugins" / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", README, re.S)
JINJA = re.findall(r"```jinja\n(.*?)```", README, re.S)
MACROS = (
    "text_input", "textarea", "number", "quantity", "several", "radios", "checkboxes", "yes_no", "select", "date", "time",
    "datetime",
)  # fmt: skip
MARKDOWN = re.search(r"  ```markdown\n(.*?)  ```", README, re.S)

PROGRAMME = """---
program: paus
titel: Paus
språk: sv
ägare: SE2321000016-1003
version: 0.1
sort: öppet
målgrupp: invånare
medicinskt ansvarig: Någon
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Ett litet program.
"""
MODULE = """---
modul: ett
titel: Ett
öppnas: direkt
---

# Andas

"""


@pytest.fixture
def breathing(tmp_path: Path) -> Path:
    """The plugin as the page has it."""
    path = tmp_path / "breathing.py"
    path.write_text(PYTHON[0], encoding="utf-8")
    return path


def test_the_plugin_of_ten_minutes_gives_all_that_the_page_says(town: Town, tmp_path: Path, breathing: Path) -> None:
    """A page, a link, a panel and a box that an author writes: each is there for whoever signs in."""
    assert MARKDOWN
    programme = tmp_path / "paus"
    programme.mkdir()
    box = "\n".join(line.removeprefix("  ") for line in MARKDOWN[1].splitlines())
    (programme / "programme.md").write_text(PROGRAMME, encoding="utf-8")
    (programme / "01-ett.md").write_text(MODULE + box + "\n", encoding="utf-8")
    with town.instance(plugins=breathing, programmes=programme) as place:
        assert [str(fault) for fault in place.house.plugins.faults] == []
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert "Andas lugnt en minut, Dag." in dag.get("/breathing/").text
        assert "En minuts paus." in dag.get("/start").text
        mine = dag.post("/programmes/paus/begin")
        assert "Ta en minuts paus" in mine.text
        step = re.search(r'href="(/programmes/mine/[^"]+/module/[^"]+)"', mine.text)
        assert step
        assert "Andas in på fyra och ut på sex." in dag.get(step[1]).text


def test_the_test_of_the_page_passes(town: Town, breathing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test that the page shows is a test that passes."""
    monkeypatch.chdir(breathing.parent)
    (breathing.parent / "plugins").mkdir()
    breathing.rename(breathing.parent / "plugins" / breathing.name)
    scope: dict[str, object] = {}
    exec(PYTHON[1], scope)
    scope["test_reminds_in_the_evening"](town)  # type: ignore[operator]


FORM = '''"""Form: the fields of the page."""

from ledstang import hookimpl, read_day
from litestar import Request, Response, get, post
from ledstang import Visit


@hookimpl
def register_routes(host):
    def page(request, typed, errors):
        choices = [{"code": "x", "html": "Ex"}]
        return host.page(request, "form/form.html", typed=typed, errors=errors, choices=choices)

    @get("/")
    async def empty(request: Request, visit: Visit) -> Response:
        return page(request, {}, {})

    @post("/")
    async def sent(request: Request, visit: Visit) -> Response:
        form = await request.form()
        until = form.getall("until", [])
        try:
            return page(request, {"number": read_day(until)}, {})
        except ValueError:
            return page(request, {"until": until, "parts": form.getall("parts", [])}, {"until": "No such day"})

    return [empty, sent]
'''


def test_the_fields_of_the_page_are_shown_and_read(town: Town, tmp_path: Path) -> None:
    """The example makes a form; a date is read from its three boxes, and no day comes back as it was written."""
    [fields] = [one for one in JINJA if "parts.date" in one]
    plugin = tmp_path / "form"
    (plugin / "templates").mkdir(parents=True)
    (plugin / "__init__.py").write_text(FORM, encoding="utf-8")
    whole = (
        '{% extends "host/layout.html" %}{% import "host/parts.html" as parts %}{% block main %}'
        + fields
        + "{% endblock %}"
    )
    (plugin / "templates" / "form.html").write_text(whole, encoding="utf-8")
    with town.instance(plugins=plugin) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert set(re.findall(r'name="(\w+)"', dag.get("/form/").text)) >= {"number", "kind", "parts", "until"}
        assert 'value="2026-12-24"' in dag.post("/form/", {"until": ["2026", "12", "24"]}).text
        wrong = dag.post("/form/", {"until": ["2026", "2", "30"], "parts": ["x"]}).text
        assert 'href="#f-until"' in wrong
        assert 'value="30"' in wrong
        assert 'value="x" id="f-parts" checked' in wrong


def test_every_field_is_given_things_in_the_order_of_the_page() -> None:
    """Name and label first, then what is asked for and its value, then hint, fault and whether it is required."""
    source = (Path(ledstang.__file__).parent / "web" / "templates" / "fields.html").read_text(encoding="utf-8")
    for macro in MACROS:
        [given] = re.findall(rf"macro {macro}\((.*?)\) -", source)
        names = [one.partition("=")[0].strip() for one in given.split(",")]
        first = [name for name in names if name not in ("options", "unit", "repeats", "plain")][:6]
        assert first == ["name", "label", "values" if "values" in names else "value", "hint", "fault", "required"], (
            macro
        )
