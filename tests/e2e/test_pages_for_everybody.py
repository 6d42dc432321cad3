"""Every part and every open page, held against what the law asks and a little more, in Chromium."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .accessibility_checks import (
    TOOLS,
    axe_violations,
    overflows,
    small_targets,
    tab_order,
    visible_border,
    weak_focus,
)

PAGES = ["/", "/urgent", "/accessibility", "/signin", "/gallery", "/no-such-page"]
VALIDATE = {
    "extends": ["html-validate:recommended"],
    "rules": {
        "doctype-style": "off",
        "void-style": "off",
        "no-trailing-whitespace": "off",
        "long-title": "off",
        # A date is three boxes of one name, and ids are made of the authors' own keys.
        "form-dup-name": "off",
        "valid-id": ["error", {"relaxed": True}],
    },
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk, light", "phone, dark"])
def test_axe_finds_nothing(open_page: Any, path: str, phone: bool, dark: bool) -> None:
    """No violation of WCAG 2.2 AA, EN 301 549 or axe's best practice, wide or narrow, light or dark."""
    assert axe_violations(open_page(path, phone=phone, dark=dark)) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_fits_a_narrow_phone(open_page: Any, path: str, language: str) -> None:
    """Nothing sticks out at 320 pixels, with the text spacing of WCAG 1.4.12 either."""
    page = open_page(path, phone=True, language=language)
    assert overflows(page) == []
    assert overflows(page, spacing=True) == []


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough(open_page: Any, path: str) -> None:
    """Whatever can be pressed measures at least 24 pixels, a button 44."""
    page = open_page(path, phone=True)
    assert small_targets(page) == []
    short = page.evaluate("() => [...document.querySelectorAll('button, .button')].filter((e) => e.checkVisibility()"
                          " && e.getBoundingClientRect().height < 44).map((e) => e.textContent)")  # fmt: skip
    assert short == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/urgent", "/signin"])
def test_focus_shows_at_every_stop(open_page: Any, path: str, dark: bool) -> None:
    """Whoever goes by keyboard sees where they are, at each press of Tab."""
    assert weak_focus(open_page(path, dark=dark)) == []


def test_focus_shows_at_every_part(open_page: Any) -> None:
    """Every kind of link, button and field in the gallery shows its focus."""
    assert weak_focus(open_page("/gallery"), stops=120) == []


@pytest.mark.parametrize("path", PAGES)
def test_works_without_scripts(open_page: Any, path: str) -> None:
    """With JavaScript off the page is whole: its heading, its content and the way to urgent help."""
    page = open_page(path, scripts=False)
    assert page.locator("h1").count() >= 1
    page.locator("header a[href='/urgent']").click()
    assert page.locator("a[href='tel:112']").is_visible()


@pytest.mark.parametrize(
    "part", ["[data-box=important]", "[data-box=quote]", ".notice", ".errors", ".card", ".choice", ".input", ".tag"]
)
def test_boxes_keep_their_edges_in_forced_colours(open_page: Any, part: str) -> None:
    """Where the system takes our colours away, each box still has an edge that shows."""
    assert visible_border(open_page("/gallery", forced=True), f"main {part}")


def test_nothing_moves_for_those_who_asked(open_page: Any) -> None:
    """With reduced motion no animation or transition runs."""
    page = open_page("/gallery")
    page.locator("button").first.hover()
    assert page.evaluate("() => document.getAnimations().length") == 0


@pytest.mark.parametrize("path", PAGES)
def test_nothing_breaks_the_content_policy(open_page: Any, path: str) -> None:
    """The page loads all its parts under its own policy, and nothing from elsewhere."""
    page = open_page(path, bypass_csp=False)
    foreign: list[str] = []
    refused: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    page.on("console", lambda message: refused.append(message.text))
    page.reload()
    assert [
        url for url in foreign if not url.startswith(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2])
    ] == []
    assert [text for text in refused if "Content Security Policy" in text] == []


@pytest.mark.parametrize("path", PAGES)
def test_markup_is_valid(open_page: Any, path: str, tmp_path: Path) -> None:
    """html-validate has nothing to say of what the server sends."""
    page = open_page(path)
    response = page.request.get(path)
    (tmp_path / "page.html").write_text(response.text(), encoding="utf-8")
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(VALIDATE | {"root": True}), encoding="utf-8")
    node = Path(sys.executable).with_name("node")
    command = [node, TOOLS / "html-validate" / "bin" / "html-validate.mjs", "--formatter", "text", "page.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""


def test_first_view_is_light(open_page: Any) -> None:
    """The heaviest page weighs less than 100 kB with all its parts, stylesheets less than 15, scripts less than 8."""
    page = open_page("/gallery")
    weights = page.evaluate("() => performance.getEntriesByType('resource').map((e) => [e.name, e.encodedBodySize])")
    assert sum(size for name, size in weights if ".css" in name) < 15_000
    assert sum(size for name, size in weights if ".js" in name) < 8_000
    assert sum(size for _, size in weights) < 85_000


def test_errors_lead_to_their_fields(open_page: Any) -> None:
    """The summary of errors has focus when the page opens, and each of its links lands on a field."""
    page = open_page("/gallery")
    assert page.evaluate("() => document.activeElement.id") == "errors"
    for link in page.locator("#errors a").all():
        link.click()
        assert page.locator(":focus").get_attribute("name") == str(link.get_attribute("href")).removeprefix("#f-")


def test_what_describes_a_field_exists(open_page: Any) -> None:
    """Each hint and error that a field refers to is on the page."""
    page = open_page("/gallery")
    lost = page.evaluate(
        "() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby]')].flatMap((e) =>"
        " (e.getAttribute('aria-describedby') || e.getAttribute('aria-labelledby')).split(' '))"
        ".filter((id) => !document.getElementById(id))"
    )
    assert lost == []


UNLABELLED = "for (const e of document.querySelectorAll('label')) e.removeAttribute('for')"
NAMELESS = "document.documentElement.removeAttribute('lang')"
PALE = "document.querySelector('main p').style.color = '#999999'"
WIDE = "document.querySelector('main h1').style.width = '400px'"
JUMPING = "document.querySelector('main a.button').tabIndex = 5"
TABLE = (
    "document.querySelector('main').insertAdjacentHTML('beforeend', '<table style=\"width: 400px\"><tr><td>x</table>')"
)
TINY = (
    "for (const e of document.querySelectorAll('.button')) e.style.cssText = 'min-height: 0; height: 18px; padding: 0'"
)
UNSEEN = (
    "document.head.insertAdjacentHTML('beforeend', '<style>:focus, :has(:focus) { outline: none !important }</style>')"
)


@pytest.mark.parametrize(
    ("mutant", "check"),
    [
        pytest.param(UNLABELLED, axe_violations, id="no label"),
        pytest.param(NAMELESS, axe_violations, id="no language"),
        pytest.param(PALE, axe_violations, id="weak contrast"),
        pytest.param(WIDE, overflows, id="too wide"),
        pytest.param(TABLE, overflows, id="a table of 400 pixels"),
        pytest.param(JUMPING, tab_order, id="a tabindex of 5"),
        pytest.param(TINY, small_targets, id="too small"),
        pytest.param(UNSEEN, weak_focus, id="no focus"),
    ],
)
def test_the_checks_see_what_they_are_for(open_page: Any, mutant: str, check: Any) -> None:
    """A page that is broken on purpose turns each check red."""
    page = open_page("/gallery" if check is not axe_violations or mutant == UNLABELLED else "/urgent", phone=True)
    page.evaluate(mutant)
    found = check(page, stops=12) if check is weak_focus else check(page)
    assert found != []
