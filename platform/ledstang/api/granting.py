"""OAuth 2 for systems: a proof for a token (RFC 6749 4.4 with RFC 7523), and a token taken back (RFC 7009)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import URLEncodedBody

from ledstang.api.callers import standing
from ledstang.api.clients import Client
from ledstang.api.problem import told
from ledstang.api.proofs import KIND, NotProven, read_proof
from ledstang.web.errors import answer_http
from ledstang.web.origin import corner_of

if TYPE_CHECKING:
    from ledstang.house import House

log = logging.getLogger("ledstang.api")
AnyRequest = Request[Any, Any, Any]
GRANT = "client_credentials"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
Fault = Literal["invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"]


class Proven(msgspec.Struct):
    """What every request here carries: a proof of who asks. `client_id` may be left out; then the proof alone tells."""

    client_assertion: Annotated[str, msgspec.Meta(min_length=1)]
    client_assertion_type: Annotated[str, msgspec.Meta(min_length=1)]
    client_id: str = ""


class Wanted(Proven, kw_only=True):
    """A request for a token. `scope` is what it is to be good for, with a space between; empty for all there is."""

    grant_type: Annotated[str, msgspec.Meta(min_length=1)]
    scope: str = ""


class Unwanted(Proven, kw_only=True):
    """A token that is to be worth nothing from now on."""

    token: Annotated[str, msgspec.Meta(min_length=1)]
    token_type_hint: str = ""


class Granted(msgspec.Struct):
    """A token: `expires_in` seconds from now."""

    access_token: str
    expires_in: int
    scope: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token, as RFC 6749 has it


SAID: dict[Fault, str] = {
    "invalid_request": "The request lacks a field, has one twice, or is not written as the API's document says.",
    "invalid_client": "The proof is not believed. Each must be new, signed with a key that is known here, and for us.",
    "unauthorized_client": "The unit that this system asks for is closed. Ask those who run this service.",
    "unsupported_grant_type": "There are client credentials only.",
    "invalid_scope": "This system has not all of these scopes.",
}
"""The same in a sentence. Which part of a proof was wrong is in our log, and told to nobody who may be guessing."""


class TokenFault(msgspec.Struct):
    """Why there is no token, in the words of RFC 6749 5.2: `error` for a machine, `error_description` for who runs it."""

    error: Fault
    error_description: str


class Refused(HTTPException):
    """Raised where there is no token to be had."""

    def __init__(self, error: Fault, status: int = 400) -> None:
        self.error = error
        super().__init__(status_code=status, detail=error)


DOCUMENTED = {
    **{
        status: ResponseSpec(TokenFault, generate_examples=False, description=why)
        for status, why in ((400, "The request is not as it should be"), (401, "The proof is not believed"))
    },
    **told(413, 429, 503),
}
HANDLERS = {HTTPException: lambda request, fault: _answer(request, fault)}


def granting(house: House) -> list[HTTPRouteHandler]:
    """Return the handlers by which systems get tokens and give them back."""

    @post("/token", status_code=200, responses=DOCUMENTED, exception_handlers=HANDLERS, name="api-token")
    async def token(request: AnyRequest, data: URLEncodedBody[Wanted]) -> Response[Granted]:
        """Give a token for a proof of who asks: a JWT that the system has signed with its own key."""
        if data.grant_type != GRANT:
            raise Refused("unsupported_grant_type")
        client = await proven(request, data)
        scopes = frozenset(data.scope.split() or client.told.scopes)
        if not scopes <= set(client.told.scopes):
            raise Refused("invalid_scope")
        if standing(house, client, scopes) is None:
            raise Refused("unauthorized_client")
        given = await house.tokens.give(client.told.id, scopes)
        seconds = int(house.tokens.lifetime.total_seconds())
        return Response(Granted(given, seconds, " ".join(sorted(scopes))), headers=NO_STORE)

    @post("/revoke", status_code=200, responses=DOCUMENTED, exception_handlers=HANDLERS, name="api-revoke")
    async def revoke(request: AnyRequest, data: URLEncodedBody[Unwanted]) -> None:
        """Take a token back. One that is none, or another's, is answered alike."""
        client = await proven(request, data)
        await house.tokens.take_back(client.told.id, data.token)

    async def proven(request: AnyRequest, data: Proven) -> Client:
        """Return the system that a request proves to come from. Raises Refused, TooOften."""
        await request.app.state.rates.admit("tokens", corner_of(request.scope))
        if data.client_assertion_type != KIND:
            raise Refused("invalid_request")
        try:
            proof = read_proof(data.client_assertion, house.clients, house.instance.settings.api, house.clock.now())
            if data.client_id not in ("", proof.client.told.id):
                raise NotProven("for another `client_id`")
            if not await house.tokens.first(proof.client.told.id, proof.id, proof.ends):
                raise NotProven("used before")
        except NotProven as fault:
            log.warning("a proof was not believed: %s", fault)
            raise Refused("invalid_client", 401) from None
        return proof.client

    return [token, revoke]


def _answer(request: AnyRequest, fault: HTTPException) -> Response[Any]:
    """Answer in the words of RFC 6749, where it has any for it."""
    if isinstance(fault, Refused):
        error: Fault = fault.error
    elif fault.status_code == 400:
        error = "invalid_request"
    else:
        return answer_http(request, fault)
    told = TokenFault(error, SAID[error])
    return Response(told, status_code=fault.status_code, media_type=MediaType.JSON, headers=NO_STORE)
