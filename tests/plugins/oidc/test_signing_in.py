"""Signing in with a provider: what is kept of it, what is asked of a provider and when, and what stops the start."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from joserfc import jwt
from joserfc.jwk import RSAKey
from ledstang.cli.doctor import command as doctor
from ledstang.signin.tables import Session
from ledstang.testing import TOML, Place, Town
from ledstang_oidc.tables import Attempt

from .conftest import running, toml
from .hostile import KEYS, NUMBER, Hostile, begin, signed_in


def test_without_providers_there_is_nothing(town: Town) -> None:
    """No way in is offered, and no address answers."""
    with town.instance() as place:
        browser = place.browser()
        assert "/oidc/" not in browser.get("/signin").text
        assert browser.get("/oidc/ett").status_code == 404


def test_no_secret_and_no_person_is_kept_of_an_attempt(place: Place, provider: Hostile) -> None:
    """Neither state, cookie, nonce nor verifier stand in the table, and what came back is gone from it."""
    browser = place.browser()
    sent = begin(browser)
    (row,) = place.run(Attempt.select())
    asked = parse_qs(urlsplit(sent).query)
    kept = " ".join(str(value) for value in row.values())
    assert not any(asked[name][0] in kept for name in ("state", "nonce", "code_challenge"))
    assert browser.cookies["ledstang-development-oidc"] not in kept
    browser.get(provider.answer(sent))
    assert place.run(Attempt.count()) == 0
    assert provider.forms[0]["code_verifier"] not in kept


def test_what_the_provider_knows_is_kept_as_hashes(place: Place, provider: Hostile) -> None:
    """The session's row has neither the provider's session nor its name for the person."""
    browser = place.browser()
    browser.get(provider.answer(begin(browser)))
    (row,) = place.run(Session.select())
    assert re.fullmatch("[0-9a-f]{64}", row["origin"])
    assert re.fullmatch("[0-9a-f]{64}", row["origin_subject"])
    assert "sid-1" not in str(row)
    assert "subject-1" not in str(row)


def test_register_jobs_forgets_what_never_came_back(place: Place, provider: Hostile) -> None:
    """An attempt is pruned when its time is over."""
    begin(place.browser())
    place.clock.move(minutes=31)
    place.work()
    assert place.run(Attempt.count()) == 0


def test_a_client_may_prove_itself_by_a_key(town: Town, secret: Path, provider: Hostile) -> None:
    """With a key file the code is exchanged by `private_key_jwt`, for this provider and for a minute; no secret is sent."""
    key = RSAKey.generate_key(2048)
    file = secret.with_name("key.pem")
    file.write_bytes(key.as_pem(private=True))
    file.chmod(0o400)
    text = toml(("ett", provider.issuer)).replace('secret_file = "secret"', 'key_file = "key.pem"\nkey_id = "ours"')
    with town.instance(toml=text) as place:
        provider.place = place
        provider.claims[NUMBER] = town.person("Dag", born="1985-03-14").number
        browser = place.browser()
        browser.get(provider.answer(begin(browser)))
        assert signed_in(browser)
    token = jwt.decode(provider.forms[0]["client_assertion"], key, algorithms=["RS256"])
    assert token.header["kid"] == "ours"
    assert token.claims["aud"] == f"{provider.issuer}/token"
    assert token.claims["sub"] == token.claims["iss"] == "ledstang"
    assert 0 < token.claims["exp"] - token.claims["iat"] <= 120


@pytest.mark.parametrize("away", ["silent", "error", "garbage", "half", "much", "another", "odd"])
def test_a_provider_that_is_away_costs_a_page(place: Place, provider: Hostile, other: Hostile, away: str) -> None:
    """One is told so, and what to do; the other provider goes on."""
    provider.fault = 500 if away == "error" else 0
    provider.garbage = {"garbage": b"<html>", "half": b'{"issuer": "x"}', "much": b"x" * 600_000}.get(away)
    provider.says = {"another": {"issuer": "https://evil.example"}, "odd": {"token_endpoint": "file:///x"}}.get(
        away, {}
    )
    provider.silent = away == "silent"
    answer = place.browser().get("/oidc/ett")
    assert answer.status_code == 503
    assert "svarar inte" in answer.text
    assert 'href="/signin?next=/start"' in answer.text
    browser = place.browser()
    browser.get(other.answer(begin(browser, "/oidc/annan")))
    assert signed_in(browser)


def test_the_start_asks_no_provider(place: Place, provider: Hostile) -> None:
    """Nothing is asked before somebody signs in, and what was told is not asked again."""
    assert provider.asked == []
    for _ in range(2):
        browser = place.browser()
        browser.get(provider.answer(begin(browser)))
    assert sorted(provider.asked) == ["/.well-known/openid-configuration", "/jwks", "/token", "/token"]


def test_keys_are_replaced_while_running(place: Place, provider: Hostile) -> None:
    """A token signed with a key that is new is believed as soon as the provider publishes it."""
    first = place.browser()
    first.get(provider.answer(begin(first)))
    provider.key, provider.published = KEYS[1], [KEYS[1]]
    place.clock.move(seconds=31)
    second = place.browser()
    second.get(provider.answer(begin(second)))
    assert signed_in(second)
    provider.key = KEYS[0]
    third = place.browser()
    assert third.get(provider.answer(begin(third))).status_code == 400


def test_unknown_keys_make_us_ask_seldom(place: Place, provider: Hostile) -> None:
    """Whoever sends tokens with invented keys does not make us besiege the provider."""
    provider.header = {"kid": "invented"}
    for _ in range(5):
        browser = place.browser()
        browser.get(provider.answer(begin(browser)))
    assert provider.asked.count("/jwks") == 1


@pytest.mark.parametrize("scheme", ["http://provider.example", "http://127.0.0.1:1", "ftp://x", "https://"])
def test_production_refuses_plain_http(town: Town, secret: Path, scheme: str) -> None:
    """An issuer that anybody on the way could be stops the plugin, with a sentence; so does loopback in production."""
    production = scheme == "http://127.0.0.1:1"
    text = ("production = true\n" if production else "") + toml(("ett", scheme))
    if production:
        keys = secret.parent / "data" / "keys"
        keys.parent.mkdir()
        from ledstang.database import Keys

        Keys.load(keys, create=True)
    with town.instance(toml=text, broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert fault.plugin == "oidc"
        assert "must be an https:// address" in str(fault)


@pytest.mark.parametrize(
    ("mode", "text", "said"), [(0o440, "x", "chmod 0400"), (0o400, "", "is empty"), (None, "", "cannot be read")]
)
def test_a_secret_is_a_file_of_our_own(town: Town, secret: Path, mode: Any, text: str, said: str) -> None:
    """One that others may read, that is empty or missing is told at start."""
    secret.unlink()
    if mode is not None:
        secret.write_text(text, encoding="utf-8")
        secret.chmod(mode)
    with town.instance(toml=toml(("ett", "https://provider.example")), broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert said in str(fault)


def test_a_session_counts_from_when_one_was_asked(place: Place, provider: Hostile) -> None:
    """Half an hour at the provider is half an hour less here."""
    provider.claims["auth_time"] = provider.now() - 1800
    browser = place.browser()
    browser.get(provider.answer(begin(browser)))
    (row,) = place.run(Session.select())
    assert place.clock.now() - row["auth_at"] == timedelta(minutes=30)


def test_postgresql_does_it_too(tmp_path: Path, postgres: str, provider: Hostile, other: Hostile) -> None:
    """There and back, once, and signed out by the provider: the same on the larger database."""
    with running(Town(tmp_path, database=postgres), provider, other) as place:
        browser = place.browser()
        back = provider.answer(begin(browser))
        browser.get(back)
        assert signed_in(browser)
        assert browser.get(back).status_code == 400
        told = place.browser()._send("POST", "/oidc/ett/signed-out", data={"logout_token": provider.logout_token()})
        assert told.status_code == 200
        assert not signed_in(browser)
        begin(browser)
        place.clock.move(minutes=31)
        place.work()
        assert place.run(Attempt.count()) == 0


def test_doctor_asks_each_provider(town: Town, secret: Path, provider: Hostile, other: Hostile) -> None:
    """One that answers is well; one that hangs up is a fault, with its name and what to do; no start is hindered."""
    other.silent = True
    (town.folder / "instance" / "ledstang.toml").write_text(
        toml(("ett", provider.issuer), ("annan", other.issuer)), encoding="utf-8"
    )
    done = CliRunner().invoke(doctor, [str(town.folder / "instance")], catch_exceptions=False)
    assert f"The provider `ett` answers at {provider.issuer}." in done.output
    assert f"Nobody can sign in with the provider `annan` at {other.issuer}: it does not answer." in done.output
    assert done.exit_code == 1


@pytest.mark.parametrize("page", ["plugins", "deploy"])
def test_the_settings_that_are_written_down_fit(town: Town, secret: Path, page: str) -> None:
    """What the documentation shows of a provider is taken as it stands, but for where the secret lies."""
    text = (Path(__file__).parents[3] / page / "README.md").read_text(encoding="utf-8")
    (shown,) = [one for one in re.findall("```toml\n(.*?)```", text, re.S) if "plugins.oidc" in one]
    with town.instance(toml=TOML + shown.replace("/etc/ledstang/eid.secret", "secret")) as place:
        browser = place.browser()
        assert 'href="/oidc/eid?next=/start"' in browser.get("/signin").text
        assert place.house.settings["oidc"].providers[0].claims.number == NUMBER
