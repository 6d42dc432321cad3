"""Signing in for real: a certified provider in a process of its own, no sandbox, and a browser that goes there and back."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from ledstang.people.numbers import make_test_number
from playwright.sync_api import Page, expect

from .accessibility_checks import axe_violations, overflows
from .conftest import ROOT, _await, _free_port, provider_of
from .own_systems import PROVIDER, SECRET

NUMBER = make_test_number(date(1985, 3, 14))
NAME = "Dag Canary Test"
AWAY = """
[[plugins.oidc.providers]]
name = "away"
title = "Bortalegitimation"
issuer = "http://127.0.0.1:1"
client_id = "ledstang"
secret_file = "secret"
"""


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """The ports of the instance and of the provider."""
    return _free_port(), _free_port()


@pytest.fixture(scope="module")
def provider(ports: tuple[int, int]) -> Iterator[str]:
    """The address of npm's oidc-provider, which knows one person."""
    ours, port = ports
    with provider_of(port, ours, SECRET, {NUMBER: NAME}) as address:
        yield address


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, ports: tuple[int, int], provider: str, sweep: Any, asked: list[str]
) -> Iterator[str]:
    """The address of an instance without the sandbox, whose people sign in with the provider.

    When the module is done, nothing of anybody may stand in its log, its addresses, its database or a backup of it.
    """
    folder = tmp_path_factory.mktemp("instance")
    shutil.copy(ROOT / "ledstang.toml", folder)
    settings = folder / "ledstang.toml"
    text = settings.read_text(encoding="utf-8")
    text = 'disabled = ["sandbox"]\n' + text + PROVIDER.format(provider=ports[1]) + AWAY
    settings.write_text(text, encoding="utf-8")
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    (folder / "secret").chmod(0o400)
    command = [Path(sys.executable).with_name("ledstang"), "serve", folder, "--port", str(ports[0])]
    log, address = folder / "server.log", f"http://127.0.0.1:{ports[0]}"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output, cwd=folder) as process:
        try:
            _await(address, process, log)
            yield address
            (folder / "secret").unlink()
            assert sweep(folder, [unquote(one) for one in asked], [NUMBER, NAME, "subject-1", SECRET]) == []
        finally:
            process.terminate()
            process.wait(timeout=15)


def enter(page: Page, provider: str) -> None:
    """Choose the provider, and press its only button."""
    page.get_by_role("link", name="Testlegitimation").click()
    expect(page).to_have_url(re.compile(f"^{provider}/sign-in/"))
    page.get_by_role("button", name="It is me").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_there_and_back_and_out(open_page: Any, provider: str, server: str, scripts: bool) -> None:
    """One signs in with the provider, is known by name, proves it once more, and signing out there ends it here."""
    page = open_page("/signin?next=/signin/sessions", scripts=scripts)
    assert "/sandbox/" not in page.content()
    enter(page, provider)
    expect(page).to_have_url(f"{server}/signin/sessions")
    expect(page.get_by_text(NAME).first).to_be_visible()
    page.goto("/signin?next=/signin/sessions&again=1")
    enter(page, provider)
    expect(page).to_have_url(f"{server}/signin/sessions")
    page.goto(f"{provider}/session/end")
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page).to_have_url(re.compile(f"^{provider}/session/end/success"))
    page.goto(f"{server}/signin/sessions")
    expect(page).to_have_url(re.compile(f"^{server}/signin\\?next="))


@pytest.mark.parametrize("phone", [True, False])
def test_a_provider_that_is_away_is_said_clearly(open_page: Any, phone: bool) -> None:
    """The page says what to do, leads back, and is for everybody."""
    page = open_page("/oidc/away", phone=phone)
    expect(page.get_by_role("heading", level=1)).to_have_text("Det går inte att logga in på det här sättet just nu")
    assert axe_violations(page) == []
    assert overflows(page) == []
    page.get_by_role("link", name="Välj hur du vill logga in").click()
    expect(page.get_by_role("link", name="Testlegitimation")).to_be_visible()
