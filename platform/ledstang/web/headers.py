"""The outermost layer: a context for each request, and headers that no response goes out without."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ledstang.signin.cookies import cookies_of
from ledstang.web.context import KEY, LANGUAGES, RequestContext
from ledstang.web.errors import last_resort

LANGUAGE_COOKIE = "language"

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_HSTS = ((b"strict-transport-security", b"max-age=31536000; includeSubDomains"),)


def content_security_policy(nonce: str) -> str:
    """Return what a page may load: our own files, and the inline style and script that carry this response's nonce."""
    return (
        f"default-src 'none'; style-src 'self' 'nonce-{nonce}'; script-src 'self' 'nonce-{nonce}'; "
        "img-src 'self'; media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


class HeadersMiddleware:
    """Puts a RequestContext into the scope and security headers on every response, whoever made it.

    A header that the response has set itself stays, but for the content policy, where a browser applies both. An app
    that fails before it answers gets a bare 500, with the headers too; the error travels on to the server's log.
    """

    def __init__(
        self, app: ASGIApp, *, production: bool, language: str = "sv", languages: Collection[str] = LANGUAGES
    ) -> None:
        self._app, self._always = app, _ALWAYS + _HSTS if production else _ALWAYS
        self._language, self._languages = language, languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        context = RequestContext(nonce=secrets.token_urlsafe(16), language=self._language_of(scope))
        scope[KEY] = context  # type: ignore[literal-required]
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), *self._missing(message, context)]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            if not started:
                await last_resort(send_with_headers, context.id)

    def _missing(self, message: Any, context: RequestContext) -> Iterator[tuple[bytes, bytes]]:
        """Yield the headers that a response lacks."""
        there = {name.lower() for name, _ in message.get("headers", ())}
        yield b"content-security-policy", content_security_policy(context.nonce).encode()
        for name, value in self._always:
            if name not in there:
                yield name, value
        if context.visit is not None and b"cache-control" not in there:
            yield b"cache-control", b"no-store"

    def _language_of(self, scope: Any) -> str:
        wanted = (value for name, value in cookies_of(scope) if name == LANGUAGE_COOKIE and value in self._languages)
        return next(wanted, self._language)
