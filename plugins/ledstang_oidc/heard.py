"""The messages of providers that have been heard: each counts once, however often it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from ledstang import Host, prepared

from ledstang_oidc.refusing import Refused
from ledstang_oidc.tables import Heard


async def once(host: Host, provider: str, jti: str, until: datetime, work: Callable[[], Awaitable[Any]]) -> None:
    """Do what a message asks for, in the transaction in which it is remembered `until` it would not be believed anyway.

    What failed was not heard: the provider may send it again. Raises Refused for one heard before.
    """
    id_ = _id(provider, jti)

    async def heard() -> None:
        if not await _hear(id_, until):
            raise Refused("the token has been heard before")
        await work()

    await host.database.write(heard)


async def forget(now: datetime) -> None:
    """Forget the messages that are too old to be believed."""
    await _forget(now)


def _id(provider: str, jti: str) -> str:
    return sha256(msgspec.json.encode((provider, jti))).hexdigest()


_hear = prepared(
    lambda id_, until: Heard.raw(
        "INSERT INTO oidc_heard (id, until) VALUES ({}, {}) ON CONFLICT (id) DO NOTHING RETURNING id", id_, until
    )
)
_forget = prepared(lambda now: Heard.delete().where(Heard.until < now))
