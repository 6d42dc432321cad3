"""A programme's own pages, signed in, held against the same checks as the open ones."""

from __future__ import annotations

from typing import Any

import pytest

from .accessibility_checks import axe_violations, overflows, small_targets, weak_focus


def pages_of(page: Any) -> list[str]:
    """The programme's pages that a link leads to from where somebody stands, and the form behind its button."""
    links = page.locator("main a").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
    return sorted({link for link in links if link.startswith("/programmes/")})


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk, light", "phone, dark"])
def test_pages_of_a_programme(begin: Any, phone: bool, dark: bool) -> None:
    """The overview, its form and all that it leads to have no violation, fit, and are large enough to press."""
    page = begin("Dag Nordin", phone=phone, dark=dark)
    found = {}
    for path in [page.url, *pages_of(page), "/start", "/programmes/"]:
        page.goto(path)
        faults = [*axe_violations(page), *overflows(page), *small_targets(page)]
        if phone:
            faults += overflows(page, spacing=True)
        if faults:
            found[path] = faults
    assert found == {}


def test_focus_shows_in_a_form(begin: Any) -> None:
    """Whoever answers an instrument by keyboard sees where they are."""
    page = begin("Dag Nordin")
    page.locator("main .button").first.click()
    assert weak_focus(page, stops=30) == []


def test_faults_are_told_where_they_are(sign_in: Any) -> None:
    """Going on without consent leads to the summary, the page's title says so, and the link lands on the box."""
    page = sign_in("Samira Haddad", "/programmes/hantera-oro/begin", scripts=False)
    page.locator("main form button").first.click()
    assert page.title().startswith("Fel: ")
    page.locator("#errors a").click()
    assert page.evaluate("() => document.activeElement.name") == "consent"


def test_missing_answers_can_be_gone_to(begin: Any) -> None:
    """Before a form is sent, each answer that is missing has a link that lands on its question."""
    page = begin("Asta Lindgren", scripts=False)
    page.locator("main .button").first.click()
    page.locator("main form button").first.click()
    page.locator("main a[href*='#']").last.click()
    assert page.locator(f"[id='{page.url.partition('#')[2]}']").count() == 1
