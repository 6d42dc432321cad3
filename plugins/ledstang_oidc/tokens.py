"""What a provider signs: believed only when each of its claims is as it must be."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ledstang_oidc.refusing import Refused, TooWeak
from ledstang_oidc.settings import Provider, Settings

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


class _Registry(jws.JWSRegistry):
    """What joserfc goes by. Certificates make a header longer than it thinks right; the whole token is measured first."""

    max_header_length = 16_000


def header_of(token: str, settings: Settings) -> dict[str, Any]:
    """Return a token's header, which nobody has vouched for yet. Raises Refused for what need not be looked at."""
    if len(token) > settings.token_bytes:
        raise Refused("the token is too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError):
        raise Refused("the token cannot be read") from None
    if "crit" in header:
        raise Refused("the token demands what we do not know")
    return header


def opened(token: str, keys: KeySet, provider: Provider, settings: Settings) -> dict[str, Any]:
    """Return what a token says, once its signature has been found good. Raises Refused."""
    header_of(token, settings)
    registry = _Registry(algorithms=provider.algorithms, strict_check_header=False)
    try:
        return jwt.decode(token, keys, algorithms=provider.algorithms, registry=registry).claims
    except (JoseError, ValueError, TypeError):
        raise Refused("the token's signature is not the provider's") from None


def check_common(claims: dict[str, Any], provider: Provider, settings: Settings, now: datetime) -> None:
    """Hold a token against whom it is from, whom it is for, and when it counts. Raises Refused."""
    if claims.get("iss") != provider.issuer:
        raise Refused("the token is from another issuer")
    aud = claims.get("aud")
    audience = [aud] if isinstance(aud, str) else aud
    if not isinstance(audience, list) or provider.client_id not in audience:
        raise Refused("the token is for another")
    azp = claims.get("azp")
    if (len(audience) > 1 or azp is not None) and azp != provider.client_id:
        raise Refused("the token was given to another")
    present, leeway = now.timestamp(), settings.leeway_seconds
    if present >= seconds(claims, "exp") + leeway:
        raise Refused("the token has expired")
    if seconds(claims, "iat") > present + leeway:
        raise Refused("the token is from the future")
    if "nbf" in claims and seconds(claims, "nbf") > present + leeway:
        raise Refused("the token does not count yet")


def check_sign_in(
    claims: dict[str, Any], provider: Provider, settings: Settings, now: datetime, *, nonce: str, since: float
) -> None:
    """Hold an ID token against the attempt that it answers: `since` is when the person must have been asked at the earliest.

    Raises Refused, and TooWeak for a level of assurance below what is demanded.
    """
    check_common(claims, provider, settings, now)
    if not _same(claims.get("nonce"), nonce):
        raise Refused("the token answers another attempt")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise Refused("the token is about nobody")
    if seconds(claims, "iat") < now.timestamp() - 60 * settings.attempt_minutes - settings.leeway_seconds:
        raise Refused("the token is too old")
    proven = seconds(claims, "auth_time")
    if proven < since - settings.leeway_seconds:
        raise Refused("the person proved who they are too long ago")
    if proven > now.timestamp() + settings.leeway_seconds:
        raise Refused("the person proved who they are in the future")
    if claims.get("acr") not in provider.acr:
        raise TooWeak("the level of assurance is not what is demanded")


def check_logout(claims: dict[str, Any], provider: Provider, settings: Settings, now: datetime) -> None:
    """Hold a logout token against what it must be (OpenID Connect Back-Channel Logout 2.6). Raises Refused."""
    check_common(claims, provider, settings, now)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
        raise Refused("the token signs nobody out")
    if "nonce" in claims:
        raise Refused("the token is one for signing in")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise Refused("the token has no id")
    if seconds(claims, "iat") < now.timestamp() - 60 * settings.logout_minutes - settings.leeway_seconds:
        raise Refused("the token is too old")
    names = [claims.get(name, "") for name in ("sid", "sub")]
    if not all(isinstance(name, str) for name in names) or not any(names):
        raise Refused("the token is about nobody")


def believed_until(claims: dict[str, Any], settings: Settings) -> datetime:
    """Return the instant from which `check_logout` believes a logout token no longer."""
    last = min(seconds(claims, "exp"), seconds(claims, "iat") + 60 * settings.logout_minutes)
    return datetime.fromtimestamp(last + settings.leeway_seconds + 1, UTC)


def seconds(claims: dict[str, Any], name: str) -> float:
    """Return an instant that a token must tell, in seconds since 1970. Raises Refused."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e11:
        raise Refused(f"the token does not tell its {name}")
    return value


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
