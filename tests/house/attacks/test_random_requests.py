"""Random requests to every route: never a fault of ours, nothing of our insides in an answer, nothing unforeseen in the log."""

from __future__ import annotations

import logging
import random
import re
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from ledstang.testing import TOML, Browser, Town
from litestar.routes import HTTPRoute

from .fixtures import FIXTURES
from .random_requests import Asked, answer, requests
from .scene import CASE_TYPE, FRONT, MODULE, SETTINGS, WARD, Scene, put_family, put_form
from .systems import write_keys

COOKIE = "ledstang-development-sid"
LONG = b"x" * 100_000
BIG = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "host",
    "if-none-match",
    "origin",
    "range",
)
BIG += ("referer", "sec-fetch-site", "user-agent", "x-csrf-token", "x-forwarded-for", "x-anything")
UNHURRIED = list(HealthCheck)
INSIDES = (b"Traceback", b"site-packages", b'.py"', b"<script>alert(1)", b"sqlite3.", b"litestar.")


class Target:
    """The app that is asked, with what real requests to it carry."""

    def __init__(self, scene: Scene, foreign: bytes) -> None:
        self.scene, self.app = scene, scene.place.client.app
        paths = {one.path: one for one in self.app.routes if isinstance(one, HTTPRoute) and "testing" not in one.path}
        real = {path: FIXTURES[path](scene).path if path in FIXTURES else path for path in paths}
        mine = f"/programmes/mine/{scene.began()}"  # each fixture has ended the one before
        self.real = {
            path: (re.sub(r"/programmes/mine/[^/]+", mine, real[path]), sorted(one.methods - {"OPTIONS"}))
            for path, one in paths.items()
        }
        self.cookies = {"own": _cookie(scene.browser), "foreign": foreign}
        self.token = scene.browser.token()

    def ask(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """Send a request past all that a client would mend in it."""
        return self.scene.place.run(answer(self.app, asked.scope(self.cookies, self.token), asked.body))


def _cookie(browser: Browser) -> bytes:
    return f"{COOKIE}={browser.cookies[COOKIE]}".encode()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """An instance with one of everything, and a cookie that another one gave."""
    other = Town(tmp_path_factory.mktemp("other"))
    with other.instance() as place:
        foreign = _cookie(place.sign_in(other.person("Ove Ägare", born="1980-01-01")))
    folder = tmp_path_factory.mktemp("random")
    (folder / "min").mkdir()
    (folder / "min" / "programme.md").write_text(FRONT, encoding="utf-8")
    (folder / "min" / "01-ett.md").write_text(MODULE, encoding="utf-8")
    ward = folder / "ward.py"
    ward.write_text(WARD, encoding="utf-8")
    put_family(folder)
    put_form(folder)
    cases = folder / "fraga.md"
    cases.write_text(CASE_TYPE, encoding="utf-8")
    town = Town(folder)
    write_keys(folder)
    with town.instance(programmes=folder / "min", plugins=ward, cases=cases, toml=SETTINGS) as place:
        yield Target(Scene(town, place), foreign)


@pytest.fixture
def unforeseen() -> Iterator[list[str]]:
    """What is logged as a fault while the test runs."""
    said: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in ("", "ledstang", "litestar", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    yield said
    for logger in loggers:
        logger.removeHandler(handler)


def faults(target: Target, asked: Asked, unforeseen: list[str], met: Counter[int]) -> list[str]:
    """Return what is wrong with the answer to a request, and count its status."""
    status, headers, body = target.ask(asked)
    met[status] += 1
    found = [f"answered {status}"] if status >= 500 else []
    found += [f"shows {inside!r}" for inside in INSIDES if inside in body]
    found += ["has no content policy"] if "content-security-policy" not in headers else []
    found += ["leads away"] if not headers.get("location", "/").startswith("/") else []
    return [*found, *unforeseen]


@pytest.mark.parametrize("many", [300, pytest.param(10_000, marks=pytest.mark.drill)])
def test_random_requests_meet_no_fault(target: Target, unforeseen: list[str], many: int) -> None:
    """Signed in, with another instance's cookie, with a random one or none: found, refused or not understood, no more."""

    met: Counter[int] = Counter()

    @settings(
        max_examples=many, deadline=None, database=None, derandomize=many < 1_000, suppress_health_check=UNHURRIED
    )
    @given(requests(target.real))
    def ask(asked: Asked) -> None:
        unforeseen.clear()
        assert faults(target, asked, unforeseen, met) == []

    ask()
    assert met.keys() >= {200, 303, 403, 404, 405}, met
    assert target.scene.browser.get("/start", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("name", BIG)
def test_headers_of_a_hundred_kilobytes_are_borne(target: Target, unforeseen: list[str], name: str) -> None:
    """Each header that anybody reads, on a page and on a form of one's own."""
    for method in ("GET", "POST"):
        asked = Asked(method, "/start", b"", ((name.encode(), LONG),), "own", method == "POST", b"a=b")
        assert faults(target, asked, unforeseen, Counter()) == []


def test_a_cookie_of_another_instance_is_worth_nothing(target: Target, unforeseen: list[str]) -> None:
    """The same person, signed in at another instance: here nobody, and asked to sign in."""
    asked = Asked("GET", "/start", b"", (), "foreign", False, b"")
    status, headers, _ = target.ask(asked)
    assert (status, headers["location"].partition("?")[0]) == (303, "/signin")
    assert target.ask(msgspec.structs.replace(asked, cookie="own"))[0] == 200
    assert unforeseen == []


@pytest.mark.parametrize("many", [60, pytest.param(2_000, marks=pytest.mark.drill)])
def test_rubbish_on_the_wire_is_refused(tmp_path: Path, serving: Any, many: int) -> None:
    """Bytes that are no request, or hardly one, and headers of 100 kB: the server answers what it can, and goes on."""
    rubbish = random.Random(3)
    (tmp_path / "ledstang.toml").write_text(TOML, encoding="utf-8")
    with serving(tmp_path) as served:
        address = (served.client.base_url.host, served.client.base_url.port)
        for _ in range(many):
            with socket.create_connection(address, timeout=10) as wire, suppress(OSError):
                wire.sendall(_line(rubbish))
                wire.shutdown(socket.SHUT_WR)
                answered = b"".join(iter(partial(wire.recv, 65536), b""))
                assert re.match(rb"HTTP/1.1 [1-4]\d\d |$", answered), answered[:200]
                assert not [inside for inside in INSIDES if inside in answered]
        assert served.client.get("/urgent").status_code == 200
        assert not [line for line in served.said if '"error"' in line or "Traceback" in line]


def _line(rubbish: random.Random) -> bytes:
    """Return a request whose parts are right, or random bytes, or very long."""

    def part(right: bytes) -> bytes:
        return rubbish.choice((right, right, right, rubbish.randbytes(rubbish.randrange(40)), right + LONG))

    asked = part(b"GET") + b" " + part(b"/start") + b" " + part(b"HTTP/1.1") + b"\r\n"
    return asked + part(b"Host") + b": " + part(b"127.0.0.1") + b"\r\nCookie: " + part(b"a=b") + b"\r\n\r\n" + part(b"")
