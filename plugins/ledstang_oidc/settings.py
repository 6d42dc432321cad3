"""`[plugins.oidc]` in `ledstang.toml`: the providers, and what each must prove."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"
SCOPES = ("openid", "profile", "https://id.oidc.se/scope/naturalPersonNumber")
LEVEL = "http://id.elegnamnden.se/loa/1.0/loa3"

Text = Annotated[str, Meta(min_length=1, max_length=500)]
ProviderName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a provider calls a person's number and names. Without a whole name, given and family name make one."""

    number: Text = NUMBER
    name: Text = "name"
    given_name: Text = "given_name"
    family_name: Text = "family_name"


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One OpenID Connect provider.

    `secret_file` holds the client's secret, or `key_file` its private key in PEM (`private_key_jwt`, signed by
    `key_algorithm` and called `key_id`): one of them, mode 0400. `acr` are the levels of assurance that will do.
    Somebody whom the provider remembers for longer than `max_age_minutes` is asked anew.
    """

    name: ProviderName
    title: Text
    issuer: Text
    client_id: Text
    description: str = ""
    secret_file: str = ""
    key_file: str = ""
    key_id: str = ""
    key_algorithm: Algorithm = "RS256"
    scopes: tuple[Text, ...] = SCOPES
    acr: Annotated[tuple[Text, ...], Meta(min_length=1)] = (LEVEL,)
    claims: Claims = Claims()
    algorithms: Annotated[tuple[Algorithm, ...], Meta(min_length=1)] = ("RS256", "PS256", "ES256")
    max_age_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60


class Settings(msgspec.Struct, frozen=True):
    """The providers, and how patient we are with them.

    Clocks may lie `leeway_seconds` apart. A sign-in that was begun is forgotten after `attempt_minutes`. A token of more
    than `token_bytes`, or an answer of more than `answer_bytes`, is not read. A provider has `timeout_seconds` for a
    whole answer; what it says of itself is asked anew after `metadata_minutes`, its keys at most every `keys_seconds`,
    when a token is signed with one that we have not seen. A message that signs somebody out is worth `logout_minutes`.
    """

    providers: tuple[Provider, ...] = ()
    leeway_seconds: Annotated[int, Meta(ge=0, le=300)] = 30
    attempt_minutes: Annotated[int, Meta(ge=1, le=120)] = 15
    token_bytes: Annotated[int, Meta(ge=1_000, le=100_000)] = 16_000
    answer_bytes: Annotated[int, Meta(ge=10_000, le=10_000_000)] = 500_000
    timeout_seconds: Annotated[float, Meta(ge=0.1, le=30)] = 5
    metadata_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    keys_seconds: Annotated[int, Meta(ge=1, le=3600)] = 30
    logout_minutes: Annotated[int, Meta(ge=1, le=60)] = 5
