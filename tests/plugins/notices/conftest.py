"""A region that tells people things: a mail server on this machine, something that sends text messages, and people."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from ledstang import Identity, NoticeWanted
from ledstang.people.contacts import Contact
from ledstang.testing import TOML, Place, Town
from ledstang_notices.tables import Sent

ADDRESS = "https://e-tjanster.example.se"
TEXTING = '''
"""Stands in for what sends text messages: keeps them, and fails as it is told to."""
from __future__ import annotations
from ledstang import Connector, hookimpl

SENT: list = []
LETTERS: list = []
FAULTS: list = []
ARRIVED: dict = {}


class Texting:
    async def send(self, message):
        SENT.append(message)
        if FAULTS:
            raise FAULTS.pop(0)
        return f"ref {len(SENT)}"

    async def receipts(self, references):
        return {one: ARRIVED[one] for one in references if one in ARRIVED}


class Printing(Texting):
    async def send(self, message):
        LETTERS.append(message)
        return f"letter {len(LETTERS)}"


@hookimpl
def register_connectors() -> list[Connector]:
    return [Connector("TextMessages", Texting()), Connector("Letters", Printing())]
'''


@dataclass
class Mailbox:
    """What a mail server has taken. `says` are the answers it gives instead, by the step: `RCPT`, `DATA`; `hang` none."""

    port: int
    mails: list[Any] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if "RCPT" not in self.says:
            envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(envelope)
        if self.says.get("DATA") == "hang up":
            server.transport.abort()
        if self.says.get("DATA") == "hang":
            await asyncio.get_running_loop().create_future()
        return self.says.get("DATA", "250 OK")


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    """A mail server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mailbox = Mailbox(free.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    yield mailbox
    controller.stop()


@pytest.fixture
def mailbox(server: Mailbox) -> Mailbox:
    """The mail server, with nothing in it."""
    server.mails.clear()
    server.says.clear()
    return server


@dataclass
class Telling:
    """A region whose people are told, and what they were told."""

    town: Town
    place: Place
    mailbox: Mailbox
    dag: Identity

    def reach(self, who: Identity, phone: str = "+46701740605", email: str = "dag@example.se") -> None:
        """Let somebody have confirmed a phone number and an address."""
        visit, contacts = self.place.visit(who), self.place.house.contacts
        self.place.run(contacts.save(visit, Contact(phone=phone, email=email), 0))
        for kind in ("phone", "email"):
            if kept := self.place.run(contacts.of(visit.subject.id, visit.actor.id)):
                self.place.run(contacts.verify(visit.subject.id, visit.actor.id, kind, kept))

    def tell(self, who: Identity, once: str = "1", **more: Any) -> None:
        """Want somebody told, and carry out what is due."""
        self.emit(who, once, **more)
        self.place.work()

    def emit(self, who: Identity, once: str = "1", **more: Any) -> None:
        """Want somebody told."""
        event = NoticeWanted(person=self.place.visit(who).subject.id, **{"reason": "waits", **more})
        self.place.run(self.place.house.outbox.emit(event, once))

    @property
    def texting(self) -> Any:
        return self.place.house.plugins.found["texting"].module

    @property
    def texts(self) -> list[Any]:
        """The text messages that were sent."""
        return self.texting.SENT

    @property
    def letters(self) -> list[Any]:
        """The letters that were handed over to be printed."""
        return self.texting.LETTERS

    def rows(self, **like: Any) -> list[dict[str, Any]]:
        """Return what was written down of what was sent."""
        rows = self.place.run(Sent.select().order_by(Sent.channel).run())
        return [row for row in rows if all(row[name] == value for name, value in like.items())]

    def states(self) -> dict[str, str]:
        """Return how what was sent stands, by channel."""
        return {row["channel"]: row["state"] for row in self.rows()}


def toml_with(mailbox: Mailbox, more: str = "") -> str:
    """Return the settings of a region with both channels."""
    own = f"""
[plugins.notices]
address = "{ADDRESS}"
sms = true
{more}
[plugins.notices.smtp]
host = "127.0.0.1"
port = {mailbox.port}
security = "none"
sender = "Regionen <no-reply@example.se>"
seconds = 5
"""
    return TOML + own


@pytest.fixture
def texting(tmp_path: Path) -> Path:
    """A plugin that sends text messages."""
    file = tmp_path / "texting.py"
    file.write_text(TEXTING, encoding="utf-8")
    return file


@pytest.fixture
def telling(town: Town, mailbox: Mailbox, texting: Path) -> Iterator[Telling]:
    """A region with both channels, and somebody who has confirmed both addresses."""
    with town.instance(plugins=texting, toml=toml_with(mailbox)) as place:
        telling = Telling(town, place, mailbox, town.person("Dag Test", born="1985-03-14"))
        telling.reach(telling.dag)
        yield telling
