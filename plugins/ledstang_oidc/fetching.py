"""One request to a provider: no redirects, no proxies of the environment, and no more bytes or time than it has."""

from __future__ import annotations

import asyncio
import ssl
from functools import cache
from typing import Any

import httpx
import msgspec

from ledstang_oidc.refusing import ProviderAway, Refused
from ledstang_oidc.settings import Settings


@cache
def trusted() -> ssl.SSLContext:
    """Return whom we trust: the usual authorities, and those that this machine knows. It is dear to make."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


async def fetch(settings: Settings, method: str, url: str, **more: Any) -> dict[str, Any]:
    """Return the JSON object that a provider answers with.

    Raises ProviderAway where it answers not at all, not wholly in time, too much, or without sense, and Refused where it
    says no.
    """
    try:
        # httpx times each operation: by itself it would wait for ever for one that sends a byte now and then.
        async with (
            asyncio.timeout(settings.timeout_seconds),
            httpx.AsyncClient(verify=trusted(), timeout=settings.timeout_seconds, trust_env=False) as client,
            client.stream(method, url, **more) as answer,
        ):
            body = await _body(answer, settings.answer_bytes)
    except (TimeoutError, httpx.TimeoutException):
        raise ProviderAway("it has not answered in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise ProviderAway("it does not answer") from None
    if 400 <= answer.status_code < 500 and method == "POST":
        raise Refused("the provider does not accept the code")
    if answer.status_code != 200:
        raise ProviderAway("it answers with an error")
    try:
        told = msgspec.json.decode(body)
    except msgspec.DecodeError:
        told = None
    if not isinstance(told, dict):
        raise ProviderAway("it answers with what is no JSON object")
    return told


async def _body(answer: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > most:
            raise ProviderAway("it answers with too much")
    return bytes(body)
