"""From a provider's claims to a person: which claim says what is the region's to configure."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledstang import Identity, NotANumber, born_of, read_number

from ledstang_oidc.refusing import Refused
from ledstang_oidc.settings import Claims


def identity_of(told: dict[str, Any], claims: Claims, today: date) -> Identity:
    """Return who somebody is. Raises Refused where the claims do not say it, or not rightly."""
    try:
        number = read_number(_text(told, claims.number), today)
    except NotANumber:
        raise Refused("the provider tells no right personal number") from None
    parts = (_text(told, claims.given_name), _text(told, claims.family_name))
    name = _text(told, claims.name) or " ".join(part for part in parts if part)
    if not name:
        raise Refused("the provider tells no name")
    return Identity(number, name[:200], born_of(number))


def _text(told: dict[str, Any], claim: str) -> str:
    value = told.get(claim)
    return value.strip() if isinstance(value, str) else ""
