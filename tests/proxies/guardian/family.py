"""A family, for the tests of guardians: who they are, where they live, and how they go about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ledstang import Visit
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

PROGRAMME = """---
program: barn
titel: Lugna kvällar
språk: sv
ägare: SE2321000016-1003
version: 0.1
sort: öppet
målgrupp: barn och vårdnadshavare
till ålder: 17
medicinskt ansvarig: Någon
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Ett litet program för barn.
"""
MODULE = """---
modul: ett
titel: Ett
öppnas: direkt
---

# Kvällen

::: övning #kvall
::: fråga #text lång text
Hur är kvällen?
:::
:::
"""
SECOND = "---\nmodul: tva\ntitel: Två\nöppnas: direkt\n---\n\n# Morgonen\n\nEn ny dag.\n"
ENDED = "Du kan inte längre vara ombud"
AHEAD = (
    "Den 1 januari 2030 fyller Cilla 13:",
    "Stängs för vårdnadshavare: journal (läsa), läkemedel och alla andra tjänster.",
    "Stängt för alla, om inte vårdenheten beslutar annat: journal (läsa) och läkemedel.",
    "Öppnas för Cilla: alla andra tjänster.",
    "Den 1 januari 2033 fyller Cilla 16:",
    "Öppnas för Cilla: journal (läsa).",
)
"""What comes for Cilla, as everybody reads it whom it is told."""


@dataclass
class Family:
    """Two guardians, their child, somebody else, and where they live."""

    town: Town
    place: Place
    asta: Identity
    bo: Identity
    cilla: Identity
    dag: Identity

    def guardian(self, who: Identity | None = None) -> Browser:
        """Return a browser in which a guardian has added the child and acts for her."""
        browser = self.place.sign_in(who or self.asta)
        assert add(browser, self.cilla).status_code == 200
        return self.acting(browser)

    def acting(self, browser: Browser) -> Browser:
        """Let a guardian who has added the child go over to her."""
        answer = browser.post(first(browser, r'action="(/guardian/[^"/]+/act)"'))
        assert "Du är ombud för Cilla" in answer.text
        return browser

    def staff(self, *roles: str, unit: str = "SE2321000016-1003") -> Visit:
        """Return the visit of Eva, at work at a unit with these roles."""
        eva = self.town.person("Eva Test", born="1979-04-04")
        id_ = self.place.appoint(eva, *roles, unit=unit)
        visit = self.place.visit(eva)
        return visit.at_work(self.place.run(self.place.house.staff.acting(id_, visit.actor.id)))

    def at_work(self, *roles: str, unit: str = "SE2321000016-1003") -> Browser:
        """Return a browser in which somebody new works at a unit with these roles."""
        eva = self.town.person("Eva Test", born="1979-04-04")
        return self.place.at_work(eva, self.place.appoint(eva, *roles, unit=unit))

    def register(self, **facts: object) -> None:
        """Change what the register says of the child, and have it told, as a register's event does."""
        self.town.registry.put(self.cilla, **facts)
        self.place.run(self.place.house.checking.changed(self.cilla.number))


def add(browser: Browser, child: Identity):
    return browser.post("/guardian/add", {"number": child.number})


def first(browser: Browser, pattern: str, path: str = "/guardian/") -> str:
    found = re.search(pattern, browser.get(path).text)
    assert found, browser.get(path).text
    return found[1]


def taking_part(browser: Browser) -> str:
    """Begin the programme for whom one acts, and return the address of the worksheet."""
    mine = browser.post("/programmes/barn/begin").url.path
    return f"{mine}/module/ett/kvall"


@contextmanager
def living(town: Town, folder: Path, **options: object) -> Iterator[Family]:
    """Let a family live in the autumn of 2029, when Cilla is twelve, with a programme for children."""
    barn = folder / "barn"
    barn.mkdir(exist_ok=True)
    (barn / "programme.md").write_text(PROGRAMME, encoding="utf-8")
    (barn / "01-ett.md").write_text(MODULE, encoding="utf-8")
    (barn / "02-tva.md").write_text(SECOND, encoding="utf-8")
    asta, bo = town.person("Asta Test", born="1988-03-03"), town.person("Bo Test", born="1986-09-12")
    cilla, dag = town.child("Cilla", born="2017-01-01", guardians=[asta, bo]), town.person("Dag", born="1985-05-06")
    town.registry.put(dag)
    given = {"at": datetime(2029, 10, 1, 10, tzinfo=UTC), **options}
    with town.instance(programmes=barn, **given) as place:
        yield Family(town, place, asta, bo, cilla, dag)
