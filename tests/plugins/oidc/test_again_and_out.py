"""Proving once more who one is, and being signed out by the provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ledstang.testing import Browser, Place, Town
from ledstang_oidc.heard import forget
from ledstang_oidc.tables import Heard

from .conftest import put_secret, toml
from .hostile import LOGOUT, NUMBER, Hostile, begin, signed_in

SIGNING = '''
"""Signing: a page that wants to know who it is, by the minute."""

from ledstang import Host, Visit, hookimpl
from litestar import Request, Response, get


@hookimpl
def register_routes(host: Host) -> list:
    @get("/")
    async def sign(request: Request, visit: Visit) -> Response:
        again = host.sign_in_again(request, within_minutes=5, next="/signing/")
        return again or Response(f"signed by {visit.actor.name}")

    return [sign]
'''


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, standing: tuple[Hostile, Hostile]) -> Any:
    """An instance with a page that demands a fresh proof, a provider, and the sandbox."""
    town = Town(tmp_path_factory.mktemp("again"))
    put_secret(town.folder)
    plugin = Path(town.folder / "signing.py")
    plugin.write_text(SIGNING, encoding="utf-8")
    provider, other = standing
    dag = town.person("Dag Test", born="1985-03-14")
    text = toml(("ett", provider.issuer), ("annan", other.issuer))
    with town.instance(plugins=plugin, toml=text, demo=True) as made:
        for one in standing:
            one.place, one.person = made, dag.number
        yield made


def entered(place: Place, provider: Hostile, name: str = "ett", **claims: Any) -> Browser:
    """Return a browser that somebody has signed in with."""
    browser = place.browser()
    provider.claims |= claims
    browser.get(provider.answer(begin(browser, f"/oidc/{name}")))
    assert signed_in(browser)
    return browser


def told(place: Place, token: str | None, name: str = "ett") -> Any:
    """Send what a provider sends when somebody has signed out there: no cookie, no token of a form."""
    form = {} if token is None else {"logout_token": token}
    return place.browser()._send("POST", f"/oidc/{name}/signed-out", data=form)


def test_a_fresh_sign_in_is_proof_enough(place: Place, provider: Hostile) -> None:
    """Within the minutes the page is simply shown."""
    assert entered(place, provider).get("/signing/").text == "signed by Dag Test"


def test_later_one_proves_it_once_more(place: Place, provider: Hostile) -> None:
    """After the minutes the person is sent to sign in, the provider must ask them anew, and they come back."""
    browser = entered(place, provider)
    place.clock.move(minutes=6)
    page = browser.get("/signing/")
    assert "en gång till" in page.text
    assert 'href="/oidc/ett?next=/signing/&amp;again=1"' in page.text
    sent = begin(browser, "/oidc/ett?next=/signing/&again=1")
    asked = parse_qs(urlsplit(sent).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert browser.get(provider.answer(sent)).text == "signed by Dag Test"


def test_a_provider_that_waves_one_through_is_refused(place: Place, provider: Hostile) -> None:
    """Who was asked before the attempt began has proved nothing new, and the page stays closed."""
    browser = entered(place, provider)
    place.clock.move(minutes=6)
    sent = begin(browser, "/oidc/ett?next=/signing/&again=1")
    provider.claims["auth_time"] = provider.now() - 360
    assert browser.get(provider.answer(sent)).status_code == 400
    assert "en gång till" in browser.get("/signing/").text


def test_leaving_the_demand_out_gains_nothing(place: Place, provider: Hostile) -> None:
    """Who signs in the usual way, and is remembered there, has not proved anything lately either."""
    browser = entered(place, provider)
    place.clock.move(minutes=6)
    provider.claims["auth_time"] = provider.now() - 360
    browser.get(provider.answer(begin(browser, "/oidc/ett?next=/signing/")))
    assert "en gång till" in browser.get("/signing/").text


def test_the_sandbox_serves_it_too(place: Place) -> None:
    """In a demo one chooses the test person once more, and is let in."""
    browser = place.browser()
    listed = browser.get("/sandbox/").text
    number = listed.partition('name="number" value="')[2][:12]
    browser.post("/sandbox/signin", {"number": number, "next": "/start"})
    place.clock.move(minutes=6)
    assert "/sandbox/?next=/signing/&amp;again=1" in browser.get("/signing/").text
    assert browser.post("/sandbox/signin", {"number": number, "next": "/signing/"}).text.startswith("signed by")


def test_who_is_not_signed_in_is_asked_the_usual_way(place: Place) -> None:
    """Nobody is told to prove it once more who has not done so at all."""
    assert "en gång till" not in place.browser().get("/signing/").text


def test_the_provider_ends_one_session(place: Place, provider: Hostile) -> None:
    """A message that names a session ends that one; the person's others go on."""
    first = entered(place, provider, sid="sid-a")
    second = entered(place, provider, sid="sid-b")
    assert told(place, provider.logout_token(sid="sid-a")).status_code == 200
    assert not signed_in(first)
    assert signed_in(second)


def test_the_provider_ends_all_of_a_person_s(place: Place, provider: Hostile) -> None:
    """One that names only the person ends all that came from there, and nobody else's."""
    browsers = [entered(place, provider, sid=f"sid-{number}") for number in range(2)]
    stranger = entered(place, provider, sub="subject-2")
    assert told(place, provider.logout_token(sid=None)).status_code == 200
    assert [signed_in(one) for one in (*browsers, stranger)] == [False, False, True]


def test_another_provider_ends_nothing(place: Place, provider: Hostile, other: Hostile) -> None:
    """The same names at another provider are another person's, and a provider's own token counts at its address only."""
    browser = entered(place, provider)
    assert told(place, other.logout_token(), "annan").status_code == 200
    assert told(place, provider.logout_token(), "annan").status_code == 400
    assert told(place, other.logout_token()).status_code == 400
    assert signed_in(browser)


def test_a_session_that_acts_anew_is_ended_too(place: Place, provider: Hostile) -> None:
    """After a step-up the session is a new one, and the provider's word ends it all the same."""
    browser = entered(place, provider)
    browser.get(provider.answer(begin(browser, "/oidc/ett?again=1")))
    told(place, provider.logout_token())
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "changes",
    [
        {"events": None},
        {"events": {}},
        {"events": {LOGOUT: 1}},
        {"events": [LOGOUT]},
        {"nonce": "x"},
        {"jti": None},
        {"jti": ""},
        {"sid": None, "sub": None},
        {"sid": 1},
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"iat": 1},
        {"exp": 1},
        {"exp": None},
    ],
    ids=str,
)
def test_a_forged_message_ends_nothing(place: Place, provider: Hostile, changes: dict[str, Any]) -> None:
    """Whatever is not as it must be is refused, and the session goes on."""
    browser = entered(place, provider)
    assert told(place, provider.logout_token(**changes)).status_code == 400
    assert signed_in(browser)


def test_a_message_counts_once(place: Place, provider: Hostile, other: Hostile) -> None:
    """Whoever sends one again, while it would still be believed, ends nothing; another message of the same words counts."""
    token = provider.logout_token(jti="seen")
    assert told(place, token).status_code == 200
    browser = entered(place, provider)
    assert told(place, token).status_code == 400
    assert told(place, provider.logout_token(jti="seen", iat=provider.now() - 1)).status_code == 400
    assert told(place, other.logout_token(jti="seen"), "annan").status_code == 200, "ids are a provider's own"
    assert signed_in(browser)
    assert told(place, provider.logout_token(jti="not seen")).status_code == 200
    assert not signed_in(browser)


def test_what_was_heard_is_forgotten_when_it_counts_no_longer(place: Place, provider: Hostile) -> None:
    """A message is remembered for as long as it would be believed, and no longer: no list of sign-outs is kept."""
    token = provider.logout_token(iat=provider.now() - 60, exp=provider.now() + 3600)
    assert told(place, token).status_code == 200
    place.clock.move(minutes=4)
    place.work()
    place.run(forget(place.clock.now()))
    assert place.run(Heard.count().run()) > 0
    assert told(place, token).status_code == 400
    place.clock.move(minutes=2)
    place.run(forget(place.clock.now()))
    assert place.run(Heard.count().run()) == 0
    assert told(place, token).status_code == 400


def test_a_message_that_could_not_be_carried_out_may_come_again(
    place: Place, provider: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where ending the sessions failed, nothing was heard: sent once more, it ends them."""
    browser, token = entered(place, provider), provider.logout_token()

    async def fails(*_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(place.house, "end_sessions", fails)
        assert told(place, token).status_code == 500
    assert signed_in(browser)
    assert told(place, token).status_code == 200
    assert not signed_in(browser)


@pytest.mark.parametrize("token", [None, "", "a.b.c", "x" * 60_000])
def test_no_message_ends_nothing(place: Place, provider: Hostile, token: str | None) -> None:
    """Without a token, or with what is none, there is an answer and no more."""
    assert told(place, token).status_code == 400


def test_a_sign_in_s_token_signs_nobody_out(place: Place, provider: Hostile) -> None:
    """An ID token, taken from somewhere, is no message that somebody signed out."""
    browser = entered(place, provider)
    claims = {"iss": provider.issuer, "aud": "ledstang", "iat": provider.now(), "exp": provider.now() + 60}
    assert told(place, provider.sign(claims | {"sub": "subject-1", "nonce": "x", NUMBER: "x"})).status_code == 400
    assert signed_in(browser)
