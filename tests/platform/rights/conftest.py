"""People who ask for what is kept about them, in an instance with a programme, a child and two guardians."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

PROGRAMME = """\
---
program: prova
titel: Prova på
språk: sv
ägare: SE2321000016-1003
version: 1.0
sort: öppet
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

Välkommen.
"""
MODULE = """\
---
modul: ett
titel: Ett
---

# Ett

::: övning #blad
titel: Mina tankar

::: fråga #text lång text
Vad tänker du på?
:::
:::

::: formulär #enkat
titel: Enkäten

::: sida #s1
::: fråga #a enval
Hur ofta?

- ( ) Aldrig {#n}
- ( ) Jämt {#j}
:::
:::

::: sida #s2
::: fråga #b text
Något mer?
:::
:::
:::
"""


@dataclass
class Fetched:
    """What lies in a copy."""

    page: str
    data: dict[str, Any]
    names: list[str]
    raw: str

    def kind(self, name: str) -> Any:
        """Return one kind of data."""
        return next(one for one in self.data["parts"] if one["name"] == name)


class Office:
    """A place where people ask for their copies."""

    def __init__(self, town: Town, place: Place) -> None:
        self.town, self.place = town, place

    def prove(self, browser: Browser, who: Identity) -> None:
        """Let somebody prove once more who they are, a minute later."""
        self.place.clock.move(minutes=1)
        browser.post("/testing/signin", msgspec.to_builtins(who) | {"county": who.county or ""})

    def asked(self, who: Identity) -> Browser:
        """Return a browser of somebody who has asked for their copy, which has been made."""
        browser = self.place.sign_in(who)
        browser.post("/settings/data")
        self.place.work()
        return browser

    def fetched(self, who: Identity) -> Fetched:
        """Ask for a copy, prove once more who one is, and open it."""
        browser = self.asked(who)
        self.prove(browser, who)
        return opened(browser.get("/settings/data/copy").content)


def opened(archive: bytes) -> Fetched:
    """Read an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        assert file.testzip() is None
        page, data = (file.read(name).decode() for name in ("index.html", "data.json"))
        return Fetched(page, json.loads(data), file.namelist(), page + data)


def write_programme(town: Town, front: str = PROGRAMME, module: str = MODULE) -> None:
    """Write the programme into the town's instance."""
    home = town.folder / "instance" / "programmes" / "prova"
    home.mkdir(parents=True)
    (home / "programme.md").write_text(front, "utf-8")
    (home / "01-ett.md").write_text(module, "utf-8")


@pytest.fixture(params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest, town: Town) -> Iterator[Office]:
    """A running instance on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    town = Town(town.folder, address)
    write_programme(town)
    with town.instance() as place:
        yield Office(town, place)


@pytest.fixture
def small(town: Town) -> Iterator[Office]:
    """A running instance with a file for a database: for what is the same on both."""
    write_programme(town)
    with town.instance() as place:
        yield Office(town, place)
