"""There and back: what a provider is told, and where one comes to afterwards.

One instance for all of it: tables belong to one instance at a time, so what needs its own stands in another file.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from ledstang.testing import Place

from .hostile import LOA3, NUMBER, Hostile, begin, signed_in


def test_register_signin_offers_each_provider(shared: Place) -> None:
    """The sign-in page lists the providers by the region's titles, and keeps where one was going."""
    page = shared.browser().get("/signin?next=/settings/").text
    for name in ("ett", "annan"):
        assert f"Legitimation {name}" in page
        assert f'href="/oidc/{name}?next=/settings/"' in page


def test_the_browser_is_sent_with_all_that_protects_the_answer(shared: Place, provider: Hostile) -> None:
    """Code, PKCE S256, state, nonce, the demanded level and the oldest sign-in that will do; no secret is among it."""
    asked = {name: value[0] for name, value in parse_qs(urlsplit(begin(shared.browser())).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["acr_values"] == LOA3
    assert asked["max_age"] == "3600"
    assert asked["redirect_uri"] == "http://127.0.0.1/oidc/ett/back"
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert "secret" not in str(asked)


def test_a_sign_in_leads_where_one_was_going(shared: Place, provider: Hostile) -> None:
    """The person is known by number and name, and the browser is sent on."""
    browser = shared.browser()
    back = browser.get(provider.answer(begin(browser, "/oidc/ett?next=/signin/sessions")), follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, "/signin/sessions")
    assert "Dag Test" in browser.get("/signin/sessions").text
    assert "ledstang-development-oidc" not in browser.cookies


def test_the_way_on_is_never_another_site(shared: Place, provider: Hostile) -> None:
    """A forged `next` comes back as the front page."""
    browser = shared.browser()
    back = browser.get(provider.answer(begin(browser, "/oidc/ett?next=//evil.example")), follow_redirects=False)
    assert back.headers["location"] == "/"


def test_who_somebody_is_may_stand_beside_the_token(shared: Place, provider: Hostile) -> None:
    """A provider that tells the number by its userinfo only is asked there; one that tells of another is refused."""
    provider.beside = {NUMBER: provider.claims.pop(NUMBER)}
    browser = shared.browser()
    assert browser.get(provider.answer(begin(browser))).status_code == 200
    assert signed_in(browser)
    provider.beside["sub"] = "somebody else"
    stranger = shared.browser()
    assert stranger.get(provider.answer(begin(stranger))).status_code == 400
    assert not signed_in(stranger)


def test_two_tabs_can_both_be_finished(shared: Place, provider: Hostile) -> None:
    """A second beginning in the same browser does not spoil the first."""
    browser = shared.browser()
    first, second = begin(browser), begin(browser)
    assert first != second
    assert browser.get(provider.answer(first), follow_redirects=False).status_code == 303


def test_somebody_whom_the_provider_has_known_for_long_is_asked_anew(shared: Place, provider: Hostile) -> None:
    """A sign-in there of two hours ago does not count, whatever the provider thinks."""
    provider.claims["auth_time"] = provider.now() - 2 * 3600
    browser = shared.browser()
    assert browser.get(provider.answer(begin(browser))).status_code == 400
    assert not signed_in(browser)
