"""A provider as we know it: what it says of itself, its keys, and the exchange of a code for who somebody is."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from ledstang import Clock

from ledstang_oidc.attempts import Begun
from ledstang_oidc.fetching import fetch
from ledstang_oidc.refusing import ProviderAway, Refused
from ledstang_oidc.secretfiles import ClientKey
from ledstang_oidc.settings import Provider, Settings
from ledstang_oidc.tokens import header_of, opened

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself, as far as we need it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False


class Client:
    """One provider. Nothing is asked of it before somebody signs in: a provider that is away stops no start."""

    def __init__(self, provider: Provider, settings: Settings, clock: Clock, proof: str | ClientKey) -> None:
        self.provider = provider
        self._settings, self._clock, self._proof = settings, clock, proof
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself. Raises ProviderAway."""
        if self._metadata and self._fresh(self._metadata[1]):
            return self._metadata[0]
        told = await fetch(
            self._settings, "GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        )
        try:
            found = msgspec.convert(told, Metadata)
        except msgspec.ValidationError:
            raise ProviderAway("what it says of itself is not whole") from None
        addresses = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
        if found.issuer != self.provider.issuer or not all(self._safe(one) for one in addresses if one):
            raise ProviderAway("what it says of itself is not to be believed")
        self._metadata = found, self._clock.now()
        return found

    async def ready(self) -> None:
        """Ask for all that a sign-in needs before there is one. Raises ProviderAway."""
        await self.metadata()
        await self._key_set(None)

    async def address(self, begun: Begun, back: str, max_age: timedelta) -> str:
        """Return where the browser is sent to prove who somebody is. Raises ProviderAway."""
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.provider.scopes),
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": begun.challenge,
            "code_challenge_method": "S256",
            "acr_values": " ".join(self.provider.acr),
            "max_age": "0" if begun.again else str(int(max_age.total_seconds())),
        } | ({"prompt": "login"} if begun.again else {})
        endpoint = (await self.metadata()).authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def exchange(self, code: str, begun: Begun, back: str) -> tuple[str, str]:
        """Return the ID token and the access token that a code is worth. Raises Refused, ProviderAway."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
        metadata = await self.metadata()
        more: dict[str, Any] = {}
        if isinstance(self._proof, str):
            more["auth"] = (_encoded(self.provider.client_id), _encoded(self._proof))
        else:
            form |= {"client_id": self.provider.client_id, "client_assertion_type": ASSERTION}
            form["client_assertion"] = self._assertion(metadata)
        told = await fetch(self._settings, "POST", metadata.token_endpoint, data=form, **more)
        token, access = told.get("id_token"), told.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str):
            raise Refused("the provider answers without tokens")
        return token, access

    async def opened(self, token: str) -> dict[str, Any]:
        """Return what a token of the provider's says. A key that we have not seen is asked for. Raises Refused."""
        header = header_of(token, self._settings)
        keys = await self._key_set(header.get("kid"))
        return opened(token, keys, self.provider, self._settings)

    async def more(self, access: str, sub: str) -> dict[str, Any]:
        """Return what the provider tells of a person beside the token, where it does. Raises Refused, ProviderAway."""
        endpoint = (await self.metadata()).userinfo_endpoint
        if not endpoint:
            return {}
        told = await fetch(self._settings, "GET", endpoint, headers={"Authorization": f"Bearer {access}"})
        if told.get("sub") != sub:
            raise Refused("the provider tells of another person")
        return told

    async def _key_set(self, kid: object) -> KeySet:
        """Return the provider's keys, asked for anew when they are old, or (seldom) when one is missing."""
        if self._keys and self._fresh(self._keys[1]):
            keys, since = self._keys
            known = kid is None or any(key.kid == kid for key in keys)
            if known or self._clock.now() - since < timedelta(seconds=self._settings.keys_seconds):
                return keys
        told = await fetch(self._settings, "GET", (await self.metadata()).jwks_uri)
        try:
            keys = KeySet.import_key_set(told)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError):
            raise ProviderAway("its keys cannot be read") from None
        self._keys = keys, self._clock.now()
        return keys

    def _assertion(self, metadata: Metadata) -> str:
        now = int(self._clock.now().timestamp())
        us, algorithm = self.provider.client_id, self.provider.key_algorithm
        claims = {"iss": us, "sub": us, "aud": metadata.token_endpoint, "iat": now, "jti": secrets.token_urlsafe(16)}
        claims["exp"] = now + self._settings.leeway_seconds + 60
        header = {"alg": algorithm} | ({"kid": self.provider.key_id} if self.provider.key_id else {})
        return jwt.encode(header, claims, self._proof, algorithms=[algorithm])  # type: ignore[arg-type]

    def _fresh(self, since: datetime) -> bool:
        return timedelta() <= self._clock.now() - since < timedelta(minutes=self._settings.metadata_minutes)

    def _safe(self, address: str) -> bool:
        """Say whether an address may be asked: HTTPS, unless the provider itself is one on a developer's machine."""
        return address.startswith(("https://", "http://") if self.provider.issuer.startswith("http://") else "https://")


def _encoded(text: str) -> str:
    """Return a client's id or secret as RFC 6749 2.3.1 has it in a header."""
    return urlencode({"": text})[1:]
