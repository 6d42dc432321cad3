"""What people may write, in a real browser with the policy on: it stands there as it was written, and does nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from .journeys import fill_step, go_on

PAYLOADS = [
    "<script>alert(1)</script>",
    "\"'><img src=https://elsewhere.example/x onerror=alert(1)>",
    "<svg onload=alert(1)><style>@import url(//elsewhere.example/a)</style>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "</textarea></form><iframe src=//elsewhere.example></iframe>",
    "javascript:alert(1) [x](javascript:alert(1)) ![](//elsewhere.example/p.png)",
    "\u202eegaruj\u2066 \u200b\U0001f469\u200d\U0001f9b0 a" + "\u0300" * 30,
]
WATCH = """addEventListener("securitypolicyviolation", (event) => {
  sessionStorage.broken = (sessionStorage.broken || "") + event.violatedDirective + " " + event.blockedURI + "\\n";
});"""


@pytest.fixture
def watched(sign_in: Any) -> Any:
    """Sign in with the policy on; whatever a page does that it should not is noted in the list that comes with it."""
    noted: list[str] = []

    def open_(name: str) -> tuple[Any, list[str]]:
        page = sign_in(name, bypass_csp=False)
        page.add_init_script(WATCH)
        home = page.url.split("/start")[0]
        page.on("dialog", lambda dialog: (noted.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: request.url.startswith((home, "data:")) or noted.append(request.url))
        return page, noted

    return open_


def broken(page: Any) -> str:
    """Return the violations of the policy that a page's tab has seen."""
    return str(page.evaluate("sessionStorage.broken || ''"))


def test_v5_1_3_1_what_is_written_does_nothing(watched: Any) -> None:
    """Every payload, in a worksheet's text: saved, shown again, quoted and printed, as it is."""
    page, noted = watched("Dag Nordin")
    page.goto("/programmes/hantera-oro/begin")
    if page.url.endswith("/begin"):
        page.locator("main input[type=checkbox]").check()
        page.locator("main form button").first.click()
    home = page.url
    page.locator("main a.button").first.click()
    for _ in range(30):
        if page.locator("main textarea").count():
            break
        fill_step(page)
        send = page.get_by_role("button", name="Skicka formuläret")
        if send.count():
            send.click()
        elif page.locator("main form").count():
            go_on(page)
        else:
            page.locator("main a.button").first.click()
    step = page.url
    for payload in PAYLOADS:
        fill_step(page)
        page.locator("main textarea").first.fill(payload)
        go_on(page)
        page.goto(step)
        expect(page.locator("main textarea").first).to_have_value(payload)
        page.goto(f"{home}/print")
        assert payload in page.locator("main").inner_text()
        page.goto(step)
    assert noted == []
    assert broken(page) == ""


def test_v5_3_2_2_what_is_searched_for_does_nothing(watched: Any) -> None:
    """The words of a search stand in the field again, and nowhere else."""
    page, noted = watched("Asta Lindgren")
    for payload in PAYLOADS[:-1]:
        page.goto(f"/programmes/?q={quote(payload)}")
        expect(page.locator("input[name=q]")).to_have_value(payload)
        page.goto(f"/signin?next={quote(payload)}")
    assert noted == []
    assert broken(page) == ""


def test_the_watch_sees_what_it_should(watched: Any) -> None:
    """The proof: a script that is written into a page by force is a violation that is noted."""
    page, _ = watched("Asta Lindgren")
    page.goto("/start")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=https://elsewhere.example/x>')")
    page.wait_for_function("sessionStorage.broken")
    assert "img-src" in broken(page)
