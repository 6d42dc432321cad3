"""What takes e-mail and text messages from an instance under fire, and counts every one that has come, by its notice."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

MOMENT = 0.05
"""Seconds between having a message and saying so: a moment in which whoever sent it may be killed."""

TEXTING = '''
"""Sends text messages by a peer of the drill's."""

import httpx
from ledstang import Connector, NotSent, hookimpl


class Texting:
    async def send(self, message):
        async with httpx.AsyncClient() as client:
            try:
                answer = await client.post("http://127.0.0.1:{port}/", json={{"once": message.once}})
            except httpx.ConnectError:
                raise NotSent("away") from None
        return answer.text

    async def receipts(self, references):
        return {{}}


@hookimpl
def register_connectors() -> list[Connector]:
    return [Connector("TextMessages", Texting())]
'''


class Mails:
    """A mail server. `heard` counts the mails of each notice."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        said = envelope.content.decode().replace("=\r\n", "")
        self.heard.update(re.findall(r"/notices/([0-9a-f-]{36})", said))
        await asyncio.sleep(MOMENT)
        return "250 OK"


class Texts(ThreadingHTTPServer):
    """Takes text messages. `heard` counts those of each notice."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        super().__init__(("127.0.0.1", 0), Taking)

    def handle_error(self, _request: Any, _client: Any) -> None:
        """Say nothing of a sender that was killed before it heard the answer."""


class Taking(BaseHTTPRequestHandler):
    """Takes one text message."""

    server: Texts

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.heard[told["once"]] += 1
        time.sleep(MOMENT)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, *_words: Any) -> None:
        """Say nothing of what went well."""


@contextmanager
def mails() -> Iterator[tuple[int, Counter[str]]]:
    """Run a mail server: its port, and what it hears."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    taking = Mails()
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, taking.heard
    finally:
        controller.stop()


@contextmanager
def texts() -> Iterator[tuple[int, Counter[str]]]:
    """Run what takes text messages: its port, and what it hears."""
    with Texts() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, server.heard
        finally:
            server.shutdown()
            thread.join()
