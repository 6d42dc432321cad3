"""Where attacks take place: an instance with one of everything that an address can name, and people who want in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
from ledstang.access.permissions import AtUnit, Own
from ledstang.people.persons import Identity
from ledstang.testing import NOON, TOML, Browser, Place, Town

from .systems import API, write_keys

FRONT = """\
---
program: min
titel: Min
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
::: fråga #text lång text
Vad tänker du?
:::
:::

::: formulär #langt
::: sida #s1
::: fråga #a text
Första?
:::
:::

::: sida #s2
::: fråga #b text
Andra?
:::
:::
:::
"""
FAMILY = FRONT.replace("program: min", "program: familj").replace("titel: Min", "titel: Min familj").replace(
    "sort: öppet", "sort: behandlarstött\nmålgrupp: barn och vårdnadshavare\ntill ålder: 17\nvårdnadshavares samtycke: båda\n"
    "samtycke: samtycke.md",
)  # fmt: skip
CONSENT = "---\nsamtycke: familj\nversion: 1.0\ntitel: Ja\nspråk: sv\n---\n\nMin text.\n"
PLENTY = "".join(f"{name} = {{ times = 1000000, minutes = 10 }}\n" for name in ("codes", "tokens", "calls", "lookups"))
CASE_TYPE = """\
---
ärendetyp: fraga
titel: Min fråga
språk: sv
ägare: SE2321000016-1003
version: 1.0
svar inom: 2 vardagar
säkerhet: Ring 112 om det är akut.
startas av: båda
---

Skriv.
"""
UNIT, OTHER, SOUTH = "SE2321000016-1003", "SE2321000016-2004", "SE2321000024-3005"
UNITS = f"""
[[units]]
hsa_id = "{OTHER}"
name = "Andra mottagningen"
region = "norra"
[[units]]
hsa_id = "{SOUTH}"
name = "Södra mottagningen"
region = "sodra"
"""
SETTINGS = TOML.replace("[rates]", UNITS + "[rates]\n" + PLENTY) + API
AT_WORK = {
    "staff of the unit": (UNIT, ("access-administrator",)),
    "treater of the unit": (UNIT, ("treater", "citizen-administrator", "data-administrator")),
    "pupil of the unit": (UNIT, ("treater",)),
    "staff of another unit": (OTHER, ("access-administrator", "treater")),
    "another region's staff": (SOUTH, ("access-administrator", "treater")),
}
"""Who works where, as what."""
WARD = '''
"""A ward whose notes its own staff read, but for pupils: stands in for the staff's pages of plugins until there are any."""
from __future__ import annotations
from typing import Any
from uuid import UUID, uuid4
import msgspec
from ledstang import AttachmentUse, AtUnit, Host, Permission, Visit, hookimpl
from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

NOTE = UUID("0190b5f0-0000-7000-8000-000000000001")
READERS = ("treater", "access-administrator")

async def is_no_pupil(visit: Visit | None, note: Any) -> bool:
    return visit is not None and visit.assignment is not None and visit.assignment.title != "Pupil"

@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("ward.keep", "Keep something at the ward"),
            Permission("ward.read", "Read the ward\\'s notes", who="staff", roles=READERS, check=is_no_pupil)]

class Kept(msgspec.Struct, frozen=True):
    person: UUID

async def kept(visit: Visit, item: UUID) -> Kept:
    return Kept(item)

@hookimpl
def register_attachments(host: Host) -> list[AttachmentUse]:
    return [AttachmentUse("ward-notes", kept, "ward.keep", "/ward/{item}", "ward.keep")]

@hookimpl
def register_routes(host: Host) -> list:
    @get("/{note:uuid}")
    async def read(note: FromPath[UUID], staff: Visit) -> str:
        if note != NOTE or not await host.may(staff, "ward.read", AtUnit("se2321000016-1003")):
            raise NotFoundException
        return "read"
    return [read]
'''
WHEREVER = "wherever they work"
"""Stands for the unit of whoever asks: the same address shows each what is their unit's."""
CLOSED = (401, 404, 405)
QUIET = frozenset({"session", "rate_count", "access_log_entry", "access_log_chain"})
"""Tables that every request may touch: signs of life, counts, and that staff were refused."""


FORM = f"""\
---
formulär: kanarie
titel: Kanarieformulär
sammanfattning: Några frågor.
språk: sv
version: 1.0
ägare: {UNIT}
sort: öppet
målgrupp: invånare
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---

::: fråga #text lång text
Vad vill du berätta?
:::
"""


def put_form(folder: Path) -> None:
    """Write a form on its own into an instance that is to be made in a folder."""
    home = folder / "instance" / "forms"
    home.mkdir(parents=True)
    (home / "kanarie.md").write_text(FORM, encoding="utf-8")


def put_family(folder: Path) -> None:
    """Write a programme for a child and its guardians into an instance that is to be made in a folder."""
    home = folder / "instance" / "programmes" / "familj"
    home.mkdir(parents=True)
    for name, text in (("programme.md", FAMILY), ("samtycke.md", CONSENT), ("01-ett.md", MODULE)):
        (home / name).write_text(text, encoding="utf-8")


@dataclass
class Target:
    """A real thing at an address. `action` is what `may` is asked about it, None for what is public.

    `owner` is whose it is, `unit` the unit that it belongs to; `token` is what lets a care system in, and nobody
    else. `headers` are what a script of ours says besides, with its session's token.
    """

    path: str
    action: str | None = None
    owner: Identity | None = None
    fields: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Scene:
    """A running instance and who is in it. `front` is how the programme begins that the owner takes part in."""

    front = FRONT

    def __init__(self, town: Town, place: Place) -> None:
        self.town, self.place = town, place
        self.owner = town.person("Ove Ägare", born="1980-01-01")
        self.actors: dict[str, Identity | None] = {
            "stranger": town.person("Stina Främling", born="1981-01-01"),
            "another region's citizen": town.person("Rut Söder", born="1982-01-01", county="12"),
            "staff of the unit, as a citizen": town.person("Sara Personal", born="1983-01-01"),
            "anonymous": None,
        }
        place.appoint(self.actors["staff of the unit, as a citizen"], "access-administrator")
        self.assignments: dict[str, UUID] = {}
        for number, (who, (unit, roles)) in enumerate(AT_WORK.items()):
            title = "Pupil" if who.startswith("pupil") else "Nurse"
            person = self.actors[who] = town.person(f"Sten Personal {number}", born="1984-01-01")
            self.assignments[person.number] = place.appoint(person, *roles, unit=unit, title=title)
        self._child = town.child("Ella Barn", born="2019-01-01", guardians=[self.owner])
        self.browser = place.sign_in(self.owner)

    def browser_of(self, actor: Identity | None) -> Browser:
        """Return a browser of an actor's, signed in unless it is nobody's."""
        if actor and actor.number in self.assignments:
            return self.place.at_work(actor, self.assignments[actor.number])
        return self.place.sign_in(actor) if actor else self.place.browser()

    def token(self) -> str:
        """Return a token of the care system's."""
        given: str = self.place.run(self.place.house.tokens.give("journal", ("contact:read", "contact:changes")))
        return given

    def may(self, actor: Identity | None, target: Target) -> bool:
        """Ask the oracle: the host's own answer, about what is there."""
        if target.action is None:
            return True
        visit = self.place.visit(actor) if actor else None
        if visit and actor and actor.number in self.assignments:
            acting = self.place.house.staff.acting(self.assignments[actor.number], visit.actor.id)
            visit = visit.at_work(self.place.run(acting))
        thing: Any = Own(self.place.visit(target.owner).subject.id) if target.owner else None
        unit = visit.unit if visit and target.unit == WHEREVER else target.unit
        thing = AtUnit(unit) if unit else thing
        return bool(self.place.run(self.place.house.access.may(visit, target.action, thing)))

    def child(self) -> UUID:
        """Add the owner's child, if that has not been done, and return the link's id."""
        self.browser.post("/signin/own")
        self.browser.post("/guardian/add", {"number": self._child.number})
        return UUID(str(self.rows("select id from guardian_link where ended is null")[0]["id"]))

    def family(self) -> UUID:
        """Begin the family's programme for the owner's child, if that has not been done, and return the participation's id."""
        self.browser.post(f"/guardian/{self.child()}/act")
        page = self.browser.post("/programmes/familj/begin", {"consent": "1.0"})
        self.browser.post("/signin/own")
        return UUID(page.url.path.rsplit("/", 1)[1])

    def began(self) -> UUID:
        """Begin the programme as the owner, anew, and return the participation's id."""
        old = self.rows("select id from programmes_participation where ended is null")
        for row in old:
            self.browser.post(f"/programmes/mine/{row['id']}/end")
        page = self.browser.post("/programmes/min/begin")
        return UUID(page.url.path.rsplit("/", 1)[1])

    def wrote(self) -> UUID:
        """Write to the unit as the owner, and return the case's id."""
        self.browser.post("/signin/own")
        return self._sent(self.browser)

    def _sent(self, browser: Browser) -> UUID:
        page = browser.post("/inbox/write/fraga", {"_case": str(uuid4()), "text": "Kanariefågel", "send": "yes"})
        return UUID(page.url.path.rsplit("/", 1)[1])

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Read the database as it is, past the application."""
        with closing(sqlite3.connect(self.place.instance.path(self.place.instance.settings.database))) as file:
            file.row_factory = sqlite3.Row
            return [dict(row) for row in file.execute(sql, values)]

    def write(self, sql: str) -> None:
        """Change the database past the application."""
        with closing(sqlite3.connect(self.place.instance.path(self.place.instance.settings.database))) as file, file:
            file.execute(sql)

    def everything(self) -> dict[str, list[str]]:
        """Return all rows of all tables but the quiet ones."""
        tables = [row["name"] for row in self.rows("select name from sqlite_master where type = 'table'")]
        return {
            table: sorted(repr(tuple(row.values())) for row in self.rows(f'select * from "{table}"'))
            for table in tables
            if table not in QUIET
        }


Fixture = Callable[[Scene], Target]
S = TypeVar("S", bound=Scene)


@contextmanager
def running(folder: Path, kind: type[S], at: datetime = NOON) -> Iterator[S]:
    """Run an instance with a programme, a ward, units and their people."""
    programme = folder / "min"
    programme.mkdir()
    (programme / "programme.md").write_text(kind.front, encoding="utf-8")
    (programme / "01-ett.md").write_text(MODULE, encoding="utf-8")
    ward = folder / "ward.py"
    ward.write_text(WARD, encoding="utf-8")
    put_family(folder)
    put_form(folder)
    write_keys(folder)
    cases = folder / "fraga.md"
    cases.write_text(CASE_TYPE, encoding="utf-8")
    town = Town(folder)
    with town.instance(programmes=programme, plugins=ward, cases=cases, toml=SETTINGS, at=at) as place:
        yield kind(town, place)


def closed(answer: httpx.Response, method: str) -> bool:
    """Say whether an answer lets nobody in and tells nothing."""
    if answer.status_code == 303:
        return answer.headers["location"].partition("?")[0] == "/signin"
    return answer.status_code in CLOSED or (method == "OPTIONS" and answer.status_code == 204 and not answer.content)
