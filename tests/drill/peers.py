"""What takes e-mail, text messages and letters from an instance under fire, counts every one that has come, and tells codes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from aiosmtpd.controller import Controller

MOMENT = 0.05
"""Seconds between having a message and saying so: a moment in which whoever sent it may be killed."""

TEXTING = '''
"""Sends text messages and letters by a peer of the drill's, and tells it of forms that have been sent."""

import httpx
from ledstang import Connector, FormCompleted, Listener, NotSent, hookimpl


async def hand(channel, to, once, text):
    async with httpx.AsyncClient(base_url="http://127.0.0.1:{port}") as client:
        answer = await client.post(f"/{{channel}}", json={{"to": to, "once": once, "text": text}})
    return answer.text


class Handing:
    def __init__(self, channel):
        self.channel = channel

    async def send(self, message):
        try:
            return await hand(self.channel, message.to, message.once, message.text)
        except httpx.ConnectError:
            raise NotSent("away") from None

    async def receipts(self, references):
        return {{}}


@hookimpl
def register_connectors() -> list[Connector]:
    return [Connector("TextMessages", Handing("sms")), Connector("Letters", Handing("letter"))]


@hookimpl
def register_listeners() -> list[Listener]:
    async def hear(event, once):
        await hand("completed", str(event.sending), once, event.form)

    return [Listener("completed", FormCompleted, hear)]
'''


@dataclass
class Heard:
    """What the peers have taken: how many times each thing came, by channel and its `once`; and the words, by where to.

    A mail is counted by the id of its Message-ID, which `mail_id` makes of a `once`.
    """

    mail_port: int = 0
    port: int = 0
    times: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    words: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _turn: Lock = field(default_factory=Lock)

    def take(self, channel: str, to: str, once: str, text: str) -> None:
        """Count what came by a channel."""
        with self._turn:
            self.times[channel][once] += 1
            self.words[to].append(text)

    def of(self, channel: str, once: str) -> int:
        """Return how many times something has come."""
        return self.times[channel][mail_id(once) if channel == "email" else once]


def mail_id(once: str) -> str:
    """Return the first part of the Message-ID of what has a `once`."""
    return hashlib.sha256(once.encode()).hexdigest()[:32]


class Mails:
    """A mail server."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        id_ = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        self.heard.take("email", envelope.rcpt_tos[0], id_, mail.get_content())
        await asyncio.sleep(MOMENT)
        return "250 OK"


class Texts(ThreadingHTTPServer):
    """Takes text messages and letters, and what a listener tells."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        super().__init__(("127.0.0.1", 0), Taking)

    def handle_error(self, _request: Any, _client: Any) -> None:
        """Say nothing of a sender that was killed before it heard the answer."""


class Taking(BaseHTTPRequestHandler):
    """Takes one thing."""

    server: Texts

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.heard.take(self.path.strip("/"), **told)
        time.sleep(MOMENT)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, *_words: Any) -> None:
        """Say nothing of what went well."""


@contextmanager
def peers() -> Iterator[Heard]:
    """Run all that an instance sends by, and return what it hears."""
    heard = Heard()
    with mails(heard), texts(heard):
        yield heard


@contextmanager
def mails(heard: Heard) -> Iterator[None]:
    """Run a mail server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        heard.mail_port = int(free.getsockname()[1])
    controller = Controller(Mails(heard), hostname="127.0.0.1", port=heard.mail_port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@contextmanager
def texts(heard: Heard) -> Iterator[None]:
    """Run what takes text messages and letters."""
    with Texts(heard) as server:
        heard.port = server.server_port
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
