"""The second door: what plugin authors test with. Installed as a pytest plugin; `town` is a fixture of every test.

def test_greets(town):
    with town.instance(plugins=Path(__file__).parent) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        assert "Dag" in dag.get("/diary/").text
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Request, Response, post
from litestar.testing import TestClient

from ledstang.access.permissions import Own
from ledstang.access.visit import Visit
from ledstang.clock import MovableClock
from ledstang.clusters import Cluster, cluster
from ledstang.connectors import Connected
from ledstang.instance import FILE, Instance, open_instance
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.people.ports import RegisteredPerson

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Where the clock of a test stands at first: a Monday at noon in Sweden."""

TOML = """\
title = "Testregionen"
[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24"]
contact = "Ring 1177."
[[regions]]
id = "sodra"
name = "Region Södra"
counties = ["12"]
[[units]]
hsa_id = "SE2321000016-1003"
name = "Testmottagningen"
region = "norra"
[rates]
signins = { times = 1000000, minutes = 10 }
person = { times = 1000000, minutes = 10 }
doors = { times = 1000000, minutes = 10 }
posts = { times = 1000000, minutes = 10 }
visitors = { times = 1000000, minutes = 10 }
"""


class Browser:
    """Somebody at a browser: keeps its cookies, follows redirects, and posts forms as a page would."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.cookies: httpx.Cookies = httpx.Cookies()

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Fetch a page."""
        return self._send("GET", path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Post a form to `path` with the token of the person's session, as a form on a page of ours would."""
        token = self.token() if "_csrf" not in (data or {}) else ""
        fields = {"_csrf": token, **(data or {})} if token else dict(data or {})
        return self._send("POST", path, data=fields, **options)

    def token(self) -> str:
        """Return the CSRF token of this session, read from a page as a browser would."""
        found = re.search(r'name="_csrf" value="([^"]+)"', self.get("/urgent").text)
        return found[1] if found else ""

    def action(self, path: str, ending: str) -> str:
        """Return where the first form of a page that ends so is sent to, or nothing where the page has none."""
        found = re.search(rf'<form[^>]* action="([^"]*{re.escape(ending)})"', self.get(path).text)
        return found[1] if found else ""

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        client = self.place.client
        client.cookies = self.cookies
        options.setdefault("follow_redirects", True)
        answer = client.request(method, path, **options)
        self.cookies = httpx.Cookies(client.cookies)
        return answer


@dataclass
class Place:
    """A running instance in a test: its clock, its client, and persons who sign in."""

    instance: Instance
    clock: MovableClock
    client: TestClient[Any]
    house: Any

    def browser(self) -> Browser:
        """Return a browser that nobody has signed in with."""
        return Browser(self)

    def sign_in(self, identity: Identity) -> Browser:
        """Return a browser in which a person has signed in; each call is a device of its own."""
        browser = Browser(self)
        fields = msgspec.to_builtins(identity) | {"county": identity.county or ""}
        answer = browser.post("/testing/signin", fields)
        if answer.status_code >= 400:
            raise AssertionError(f"signing in answered {answer.status_code}: {answer.text[:500]}")
        return browser

    def run(self, work: Any) -> Any:
        """Run a coroutine where the app runs: for looking into tables."""

        async def wait() -> Any:
            return await work

        return self.client.blocking_portal.call(wait)

    def work(self) -> int:
        """Carry out what is due in the outbox, as a worker would, and return how many errands that was."""
        done: int = self.run(self.house.worker.until_idle())
        return done

    def visit(self, identity: Identity, *, language: str = "sv") -> Visit:
        """Return the visit of a person who acts for themselves, to hand to what a plugin returns from its hooks."""
        person = self.run(self.house.register.keep(identity))
        region = self.instance.region_of(person.county)
        return Visit.of(person, region=region.id if region else None, language=language)

    def appoint(self, identity: Identity, *roles: str, unit: str = "SE2321000016-1003", title: str = "Nurse") -> UUID:
        """Let a person work at a unit with these roles, and return the assignment's id."""
        person = self.run(self.house.register.keep(identity))
        facts = {"staff": f"{unit.partition('-')[0]}-TEST{identity.number[-4:]}", "title": title, "unit": unit}
        appointed: UUID = self.run(self.house.staff.appoint(person.id, roles=roles, **facts))
        return appointed

    def at_work(self, identity: Identity, assignment: UUID) -> Browser:
        """Return a browser in which a person has signed in and gone to work in an assignment of theirs."""
        browser = self.sign_in(identity)
        answer = browser.post("/staff/choose", {"assignment": str(assignment)})
        if answer.status_code >= 400:
            raise AssertionError(f"going to work answered {answer.status_code}")
        return browser

    def may(self, identity: Identity, action: str, owner: Identity) -> bool:
        """Ask the one question: may this person do that with something of the owner's?"""
        resource = Own(self.visit(owner).subject.id)
        return bool(self.run(self.house.access.may(self.visit(identity), action, resource)))


@dataclass
class Registry:
    """A population register for tests: what it says can be changed at any time, and it can be `down`."""

    persons: dict[str, RegisteredPerson] = field(default_factory=dict)
    down: bool = False

    async def person(self, number: str) -> RegisteredPerson | None:
        """Answer as a connector would. Raises ConnectionError while it is down."""
        if self.down:
            raise ConnectionError
        found = self.persons.get(number)
        return found or next((one for one in self.persons.values() if number in one.earlier), None)

    def put(self, identity: Identity, **facts: Any) -> RegisteredPerson:
        """Write somebody down, or change what is said of them."""
        known = self.persons.get(identity.number)
        if known is None:
            known = RegisteredPerson(identity.number, identity.name, identity.born, identity.county)
        self.persons[identity.number] = msgspec.structs.replace(known, **facts)
        return self.persons[identity.number]


@dataclass
class Town:
    """Makes persons and instances. Persons have numbers of Skatteverket's test series only.

    `registry` is its population register, where no plugin serves one. `database` is the address of a
    PostgreSQL database (the fixture `postgres` gives one) for its instance; without one, it has a file in its own folder.
    """

    folder: Path
    database: str = ""
    registry: Registry = field(default_factory=Registry)
    _made: dict[date, int] = field(default_factory=dict)

    def child(self, name: str, *, born: str, guardians: Iterable[Identity], county: str = "24") -> Identity:
        """Invent a child whose guardians the register knows."""
        child, custody = self.person(name, born=born, county=county), tuple(guardians)
        for guardian in custody:
            self.registry.put(guardian)
        self.registry.put(child, guardians=tuple(guardian.number for guardian in custody))
        return child

    def person(self, name: str, *, born: str, county: str = "24") -> Identity:
        """Invent a person; each call gives another number, also for the same birthday."""
        day = date.fromisoformat(born)
        self._made[day] = self._made.get(day, -1) + 1
        return Identity(make_test_number(day, self._made[day]), name, day, county)

    @contextmanager
    def instance(
        self,
        *,
        plugins: Path | None = None,
        proxies: Path | None = None,
        toml: str = "",
        at: datetime = NOON,
        demo: bool = False,
        broken: bool = False,
        **rooms: Path,
    ) -> Iterator[Place]:
        """Run an instance, with a plugin's folder or file dropped in, until the block ends.

        `rooms` are further folders to put in: `programmes=Path(…)` is copied into `programmes/`. A second instance in one
        test is the first one started again, with its database. `toml` is the `ledstang.toml`, where TOML will not do.
        Raises AssertionError with what is wrong when a plugin had to be refused, unless `broken` says that it may be.
        """
        from ledstang.app import create_app

        folder = self.folder / "instance"
        folder.mkdir(exist_ok=True)
        if toml or not (folder / FILE).exists():
            where = f'database = "{self.database}"\n' if self.database else ""
            (folder / FILE).write_text(where + (toml or TOML), encoding="utf-8")
        for room, path in {"plugins": plugins, "proxies": proxies, **rooms}.items():
            if path:
                _put(path, folder / room)
        clock = MovableClock(at=at)
        instance = open_instance(folder, demo=demo)
        connected = {"PersonRegister": Connected("testing", self.registry)}
        app = create_app(instance, clock=clock, extra_routes=_doors, connected=connected)
        faults = app.state.house.plugins.faults
        if faults and not broken:
            raise AssertionError("\n".join(str(fault) for fault in faults))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            yield Place(instance, clock, client, app.state.house)


def _put(path: Path, room: Path) -> None:
    room.mkdir(exist_ok=True)
    leave = shutil.ignore_patterns("__pycache__", "test_*", "tests")
    if path.is_dir():
        shutil.copytree(path, room / path.name, ignore=leave, dirs_exist_ok=True)
    else:
        shutil.copy(path, room)


def _doors(house: Any) -> list[Any]:
    """Return the way in that tests use: it ends a sign-in for whoever is asked for. Never part of a served app."""

    @post("/testing/signin")
    async def signin(request: Request[Any, Any, Any]) -> Response[Any]:
        form = await request.form()
        identity = Identity(form["number"], form["name"], date.fromisoformat(form["born"]), form["county"] or None)
        answer: Response[Any] = await house.sign_in(request, identity, "/urgent")
        return answer

    return [signin]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A place to make persons and instances in; everything is gone when the test ends."""
    return Town(tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Cluster]:
    """A PostgreSQL server for as long as the tests run; one for each process that runs tests."""
    with cluster() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: Cluster) -> str:
    """The address of an empty PostgreSQL database."""
    return postgres_server.database()
