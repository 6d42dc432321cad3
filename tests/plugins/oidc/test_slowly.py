"""A provider that answers rightly but a byte at a time, each in good time, holds nobody up for longer than it has."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang.cli.doctor import command as doctor
from ledstang.testing import Place, Town
from ledstang_oidc.fetching import fetch
from ledstang_oidc.refusing import ProviderAway
from ledstang_oidc.settings import Settings

from .conftest import toml
from .hostile import NUMBER, Hostile, begin, signed_in

METADATA = "/.well-known/openid-configuration"
IMPATIENT = "[plugins.oidc]\ntimeout_seconds = 0.3\n"
WHY = "it has not answered in time"


@pytest.fixture
def place(town: Town, secret: Path, provider: Hostile) -> Iterator[Place]:
    """An instance that gives a provider a third of a second, of which it knows nothing so far."""
    with town.instance(toml=toml(("ett", provider.issuer), more=IMPATIENT)) as made:
        provider.place = made
        yield made


async def test_the_time_is_for_the_whole_answer(provider: Hostile) -> None:
    """No byte comes late, and yet the answer does."""
    provider.drips = METADATA
    with pytest.raises(ProviderAway, match=f"^{WHY}$"):
        await fetch(Settings(timeout_seconds=0.3), "GET", provider.issuer + METADATA)


@pytest.mark.parametrize("path", [METADATA, "/token", "/jwks", "/me"])
def test_whoever_signs_in_is_told(
    place: Place, provider: Hostile, town: Town, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever on the way it is slow, nobody is signed in, the page says what to do, and the log says why."""
    number = town.person("Dag Test", born="1985-03-14").number
    provider.claims, provider.beside = {NUMBER: None}, {NUMBER: number}
    browser = place.browser()
    with caplog.at_level(logging.WARNING, "ledstang.oidc"):
        provider.drips = path
        answer = browser.get("/oidc/ett" if path == METADATA else provider.answer(begin(browser)))
    assert answer.status_code == 503
    assert "svarar inte" in answer.text
    assert not signed_in(browser)
    assert WHY in caplog.text
    provider.drips = ""
    browser.get(provider.answer(begin(browser)))
    assert signed_in(browser), "once it hurries, all is well again"


def test_doctor_says_so(town: Town, secret: Path, provider: Hostile) -> None:
    """It does not hang either, and tells a slow provider from one that is not there."""
    provider.drips = METADATA
    (town.folder / "instance" / "ledstang.toml").write_text(
        toml(("ett", provider.issuer), more=IMPATIENT), encoding="utf-8"
    )
    done = CliRunner().invoke(doctor, [str(town.folder / "instance")], catch_exceptions=False)
    assert f"Nobody can sign in with the provider `ett` at {provider.issuer}: {WHY}." in done.output
    assert done.exit_code == 1
