"""What our few scripts add: saving while one writes, and a warning before a session ends. Nothing needs them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

SAVED = "p.saved"


def answer_first(page: Any, place: int) -> None:
    """Choose an answer to the form's first question."""
    page.locator("main fieldset").first.locator("input[type=radio]").nth(place).check()


def open_form(begin: Any, name: str) -> Any:
    page = begin(name, bypass_csp=False)
    page.locator("main .button").first.click()
    expect(page.locator("form[data-autosave]")).to_have_count(1)
    page.wait_for_load_state()
    return page


def test_answer_is_saved_as_it_is_given(begin: Any) -> None:
    """Choosing an answer saves it, says so with the time in a polite live region, and it is there after a reload."""
    page = open_form(begin, "Asta Lindgren")
    expect(page.locator(SAVED)).to_have_attribute("role", "status")
    answer_first(page, 2)
    expect(page.locator(SAVED)).to_contain_text("Sparat")
    page.reload()
    expect(page.locator("main fieldset").first.locator("input[type=radio]").nth(2)).to_be_checked()
    answer_first(page, 1)
    expect(page.locator(SAVED)).to_contain_text("Sparat")


def test_what_was_answered_before_the_script_came_is_saved(begin: Any) -> None:
    """On a slow line an answer may be given before the script is there: it is saved when the script comes."""
    page = begin("Samira Haddad", bypass_csp=False)
    held: list[Any] = []
    page.route("**/autosave*.js*", lambda route: held.append(route))
    with page.expect_request("**/autosave*.js*"):
        page.locator("main .button").first.click()
    answer_first(page, 2)
    held[0].continue_()
    expect(page.locator(SAVED)).to_contain_text("Sparat")


def test_lost_contact_is_told_and_mended(begin: Any) -> None:
    """Without contact the page says that the text is still there, and saves by itself when contact is back."""
    page = open_form(begin, "Samira Haddad")
    page.context.set_offline(True)
    answer_first(page, 1)
    expect(page.locator(SAVED)).to_contain_text("ingen kontakt")
    page.context.set_offline(False)
    expect(page.locator(SAVED)).to_contain_text("Sparat", timeout=20_000)


def test_ended_session_keeps_the_text(begin: Any, open_page: Any) -> None:
    """When time has ended the session, what is chosen then waits behind the sign-in, and one press saves it."""
    page = open_form(begin, "Dag Nordin")
    form = page.url
    open_page("/sandbox/clock").locator("main form button").first.click()
    answer_first(page, 3)
    expect(page.locator(SAVED)).to_contain_text("utloggad")
    page.locator(f"{SAVED} a").click()
    page.locator("main h2 a").first.click()
    page.locator("li", has_text="Dag Nordin").locator("button").click()
    assert "/signin/rescued/" in page.url
    page.locator("main form button").first.click()
    page.goto(form)
    expect(page.locator("main fieldset").first.locator("input[type=radio]").nth(3)).to_be_checked()


def test_signed_out_in_another_tab(begin: Any) -> None:
    """Who signs out in one tab is told so in the other, where what was written waits behind one link."""
    page = open_form(begin, "Asta Lindgren")
    form = page.url
    other = page.context.new_page()
    other.goto("/start")
    other.locator("header button").click()
    answer_first(page, 0)
    expect(page.locator(SAVED)).to_contain_text("Det du skrev finns kvar")
    other.goto("/sandbox/")
    other.locator("li", has_text="Asta Lindgren").locator("button").click()
    page.locator(SAVED).locator("a").click()
    page.locator("main form button").last.click()
    page.goto(form)
    expect(page.locator("main input[type=radio]:checked")).to_have_count(1)


def test_session_is_extended_by_one_press(sign_in: Any) -> None:
    """Two minutes before the end a warning comes; one press keeps the session, and it comes again later."""
    page = sign_in("Malte Ek", "/urgent", bypass_csp=False)
    page.clock.install()
    page.goto("/start")
    box = page.locator("#session")
    page.clock.fast_forward("26:00")
    expect(box).to_be_hidden()
    page.clock.fast_forward("02:00")
    expect(box).to_be_visible()
    assert box.get_attribute("role") == "alert"
    box.get_by_role("button").click()
    expect(box).to_be_hidden()
    page.clock.fast_forward("30:00")
    expect(box).to_contain_text("utloggad")


def test_a_page_of_another_s_goes_when_one_can_no_longer_act(begin: Any) -> None:
    """Once a save is answered with that it has ended, the form itself is sent: the page with the other's things is left."""
    page = open_form(begin, "Asta Lindgren")

    def ended(route: Any) -> None:
        if route.request.method == "POST" and "json" in route.request.headers["accept"]:
            route.fulfill(status=403, json={"ended": True, "kept": True})
        else:
            route.continue_()

    page.route("**/*", ended)
    with page.expect_request(lambda request: request.method == "POST" and request.is_navigation_request()):
        answer_first(page, 1)
