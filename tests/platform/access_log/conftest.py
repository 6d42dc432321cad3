"""An instance with a ward whose staff read what citizens have, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from ledstang.access.visit import Visit
from ledstang.people.assignments import Assignment
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

WARD = '''
"""A ward: whoever works there reads what is there. Its address says whose thing it is, as no real one would."""
from __future__ import annotations
from typing import Any
from uuid import UUID
import msgspec
from ledstang import Host, Permission, Visit, hookimpl
from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

AT_WORK: dict[UUID, Any] = {}

class Note(msgspec.Struct):
    id: UUID
    person: UUID

async def works_there(visit: Visit | None, note: Any) -> bool:
    return visit is not None and visit.unit == "SE2321000016-1003"

@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("ward.read", "Read the ward\\'s notes", who="anyone", check=works_there),
            Permission("ward.own", "Read one\\'s own notes")]

@hookimpl
def register_routes(host: Host) -> list:
    @get("/{person:uuid}/{times:int}")
    async def read(person: FromPath[UUID], times: FromPath[int], visit: Visit) -> str:
        visit = AT_WORK.get(visit.actor.id, lambda one: one)(visit)
        for _ in range(times):
            if not await host.may(visit, "ward.read", Note(person, person)):
                raise NotFoundException
        return "read"

    @get("/own")
    async def own(visit: Visit) -> str:
        if not await host.may(visit, "ward.own", Note(visit.actor.id, visit.actor.id)):
            raise NotFoundException
        return "own"

    @get("/refused/{person:uuid}")
    async def refused(person: FromPath[UUID], visit: Visit) -> str:
        visit = AT_WORK.get(visit.actor.id, lambda one: one)(visit)
        async def work() -> None:
            if not await host.may(visit, "ward.read", Note(person, person)):
                raise NotFoundException
        await host.database.write(work)
        return "read"
    return [read, own, refused]
'''


@dataclass
class Note:
    """Something of a person's."""

    id: UUID
    person: UUID | None


@dataclass
class Ward:
    """The ward, Dag whose things are there, and Eva who works there."""

    place: Place
    town: Town
    dag: Identity
    eva: Identity

    @property
    def log(self) -> Any:
        """The host's access log."""
        return self.place.house.log

    @property
    def subject(self) -> UUID:
        """Dag's id."""
        return self.place.visit(self.dag).subject.id

    def note(self) -> Note:
        """Return a note of Dag's."""
        return Note(uuid4(), self.subject)

    def at_work(self, unit: str = "SE2321000016-1003") -> Visit:
        """Return Eva's visit as staff of a unit."""
        return working(self.place.visit(self.eva), unit)

    def may(self, visit: Visit, resource: Any = None, action: str = "ward.read") -> Any:
        """Ask the one question."""
        return self.place.run(self.place.house.access.may(visit, action, resource or self.note()))

    def staff_browser(self, unit: str = "SE2321000016-1003") -> Browser:
        """Return a browser of Eva's, in which she works at a unit."""
        browser = self.place.sign_in(self.eva)
        id_ = self.place.visit(self.eva).actor.id
        self.place.house.plugins.found["ward"].module.AT_WORK[id_] = lambda visit: working(visit, unit)
        return browser

    def sql(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """Run a statement past everything."""
        rows: list[dict[str, Any]] = self.place.run(self.place.house.database.engine.run(sql, arguments))
        return rows

    def rows(self) -> list[dict[str, Any]]:
        """Return the log, in order."""
        return self.sql("SELECT * FROM access_log_entry ORDER BY chain, sequence")

    def others(self) -> list[dict[str, Any]]:
        """Return what somebody else did."""
        return [row for row in self.rows() if row["who"] != "self"]


def working(visit: Visit, unit: str) -> Visit:
    """Return a visit as one of staff's at a unit."""
    work = Assignment(
        UUID(int=7), visit.actor.id, "SE2321000016-ABCD", "Sjuksköterska", unit, "Testmottagningen",
        "SE2321000016-0001", "Region Norra", "norra", frozenset({"treater"}),
    )  # fmt: skip
    return msgspec.structs.replace(visit, assignment=work, unit=unit, purpose="care")


def open_ward(town: Town, folder: Path, toml: str = "") -> Any:
    """Run an instance with the ward."""
    ward = folder / "ward.py"
    ward.write_text(WARD, encoding="utf-8")
    return town.instance(plugins=ward, toml=toml)


@pytest.fixture(params=["sqlite", "postgres"])
def ward(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ward]:
    """The ward on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    town = Town(tmp_path, address)
    with open_ward(town, tmp_path) as place:
        yield Ward(place, town, town.person("Dag Läst", born="1985-03-14"), town.person("Eva Vård", born="1975-01-02"))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Ward]:
    """The ward on SQLite, for what no database makes a difference to."""
    town = Town(tmp_path)
    with open_ward(town, tmp_path) as place:
        yield Ward(place, town, town.person("Dag Läst", born="1985-03-14"), town.person("Eva Vård", born="1975-01-02"))
