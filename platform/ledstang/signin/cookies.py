"""The session's cookie: `__Host-` over HTTPS, and another name on plain loopback that production never reads."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import lru_cache

from litestar.datastructures import Cookie
from litestar.types import Scope

SECURE = "__Host-sid"
DEVELOPMENT = "ledstang-development-sid"


def is_secure(scope: Scope, *, production: bool) -> bool:
    """Say whether this request's cookie must be the secure one: always, but for plain HTTP on a developer's machine."""
    return production or scope["scheme"] == "https" or not _is_loopback(_host(scope))


def read_token(scope: Scope, *, production: bool) -> str | None:
    """Return the token that the request's cookie carries, or None."""
    name = SECURE if is_secure(scope, production=production) else DEVELOPMENT
    return next((value for key, value in cookies_of(scope) if key == name and value), None)


def cookies_of(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield the cookies that a request carries, as its headers have them."""
    for header, content in scope["headers"]:
        if header == b"cookie":
            for pair in content.decode("latin-1").split(";"):
                name, _, value = pair.strip().partition("=")
                yield name, value


def session_cookie(scope: Scope, token: str, *, production: bool) -> Cookie:
    """Return the cookie that carries a token. It has no age of its own: the session's row knows when it ends."""
    secure = is_secure(scope, production=production)
    name = SECURE if secure else DEVELOPMENT
    return Cookie(name, value=token, path="/", secure=secure, httponly=True, samesite="lax")


def no_cookie(scope: Scope, *, production: bool) -> Cookie:
    """Return the cookie that takes the session's cookie away."""
    secure = is_secure(scope, production=production)
    name = SECURE if secure else DEVELOPMENT
    return Cookie(name, value="", path="/", max_age=0, secure=secure, httponly=True, samesite="lax")


def _host(scope: Scope) -> str:
    return next((content.decode("latin-1") for header, content in scope["headers"] if header == b"host"), "")


@lru_cache(maxsize=256)
def _is_loopback(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
