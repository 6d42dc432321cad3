"""What is not to be believed is refused: forged tokens, answers that belong to others, and answers that come twice."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from ledstang.signin.tables import Session
from ledstang.testing import Place

from .hostile import KEYS, LOA3, NUMBER, Hostile, begin, signed_in


def encoded(value: Any) -> str:
    """Return a part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign by nothing."""
    return f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}."


def by_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Take the public key for a shared secret, as some libraries have done."""
    head = f"{encoded(header | {'alg': 'HS256'})}.{encoded(claims)}"
    return f"{head}.{encoded(hmac.digest(KEYS[0].as_pem(private=False), head.encode(), 'sha256'))}"


def by_another_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign with a key of one's own, under the provider's key's name."""
    return jwt.encode(header, claims, RSAKey.generate_key(2048))


def changed_after(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Change what was signed."""
    head, _, signature = jwt.encode(header, claims, KEYS[0]).split(".")
    return f"{head}.{encoded(claims | {'name': 'Eva'})}.{signature}"


def sixty_kilobytes(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign rightly, and far too much."""
    return jwt.encode(header, claims | {"much": "x" * 45_000}, KEYS[0])


def critical(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Demand of the reader what it does not know."""
    head = f"{encoded(header | {'crit': ['b64'], 'b64': True})}.{encoded(claims)}"
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    signature = KEYS[0].get_op_key("sign").sign(head.encode(), PKCS1v15(), SHA256())
    return f"{head}.{encoded(signature)}"


@pytest.fixture
def place(shared: Place) -> Place:
    """The instance, which nobody has got into so far."""
    return shared


def refused(place: Place, provider: Hostile, status: int = 400) -> None:
    """Try to sign in, and see that nobody is."""
    browser, before = place.browser(), place.run(Session.count())
    answer = browser.get(provider.answer(begin(browser)))
    assert answer.status_code == status
    assert not signed_in(browser)
    assert place.run(Session.count()) == before


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        by_public_key,
        by_another_key,
        changed_after,
        sixty_kilobytes,
        critical,
        lambda *_: "",
        lambda *_: "a.b.c",
        lambda *_: "å.å.å",
        lambda *_: "....",
        lambda header, claims: f"{encoded(header)}.{encoded([1])}.x",
        lambda header, claims: f"{encoded([1])}.{encoded(claims)}.x",
    ],
)
def test_v5_9_1_a_forged_token_is_refused(place: Place, provider: Hostile, forge: Callable[..., str]) -> None:
    """No signature, a wrong one, a public key as a secret, 60 kB, `crit` or no token at all: nobody is signed in."""
    provider.forge = forge
    refused(place, provider)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": ["ledstang", "another"]},
        {"aud": ["ledstang", "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": "å"},
        {"nonce": 1},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("nan")},
        {"iat": 1},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"auth_time": None},
        {"auth_time": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {NUMBER: "198503149899"},
        {NUMBER: "19850314-98ÅÄ"},
        {NUMBER: 198503149899},
        {NUMBER: ["198503149899"]},
        {"name": None},
    ],
    ids=str,
)
def test_v5_10_5_a_token_that_is_not_ours_is_refused(place: Place, provider: Hostile, claims: dict[str, Any]) -> None:
    """Rightly signed, but from or for another, for another attempt, too old, too new, or about nobody."""
    provider.claims |= claims
    refused(place, provider)


@pytest.mark.parametrize("acr", [None, "http://id.elegnamnden.se/loa/1.0/loa2", LOA3 + " ", [LOA3]], ids=str)
def test_a_weak_sign_in_is_refused_with_a_word(place: Place, provider: Hostile, acr: Any) -> None:
    """Less assurance than is demanded gives a page that says so."""
    provider.claims["acr"] = acr
    refused(place, provider, 403)


def test_v5_10_1_2_an_answer_to_another_browser_is_refused(place: Place, provider: Hostile) -> None:
    """Whoever lures somebody to their own answer signs nobody in; with a cookie of one's own neither."""
    attacker, victim, busy = place.browser(), place.browser(), place.browser()
    begin(busy)
    for browser in (victim, busy):
        assert browser.get(provider.answer(begin(attacker))).status_code == 400
        assert not signed_in(browser)
    assert provider.forms == []


def test_an_answer_counts_once(place: Place, provider: Hostile) -> None:
    """The same state, or the same code with a state of one's own, signs nobody in."""
    browser = place.browser()
    back = provider.answer(begin(browser))
    assert browser.get(back, follow_redirects=False).status_code == 303
    browser.get("/signin/sessions")
    again = place.browser()
    again.cookies = browser.cookies
    assert again.get(back, follow_redirects=False).status_code == 400
    code = parse_qs(urlsplit(back).query)["code"][0]
    thief = place.browser()
    assert thief.get(provider.answer(begin(thief), code=code)).status_code == 400
    assert not signed_in(thief)


@pytest.mark.parametrize("iss", ["", "https://evil.example"])
def test_an_answer_says_whose_it_is(place: Place, provider: Hostile, iss: str) -> None:
    """A provider that promises to name itself in its answers must (RFC 9207); the code is not even tried."""
    browser = place.browser()
    assert browser.get(provider.answer(begin(browser), iss=iss)).status_code == 400
    assert not signed_in(browser)
    assert provider.forms == []


def test_two_providers_are_not_mixed_up(place: Place, provider: Hostile, other: Hostile) -> None:
    """An answer of one, brought to the other's address, gives the other neither code nor session."""
    browser = place.browser()
    for iss in (provider.issuer, other.issuer):
        back = provider.answer(begin(browser), iss=iss)
        assert browser.get(back.replace("/oidc/ett/", "/oidc/annan/")).status_code == 400
        assert other.forms == []
    mixed = other.answer(begin(browser, "/oidc/ett"), iss=provider.issuer)
    assert browser.get(mixed).status_code == 400
    assert not signed_in(browser)


def test_an_attempt_does_not_wait_for_ever(place: Place, provider: Hostile) -> None:
    """What comes back after a quarter of an hour is too late."""
    browser = place.browser()
    sent = begin(browser)
    place.clock.move(minutes=16)
    assert browser.get(provider.answer(sent)).status_code == 400
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "query", ["", "?state=", "?state=a&state=b", "?code=x", "?error=access_denied", f"?state={'x' * 5000}"]
)
def test_an_answer_to_nothing_is_a_page(place: Place, query: str) -> None:
    """An address that somebody has typed gives a page that says what to do, and no more."""
    answer = place.browser().get(f"/oidc/ett/back{query}")
    assert answer.status_code == 400
    assert 'href="/signin?next=/start"' in answer.text


def test_breaking_off_is_no_fault(place: Place, provider: Hostile) -> None:
    """Somebody who presses *cancel* there is told so here, and nothing the provider wrote is repeated."""
    browser = place.browser()
    answer = browser.get(provider.answer(begin(browser), code="", error="access_denied", error_description="<b>evil"))
    assert answer.status_code == 200
    assert "Du loggade inte in" in answer.text
    assert "evil" not in answer.text


def test_nothing_of_anybody_is_logged(place: Place, provider: Hostile, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal is logged in fixed words: no number, no name, no token, no state."""
    provider.claims |= {"nonce": "canary-nonce", "name": "Canary Name"}
    browser = place.browser()
    back = provider.answer(begin(browser))
    browser.get(back)
    ours = " ".join(record.getMessage() for record in caplog.records if record.name == "ledstang.oidc")
    assert "the token answers another attempt" in ours
    for secret in ("canary", "Canary", provider.claims[NUMBER], *parse_qs(urlsplit(back).query)["state"]):
        assert secret not in ours
