"""No page reads a table that grows from end to end, on either database, nor asks the database more than three times.

Somebody signs in, follows every link and presses every button of every page, in an instance whose tables are full. The
drivers tell which statements were run; to these come all that are prepared, whether a page was found that asks them or
not. Each database then tells how it would go about them.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from contextvars import ContextVar
from datetime import date, timedelta
from html.parser import HTMLParser
from inspect import signature
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit
from uuid import UUID as Id
from uuid import uuid4

import asyncpg
import httpx
import ledstang.database.engine as sqlite_engine
import pytest
from ledstang.access.log.writing import LogWriter
from ledstang.clusters import Cluster
from ledstang.database.postgres import PooledPostgresEngine
from ledstang.database.prepared import Prepared
from ledstang.database.workers import Worker
from ledstang.tables import tables_of
from ledstang.testing import NOON, TOML, Browser, Place, Town
from piccolo.columns import Bytea, Date, ForeignKey, Integer, Timestamptz
from piccolo.table import Table, sort_table_classes

PROGRAMMES = Path(__file__).parents[2] / "programmes"
CASE = Path(__file__).parents[2] / "plugins" / "ledstang_sandbox" / "content" / "cases" / "fraga.md"
ROWS = 600
"""Of each table: enough for a database to prefer an index."""
WEEKS = 3
"""Enough for modules to open, and for sessions to end."""
STEADY = {"content_version", "plugin_switch", "seal_key", "key_holder"}
"""Tables that grow with what a region publishes or decides, or with its machines, not with people."""
TURNS = 3
CAPACITY = {"sqlite": 0, "postgres": 1}
"""Turns to learn in what capacity somebody is at work, beside who they are: SQLite is only glanced at for both."""
LOGGED = 8
"""Where staff see whose one thing is: beside the page's own, how things stand with that person, and the access log's writing.

A list asks more, for each row is in the log.
"""
APPOINTS = "access-administrator"
LEAVING = re.compile("signin|/staff/choose|/correct")
"""What is not pressed: who presses it is somebody else afterwards, or could go on correcting for ever."""
SELDOM = "[rotation]\nlook_seconds = 20\n"
"""What is looked at every few seconds is no page's own cost."""
SAME = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
"""What may differ between two runs of one statement."""


FORM = """---
formulär: fraga
titel: Hur är det?
språk: sv
ägare: SE2321000016-1003
version: 1.0
sort: öppet
målgrupp: invånare
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut.
---
::: sida #s1
titel: Först
::: fråga #text text
Hur är det?
:::
:::
"""
WRITES_LOG: ContextVar[bool] = ContextVar("writes_log", default=False)
"""Whether it is the access log that turns to the database."""


class Reader(HTMLParser):
    """A page's links, and its forms as (address, whether it posts, fields), filled in as somebody in a hurry would."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, bool, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "").lower() == "post", {}))
        elif tag in ("input", "button", "textarea") and self.forms and given.get("name"):
            fields, type_ = self.forms[-1][2], given.get("type", tag)
            if tag == "button":
                fields.setdefault(given["name"], given.get("value", ""))
            else:
                fields[given["name"]] = given.get("value") or {"number": "3", "date": "2026-11-01"}.get(type_, "Hej")


class Walk:
    """Somebody who goes everywhere, and counts how often each address asked the database."""

    def __init__(self, place: Place, turns: list[str]) -> None:
        self._turns = turns
        self.templates = [
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route.path_format) + "/?") for route in _routes(place)
        ]
        self.turns: dict[str, int] = {}
        self.own: dict[str, int] = {}  # without those in which the access log is written
        self.broken: dict[str, int] = {}
        self._pressed: set[tuple[str, str]] = set()

    def all(self, browser: Browser) -> None:
        """Go everywhere that can be reached, without leaving."""
        self.browser = browser
        waiting, seen = ["/start", "/", "/urgent", "/programmes/"], set()
        while waiting:
            path = waiting.pop()
            if path in seen or not self._ours(path):
                continue
            seen.add(path)
            self.browser.get(path)  # what is kept from then on is no page's own cost
            self._turns.clear()
            answer = self.browser.get(path, follow_redirects=False)
            if not answer.has_redirect_location:
                self.turns[path] = len(self._turns)
                self.own[path] = len(self._turns) - self._turns.count("log")
            waiting += [urldefrag(one).url for one in self._onward(path, answer)]

    def _onward(self, path: str, answer: httpx.Response) -> list[str]:
        if answer.status_code >= 500:
            self.broken[path] = answer.status_code
        if answer.has_redirect_location:
            return [urljoin(path, answer.headers["location"])]
        if "html" not in answer.headers.get("content-type", ""):
            return []
        read = Reader(answer.text)
        onward = [urljoin(path, link) for link in read.links]
        for action, posts, fields in read.forms:
            address = urljoin(path, action or path)
            key = (address, " ".join(sorted(name for name in fields if name != "_csrf")))
            if posts and key not in self._pressed and self._ours(address) and not LEAVING.search(address):
                self._pressed.add(key)
                pressed = self.browser.post(address, fields, follow_redirects=False)
                if pressed.status_code >= 500:
                    self.broken[address] = pressed.status_code
                if pressed.has_redirect_location:
                    onward.append(urljoin(address, pressed.headers["location"]))
        return onward

    def _ours(self, path: str) -> bool:
        parts = urlsplit(path)
        leaves = re.search(r"/(end|signout|language|clock|gallery|static|media)\b", parts.path)
        return not parts.netloc and not leaves and any(one.fullmatch(parts.path) for one in self.templates)


def _routes(place: Place) -> list[Any]:
    app: Any = place.client.app
    while not hasattr(app, "routes"):
        app = app.app
    return list(app.routes)


def _value(column: Any, number: int, rows: dict[type[Table], list[Any]]) -> Any:
    """Invent a value that no two rows share, as long as the column lets there be so many."""
    if isinstance(column, ForeignKey):
        return rows[column._foreign_key_meta.resolved_references][number]
    if column._meta.choices:
        return next(iter(column._meta.choices)).value
    of_type: dict[type, Callable[[], Any]] = {
        Id: uuid4,
        bytes: lambda: b"sealed",
        int: lambda: number,
        bool: lambda: False,
        float: lambda: number / 7,
    }
    if isinstance(column, Timestamptz):
        return NOON - timedelta(hours=number)
    if isinstance(column, Date):
        return date(1990, 1, 1) + timedelta(days=number)
    if isinstance(column, Bytea | Integer) or column.value_type in of_type:
        return of_type[column.value_type]()
    return uuid4().hex[: getattr(column, "length", None) or 32]


async def fill(place: Place) -> None:
    """Put rows of other people into every table that grows, and let the database count them."""
    tables = [table for table in tables_of(place.house.plugins) if table._meta.tablename not in STEADY]
    rows: dict[type[Table], list[Any]] = {}
    for table in sort_table_classes(tables):
        columns = [column for column in table._meta.columns if type(column).__name__ not in ("Serial", "BigSerial")]
        made = [
            table(**{column._meta.name: _value(column, number, rows) for column in columns}) for number in range(ROWS)
        ]
        for start in range(0, ROWS, 100):
            await table.insert(*made[start : start + 100])
        rows[table] = [getattr(row, table._meta.primary_key._meta.name) for row in made]
    await place.house.database.engine.run_ddl("ANALYZE")


Asked = dict[str, int]
"""Statements, and how many arguments each takes."""
Scans = dict[str, str]


def all_prepared() -> Asked:
    """Return every query that some module of ours has prepared."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0].startswith("ledstang")]
    queries = [one for module in modules for one in vars(module).values() if isinstance(one, Prepared)]
    bounds = [query.bind(*["x"] * len(signature(query._build).parameters)) for query in queries]
    return {bound.sql: len(bound.arguments) for bound in bounds}


def scans_of_sqlite(file: Path, asked: Asked, growing: set[str]) -> Scans:
    """Return the statements that SQLite would go through a whole table for, and what it says of them."""
    found = {}
    with closing(sqlite3.connect(file)) as connection:
        for sql, arguments in asked.items():
            steps = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * arguments).fetchall()
            scans = [step[3] for step in steps if (one := re.match(r"SCAN (\w+)", step[3])) and one[1] in growing]
            if scans:
                found[sql] = "; ".join(scans)
    return found


async def scans_of_postgres(address: str, asked: Asked, growing: set[str]) -> Scans:
    """Return the statements that PostgreSQL would go through a whole table for, however dear that were made."""
    connection = await asyncpg.connect(address)
    await connection.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
    found = {}
    for number, (sql, arguments) in enumerate(asked.items()):
        await connection.execute(f"PREPARE asked_{number} AS {sql}")
        given = f"({', '.join(['NULL'] * arguments)})" if arguments else ""
        plan = json.loads(await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked_{number}{given}"))
        if scans := list(_scans(plan[0]["Plan"], growing)):
            found[sql] = "; ".join(scans)
    await connection.close()
    return found


def _scans(node: dict[str, Any], growing: set[str]) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name")
    whole = kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node)
    if table in growing and whole:
        yield f"{kind} on {table}"
    for part in node.get("Plans", []):
        yield from _scans(part, growing)


class Recorded:
    """What the drivers were asked, how often one turned to the database, and how many connections were held at once."""

    def __init__(self) -> None:
        self.held = self.most = 0
        self.statements: dict[str, tuple[str, int]] = {}
        self.turns: list[str] = []

    def keep(self, sql: str, *arguments: Any) -> None:
        """Keep one of each statement that reads or changes rows."""
        if re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sql, re.IGNORECASE):
            self.statements.setdefault(SAME.sub("?", sql), (sql, len(arguments)))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """Listen to both drivers."""
    kept = Recorded()
    for name in ("open_reader", "open_writer"):
        opened = getattr(sqlite_engine, name)

        def listening(settings: Any, opened: Any = opened) -> sqlite3.Connection:
            connection: sqlite3.Connection = opened(settings)
            connection.set_trace_callback(kept.keep)
            return connection

        monkeypatch.setattr(sqlite_engine, name, listening)
    submit, acquire = Worker.submit, PooledPostgresEngine.acquire

    commit = LogWriter._commit

    async def committed(*given: Any, **more: Any) -> None:
        WRITES_LOG.set(True)  # in a task of the log's own
        await commit(*given, **more)

    monkeypatch.setattr(LogWriter, "_commit", committed)

    def submitted(self: Worker, call: Any, *arguments: Any) -> Any:
        kept.turns.append("log" if WRITES_LOG.get() else call.__name__)
        return submit(self, call, *arguments)

    def logged(query: Any) -> None:
        kept.keep(query.query, *query.args)

    async def acquired(self: PooledPostgresEngine) -> Any:
        kept.turns.append("log" if WRITES_LOG.get() else "acquire")
        connection = await acquire(self)
        kept.held += 1
        kept.most = max(kept.most, kept.held)
        connection.add_query_logger(logged)
        return connection

    give_back = PooledPostgresEngine.give_back

    async def given_back(self: PooledPostgresEngine, connection: Any) -> None:
        kept.held -= 1
        await give_back(self, connection)

    monkeypatch.setattr(PooledPostgresEngine, "give_back", given_back)
    monkeypatch.setattr(Worker, "submit", submitted)
    monkeypatch.setattr(PooledPostgresEngine, "acquire", acquired)
    return kept


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> str:
    """The address of an empty PostgreSQL database, or nothing for a file."""
    server: Cluster | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    return server.database() if server else ""


def sent(staff: Browser, number: str, last: str) -> str:
    """Send somebody the form, to be answered by a last day; return where staff follow it."""
    wanted = {"number": number, "form": "fraga", "last": last.split("-"), "once": str(uuid4()), "sure": "yes"}
    return staff.post("/forms/staff/send", wanted).url.path


def answer(citizen: Browser, path: str) -> None:
    """Answer the form, and send it."""
    citizen.post(f"{path}/1", {"form.text": "Bra"})
    assert "skickat" in citizen.post(f"{path}/check").text


def test_no_page_scans_a_table_that_grows(tmp_path: Path, address: str, recorded: Recorded) -> None:
    """Wherever somebody goes in some weeks of a programme, with at most three turns to the database a page.

    On PostgreSQL no page ever holds more than one connection.
    """
    town = Town(tmp_path, address)
    (written := tmp_path / "fraga.md").write_text(FORM, encoding="utf-8")
    with town.instance(toml=TOML + SELDOM, programmes=PROGRAMMES / "hantera-oro", cases=CASE, forms=written) as place:
        place.run(fill(place))
        recorded.statements.clear()  # what a migration asked may name columns that are gone
        dag = town.person("Dag", born="1985-03-14")
        walk, recorded.most = Walk(place, recorded.turns), 0
        for _ in range(WEEKS):
            walk.all(place.sign_in(dag))
            place.clock.move(days=7)
        walk.all(place.at_work(frida := town.person("Frida", born="1979-02-02"), place.appoint(frida, APPOINTS)))
        letter = {"text": "Kan jag träna?", "send": "yes"}
        place.sign_in(dag).post("/inbox/write/fraga", letter)
        town.registry.put(dag)
        at_work = place.at_work(eva := town.person("Eva", born="1980-01-01"), place.appoint(eva, "treater"))
        answered, waits = sent(at_work, dag.number, "2027-01-08"), sent(at_work, dag.number, "2027-01-09")
        answer(place.sign_in(dag), answered.replace("/staff/", "/mine/"))
        desk = Walk(place, recorded.turns)
        desk.all(at_work)
        held = recorded.most
        growing = {table._meta.tablename for table in tables_of(place.house.plugins)} - STEADY
        asked = dict(recorded.statements.values()) | all_prepared()
        if address:
            scans = place.run(scans_of_postgres(address, asked, growing))
        else:
            scans = scans_of_sqlite(tmp_path / "instance" / "data" / "ledstang.sqlite", asked, growing)
    assert {"/staff/", "/staff/people", "/staff/appoint", "/staff/assignments"} <= walk.turns.keys()
    assert "/staff/lists/inbox/new" in desk.turns
    assert [path for path in desk.turns if re.fullmatch("/inbox/desk/[^/]+(/hand-on)?", path)][1:]
    assert (walk.broken, desk.broken) == ({}, {})
    lists = {f"/staff/lists/forms/{name}" for name in ("answered", "unanswered", "stopped")}
    assert lists | {answered, f"{answered}/answers", waits} <= desk.turns.keys()
    most = TURNS + CAPACITY["postgres" if address else "sqlite"]
    assert {path: own for path, own in desk.own.items() if "/forms/" in path and own > most} == {}
    assert scans == {}
    assert held == (1 if address else 0)
    assert {path: turns for path, turns in walk.turns.items() if turns > TURNS} == {}
    assert {path: turns for path, turns in desk.turns.items() if "/inbox/" in path[:7] and turns > LOGGED} == {}
