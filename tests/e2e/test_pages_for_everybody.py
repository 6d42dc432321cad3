"""The open pages as they are served, in Chromium: what the gates, which look at saved pages, cannot see."""

from __future__ import annotations

from typing import Any

import pytest

from .accessibility_checks import (
    axe_violations,
    overflows,
    small_targets,
    tab_order,
    visible_border,
    weak_focus,
)

PAGES = ["/", "/urgent", "/accessibility", "/signin", "/gallery", "/no-such-page"]


@pytest.mark.parametrize("path", PAGES)
def test_fits_a_narrow_phone_in_english(open_page: Any, path: str) -> None:
    """Nothing sticks out at 320 pixels in the other language, with the text spacing of WCAG 1.4.12 either."""
    page = open_page(path, phone=True, language="en")
    assert overflows(page) == []
    assert overflows(page, spacing=True) == []


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
