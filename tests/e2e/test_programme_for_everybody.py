"""What somebody without a mouse or scripts meets where an answer is missing."""

from __future__ import annotations

from typing import Any


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
