"""What people do in a browser, as steps that several tests share."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page


def sign_in(page: Page, name: str) -> None:
    """Choose an invented person on the page where one signs in."""
    page.goto("/signin")
    page.locator("main a", has_text="testperson").click()
    page.get_by_role("button", name=f"Logga in som {name}").click()
    page.wait_for_url("**/start")


def begin(page: Page) -> None:
    """Find Hantera oro from the start page, consent, and come to one's own page of it."""
    page.goto("/programmes/?q=oro")
    follow(page.get_by_role("link", name="Hantera oro"))
    go_on = page.get_by_role("link", name="Fortsätt med programmet")
    if go_on.count():
        follow(go_on)
        return
    page.get_by_role("link", name="Börja", exact=True).click()
    page.locator("input[name=consent]").check()
    follow(page.get_by_role("button", name="Börja programmet"))


CHOOSE = """(choice) => {
  for (const group of document.querySelectorAll("main fieldset[role=radiogroup]")) {
    group.querySelectorAll("input[type=radio]")[choice].checked = true;
  }
}"""


def answer_measure(page: Page, choice: int = 1) -> None:
    """Answer GAD-7 with the same choice throughout, check and send it."""
    page.locator("footer").wait_for()
    page.evaluate(CHOOSE, choice)
    follow(page.get_by_role("button", name="Vidare"))
    follow(page.get_by_role("button", name="Skicka formuläret"))


FILL = """() => {
  const main = document.querySelector("main");
  for (const group of main.querySelectorAll("fieldset[role=radiogroup]")) {
    if (!group.querySelector(":checked")) group.querySelector("input[type=radio]").checked = true;
  }
  for (const group of main.querySelectorAll("form fieldset:not([role])")) {
    const box = group.querySelector("input[type=checkbox]");
    if (box && !group.querySelector(":checked")) box.checked = true;
  }
  for (const area of main.querySelectorAll("form textarea")) area.value ||= "Det här oroar mig. Kanariefågeln flyger.";
  for (const field of main.querySelectorAll("form input.input")) {
    const parts = { 4: "2026", 2: "11" };
    const number = field.inputMode === "numeric" || field.inputMode === "decimal";
    const fits = field.type === "time" ? "17:00" : number ? parts[field.maxLength] || "10" : "Kanariefågeln";
    field.value ||= fits;
  }
}"""
"""Gives every question on a page some answer, in one call: a whole programme has a hundred pages."""


def fill_step(page: Page) -> None:
    """Give every question on a step some answer."""
    page.locator("footer").wait_for()
    page.evaluate(FILL)


def go_on(page: Page) -> None:
    """Press the button that ends a step."""
    follow(page.locator("main form").last.get_by_role("button", name=re.compile("^(Vidare|Avsluta delen)$")).last)


def follow(leading: Locator) -> None:
    """Press what leads to another page, and wait until that page is there: a click alone returns before the old one is gone."""
    with leading.page.expect_navigation():
        leading.click()


def forward(page: Page, choice: int = 0) -> None:
    """Do what a page is for: answer and go on, send a form, or follow the button to what is next."""
    send = page.get_by_role("button", name="Skicka formuläret")
    if send.count():
        follow(send)
    elif page.locator("main form").get_by_role("button", name=re.compile("^(Vidare|Avsluta delen)$")).count():
        if "/form/" in page.url:
            page.evaluate(CHOOSE, choice)
        fill_step(page)
        go_on(page)
    else:
        follow(page.locator("main a.button").first)
