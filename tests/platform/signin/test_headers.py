"""Headers: on every response there is, whoever made it."""

from __future__ import annotations

import re

import httpx
import pytest
from ledstang.web.context import context_of
from ledstang.web.headers import HeadersMiddleware

DIRECTIVES = {
    "default-src": "'none'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def nonce_of(answer: httpx.Response) -> str:
    """Return the nonce of a response's policy, having looked at the rest of its headers."""
    policy = answer.headers["content-security-policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert DIRECTIVES.items() <= parts.items()
    found = re.fullmatch(r"'self' 'nonce-([\w-]{20,})'", parts["script-src"])
    assert found
    assert parts["style-src"] == parts["script-src"]
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    return found[1]


KINDS = [
    ("GET", "/open", 200),
    ("GET", "/me", 303),
    ("GET", "/nowhere", 404),
    ("GET", "/fails", 500),
    ("GET", "/static/none.css", 404),
    ("PUT", "/open", 405),
    ("POST", "/note", 303),
    ("GET", "/signin", 200),
    ("GET", "/signin/rescued/not-an-id", 404),
    ("GET", "/health", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), KINDS)
async def test_v5_3_4_headers_on_every_kind_of_response(place, method: str, path: str, status: int) -> None:
    """Pages, redirects, refusals and errors all carry the policy, each with a nonce of its own."""
    browser = place.browser()
    answers = [await browser.request(method, path) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {status}
    assert len({nonce_of(answer) for answer in answers}) == 3


async def test_refused_forms_carry_them_too(place) -> None:
    """A 403 is a response like all others."""
    answer = await place.browser().post("/login", headers={"origin": "null"})
    assert answer.status_code == 403
    assert nonce_of(answer)


async def test_a_failure_before_any_page_carries_them_too(place) -> None:
    """With the database gone, the session cannot be read: a bare page goes out, with headers."""
    dag = await place.signed_in()
    await place.sessions._database.stop()
    answer = await dag.get("/me")
    assert answer.status_code == 500
    assert nonce_of(answer)
    assert "112" in answer.text


async def test_what_is_signed_in_is_not_stored(place) -> None:
    """Pages for a person are not cached; those for everybody may be."""
    dag = await place.signed_in()
    assert (await dag.get("/open")).headers["cache-control"] == "no-store"
    assert (await dag.get("/nowhere")).headers["cache-control"] == "no-store"
    assert "cache-control" not in (await place.browser().get("/open")).headers


async def test_hsts_is_for_production_only(place, production) -> None:
    """A year, subdomains too; a developer's machine is not locked to HTTPS."""
    assert "strict-transport-security" not in (await place.browser().get("/open")).headers
    header = (await production.browser().get("/open")).headers["strict-transport-security"]
    assert int(re.match(r"max-age=(\d+); includeSubDomains$", header)[1]) >= 31536000


def answering(headers: list[tuple[bytes, bytes]], seen: list | None = None):
    """Make an app that answers with these headers."""

    async def app(scope, receive, send) -> None:
        if seen is not None:
            seen.append(context_of(scope))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return app


async def ask(app, **options) -> httpx.Response:
    """Ask an app once."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://test.example") as client:
        return await client.get("/", **options)


async def test_a_response_s_own_headers_stay() -> None:
    """What a response says of its own caching stays, and its own content policy is applied besides ours."""
    own = [(b"cache-control", b"max-age=60"), (b"content-security-policy", b"sandbox")]
    answer = await ask(HeadersMiddleware(answering(own), production=False))
    assert answer.headers["cache-control"] == "max-age=60"
    policies = answer.headers.get_list("content-security-policy")
    assert "sandbox" in policies
    assert any("default-src 'none'" in policy for policy in policies)


@pytest.mark.parametrize(
    ("cookie", "language"),
    [("", "sv"), ("language=en", "en"), ("a=b; language=en; c=d", "en"), ("language=xx", "sv"), ("language=", "sv")],
)
async def test_the_language_comes_from_the_cookie(cookie: str, language: str) -> None:
    """Only a language that we have is taken; everything else is the instance's."""
    seen: list = []
    await ask(HeadersMiddleware(answering([], seen), production=False), headers={"cookie": cookie})
    assert seen[0].language == language


async def test_the_nonce_of_the_page_is_that_of_the_policy() -> None:
    """What a template writes is what the browser is told to trust."""
    seen: list = []
    answer = await ask(HeadersMiddleware(answering([], seen), production=False))
    assert nonce_of(answer) == seen[0].nonce


async def test_an_app_that_answers_nothing_gets_a_500() -> None:
    """A silent app does not leave the browser hanging."""

    async def silent(scope, receive, send) -> None:
        return None

    answer = await ask(HeadersMiddleware(silent, production=False))
    assert answer.status_code == 500
    assert nonce_of(answer)
