"""A region where nothing is invented: a provider to sign in with, a register that knows people, and Ledstång, each a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from playwright.sync_api import Page, expect

from .conftest import ROOT, _await, _free_port, provider_of

LEDSTANG = Path(sys.executable).with_name("ledstang")
SECRET = "a-secret-of-the-client"
PROVIDER = """
[[plugins.oidc.providers]]
name = "real"
title = "Testlegitimation"
issuer = "http://127.0.0.1:{provider}"
client_id = "ledstang"
secret_file = "secret"
"""
REGISTERS = """
[plugins.registry.persons]
address = "http://127.0.0.1:{register}"
credential_file = "credential"
[plugins.registry.units]
address = "http://127.0.0.1:{register}"
credential_file = "credential"
"""
UNIT = {"hsa_id": "SE2321000016-7777", "name": "Kuratorn vid Älven", "region": "norra", "provider": None}
UNIT |= {"provider_name": None, "valid_from": None, "valid_to": None, "merged_into": None}


def person(name: str, born: date, county: str = "24") -> Identity:
    """Invent somebody; no two of a module are born on one day."""
    return Identity(make_test_number(born), f"{name} Canary", born, county)


@contextmanager
def region(
    folder: Path,
    register: Any,
    people: Sequence[Identity],
    *,
    settings: str = "",
    prepare: Callable[[], None] = lambda: None,
) -> Iterator[str]:
    """Serve an instance in a folder, and give its address. `prepare` runs when it is set up and is not served yet."""
    ours, provider = _free_port(), _free_port()
    text = (ROOT / "ledstang.toml").read_text(encoding="utf-8")
    text = (
        'disabled = ["sandbox"]\n'
        + text
        + PROVIDER.format(provider=provider)
        + REGISTERS.format(register=register.port)
    )
    address = f"http://127.0.0.1:{ours}"
    (folder / "ledstang.toml").write_text(text + settings.replace("ADDRESS", address), encoding="utf-8")
    for name, word in (("secret", SECRET), ("credential", register.credential)):
        (folder / name).write_text(word, encoding="utf-8")
        (folder / name).chmod(0o400)
    prepare()
    command = [LEDSTANG, "serve", folder, "--port", str(ours)]
    log = folder / "server.log"
    with (
        provider_of(provider, ours, SECRET, {one.number: one.name for one in people}),
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, cwd=folder) as process,
    ):
        try:
            _await(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=15)


def lying_about(folder: Path, register: Any, people: Sequence[Identity], sweep: Any, asked: list[str]) -> list[str]:
    """Tell where something of somebody, or a secret, stands that should not: logs, addresses, the database, a backup."""
    (folder / "secret").unlink()
    (folder / "credential").unlink()
    secrets = [*(one.number for one in people), *(one.name for one in people), SECRET, register.credential]
    found: list[str] = sweep(folder, [unquote(one) for one in asked], secrets)
    return found


def enter(open_page: Any, who: Identity, path: str = "/start", **how: Any) -> Page:
    """Sign in with the provider, and come to a path."""
    page: Page = open_page(f"/signin?next={path}", **how)
    page.get_by_role("link", name="Testlegitimation").click()
    page.get_by_role("button", name=f"I am {who.name}").click()
    page.wait_for_url(f"**{path}")
    return page


def add(page: Page, child: Identity) -> None:
    """Add a child by number, on the page of one's children."""
    page.goto("/guardian/")
    page.locator("input[name=number]").fill(child.number)
    page.locator("main form", has=page.locator("input[name=number]")).get_by_role("button").click()


def guardian(open_page: Any, who: Identity, child: Identity, **how: Any) -> Page:
    """Sign in as a guardian, add the child, and go over to her."""
    page = enter(open_page, who, **how)
    add(page, child)
    page.locator("form[action$='/act'] button").first.click()
    expect(page.locator("body")).to_contain_text(f"Du är ombud för {child.name}")
    return page
