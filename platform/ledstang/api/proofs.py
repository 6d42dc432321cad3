"""Proofs: a system says who it is with a token that it has signed itself (RFC 7523), and each is believed once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ledstang.api.clients import Client
from ledstang.api.limits import ApiLimits

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_PATH = "/api/v1/token"  # noqa: S105 - an address
LARGEST = 8_000
"""The most characters of a proof."""
LONGEST_ID = 200


class NotProven(Exception):
    """A proof that is not believed. What was wrong with it is for the log's reader, never for whoever sent it."""


class Proof(msgspec.Struct, frozen=True):
    """A proof whose signature and claims are right: whose, its own id, and until when it could be sent again."""

    client: Client
    id: str
    ends: datetime


def read_proof(text: str, clients: Mapping[str, Client], limits: ApiLimits, now: datetime) -> Proof:
    """Return a proof that is to be believed, if it has not been used before. Raises NotProven."""
    from joserfc import jws, jwt
    from joserfc.errors import JoseError

    if len(text) > LARGEST or not text.isascii():
        raise NotProven("too long, or no ASCII")
    try:
        unproven = jws.extract_compact(text.encode())
        told = msgspec.json.decode(unproven.payload)
        client = clients.get(told["iss"])
        kid = unproven.headers().get("kid")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise NotProven("cannot be read") from None
    if client is None or not isinstance(kid, str) or "crit" in unproven.headers():
        raise NotProven("of nobody we know, without `kid`, or demanding what we do not know")
    registry = jws.JWSRegistry(algorithms=list(limits.algorithms), strict_check_header=False)
    try:
        claims = jwt.decode(text, client.keys, algorithms=list(limits.algorithms), registry=registry).claims
    except (JoseError, ValueError, TypeError):
        raise NotProven("not signed by the system's own key") from None
    return _held_against(claims, client, limits, now)


def _held_against(claims: dict[str, Any], client: Client, limits: ApiLimits, now: datetime) -> Proof:
    """Hold what is signed against whom it is from, whom it is for, and when it counts. Raises NotProven."""
    leeway = timedelta(seconds=limits.leeway_seconds)
    if claims.get("sub") != client.told.id:  # `iss` is what the system was found by
        raise NotProven("`sub` is another than `iss`")
    aud = claims.get("aud")
    audience = aud if isinstance(aud, list) else [aud]
    if len(audience) != 1 or audience[0] not in (limits.address, limits.address + TOKEN_PATH):
        raise NotProven("made for another")
    ends = _instant(claims, "exp")
    if ends + leeway <= now:
        raise NotProven("over")
    if ends > now + timedelta(minutes=limits.proof_minutes) + leeway:
        raise NotProven("good for too long")
    if any(_instant(claims, name) > now + leeway for name in ("iat", "nbf") if name in claims):
        raise NotProven("from the future")
    id_ = claims.get("jti")
    if not isinstance(id_, str) or not 0 < len(id_) <= LONGEST_ID:
        raise NotProven("without an id of its own")
    return Proof(client, id_, ends + leeway)


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e11:
        raise NotProven(f"without a right `{name}`")
    return datetime.fromtimestamp(value, UTC)
