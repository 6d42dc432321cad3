"""What the register tells by itself: of whom something has changed. We ask about them, and what it says counts at once."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from typing import Any

from ledstang import Host, RegisterAway
from litestar import MediaType, Request, Response, post
from litestar.handlers import BaseRouteHandler

from ledstang_registry.asking import RegistryAway, read
from ledstang_registry.protocol import Changed
from ledstang_registry.settings import Changes
from ledstang_registry.sources import credential

log = logging.getLogger("ledstang.registry")


class NotHeard(Exception):
    """What was sent is not taken. `status` is the answer; `error` says why, in our own words."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


def hearing(host: Host, changes: Changes) -> BaseRouteHandler:
    """Return the handler of what the register tells. Nothing is believed of it: we ask the register itself."""
    word = credential("changes", host.instance.path(changes.credential_file))

    @post("/changed", status_code=200)
    async def changed(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
        """Ask about those of whom the register tells, as far as they are known here. Whether they are is not answered."""
        try:
            await _ask_about(host, await _told(request, word, changes.most))
        except NotHeard as fault:
            log.warning("What the register told was not taken: %s.", fault.error)
            return _answer(fault.status, {"error": fault.error})
        return _answer(200, {})

    return changed


async def _told(request: Request[Any, Any, Any], word: str, most: int) -> Sequence[str]:
    """Return the numbers that were sent. Raises NotHeard."""
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), f"Bearer {word}".encode()):
        raise NotHeard(401, "the credential is not right")
    try:
        numbers = read(await request.body(), Changed).numbers
    except RegistryAway:
        raise NotHeard(400, "it is not as the protocol has it") from None
    if len(numbers) > most:
        raise NotHeard(413, f"it has more than {most} numbers")
    return numbers


async def _ask_about(host: Host, numbers: Sequence[str]) -> None:
    """Ask about each who is known here. Raises NotHeard when the register cannot tell of one, once all have been asked about.

    Otherwise one of whom it can never tell would keep those after them from ever being asked about.
    """
    away = False
    for number in numbers:
        try:
            await host.people.changed_if_known(number)
        except RegisterAway:
            away = True
    if away:
        raise NotHeard(503, "the register could not be asked, so it must tell again")


def _answer(status: int, said: dict[str, str]) -> Response[dict[str, str]]:
    return Response(said, status_code=status, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})
