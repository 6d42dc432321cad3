"""What it costs to know who is there: a session, a sign-in, `may()` and the access log, beside a bare reply of the same run.

All are asked of one running instance, in process and without a server; they take turns, and what is counted is the CPU time
of all threads, the least of many batches; of the log, where entries share commits, the time that passes. Compare with the
bare reply of the same run only. `python benchmarks/access.py`
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import msgspec
import uvloop
from access_log import AT_ONCE, entry
from contenders.asgi import ask, scope_of
from contenders.page import Visitor
from ledstang.access.facts import Fact
from ledstang.access.may import Access
from ledstang.access.permissions import Own, Permission
from ledstang.access.visit import Visit
from ledstang.app import create_app
from ledstang.clock import MovableClock
from ledstang.connectors import Connected
from ledstang.content.policies import compile_policy
from ledstang.instance import open_instance
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity, Person
from ledstang.signin.cookies import DEVELOPMENT
from ledstang.testing import NOON, TOML, Registry
from litestar import Request, Response, get, post

TABLES = Path(__file__).parents[1] / "proxies" / "ledstang_guardian" / "policies"
UNIT = "SE2321000016-1003"
ROUNDS, TURN = 60, 100
LOG, ENTRIES = f"an entry of the log, {AT_ONCE} at once", 10_000
AIMS = {"a session": 30, "a sign-in": 2_500, "may() of a guardian": 50, "may() of a guardian, ten facts": 50, LOG: 100}
"""Microseconds: of a session over the bare reply, of all else in all; 100 an entry are 10,000 a second."""
DEAR = ("a sign-in", "may() of staff, with blocks and the log")
"""What is asked less often: each writes and waits for the disk."""
Asked = Callable[[], Awaitable[Any]]


class Thing(msgspec.Struct, frozen=True):
    """Something of a citizen's at a unit."""

    id: UUID
    person: UUID
    unit: str


def routes(house: Any) -> list[Any]:
    """Return a page that says nothing, and the way in of tests."""

    @get("/bare", sync_to_thread=False)
    def bare() -> Response[bytes]:
        return Response(b"there", media_type="text/plain")

    @post("/in")
    async def signin(request: Request[Any, Any, Any]) -> Response[Any]:
        form = await request.form()
        who = Identity(form["number"], form["name"], date.fromisoformat(form["born"]), "24")
        answer: Response[Any] = await house.sign_in(request, who, "/bare")
        return answer

    return [bare, signin]


def scope(path: str, token: str = "", method: str = "GET", length: int = 0) -> Any:
    """Return what a server hands over; without a token, of somebody who has no cookie."""
    made = scope_of(Visitor("", "", path, token), DEVELOPMENT) | {"method": method}
    made["headers"] = [one for one in made["headers"] if token or one[0] != b"cookie"]
    if length:
        made["headers"] += [
            (b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", str(length).encode()),
            (b"sec-fetch-site", b"same-origin"),
        ]  # fmt: skip
    return made


async def send(app: Any, scope: Any, body: bytes) -> None:
    """Post a form, and hold that it was taken."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def take(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, take)
    assert sent[0]["status"] == 303, sent[0]


async def asked_of(app: Any, clock: MovableClock, registry: Registry) -> dict[str, Asked]:
    """Return what is measured, by name."""
    house, sessions = app.state.house, app.state.sessions
    people = [
        Identity(make_test_number(date(1985, 5, day), 0), f"Dag {day}", date(1985, 5, day), "24") for day in (6, 7)
    ]
    for one in people:
        registry.put(one)
    token, session, person = await sessions.begin(people[0])
    nurse = await house.register.keep(people[1])
    work = await house.staff.appoint(nurse.id, staff="SE2321000016-EVA1", title="Nurse", unit=UNIT, roles=["treater"])
    _, begun, _ = await sessions.begin(people[1])
    at_work, _ = await sessions.act_for(begun, None, None, work)
    staff = Visit.of(nurse, session=session).at_work(await house.staff.acting(work, nurse.id))
    fields = urlencode({"number": people[0].number, "name": people[0].name, "born": str(people[0].born)}).encode()

    async def staff_may() -> None:
        assert await house.access.may(staff, "programmes.follow", Thing(uuid4(), person.id, UNIT))

    return {
        "a bare reply": lambda: ask(app, scope("/bare")),
        "a session": lambda: ask(app, scope("/bare", token)),
        "a session at work": lambda: ask(app, scope("/bare", at_work)),
        "a sign-in": lambda: send(app, scope("/in", method="POST", length=len(fields)), fields),
        "may() of staff, with blocks and the log": staff_may,
        **in_memory(clock),
    }


def in_memory(clock: MovableClock) -> dict[str, Asked]:
    """Return `may()` of a guardian over the shipped tables: it asks no database."""
    rows = [row for path in TABLES.glob("*.md") for row in compile_policy(path)[0]]
    access = Access([Permission("journal.read", "t")], rows, clock)
    bo, child = (
        Person(uuid4(), make_test_number(born, 0), "Test", born) for born in (date(1985, 5, 6), date(2020, 1, 1))
    )
    visit = msgspec.structs.replace(Visit.of(child), actor=bo, ground="guardian")
    many = (Fact("block", date(2026, 1, 1), person=uuid4()),) * 10

    def asking(facts: tuple[Fact, ...]) -> Asked:
        about, own = msgspec.structs.replace(visit, facts=facts), Own(child.id)

        async def ask() -> None:
            assert await access.may(about, "journal.read", own)

        return ask

    return {"may() of a guardian": asking(()), "may() of a guardian, ten facts": asking(many)}


async def measure(folder: Path) -> dict[str, float]:
    """Take turns, and return the least microseconds of each."""
    (folder / "ledstang.toml").write_text(TOML, encoding="utf-8")
    clock, registry = MovableClock(at=max(NOON, datetime(2026, 11, 23, tzinfo=UTC))), Registry()
    served = {"PersonRegister": Connected("bench", registry)}
    app = create_app(open_instance(folder), clock, routes, connected=served)
    least: dict[str, float] = {}
    async with app.lifespan():
        asked = await asked_of(app, clock, registry)
        for _ in range(ROUNDS):
            for name, ask in asked.items():
                began, turn = process_time(), TURN if name not in DEAR else TURN // 10
                for _ in range(turn):
                    await ask()
                spent = (process_time() - began) / turn * 1e6
                least[name] = min(spent, least.get(name, spent))
        least[LOG] = min([await logged(app) for _ in range(3)])
    return least


async def logged(app: Any) -> float:
    """Return the microseconds that pass for each of many entries, each awaited by its own reader."""
    entries = [entry(number) for number in range(ENTRIES)]

    async def reader(first: int) -> None:
        for one in entries[first::AT_ONCE]:
            await app.state.house.log.writer.soon(one)

    began = perf_counter()
    await asyncio.gather(*(reader(first) for first in range(AT_ONCE)))
    return (perf_counter() - began) / ENTRIES * 1e6


def main() -> None:
    """Print a line for each."""
    with TemporaryDirectory() as folder:
        least = uvloop.run(measure(Path(folder)))
    bare = least["a bare reply"]
    for name, spent in least.items():
        over, aim = spent - bare if name.startswith("a session") else spent, AIMS.get(name)
        verdict = f" · aim {aim} {'reached' if over <= aim else 'missed'}" if aim else ""
        print(f"{name:<42} {spent:8.1f} µs" + (f" ({over:.1f} over the bare reply)" if over != spent else "") + verdict)


if __name__ == "__main__":
    main()
