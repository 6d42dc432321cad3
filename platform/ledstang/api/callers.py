"""Who calls: the system whose token a request carries, as it stands at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException

from ledstang.access.caller import Caller
from ledstang.access.permissions import Decision
from ledstang.web.origin import corner_of

if TYPE_CHECKING:
    from ledstang.access.rates import RateLimiter
    from ledstang.api.clients import Client
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
BEARER = "bearer "


def standing(house: House, client: Client, scopes: frozenset[str]) -> Caller | None:
    """Return a system as it stands today, None where the unit that it asks for is none any more."""
    unit = house.units.current(client.told.unit)
    if unit is None:
        return None
    told = client.told
    return Caller(told.id, told.name, unit, told.purpose, frozenset(told.regions), scopes & set(told.scopes))


async def caller_of(house: House, request: AnyRequest) -> Caller:
    """Return who calls. Raises NotAuthorizedException, and TooOften for who calls too often or in vain."""
    rates: RateLimiter = request.app.state.rates
    written = request.headers.get("authorization", "")
    token = written[len(BEARER) :].strip() if written.lower().startswith(BEARER) else ""
    given = await house.tokens.read(token) if token else None
    client = house.clients.get(given.client) if given else None
    caller = standing(house, client, given.scopes) if client and given else None
    if caller is None:
        await rates.admit("tokens", f"in vain {corner_of(request.scope)}")
        how = 'Bearer error="invalid_token"' if token else "Bearer"
        raise NotAuthorizedException(detail="no token, or one that is over", headers={"WWW-Authenticate": how})
    await rates.admit("calls", caller.client)
    return caller


def refuse_scope(decision: Decision) -> None:
    """Refuse what a token was not given for. Raises PermissionDeniedException."""
    if decision.reason == "wrong-role":
        how = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
        raise PermissionDeniedException(detail="the token was not given for this", headers=how)
