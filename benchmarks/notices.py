"""Ten thousand reminders that are due at 18:00: how long until each lies with the mail server and with what sends SMS.

One `ledstang serve` does it, on both databases, over real SMTP to a server in a process of its own; what sends text messages
takes each at once, so that what is measured is ours. The raw limit, in the same run, is the same mails by the same client, as
many at once, with nothing written down. `python benchmarks/notices.py [REMINDERS]`
"""

from __future__ import annotations

import asyncio
import socket
import sys
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from functools import partial
from os import getloadavg
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from uuid import UUID, uuid4

import msgspec
from aiosmtpd.controller import Controller
from ledstang import Message, NoticeWanted
from ledstang.clusters import cluster
from ledstang.house import House
from ledstang.people.contacts import Contact, contact_id
from ledstang.people.facts import Facts
from ledstang.people.numbers import make_test_number
from ledstang.people.tables import Person as People
from ledstang.people.tables import PersonContact
from ledstang.testing import TOML, Place, Town
from ledstang_notices.settings import Smtp
from ledstang_notices.smtp import open_mail
from ledstang_notices.tables import Sent

REMINDERS = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else 10_000
AIM, AT_ONCE = 120, 8
"""Seconds for all of them, and how many errands a worker carries out at once where nobody says otherwise."""
A_DAY, PORTION = 10, 500
"""Test numbers that are taken of one birthday, and people who are written down in one transaction."""
EARLY, SIX = datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC)
TEXTING = """
from __future__ import annotations
from ledstang import Connector, hookimpl

class Texting:
    async def send(self, message):
        return message.once
    async def receipts(self, references):
        return {}

@hookimpl
def register_connectors() -> list[Connector]:
    return [Connector("TextMessages", Texting())]
"""


class Taking:
    """A mail server that takes everything."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:
        return "250 OK"


def serve() -> None:
    """Be the mail server, until the parent goes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Taking(), hostname="127.0.0.1", port=port)
    controller.start()
    print(port, flush=True)
    sys.stdin.read()
    controller.stop()


async def raw(port: int) -> float:
    """Return how many seconds as many mails take that nobody writes down."""
    mail, left = open_mail(Smtp("127.0.0.1", "no-reply@example.se", port, "none"), Path()), iter(range(REMINDERS))

    async def one_after_another() -> None:
        for number in left:
            await mail.send(
                Message("dag@example.se", "Du har något nytt att läsa.", str(number), "Något nytt att läsa")
            )

    began = perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return perf_counter() - began


def settings(port: int) -> str:
    """Return the settings of a region with both channels."""
    return (
        TOML
        + f"""
[plugins.notices]
address = "https://e-tjanster.example.se"
sms = true
[plugins.notices.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "no-reply@example.se"
"""
    )


async def fill(place: Place) -> None:
    """Let so many people have confirmed where they are reached, and want each told at six."""
    house = place.house

    async def some(numbers: range) -> None:
        people = [(uuid4(), date(1940, 1, 1) + timedelta(days=number // A_DAY), number) for number in numbers]
        await People.insert(*(person_of(house, *one) for one in people))
        await PersonContact.insert(*(contact_of(house, id_) for id_, _, _ in people))
        for id_, _, number in people:
            notice = NoticeWanted(person=id_, reason="waits", path="/inbox/")
            await house.outbox.emit(notice, f"reminder {number}", due=SIX)

    for first in range(0, REMINDERS, PORTION):
        await house.database.write(partial(some, range(first, min(first + PORTION, REMINDERS))))


def person_of(house: House, id_: UUID, born: date, number: int) -> People:
    """Return a person's row as the register seals it: signing in ten thousand takes longer than what is measured."""
    facts = msgspec.msgpack.encode(Facts(make_test_number(born, number % A_DAY), "Dag Test"))
    sealed = house.keys.seal(facts, table="person", column="facts", row=id_, subject=id_)
    told = {"number_index": f"h{number}", "facts": b64encode(sealed).decode(), "born": born, "county": "24"}
    return People(id=id_, updated=EARLY, **told)


def contact_of(house: House, id_: UUID) -> PersonContact:
    """Return the row of somebody's contact details, both of them confirmed."""
    row, contact = contact_id(id_, id_), Contact(phone="+46701740605", email="dag@example.se")
    place = {"table": "person_contact", "column": "details", "row": row, "subject": id_}
    details = house.keys.seal(msgspec.msgpack.encode(contact), **place)
    confirmed = dict.fromkeys(("changed", "phone_verified", "email_verified"), EARLY)
    return PersonContact(id=row, subject=id_, holder=id_, actor=id_, details=details, **confirmed)


def ours(folder: Path, port: int, database: str = "") -> str:
    """Tell how long it takes from six o'clock until all has been sent, everything by one worker, and the CPU time of it."""
    plugin = folder / "texting.py"
    plugin.write_text(TEXTING, encoding="utf-8")
    with Town(folder, database).instance(plugins=plugin, toml=settings(port), at=EARLY) as place:
        place.run(fill(place))
        place.work()
        place.clock.set(SIX)
        began = process_time()
        seconds = place.run(until_all_are_sent(place))
        return f"{seconds:6.1f} s, {process_time() - began:6.1f} s of CPU time"


async def until_all_are_sent(place: Place) -> float:
    """Work as `ledstang serve` does, and return how many seconds it took."""
    began = perf_counter()
    async with place.house.worker.running():
        while await Sent.count().where(Sent.state == "accepted") < REMINDERS * 2:  # noqa: ASYNC110 - errands end in many tasks
            await asyncio.sleep(0.2)
    return perf_counter() - began


def main() -> None:
    """Run all, and print seconds beside the aim and the raw limit."""
    with Popen([sys.executable, __file__, "serve"], stdin=PIPE, stdout=PIPE, text=True) as server:
        assert server.stdout
        port = int(server.stdout.readline())
        print(
            f"{REMINDERS} reminders, each by e-mail and by SMS; the aim is {AIM} s for 10,000; load {getloadavg()[0]:.1f}"
        )
        print(f"raw limit, e-mail only: {asyncio.run(raw(port)):6.1f} s")
        with TemporaryDirectory() as folder:
            print(f"SQLite:                 {ours(Path(folder), port)}", flush=True)
        with cluster("synchronous_commit=on") as databases, TemporaryDirectory() as folder:
            print(f"PostgreSQL:             {ours(Path(folder), port, databases.database())}", flush=True)
        assert server.stdin
        server.stdin.close()


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
