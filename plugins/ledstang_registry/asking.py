"""One question to a register: nowhere else than to its address, for so long and no longer, and all of the answer or none."""

from __future__ import annotations

import asyncio
import json
import ssl
from functools import cache
from typing import Any, TypeVar

import httpx
import msgspec

from ledstang_registry.protocol import VERSION
from ledstang_registry.settings import Source

T = TypeVar("T", bound=msgspec.Struct)


class RegistryAway(Exception):
    """The register cannot tell. `why` is for the log and for operators: our own words, and nothing of what it said."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RegistrySlow(RegistryAway, TimeoutError):
    """It has not answered in time. The host leaves alone, for a while, who is slow again and again."""


@cache
def trusted() -> ssl.SSLContext:
    """Return whom we trust: the usual authorities, and those that this machine knows. It is dear to make."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


class Asking:
    """Asks one register. Each question has a connection of its own: no answer can be taken for that to another."""

    def __init__(self, source: Source, credential: str) -> None:
        self.source = source
        self._headers = {
            "authorization": f"Bearer {credential}",
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": "ledstang",
        }

    async def ask(self, path: str, shape: type[T], question: msgspec.Struct | None = None) -> T:
        """Return what a register answers, held against `shape`. With a question it is posted. Raises RegistryAway."""
        try:
            async with asyncio.timeout(self.source.timeout_seconds):
                return read(await self._fetch(path, question), shape)
        except (TimeoutError, httpx.TimeoutException):
            raise RegistrySlow("it has not answered in time") from None
        except httpx.ConnectError as fault:
            if "CERTIFICATE_VERIFY_FAILED" in str(fault):
                raise RegistryAway("its certificate is from nobody whom this machine trusts") from None
            raise RegistryAway("nobody answers there") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise RegistryAway("it breaks off, or does not speak HTTP") from None

    async def _fetch(self, path: str, question: msgspec.Struct | None) -> bytes:
        url = f"{self.source.address.rstrip('/')}/v{VERSION}/{path}"
        headers = self._headers | ({"content-type": "application/json"} if question else {})
        seconds = self.source.timeout_seconds
        method, body = ("POST", msgspec.json.encode(question)) if question else ("GET", None)
        async with (
            httpx.AsyncClient(verify=trusted(), timeout=seconds, trust_env=False) as client,
            client.stream(method, url, headers=headers, content=body) as answer,
        ):
            _check_head(answer)
            return await self._body(answer)

    async def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > self.source.answer_bytes:
                raise RegistryAway("it answers with too much")
        return bytes(body)


def _check_head(answer: httpx.Response) -> None:
    """Hold the head of an answer against what it must be. Raises RegistryAway."""
    status = answer.status_code
    if 300 <= status < 400:
        raise RegistryAway("it sends us elsewhere, and we go nowhere else")
    if status in (401, 403):
        raise RegistryAway("it does not accept the credential")
    if status in (404, 405):
        raise RegistryAway(f"nobody speaks version {VERSION} of the protocol at this address")
    if status != 200:
        raise RegistryAway(f"it answers with an error, {status}")
    kind, _, character_set = answer.headers.get("content-type", "").lower().partition(";")
    if kind.strip() != "application/json" or character_set.strip() not in ("", "charset=utf-8"):
        raise RegistryAway("it answers with what is not JSON in UTF-8")
    if "content-encoding" in answer.headers:
        raise RegistryAway("it packs its answer, which nobody asked for")


def read(body: bytes, shape: type[T]) -> T:
    """Return what was sent. Raises RegistryAway, which repeats nothing of it but the place of the fault."""
    try:
        told = json.loads(body.decode(), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise RegistryAway("it answers with what is not JSON in UTF-8") from None
    try:
        return msgspec.convert(told, shape)
    except msgspec.ValidationError as fault:
        at = str(fault).rpartition(" - at ")[2].strip("`") if " - at " in str(fault) else "$"
        raise RegistryAway(f"its answer is not as the protocol has it, at {at}") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its fields. Raises RegistryAway where one is there twice: nobody knows which of them counts."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise RegistryAway("its answer says the same thing twice")
    return made
