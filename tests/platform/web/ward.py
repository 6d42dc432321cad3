"""A treater-led programme at the unit of the tests, who follows it, and a citizen who takes part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from ledstang.access.facts import Fact
from ledstang.people.persons import Identity
from ledstang.testing import TOML, Browser, Place, Town

UNIT, OTHER = "SE2321000016-1003", "SE2321000016-2004"
LED = """\
---
program: ledd
titel: Ledd kurs
språk: sv
ägare: SE2321000016-1003
version: 1.0
sort: behandlarstött
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Välkommen.
"""
PART = "---\nmodul: ett\ntitel: Ett\n---\n\n# Ett\n\nLäs.\n"
MORE = f'[[units]]\nhsa_id = "{OTHER}"\nname = "Andra mottagningen"\nregion = "norra"\n'
REVIEWS = "/staff/lists/host/reviews"
QUIET = "/staff/lists/programmes/quiet"


@dataclass
class Ward:
    """The unit, and the people of a test."""

    town: Town
    place: Place
    tea: Identity
    frida: Identity
    dag: Identity
    works: dict[str, UUID]

    def at_work(self, who: Identity) -> Browser:
        """Return a browser of one of the staff's, at work."""
        return self.place.at_work(who, self.works[who.number])

    def hire(self, name: str, *roles: str, unit: str = UNIT) -> Identity:
        """Let one more work at a unit."""
        person = self.town.person(name, born="1984-01-01")
        self.works[person.number] = self.place.appoint(person, *roles, unit=unit, title="Psykolog")
        return person

    def takes_part(self, who: Identity) -> str:
        """Begin the programme as somebody, go quiet, and return the address where treaters follow it."""
        mine = self.place.sign_in(who).post("/programmes/ledd/begin").url.path
        return mine.replace("/mine/", "/participants/")

    def id_of(self, who: Identity) -> UUID:
        """Return somebody's id."""
        found: UUID = self.place.visit(who).subject.id
        return found

    def block(self, who: Identity, **about: Any) -> UUID:
        """Let a citizen block the staff of a unit, or of all."""
        fact, subject = Fact("block", self.place.clock.today(), relation="staff", **about), self.id_of(who)
        kept: UUID = self.place.run(self.place.house.facts.keep(subject, fact, decided_by=subject))
        return kept

    def sql(self, text: str) -> list[dict[str, Any]]:
        """Read the database."""
        found: list[dict[str, Any]] = self.place.run(self.place.house.database.engine.run(text, ()))
        return found


@contextmanager
def ward(town: Town, folder: Path, more: str = "") -> Iterator[Ward]:
    """Run an instance with the programme, a treater, an access administrator and a citizen."""
    programme = folder / "ledd"
    programme.mkdir()
    (programme / "programme.md").write_text(LED, "utf-8")
    (programme / "01-ett.md").write_text(PART, "utf-8")
    with town.instance(programmes=programme, toml=TOML.replace("[rates]", MORE + more + "[rates]")) as place:
        tea, frida = town.person("Tea Test", born="1980-01-01"), town.person("Frida Test", born="1979-02-02")
        works = {
            tea.number: place.appoint(tea, "treater", title="Psykolog"),
            frida.number: place.appoint(frida, "access-administrator", title="Administratör"),
        }
        yield Ward(town, place, tea, frida, town.person("Dag Test", born="1985-05-06"), works)
