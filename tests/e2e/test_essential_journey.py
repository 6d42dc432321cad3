"""The essential journey as those take it who see, press and read otherwise: by keyboard, enlarged, without our colours.

It begins on the front page and ends when the measure before the programme has been sent: signing in, finding Hantera
oro, consenting, and answering an instrument.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from .accessibility_checks import RESTYLE, overflows

SAID = "() => { const e = document.activeElement; return (e.closest('label') || e).textContent.trim(); }"
KIND = "() => document.activeElement.type || document.activeElement.tagName"
LARGE = "html { font-size: 200% !important; }"


def settle(page: Page, *, large: bool) -> None:
    """Let a new page stand still; with `large` at twice the size of text, where nothing may stick out."""
    page.wait_for_load_state()
    if large:
        page.evaluate(RESTYLE, LARGE)
        assert overflows(page) == [], page.url


def reach(page: Page, said: str, kind: str | None = None) -> None:
    """Press Tab until what is reached says something, and is of a kind."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(SAID).startswith(said) and kind in (None, page.evaluate(KIND)):
            return
    raise AssertionError(f"the keyboard does not reach {said!r} on {page.url}")


def answer_by_keyboard(page: Page) -> None:
    """Answer each question of an instrument: Tab to its group, one press down, and on."""
    answered = 0
    while answered < 7:
        page.keyboard.press("Tab")
        if page.evaluate(KIND) == "radio":
            page.keyboard.press("ArrowDown")
            answered += 1


@pytest.mark.parametrize(
    ("how", "large"),
    [
        pytest.param({}, False, id="by keyboard"),
        pytest.param({"phone": True}, True, id="by keyboard, on a phone with twice the size of text"),
        pytest.param({"phone": True, "scripts": False, "forced": True}, True, id="and without scripts and our colours"),
    ],
)
def test_the_essential_journey(open_page: Any, how: dict[str, Any], large: bool) -> None:
    """Nobody touches a pointer from the front page to the receipt, and nothing sticks out on the way."""
    page = open_page("/", **how)

    def press(said: str, key: str = "Enter", kind: str | None = None) -> None:
        settle(page, large=large)
        reach(page, said, kind)
        with page.expect_navigation():
            page.keyboard.press(key)

    press("Logga in")
    press("Logga in som testperson")
    settle(page, large=large)
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(SAID).endswith(f"som {person(how)}"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press("Stödprogram")
    press("Hantera oro")
    press("Börja")
    settle(page, large=large)
    reach(page, "", "checkbox")
    page.keyboard.press("Space")
    press("Börja programmet")
    press("Svara på formuläret")
    settle(page, large=large)
    answer_by_keyboard(page)
    press("Vidare")
    press("Skicka formuläret")
    settle(page, large=large)
    assert page.url.endswith("/form/before/result")


def person(how: dict[str, Any]) -> str:
    """Return a person of the demo for each way of going: nobody has begun before."""
    if how.get("forced"):
        return "Samira Haddad"
    return "Asta Lindgren" if how.get("phone") else "Dag Nordin"


def test_something_is_wrong_reaches_somebody(open_page: Any) -> None:
    """From any page, without scripts: the form knows the page, and says afterwards what happens with it."""
    page = open_page("/programmes/hantera-oro", scripts=False, phone=True)
    page.get_by_role("link", name="Något är fel").click()
    page.locator("main textarea").fill("Knappen syns inte för mig.")
    page.locator("main form button").click()
    assert page.url.endswith("/problem/thanks")
    assert page.locator("main h1").inner_text() != ""
