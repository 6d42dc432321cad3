"""A region under fire that people write to, answer and are told by: what the drills of messages and of forms share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ledstang import Identity
from ledstang.clock import Clock
from ledstang.people.contacts import Contact
from ledstang.testing import TOML, Place, Town

from .fire import Fire
from .peers import TEXTING, Heard, peers
from .walkers import Walker

SETTINGS = """
codes = { times = 1000000, minutes = 10 }
[work]
poll_seconds = 0.05
lease_seconds = 2
retry_seconds = 0.1
tries = 100
[register]
fresh_minutes = 1440
[plugins.notices]
address = "https://e-tjanster.example.se"
sms = true
letters = true
quiet_from = 00:00:00
quiet_until = 00:00:00
[plugins.notices.smtp]
host = "127.0.0.1"
port = %s
security = "none"
sender = "Regionen <no-reply@example.se>"
"""
"""Begins in the table of rates, where the region's own settings end."""


class Ward(Fire):
    """A unit under fire, its people, and what comes of what they are told. A drill's own fills in `settle`."""

    walkers: Sequence[Walker]

    def __init__(self, town: Town, database: str, server: Any, port: int, heard: Heard) -> None:
        folder = town.folder / "instance"
        super().__init__(folder, database or str(folder / "data" / "ledstang.sqlite"), server, port)
        self.town, self.heard = town, heard
        folder.mkdir()
        for path, text in self.written().items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        self.texting = town.folder / "texting.py"
        self.texting.write_text(TEXTING.format(port=heard.port), encoding="utf-8")
        toml = TOML + SETTINGS % heard.mail_port
        with town.instance(toml=toml, plugins=self.texting, at=Clock().now()) as place:
            self.settle(place)

    def written(self) -> dict[str, str]:
        """Return what the region has written, by path below its folder."""
        raise NotImplementedError

    def settle(self, place: Place) -> None:
        """Let people move in, and say who walks."""
        raise NotImplementedError

    def cease(self) -> None:
        """End all processes, and send everybody home."""
        super().cease()
        for walker in self.walkers:
            walker.client.close()

    @property
    def errors(self) -> list[str]:
        """What anybody met that nobody should."""
        return [error for walker in self.walkers for error in walker.errors]

    @property
    def again(self) -> int:
        """How often somebody pressed again because nobody had answered."""
        return sum(walker.again for walker in self.walkers)

    def walk(self, eventually: Any) -> None:
        """Let everybody walk under fire; then let all be done that is left, and each form be sent once more."""
        for walker in self.walkers:
            walker.start()
        self.open(eventually)
        self.over.set()
        for walker in self.walkers:
            walker.join()
        for walker in self.walkers:
            walker.press_all_again()
        eventually(self.is_settled)


class Told:
    """How the notices and codes that are written down compare with what the peers have heard."""

    def __init__(self, ward: Ward) -> None:
        asked = "SELECT id, channel, kind, state, CASE WHEN twice THEN 1 ELSE 0 END FROM notices_sent"
        rows = ward.rows(asked)
        heard = {id_: ward.heard.of(channel, id_) for id_, channel, _, _, _ in rows}
        unclear = {id_ for id_, _, _, state, _ in rows if state == "unclear"}
        marked = {id_ for id_, *_, twice in rows if twice == "1"}
        self.rows = Counter(f"code by {channel}" if kind == "code" else channel for _, channel, kind, _, _ in rows)
        self.states = Counter(state for _, _, _, state, _ in rows)
        self.marked = len(marked)
        self.twice = sum(times > 1 for times in heard.values())
        self.silently_twice = sum(times > 1 and id_ not in marked for id_, times in heard.items())
        self.lost = sum(times == 0 for id_, times in heard.items() if id_ not in unclear)
        known = sum(len(ward.heard.times[channel]) for channel in ("email", "sms", "letter"))
        self.unwanted = known - sum(times > 0 for times in heard.values())

    def __str__(self) -> str:
        return (
            f"{dict(self.rows)}: {self.lost} lost, {self.twice} heard more than once, {self.silently_twice} of them "
            f"unmarked, {self.marked} marked as perhaps twice, {dict(self.states)}"
        )


def reach(place: Place, who: Identity) -> None:
    """Let somebody have confirmed a phone number and an address."""
    visit, contacts = place.visit(who), place.house.contacts
    mine = (visit.subject.id, visit.actor.id)
    place.run(contacts.save(visit, Contact(phone="+46701740605", email="dag@example.se"), 0))
    for kind in ("phone", "email"):
        place.run(contacts.verify(*mine, kind, place.run(contacts.of(*mine))))


@contextmanager
def ward_of(kind: type[Ward], request: pytest.FixtureRequest, folder: Path, port: int) -> Iterator[Any]:
    """Make a drill's own ward on the database that its fixture is asked for, `sqlite` or `postgres`."""
    where = ("", None)
    if request.param == "postgres":
        where = (request.getfixturevalue("postgres"), request.getfixturevalue("postgres_server"))
    with peers() as heard:
        ward = kind(Town(folder, where[0]), *where, port, heard)
        ward.eventually = request.getfixturevalue("eventually")
        yield ward
