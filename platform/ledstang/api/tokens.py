"""Tokens: opaque, short-lived, kept as hashes; and which proofs have been used, told exactly over all processes."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from ledstang.api.tables import ApiProof, ApiToken
from ledstang.clock import Clock
from ledstang.database import Database, prepared

LONGEST = 200


class Given(msgspec.Struct, frozen=True):
    """What a token was given for: the id of a system, and the scopes."""

    client: str
    scopes: frozenset[str]


class Tokens:
    """The tokens of an instance. None is worth anything but to whoever holds it."""

    def __init__(self, database: Database, clock: Clock, minutes: int) -> None:
        self._database, self._clock = database, clock
        self.lifetime = timedelta(minutes=minutes)

    async def first(self, client: str, proof: str, ends: datetime) -> bool:
        """Say whether a proof of a system's is used for the first time, and remember it until it is over by itself."""
        return bool(await _use(_hash(f"{len(client)} {client} {proof}"), ends))

    async def give(self, client: str, scopes: Collection[str]) -> str:
        """Make a token."""
        token = secrets.token_urlsafe(32)
        row = ApiToken(
            id=_hash(token), client=client, scopes=" ".join(sorted(scopes)), ends=self._clock.now() + self.lifetime
        )

        async def work() -> None:
            await ApiToken.insert(row)

        await self._database.write(work)
        return token

    async def read(self, token: str) -> Given | None:
        """Return what a token was given for, or None for one that is over, taken back, or was never given."""
        rows = await _by_id(_hash(token), self._clock.now()) if len(token) <= LONGEST else []
        return Given(rows[0]["client"], frozenset(rows[0]["scopes"].split())) if rows else None

    async def take_back(self, client: str, token: str) -> None:
        """Take a system's own token back. Another's, or none, is left as it is."""
        await _gone(_hash(token), client)

    async def prune(self) -> int:
        """Remove tokens and proofs that are over. Returns how many."""
        now = self._clock.now()
        return len(await _tokens_over(now)) + len(await _proofs_over(now))


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_use = prepared(
    lambda id_, ends: ApiProof.raw(
        "INSERT INTO api_proof (id, ends) VALUES ({}, {}) ON CONFLICT (id) DO NOTHING RETURNING id", id_, ends
    )
)
_by_id = prepared(
    lambda id_, now: ApiToken.select(ApiToken.client, ApiToken.scopes).where(
        (ApiToken.id == id_) & (ApiToken.ends > now)
    )
)
_gone = prepared(lambda id_, client: ApiToken.delete().where((ApiToken.id == id_) & (ApiToken.client == client)))
_tokens_over = prepared(lambda now: ApiToken.delete().where(ApiToken.ends <= now).returning(ApiToken.id))
_proofs_over = prepared(lambda now: ApiProof.delete().where(ApiProof.ends <= now).returning(ApiProof.id))
