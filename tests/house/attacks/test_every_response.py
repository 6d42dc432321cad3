"""Every kind of response carries the headers, and every field and address bears whatever is written into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest
from ledstang.testing import Browser
from litestar.routes import HTTPRoute

from .fixtures import FIXTURES
from .scene import Scene

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
NAUGHTY = {
    "nothing but a NUL": "a\0b",
    "right to left": "\u202egnirts\u202c\u2066\u2069",
    "emoji": "\U0001f469\u200d\U0001f9b0\U0001f1f8\U0001f1ea\ufe0f",
    "zero width": "a\u200b\ufeff\u00adb\u2060",
    "a script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "a template": "{{7*7}}{% raw %}${7*7}#{7*7}<%= 7*7 %>%s%(name)s",
    "SQL": "' OR 1=1; DROP TABLE person; --",
    "lines": "a\r\nSet-Cookie: sid=1\r\n\r\n<b>b",
    "combining": "a" + "\u0300" * 200,
    "a lot": "å" * 100_000,
    "control": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028",
}


def addresses(scene: Scene) -> Iterator[str]:
    """Yield an address of every route that is served."""
    for route in scene.place.client.app.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith("/testing"):
            yield FIXTURES[route.path](scene).path if route.path in FIXTURES else route.path


def faults(answer: httpx.Response, *, signed_in: bool) -> list[str]:
    """Return what a response's headers lack."""
    found = [name for name, value in WANTED.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("content-security-policy", "")
    if not re.search(r"script-src 'self' 'nonce-[\w-]{16,}'", policy):
        found.append("nonce")
    found += [
        part for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'") if part not in policy
    ]
    html = "html" in answer.headers.get("content-type", "")
    if signed_in and html and answer.headers.get("cache-control") != "no-store":
        found.append("no-store")
    return found


def test_v5_3_4_every_address_and_method_carries_the_headers(scene: Scene) -> None:
    """Signed in or not, whatever is asked for and however: found, refused, redirected, a file or a fault."""
    nonces, seen = [], set()
    for address in addresses(scene):
        for browser, inside in ((scene.browser, True), (scene.place.browser(), False)):
            for method in METHODS:
                if address == "/signout" and method == "POST":
                    continue
                answer = browser._send(method, address, follow_redirects=False)
                assert faults(answer, signed_in=inside) == [], (method, address, answer.status_code)
                nonces.append(re.search(r"nonce-([\w-]+)", answer.headers["content-security-policy"])[1])
                seen.add(answer.status_code)
    assert len(set(nonces)) == len(nonces)
    assert seen >= {200, 204, 303, 403, 404, 405}


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_v5_1_3_7_what_is_written_comes_out_as_it_is(scene: Scene, value: str) -> None:
    """Into a worksheet and out again: literally, escaped, and never a fault of ours."""
    home = f"/programmes/mine/{scene.began()}"
    answer = post(scene.browser, f"{home}/module/ett/blad", {"blad.text": value})
    assert answer.status_code in (200, 303, 422)
    shown = scene.browser.get(f"{home}/module/ett/blad").text
    for danger in ("<script>alert", "<img src=x", "<b>b", "49"):
        assert danger not in re.sub(r'nonce="[^"]*"|value="[\w-]{43}"|[0-9a-f-]{36}|\?v=\w+', "", shown)
    assert "set-cookie" not in answer.headers or "sid=1" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_v5_2_2_1_every_field_and_address_bears_it(scene: Scene, value: str) -> None:
    """Search, where to go next, language, names of fields, ids in addresses, cookies and headers: never a 500."""
    browser = scene.browser
    encoded = httpx.QueryParams({"q": value, "next": value, "to": value}).multi_items()
    short = value[:2000]
    for path in ("/programmes/", "/signin", "/language", "/urgent"):
        answer = browser._send(
            "GET", path, params=[(name, one[:2000]) for name, one in encoded], follow_redirects=False
        )
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text
        assert not re.match(r"https?:|//", answer.headers.get("location", "/"))
    for path in ("/programmes/min/begin", "/signin/stay", "/language"):
        assert post(browser, path, {short: value, "consent": value, "_rescued": value}).status_code < 500, path
    for template in FIXTURES:
        address = re.sub(r"\{[^}]*\}", lambda _: quote(short, safe="")[:500], template)
        answer = browser._send("GET", address, follow_redirects=False)
        assert answer.status_code < 500, address


def post(browser: Browser, path: str, fields: dict[str, Any]) -> httpx.Response:
    """Post fields with the session's token."""
    return browser._send("POST", path, data={"_csrf": browser.token(), **fields}, follow_redirects=False)


def test_v5_1_3_7_a_name_is_only_a_name(scene: Scene) -> None:
    """Whatever a sign-in says that somebody is called stands on their pages as it is."""
    for value in ("<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "\u202eSten\u200b", "a" * 500, "\U0001f469"):
        named = msgspec.structs.replace(scene.actors["stranger"], name=value)
        page = scene.place.sign_in(named).get("/start")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert ">49<" not in page.text


@pytest.mark.parametrize("body", ["%ED%A0%80", "%ff%fe%80", "%00", "%", "%u0041", "a=1&blad.text[]=2", "&" * 500])
def test_v5_2_2_1_a_form_that_is_no_text_is_no_fault(scene: Scene, body: str) -> None:
    """Lone surrogates, half characters and broken encodings are read somehow or refused, and what is shown is a page."""
    step = f"/programmes/mine/{scene.began()}/module/ett/blad"
    content = f"_csrf={scene.browser.token()}&blad.text={body}"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = scene.browser._send("POST", step, content=content.encode(), headers=headers, follow_redirects=False)
    assert answer.status_code < 500
    assert scene.browser.get(step).status_code == 200
