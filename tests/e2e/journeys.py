"""What people do in a browser, as steps that several tests share."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

ON = ".main form .button"


def sign_in(page: Page, name: str) -> None:
    """Choose an invented person on the page where one signs in."""
    page.goto("/signin")
    page.locator("main a", has_text="testperson").click()
    page.get_by_role("button", name=f"Logga in som {name}").click()
    page.wait_for_url("**/start")


def begin(page: Page) -> None:
    """Find Hantera oro from the start page, consent, and come to one's own page of it."""
    page.goto("/programmes/?q=oro")
    page.get_by_role("link", name="Hantera oro").click()
    go_on = page.get_by_role("link", name="Fortsätt med programmet")
    if go_on.count():
        go_on.click()
        return
    page.get_by_role("link", name="Börja", exact=True).click()
    page.locator("input[name=consent]").check()
    page.get_by_role("button", name="Börja programmet").click()


def answer_measure(page: Page, choice: int = 1) -> None:
    """Answer GAD-7 with the same choice throughout, check and send it."""
    for group in page.locator("fieldset[role=radiogroup]").all():
        group.locator("input").nth(choice).check(force=True)
    page.get_by_role("button", name="Vidare").click()
    page.get_by_role("button", name="Skicka formuläret").click()


def fill_step(page: Page) -> None:
    """Give every question on a step some answer."""
    for group in page.locator("main fieldset[role=radiogroup]").all():
        group.locator("input[type=radio]").first.check(force=True)
    for box in page.locator("main form fieldset:not([role]) input[type=checkbox]").all()[:1]:
        box.check(force=True)
    for area in page.locator("main form textarea").all():
        if not area.input_value():
            area.fill("Det här oroar mig.")
    for field in page.locator("main form input[type=text]").all():
        if not field.input_value():
            field.fill(_fitting(field))
    for field in page.locator("main form input[type=time]").all():
        field.fill("17:00")


def _fitting(field: Any) -> str:
    """Return something that fits a text field: a part of a date, a number, or words."""
    if field.get_attribute("inputmode") not in ("numeric", "decimal"):
        return "Några ord"
    return {"4": "2026", "2": "11"}.get(field.get_attribute("maxlength") or "", "10")


def go_on(page: Page) -> None:
    """Press the button that ends a step."""
    page.locator("main form").last.get_by_role("button", name=re.compile("^(Vidare|Avsluta delen)$")).last.click()
