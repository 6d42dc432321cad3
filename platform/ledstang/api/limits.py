"""Which systems may ask, and how: data, with the instance as its owner."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ledstang.people.limits import HsaId

CLIENT_ID = r"^[a-z][a-z0-9-]{0,59}$"
CONTACT, CHANGES = "contact:read", "contact:changes"
Scope = Literal["contact:read", "contact:changes"]
Algorithm = Literal["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
Text = Annotated[str, Meta(min_length=1, max_length=200)]


class ApiClient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A system that may ask: `[[api.clients]]`. `name` is what people read about it in *who has read*.

    `keys` is a file with its public keys, a JWK set. It asks on behalf of the unit with an HSA-id, for a `purpose`, about
    people of `regions`; what it may ask for are `scopes`.
    """

    id: Annotated[str, Meta(pattern=CLIENT_ID)]
    name: Text
    keys: Text
    unit: HsaId
    regions: Annotated[tuple[str, ...], Meta(min_length=1)]
    purpose: Literal["care", "quality", "administration"] = "care"
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1)] = (CONTACT, CHANGES)


class ApiLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What systems are offered: `[api]` in `ledstang.toml`.

    `address` is where the instance is reached, without a path: a proof that is made for another is refused. A proof counts
    for `proof_minutes` at most, where clocks may lie `leeway_seconds` apart, and once; the token that it gives for
    `token_minutes`. A page of changes has `page` of them.
    """

    address: str = ""
    clients: tuple[ApiClient, ...] = ()
    algorithms: Annotated[tuple[Algorithm, ...], Meta(min_length=1)] = ("PS256", "ES256")
    proof_minutes: Annotated[int, Meta(ge=1, le=60)] = 5
    leeway_seconds: Annotated[int, Meta(ge=0, le=120)] = 30
    token_minutes: Annotated[int, Meta(ge=1, le=60)] = 10
    page: Annotated[int, Meta(ge=1, le=1000)] = 100
