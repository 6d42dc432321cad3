"""The way to a provider and back: three addresses for each, none of them shared, so that no answer is taken for another's."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from ledstang import Host, Origin
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang_oidc.attempts import Attempts, Begun
from ledstang_oidc.client import Client
from ledstang_oidc.heard import once
from ledstang_oidc.identity import identity_of
from ledstang_oidc.refusing import Cancelled, ProviderAway, Refused, TooWeak
from ledstang_oidc.settings import Settings
from ledstang_oidc.tokens import believed_until, check_logout, check_sign_in

log = logging.getLogger("ledstang.oidc")

AnyRequest = Request[Any, Any, Any]
STATUS = {"away": 503, "cancelled": 200, "weak": 403, "refused": 400}
LONGEST = 4000
"""The most letters of a code or a state that is looked at."""


def pages(host: Host, client: Client, attempts: Attempts) -> list[BaseRouteHandler]:
    """Return the handlers of one provider, below its name."""
    flow = Flow(host, client, attempts)
    name = client.provider.name

    @get(f"/{name}")
    async def begin(request: AnyRequest) -> Response[Any]:
        """Send the browser to the provider."""
        return await flow.told(request, flow.begin)

    @get(f"/{name}/back")
    async def back(request: AnyRequest) -> Response[Any]:
        """Take what the browser brings back, and sign the person in."""
        return await flow.told(request, flow.finish)

    @post(f"/{name}/signed-out", status_code=200)
    async def signed_out(request: AnyRequest) -> Response[Any]:
        """Hear from the provider itself that somebody has signed out there."""
        return await flow.sign_out(request)

    return [begin, back, signed_out]


class Flow:
    """How signing in with one provider goes."""

    def __init__(self, host: Host, client: Client, attempts: Attempts) -> None:
        self._host, self._client, self._attempts = host, client, attempts
        self._settings, self._provider = host.settings(Settings), client.provider
        most = min(self._provider.max_age_minutes, host.instance.settings.signin.absolute_minutes)
        self._max_age = timedelta(minutes=most)

    async def told(self, request: AnyRequest, step: Callable[[AnyRequest], Awaitable[Response[Any]]]) -> Response[Any]:
        """Do a step, or show a page that says what became of it and what to do now."""
        try:
            return await step(request)
        except Cancelled:
            return self._page(request, "cancelled")
        except TooWeak as fault:
            return self._page(request, "weak", fault.why)
        except Refused as fault:
            return self._page(request, "refused", fault.why)
        except ProviderAway as fault:
            return self._page(request, "away", fault.why)

    async def begin(self, request: AnyRequest) -> Response[Any]:
        """Begin an attempt and send the browser to the provider. Raises ProviderAway."""
        await self._client.metadata()
        next, again = request.query_params.get("next", "/start"), "again" in request.query_params
        begun, cookie = await self._attempts.begin(request, self._provider.name, next, again=again)
        response = Redirect(await self._client.address(begun, self._back(request), self._max_age), status_code=303)
        response.headers["cache-control"] = "no-store"
        response.set_cookie(cookie)
        return response

    async def finish(self, request: AnyRequest) -> Response[Any]:
        """Sign somebody in by what came back. Raises Refused, Cancelled, ProviderAway."""
        state, code = (request.query_params.get(name, "") for name in ("state", "code"))
        if not state or len(state) > LONGEST or len(code) > LONGEST:
            raise Refused("the answer has no state, or too much of it")
        begun = await self._attempts.finish(request, self._provider.name, state)
        await self._check_issuer(request)
        if "error" in request.query_params:
            raise Cancelled
        if not code:
            raise Refused("the answer has no code")
        claims, told = await self._who(code, begun, self._back(request))
        identity = identity_of(told, self._provider.claims, self._host.clock.today())
        origin = Origin(
            self._provider.name,
            session=_text(claims, "sid"),
            subject=claims["sub"],
            proven=datetime.fromtimestamp(claims["auth_time"], UTC),
        )
        response = await self._host.sign_in(request, identity, begun.next, origin)
        response.set_cookie(self._attempts.no_cookie(request))
        return response

    async def sign_out(self, request: AnyRequest) -> Response[Any]:
        """End the sessions that a logout token names: 200 when that is done, 400 when it is not to be believed."""
        token = (await request.form()).get("logout_token")
        status, answer = 200, {}
        try:
            if not isinstance(token, str):
                raise Refused("there is no token")
            claims = await self._client.opened(token)
            check_logout(claims, self._provider, self._settings, self._host.clock.now())
            origin = Origin(self._provider.name, session=_text(claims, "sid"), subject=_text(claims, "sub"))
            name, end = self._provider.name, partial(self._host.end_sessions, origin)
            await once(self._host, name, claims["jti"], believed_until(claims, self._settings), end)
        except Refused as fault:
            log.warning("A message that somebody signed out was refused: %s.", fault.why)
            status, answer = 400, {"error": "invalid_request"}
        except ProviderAway as fault:
            log.warning(
                "A message that somebody signed out could not be checked, for the provider is away: %s.", fault.why
            )
            status, answer = 503, {"error": "temporarily_unavailable"}
        return Response(answer, status_code=status, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})

    async def _who(self, code: str, begun: Begun, back: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the ID token says, and that together with what the provider tells beside it."""
        token, access = await self._client.exchange(code, begun, back)
        claims = await self._client.opened(token)
        now = self._host.clock.now()
        since = begun.created if begun.again else now - self._max_age
        check_sign_in(claims, self._provider, self._settings, now, nonce=begun.nonce, since=since.timestamp())
        if self._provider.claims.number in claims:
            return claims, claims
        return claims, await self._client.more(access, claims["sub"]) | claims

    async def _check_issuer(self, request: AnyRequest) -> None:
        """Hold the answer against who is to have given it (RFC 9207). Raises Refused, ProviderAway."""
        metadata = await self._client.metadata()
        given = request.query_params.get("iss")
        if given is None and not metadata.authorization_response_iss_parameter_supported:
            return
        if given != self._provider.issuer:
            raise Refused("the answer is from another provider")

    def _back(self, request: AnyRequest) -> str:
        """Return our own address as the provider has it written down: it sends nobody to any other."""
        host = request.headers.get("host", "")
        return f"{request.scope['scheme']}://{host}/{self._host.plugin}/{self._provider.name}/back"

    def _page(self, request: AnyRequest, kind: str, why: str = "") -> Response[Any]:
        if why:
            log.warning("A sign-in came to nothing (%s): %s.", kind, why)
        next = quote(request.query_params.get("next", "/start"), safe="/")
        page = self._host.page(
            request, "oidc/failed.html", status=STATUS[kind], kind=kind, title=self._provider.title, next=next
        )
        page.headers["cache-control"] = "no-store"
        return page


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
