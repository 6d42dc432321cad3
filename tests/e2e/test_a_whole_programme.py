"""Taking part as people do it: on a phone, without scripts, on two devices, with a session that dies in the middle."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from .accessibility_checks import axe_violations, overflows, small_targets
from .journeys import answer_measure, begin, fill_step, forward, go_on, sign_in

WORKSHEET = "textarea"


def to_worksheet(page: Page) -> None:
    """Go on from one's own page until a step asks for a long text."""
    page.locator("main a.button").first.click()
    while not page.locator(f"main {WORKSHEET}").count():
        fill_step(page)
        go_on(page)


def test_from_the_front_page_to_the_end_on_a_phone_without_scripts(open_page: Any) -> None:
    """Somebody with an old phone takes the whole programme: nothing sticks out anywhere, and the curve is there at the end."""
    page = open_page("/", phone=True, scripts=False)
    sign_in(page, "Dag Nordin")
    begin(page)
    seen: set[str] = set()
    for _ in range(300):
        kind = re.sub(r"[0-9a-f-]{36}|/[^/]+$", "", page.url)
        if kind not in seen:
            seen.add(kind)
            assert overflows(page) == [], page.url
            assert overflows(page, spacing=True) == [], page.url
        if page.get_by_text("gått klart programmet").count():
            break
        forward(page, 1 if "/form/before" in page.url else 0)
    expect(page.get_by_role("heading", name="Du har gått klart programmet")).to_be_visible()
    page.get_by_text("Visa som tabell").click()
    table = page.locator("table").inner_text()
    assert "7" in table
    assert "0" in table
    page.get_by_role("link", name="Skriv ut eller spara det du har skrivit").click()
    expect(page.locator("main")).to_contain_text("Det här oroar mig.")


def test_goes_on_at_the_same_place_on_another_device(open_page: Any) -> None:
    """What is written on the phone is saved as it is written, and is there on the computer, at the same step."""
    phone = open_page("/", phone=True)
    sign_in(phone, "Asta Lindgren")
    begin(phone)
    phone.locator("main a.button").first.click()
    answer_measure(phone)
    phone.get_by_role("link", name="Vidare till programmet").click()
    to_worksheet(phone)
    phone.locator(f"main {WORKSHEET}").first.fill("Jag oroar mig för <b>Elsa</b> {{7*7}} 🙂")
    expect(phone.locator("[data-saved]")).to_contain_text("Sparat")
    desk = open_page("/")
    sign_in(desk, "Asta Lindgren")
    desk.locator("main").get_by_role("link", name="Hantera oro").click()
    desk.locator("main a.button").first.click()
    assert desk.url.split("#")[0] == phone.url.split("#")[0]
    expect(desk.locator(f"main {WORKSHEET}").first).to_have_value("Jag oroar mig för <b>Elsa</b> {{7*7}} 🙂")
    desk.reload()
    expect(desk.locator(f"main {WORKSHEET}").first).to_have_value("Jag oroar mig för <b>Elsa</b> {{7*7}} 🙂")


def test_two_devices_at_once_lose_nothing(open_page: Any) -> None:
    """Two devices change the same answer: whoever comes second sees both texts, keeps both, and has both."""
    one, other = open_page("/", scripts=False), open_page("/")
    sign_in(one, "Samira Haddad")
    begin(one)
    one.locator("main a.button").first.click()
    answer_measure(one)
    one.get_by_role("link", name="Vidare till programmet").click()
    to_worksheet(one)
    step = one.url.split("#")[0]
    sign_in(other, "Samira Haddad")
    other.goto(step)
    one.locator(f"main {WORKSHEET}").first.fill("Skrivet på telefonen")
    go_on(one)
    other.locator(f"main {WORKSHEET}").first.fill("Skrivet på datorn")
    go_on(other)
    expect(other.get_by_role("heading", name="Två svar på samma fråga")).to_be_visible()
    expect(other.locator("main")).to_contain_text("Skrivet på telefonen")
    expect(other.locator("main")).to_contain_text("Skrivet på datorn")
    assert axe_violations(other) == []
    other.get_by_role("button", name="Spara och gå vidare").click()
    other.goto(step)
    expect(other.locator(f"main {WORKSHEET}").first).to_have_value("Skrivet på telefonen\n\nSkrivet på datorn")


def test_text_survives_a_session_that_died(open_page: Any) -> None:
    """Signed out in another tab while writing: after signing in again the text is there, and one press saves it."""
    page = open_page("/", scripts=False)
    sign_in(page, "Samira Haddad")
    begin(page)
    if page.get_by_role("link", name="Svara på formuläret").count():
        page.get_by_role("link", name="Svara på formuläret").click()
        answer_measure(page)
        page.get_by_role("link", name="Vidare till programmet").click()
    to_worksheet(page)
    step = page.url.split("#")[0]
    tab = page.context.new_page()
    tab.goto("/start")
    tab.get_by_role("button", name="Logga ut").click()
    page.locator(f"main {WORKSHEET}").first.fill("Två timmars text som inte får försvinna")
    go_on(page)
    page.locator("main a", has_text="testperson").click()
    page.get_by_role("button", name="Logga in som Samira Haddad").click()
    expect(page.locator("main")).to_contain_text("Två timmars text som inte får försvinna")
    page.locator("main form button").last.click()
    page.goto(step)
    expect(page.locator(f"main {WORKSHEET}").first).to_have_value("Två timmars text som inte får försvinna")


def test_those_it_is_not_for_are_told_kindly(open_page: Any) -> None:
    """Seventeen: whom to contact instead. From another region: to whom it is offered, and not found in a search."""
    young = open_page("/", phone=True)
    sign_in(young, "Nils Åberg")
    young.goto("/programmes/hantera-oro")
    expect(young.locator("main")).to_contain_text("fyllt 18 år")
    expect(young.locator("main")).to_contain_text("1177")
    assert axe_violations(young) == []
    elsewhere = open_page("/")
    sign_in(elsewhere, "Ester Holm")
    elsewhere.goto("/programmes/?q=oro")
    expect(elsewhere.locator("main")).not_to_contain_text("Hantera oro")
    elsewhere.goto("/programmes/hantera-oro")
    expect(elsewhere.locator("main")).to_contain_text("bor i Region Norra")


def test_every_page_of_a_programme_is_for_everybody(open_page: Any) -> None:
    """axe finds nothing and every target is large enough on each kind of page, on a desk and on a dark phone."""
    page = open_page("/", phone=True, dark=True)
    sign_in(page, "Asta Lindgren")
    checked = ["/start", "/programmes/", "/programmes/hantera-oro"]
    begin(page)
    mine = page.url.split("?")[0].split("#")[0]
    if page.get_by_role("link", name="Svara på formuläret").count():
        page.get_by_role("link", name="Svara på formuläret").click()
        assert axe_violations(page) == []
        for group in page.locator("fieldset[role=radiogroup]").all()[:3]:
            group.locator("input").first.check(force=True)
        page.get_by_role("button", name="Vidare").click()
        assert page.evaluate("() => document.activeElement.id") == "errors"
        assert axe_violations(page) == []
        answer_measure(page)
    checked += [mine, f"{mine}/form/before/result", f"{mine}/print", f"{mine}/end"]
    page.goto(mine)
    page.locator("main a.button").first.click()
    checked.append(page.url.split("#")[0])
    desk = open_page("/")
    sign_in(desk, "Asta Lindgren")
    for path in checked:
        for device in (page, desk):
            device.goto(path)
            assert axe_violations(device) == [], path
            assert small_targets(device) == [], path
