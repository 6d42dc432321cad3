"""A sign-in from its beginning to its only end: bound to one browser, one provider, and used once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import msgspec
from ledstang import Every, Host, Job, is_secure, prepared
from litestar import Request
from litestar.datastructures import Cookie

from ledstang_oidc.heard import forget
from ledstang_oidc.refusing import Refused
from ledstang_oidc.settings import Settings
from ledstang_oidc.tables import Attempt

SECURE, DEVELOPMENT = "__Host-oidc", "ledstang-development-oidc"
LONGEST_NEXT = 500
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

AnyRequest = Request[Any, Any, Any]


class Begun(msgspec.Struct, frozen=True):
    """A sign-in that is under way: what goes to the provider, and what stays with us."""

    state: str
    nonce: str
    verifier: str
    next: str
    again: bool
    created: datetime

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (PKCE, S256)."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())

    def __repr__(self) -> str:
        return "Begun()"


class Attempts:
    """The sign-ins of an instance that have been begun."""

    def __init__(self, host: Host, settings: Settings) -> None:
        self._host, self._settings = host, settings

    async def begin(self, request: AnyRequest, provider: str, next: str, *, again: bool) -> tuple[Begun, Cookie]:
        """Begin a sign-in, and return it with the cookie that binds it to this browser. Tabs share the cookie."""
        cookie = self._read(request) or secrets.token_urlsafe(32)
        state, now = secrets.token_urlsafe(32), self._host.clock.now()
        next = next if len(next) <= LONGEST_NEXT else "/"
        row = Attempt(id=_hash(state), browser=_hash(cookie), provider=provider, next=next, again=again, created=now)
        await Attempt.insert(row)
        return _begun(cookie, state, next, again, now), self._cookie(request, cookie)

    async def finish(self, request: AnyRequest, provider: str, state: str) -> Begun:
        """Take an attempt out, once and for all. Raises Refused for one that is not this browser's, provider's, or day's."""
        rows = await self._host.database.write(lambda: _take(_hash(state)))
        cookie, now = self._read(request), self._host.clock.now()
        if not rows:
            raise Refused("no sign-in was begun with this state, or it has come back already")
        row = rows[0]
        if cookie is None or not hmac.compare_digest(row["browser"], _hash(cookie)):
            raise Refused("the sign-in was begun in another browser")
        if row["provider"] != provider:
            raise Refused("the sign-in was begun with another provider")
        if not timedelta() <= now - row["created"] <= self._kept:
            raise Refused("the sign-in was begun too long ago")
        return _begun(cookie, state, row["next"], row["again"], row["created"])

    def job(self) -> Job:
        """Return what forgets the sign-ins that never came back, and the messages that count no longer."""

        async def prune(due: datetime) -> None:
            await _prune(due - self._kept)
            await forget(due)

        return Job("prune-attempts", Every(self._settings.attempt_minutes), prune)

    def no_cookie(self, request: AnyRequest) -> Cookie:
        """Return the cookie that takes the browser's cookie away."""
        return self._cookie(request, "", max_age=0)

    @property
    def _kept(self) -> timedelta:
        return timedelta(minutes=self._settings.attempt_minutes)

    def _read(self, request: AnyRequest) -> str | None:
        given = request.cookies.get(SECURE if self._secure(request) else DEVELOPMENT, "")
        return given if _SECRET.fullmatch(given) else None

    def _cookie(self, request: AnyRequest, value: str, max_age: int | None = None) -> Cookie:
        secure = self._secure(request)
        key = SECURE if secure else DEVELOPMENT
        return Cookie(key, value=value, path="/", max_age=max_age, secure=secure, httponly=True, samesite="lax")

    def _secure(self, request: AnyRequest) -> bool:
        return is_secure(request.scope, production=self._host.instance.settings.production)


def _begun(cookie: str, state: str, next: str, again: bool, created: datetime) -> Begun:
    return Begun(state, _made(cookie, "nonce", state), _made(cookie, "verifier", state), next, again, created)


def _made(cookie: str, what: str, state: str) -> str:
    """Make a value that only the browser's cookie gives: another browser that has the state can't make it."""
    return _base64(hmac.digest(cookie.encode(), f"{what}:{state}".encode(), "sha256"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


_take = prepared(
    lambda id_: (
        Attempt.delete()
        .where(Attempt.id == id_)
        .returning(Attempt.browser, Attempt.provider, Attempt.next, Attempt.again, Attempt.created)
    )
)
_prune = prepared(lambda oldest: Attempt.delete().where(Attempt.created < oldest))
