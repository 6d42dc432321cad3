"""Requests as nobody's browser would make them: random bytes in address, query, headers, cookies and body.

Nothing of ours is described as OpenAPI, so what there is comes from the route table, with real ids in it half the time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes, unquote, urlencode

import msgspec
from hypothesis import strategies as st

METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
FIELDS = ("_csrf", "_rescued", "_revision.blad.text", "blad.text", "langt.a", "langt.b", "consent", "next", "to", "q")
HEADERS = (
    *("accept", "accept-language", "accept-encoding", "authorization", "connection", "content-length", "content-type"),
    *("expect", "forwarded", "host", "if-match", "if-modified-since", "if-none-match", "if-range", "origin", "range"),
    *(
        "referer",
        "sec-fetch-mode",
        "sec-fetch-site",
        "te",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-csrf-token",
    ),
    *("x-forwarded-for", "x-forwarded-proto", "x-request-id"),
)
FORM = b"application/x-www-form-urlencoded"
MEDIA = (
    *(FORM, FORM + b"; charset=\xff", b"multipart/form-data", b"multipart/form-data; boundary=a", b"application/json"),
    *(b"application/msgpack", b"text/xml", b"text/plain", b";"),
)
SCRIPT = "\"'><script>alert(1)</script>"
NASTY = (
    "",
    "\0",
    "a\0b",
    "\u202e",
    "\ufeff",
    "\U0001f469\u200d\U0001f9b0",
    "../../etc/passwd",
    "%00",
    "%",
    "%zz",
    SCRIPT,
)
NASTY += (
    "{{7*7}}",
    "%s%(a)s",
    "' OR 1=1 --",
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "a" * 5_000,
    "0x1",
    "\x85",
)

ENDING = ("/end", "/signout", "/act", "/signin/own")

Real = Mapping[str, tuple[str, list[str]]]
"""For each path of the route table a real address, and what it answers to."""


class Asked(msgspec.Struct, frozen=True):
    """One request, as a server would hand it over. `cookie` says whose: `own`, `foreign`, `none`, or is random bytes."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    cookie: str | bytes
    token: bool
    body: bytes

    def scope(self, cookies: Mapping[str, bytes], token: str) -> dict[str, Any]:
        """Return the ASGI scope. `cookies` are the real ones by name, `token` that of the own session."""
        headers = list(self.headers)
        cookie = cookies.get(self.cookie, b"") if isinstance(self.cookie, str) else self.cookie
        if cookie:
            headers.append((b"cookie", cookie))
        if self.token:
            headers.append((b"x-csrf-token", token.encode()))
        if not any(name == b"host" for name, _ in headers):
            headers.append((b"host", b"127.0.0.1"))
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(self.path),
            "raw_path": self.path.encode("ascii"),
            "query_string": self.query,
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
            "state": {},
        }


texts = st.sampled_from(NASTY) | st.text(max_size=20) | st.integers().map(str) | st.uuids().map(str)
raw = st.binary(max_size=40) | texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
lines = raw.map(lambda value: re.sub(rb"[\r\n\0]", b"", value))
names = st.sampled_from(HEADERS).map(str.encode) | st.from_regex(rb"\A[a-z0-9_-]{1,12}\Z")
fields = st.lists(st.tuples(st.sampled_from(FIELDS) | texts, raw), max_size=6)


@st.composite
def addresses(draw: st.DrawFn, real: Real) -> tuple[str, str]:
    """Return a method and an address that a route may have."""
    methods = st.sampled_from(METHODS)
    if draw(st.integers(0, 19)) == 0:
        return draw(methods), "/" + quote_from_bytes(draw(raw), safe="/")
    template = draw(st.sampled_from(sorted(real)))
    path, known = real[template]
    method = draw(methods) if draw(st.integers(0, 9)) == 0 else draw(st.sampled_from(known))
    if draw(st.integers(0, 2)):
        return method, path
    path = re.sub(r"\{[^}]*\}", lambda _: quote_from_bytes(draw(raw), safe=""), template)
    return method, path + draw(st.sampled_from(("", "", "", "/", "//", "/%2e%2e/", "%00", ";a=b")))


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Return a body and its media type; they need not belong together."""
    kind = draw(st.sampled_from(("form", "form", "form", "raw", "json", "parts")))
    media = FORM if kind == "form" and draw(st.integers(0, 9)) else draw(st.sampled_from(MEDIA) | lines)
    if kind == "form":
        pairs = [(name.encode("utf-8", "surrogatepass"), value) for name, value in draw(fields)]
        return urlencode(pairs).encode(), media
    if kind == "json":
        return json.dumps(draw(st.recursive(texts | st.none(), st.lists, max_leaves=5))).encode(), media
    if kind == "parts":
        return b'--a\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n--a--\r\n' % (
            draw(raw),
            draw(raw),
        ), media
    return draw(raw), media


@st.composite
def requests(draw: st.DrawFn, real: Real) -> Asked:
    """Return a request to any of the routes, or to none. What would end the session, or what others need, has no token."""
    method, path = draw(addresses(real))
    query = urlencode(draw(fields)).encode() if draw(st.booleans()) else draw(lines)
    headers = draw(st.lists(st.tuples(names, lines), max_size=4)) if draw(st.booleans()) else []
    body, media = draw(bodies()) if method not in ("GET", "HEAD") else (b"", b"")
    if media:
        headers = [(b"content-type", media), *headers]
    cookie = draw(st.sampled_from(("own", "own", "own", "own", "own", "foreign", "none")) | lines)
    token = cookie == "own" and not path.rstrip("/").endswith(ENDING) and draw(st.integers(0, 3)) > 0
    return Asked(method, path, query, tuple(headers), cookie, token, body)


async def answer(app: Any, scope: dict[str, Any], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Ask an app, and return the status, the headers and the body of what it says."""
    incoming = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop(0) if incoming else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])
