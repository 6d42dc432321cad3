"""Forms over HTTP: written in the tests, answered and sent as a browser would.

All tests of a module share one running instance, once on each database; each brings persons of its own, and the clock
stands at noon on Monday 23 November 2026 when it begins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ledstang.people.persons import Identity
from ledstang.testing import NOON, Town

from ..village import BOTH, Device, Page, Village, address

UNIT = "SE2321000016-1003"
USUAL = {
    "titel": "Hur mår du?",
    "sammanfattning": "Några frågor.",
    "språk": "sv",
    "version": "1.0",
    "ägare": UNIT,
    "sort": "öppet",
    "målgrupp": "invånare",
    "medicinskt ansvarig": "Testläkaren",
    "licens": "CC BY 4.0",
    "säkerhet": "Ring 112 om det är akut. Ring 1177 för råd.",
}
BODY = """
::: sida #s1
titel: Först
::: fråga #text lång text obligatorisk
Vad vill du berätta?
:::
::: fråga #illa ja/nej
Mår du mycket dåligt?
:::
::: visa #hjalp
när: illa = ja

Ring Självmordslinjen 90101.
:::
:::

::: sida #s2
titel: Sedan
::: skala #ofta
- (0) Aldrig
- (2) Ofta
:::
::: frågor #oro
skala: ofta
obligatorisk: ja

Hur ofta är du orolig?

1. På dagen {#dag-oro}
2. På natten {#natt-oro}
:::
::: fråga #mer text
visas när: natt-oro = 2
Vad är det på natten?
:::
:::

::: beräkna #summa
formel: summa(dag-oro, natt-oro)
etikett: Oro

- 0–2: lite
- 3–4: mycket
:::

::: larm #rod
när: illa = ja
nivå: röd

Mår mycket dåligt.
:::
"""

TIMELY = """
::: larm #gul
när: dag-oro = 2
nivå: gul
till: kuratorn
tidsgräns: 2 vardagar

Orolig på dagen.
:::

::: larm #snart
när: natt-oro = 2
nivå: röd
tidsgräns: 4 timmar

Orolig på natten.
:::
"""

HEARING = '''
"""Hears what the forms plugin tells, and knows a unit that ledstang.toml does not: stands in for any plugin from outside."""
from __future__ import annotations
from ledstang import CareUnit, Connector, FormCompleted, Listener, NoticeWanted, hookimpl

HEARD = []

async def hear(event, _once):
    HEARD.append(event)

class Directory:
    async def units(self):
        return [CareUnit("SE2321000016-7777", "Kuratorn vid Älven", "norra")]

@hookimpl
def register_connectors():
    return [Connector("UnitDirectory", Directory())]

@hookimpl
def register_listeners():
    return [Listener("completed", FormCompleted, hear), Listener("notices", NoticeWanted, hear)]
'''


BOOKING = '''
"""Bookings that are made up, each with a form to answer before it."""
from __future__ import annotations
from ledstang import FormAbout, FormCompleted, FormWanted, Listener, hookimpl

ASKS, HEARD = {}, []

class Bookings:
    def __init__(self, host):
        self.host = host

    async def book(self, person, booking, last, form="skickas", unit="SE2321000016-1003"):
        paths = {"path": f"/booking/{booking}", "staff_path": f"/booking/staff/{booking}"}
        about = FormAbout(kind="booking", id=booking, title="Your time", **paths)
        wanted = FormWanted(person=person, form=form, unit=unit, last=last, about=about, words="Inför din tid.")
        return await self.host.connector("Forms").want(wanted)

    async def cancel(self, booking):
        return await self.host.connector("Forms").unwant("booking", booking)

@hookimpl
def register_listeners(host):
    async def hear(event, _once):
        HEARD.append(event)

    ASKS["bookings"] = Bookings(host)
    return [Listener("answered", FormCompleted, hear)]
'''


def form(key: str, body: str = BODY, **rows: str) -> str:
    """Return a form's file, with the rows that every form has."""
    given = {"formulär": key} | USUAL | {name.replace("_", " "): value for name, value in rows.items()}
    return "---\n" + "\n".join(f"{name}: {value}" for name, value in given.items() if value) + f"\n---\n{body}"


FORMS = {
    "halsa": form("halsa"),
    "barn": form("barn", titel="Om ditt barn", målgrupp="vårdnadshavare för barn", till_ålder="12"),
    "eget": form("eget", titel="Ditt eget", målgrupp="barn", till_ålder="17"),
    "vuxna": form("vuxna", titel="För vuxna", från_ålder="18", till_ålder="99"),
    "skickas": form("skickas", titel="Det som skickas", sort="utskick"),
    "larmar": form("larmar", BODY + TIMELY, titel="Med tidsgräns"),
    "soder": form("soder", titel="I södra", boende_i="[12]"),
    "kurator": form("kurator", titel="Till kuratorn", ägare="SE2321000016-7777"),
    "ingen": form("ingen", titel="Utan läsare", ägare="SE2321000016-9999"),
}


class Answering(Device):
    """Somebody with a form before them."""

    def begins(self, key: str = "halsa") -> Page:
        """Begin a form that people choose, and return its first page."""
        page = Page(self, self.browser.post(f"/forms/{key}/begin"))
        assert page.path.startswith("/forms/mine/"), page.text
        self.home = page.path.rsplit("/", 1)[0]
        return page

    def answers(self, key: str = "halsa", text: str = "Jag är trött", **more: str) -> Page:
        """Begin a form and answer all of it, up to the page where it is looked through."""
        self.begins(key)
        return self.fills(text, **more)

    def fills(self, text: str = "Jag är trött", *, illa: str = "false", oro: str = "0") -> Page:
        """Answer both pages of a form."""
        self.open("1").submit({"form.text": text, "form.illa": illa})
        if illa == "true":
            self.open("1").submit({})
        page = self.open("2").submit({"form.dag-oro": "2", "form.natt-oro": oro})
        return self.open("check") if not page.path.endswith("/check") else page

    def sends(self, key: str = "halsa", **more: str) -> Page:
        """Answer a form and send it."""
        return self.answers(key, **more).submit()


class Hamlet(Village):
    """A running instance with its forms."""

    def answerer(self, **about: str) -> Answering:
        """Return the device of somebody new."""
        return Answering(self, self.person(**about))

    def heard(self, identity: Identity) -> list[str]:
        """Carry out what is due, and return what another plugin has heard about somebody, in order."""
        self.place.work()
        person = self.place.visit(identity).subject.id
        events = sys.modules["ledstang_local.hearing"].HEARD
        return [type(event).__name__ for event in events if event.person == person]

    def sendings(self, identity: Identity) -> list[dict[str, Any]]:
        """Return what the database has of somebody's forms."""
        return self.rows("select * from forms_sending where person = ?", self.place.visit(identity).subject.id)


@contextmanager
def settled(folder: Path, database: str = "", forms: dict[str, str] | None = None, **about: Any) -> Iterator[Hamlet]:
    """Run an instance in a folder, with the forms written into it. Again on the same folder, it is a restart."""
    home = folder / "instance" / "forms"
    home.mkdir(parents=True, exist_ok=True)
    for key, text in (FORMS if forms is None else forms).items():
        (home / f"{key}.md").write_text(text, encoding="utf-8")
    hearing, beside = folder / "hearing.py", home.parent / "plugins"
    hearing.write_text(HEARING, encoding="utf-8")
    beside.mkdir(exist_ok=True)
    (beside / "visits.py").write_text(BOOKING, encoding="utf-8")
    town = Town(folder, database)
    with town.instance(plugins=hearing, **about) as place:
        missing = [key for key in FORMS if key not in place.house.published.of("forms")]
        assert not missing or forms is not None, missing
        yield Hamlet(town, place)


@pytest.fixture(scope="module", params=BOTH)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hamlet]:
    """The instance that a module's tests share: all of them once on each database."""
    with settled(tmp_path_factory.mktemp("forms"), address(request)) as village:
        yield village


@pytest.fixture
def village(started: Hamlet) -> Hamlet:
    """The module's instance, at noon on the Monday."""
    started.clock.set(NOON)
    return started
