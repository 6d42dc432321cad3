"""What both ASGI contenders share: a scope as a server makes it, and an event loop of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import uvloop

from contenders.page import Visitor

Scope = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]


def scope_of(visitor: Visitor, cookie: str) -> Scope:
    """Return what a server hands over when a browser asks for the page."""
    headers = {
        "host": "127.0.0.1",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "accept-language": "sv-SE,sv;q=0.8,en-US;q=0.5,en;q=0.3",
        "accept-encoding": "gzip, deflate, br",
        "cookie": f"{cookie}={visitor.token}",
    }
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": visitor.path,
        "raw_path": visitor.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


async def ask(app: App, scope: Scope) -> bytes:
    """Return the body of the answer. Raises AssertionError when it is no page."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent[0]
    return b"".join(message["body"] for message in sent[1:])


class Looped:
    """A contender with an event loop. Its classes say how it starts and what its page is."""

    def __init__(self, folder: Path) -> None:
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._runner.run(self.start(folder))

    async def start(self, folder: Path) -> None:
        raise NotImplementedError

    async def page(self, visitor: Visitor) -> bytes:
        raise NotImplementedError

    def one(self, visitor: Visitor) -> bytes:
        """Return the page."""
        return self._runner.run(self.page(visitor))

    def many(self, visitors: Sequence[Visitor]) -> float:
        """Return the CPU seconds that one page after the other takes, those of all threads together."""

        async def one_by_one() -> float:
            start = process_time()
            for visitor in visitors:
                await self.page(visitor)
            return process_time() - start

        return self._runner.run(one_by_one())

    def crowd(self, visitors: Sequence[Visitor]) -> float:
        """Return the same when all ask at once, as in a server that many come to: then threads get in each other's way."""

        async def together() -> float:
            start = process_time()
            await asyncio.gather(*(self.page(visitor) for visitor in visitors))
            return process_time() - start

        return self._runner.run(together())
