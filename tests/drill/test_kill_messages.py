"""Web and workers are killed while people write, staff answer and notices go out: 0 lost, 0 doubled, none given up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang import Identity
from ledstang.clock import Clock
from ledstang.people.contacts import Contact
from ledstang.testing import TOML, Place, Town

from .fire import KILLS, Fire
from .peers import TEXTING, mails, texts
from .walkers import Citizen, Staff, Walker, written_on

pytestmark = pytest.mark.drill

TABLES = "inbox_case", "inbox_message", "delivered_item"
"""What a case, a message and an answer are a row in, each."""
SETTINGS = """
[work]
poll_seconds = 0.05
lease_seconds = 2
retry_seconds = 0.1
tries = 100
[plugins.notices]
address = "https://e-tjanster.example.se"
sms = true
quiet_from = 00:00:00
quiet_until = 00:00:00
[plugins.notices.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Regionen <no-reply@example.se>"
"""
QUESTION = """---
ärendetyp: fraga
titel: Fråga till oss
språk: sv
ägare: SE2321000016-1003
version: 1.0
svar inom: 2 vardagar
säkerhet: Vi läser vardagar 8–16.
sammanfattning: Om du undrar något.
---

Skriv vad du undrar.
"""


class Ward(Fire):
    """A unit under fire: who writes to it and who answers, and how many e-mails and text messages came of each notice."""

    def __init__(
        self, town: Town, database: str, server: Any, port: int, peers: list[tuple[int, Counter[str]]]
    ) -> None:
        folder = town.folder / "instance"
        super().__init__(folder, database or str(folder / "data" / "ledstang.sqlite"), server, port)
        (mail_port, mailed), (text_port, texted) = peers
        self.heard = {"email": mailed, "sms": texted}
        (folder / "cases").mkdir(parents=True)
        (folder / "cases" / "fraga.md").write_text(QUESTION, encoding="utf-8")
        texting = town.folder / "texting.py"
        texting.write_text(TEXTING.format(port=text_port), encoding="utf-8")
        toml = TOML + SETTINGS.format(port=mail_port)
        with town.instance(toml=toml, plugins=texting, at=Clock().now()) as place:
            persons = [town.person("Dag", born="1985-05-06"), town.person("Asta", born="1988-03-03")]
            staff = [town.person("Eva", born="1980-02-02"), town.person("Bo", born="1986-09-12")]
            for person in persons:
                reach(place, person)
            self.citizens = [Citizen(self, place.sign_in(one).cookies) for one in persons]
            working = [place.at_work(one, place.appoint(one, "treater")).cookies for one in staff]
        self.staff = [Staff(self, cookies, self.citizens) for cookies in working]

    @property
    def walkers(self) -> list[Walker]:
        return [*self.citizens, *self.staff]

    def cease(self) -> None:
        """End all processes, and send everybody home."""
        super().cease()
        for walker in self.walkers:
            walker.client.close()

    def said(self) -> dict[str, Counter[str]]:
        """Return what people were told has been sent, by case."""
        told = {case: Counter(sent) for one in self.citizens for case, sent in one.cases.items()}
        for one in self.staff:
            for case, answers in one.answers.items():
                told[case].update(answers)
        return told


class Told:
    """How the notices that are written down compare with what the peers have heard."""

    def __init__(self, ward: Ward) -> None:
        asked = "SELECT id, channel, state, CASE WHEN twice THEN 1 ELSE 0 END FROM notices_sent"
        rows = ward.rows(asked)
        heard = {id_: ward.heard[channel][id_] for id_, channel, _, _ in rows}
        marked = {id_ for id_, _, _, twice in rows if twice == "1"}
        self.rows = Counter(channel for _, channel, _, _ in rows)
        self.states = Counter(state for _, _, state, _ in rows)
        self.marked = len(marked)
        self.twice = sum(times > 1 for times in heard.values())
        self.silently_twice = sum(times > 1 and id_ not in marked for id_, times in heard.items())
        self.lost = sum(times == 0 for times in heard.values())
        self.unwanted = sum(id_ not in heard for counter in ward.heard.values() for id_ in counter)

    def __str__(self) -> str:
        return (
            f"notices {dict(self.rows)}: {self.lost} lost, {self.twice} heard more than once, {self.silently_twice} of them "
            f"unmarked, {self.marked} marked as perhaps twice, {dict(self.states)}"
        )


def reach(place: Place, who: Identity) -> None:
    """Let somebody have confirmed a phone number and an address."""
    visit, contacts = place.visit(who), place.house.contacts
    mine = (visit.subject.id, visit.actor.id)
    place.run(contacts.save(visit, Contact(phone="+46701740605", email="dag@example.se"), 0))
    for kind in ("phone", "email"):
        place.run(contacts.verify(*mine, kind, place.run(contacts.of(*mine))))


@pytest.fixture(params=["sqlite", "postgres"])
def ward(request: pytest.FixtureRequest, tmp_path: Path, port: int, eventually: Any) -> Iterator[Ward]:
    """A unit under fire, on either database."""
    where = ("", None)
    if request.param == "postgres":
        where = (request.getfixturevalue("postgres"), request.getfixturevalue("postgres_server"))
    with mails() as mailed, texts() as texted:
        ward = Ward(Town(tmp_path, where[0]), *where, port, [mailed, texted])
        ward.eventually = eventually
        yield ward


def stands(reader: Walker, path: str, cases: Iterable[str]) -> dict[str, Counter[str]]:
    """Return what stands on a reader's pages of some cases, with how many times."""
    return {case: written_on(reader.get(f"{path}{case}")) for case in cases}


def walk(ward: Ward, eventually: Any) -> None:
    """Let everybody walk under fire; then let all be done that is left, and each form be sent once more."""
    for walker in ward.walkers:
        walker.start()
    ward.open(eventually)
    ward.over.set()
    for walker in ward.walkers:
        walker.join()
    for walker in ward.walkers:
        walker.press_all_again()
    eventually(ward.is_settled)


def test_messages_answers_and_notices_are_there_once(ward: Ward, eventually: Any) -> None:
    """What was acknowledged stands once on both sides, however often it was pressed, and nothing else does; each answer was
    told of once by each channel, or its row says that it may have been twice; and nothing is given up.
    """
    ward.start()
    try:
        walk(ward, eventually)
        said, answers = ward.said(), sum(len(sent) for one in ward.staff for sent in one.answers.values())
        citizens: dict[str, Counter[str]] = {}
        for one in ward.citizens:
            citizens |= stands(one, "/inbox/cases/", one.cases)
        unit = stands(ward.staff[0], "/inbox/desk/", said)
    finally:
        ward.cease()
    told = Told(ward)
    sent = sum(map(Counter.total, said.values()))
    print(f"\n{KILLS} kills: {sent} messages acknowledged, {answers} of them answers, in {len(said)} cases; "
          f"{sum(one.again for one in ward.walkers)} presses again for want of an answer; {told}")  # fmt: skip
    assert [error for walker in ward.walkers for error in walker.errors] == []
    assert answers > KILLS
    assert citizens == unit == said
    assert [ward.query(f"SELECT count(*) FROM {table}") for table in TABLES] == [len(said), sent, answers]
    assert (told.rows, told.lost, told.unwanted, told.silently_twice) == ({"email": answers, "sms": answers}, 0, 0, 0)
    assert set(told.states) == {"accepted"}
    assert ward.query("SELECT count(*) FROM outbox WHERE dead IS NOT NULL") == 0
    assert ward.is_sound()
