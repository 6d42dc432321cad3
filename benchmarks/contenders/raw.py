"""The limit: an ASGI function, sqlite3 in the same thread, one compiled template, and nothing that a page could do without."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from jinja2 import Environment

from contenders.asgi import Looped, Scope, ask, scope_of
from contenders.cipher import Cipher
from contenders.page import Visitor, read_page

SESSION = """SELECT session.person, csrf, seen, ended, person.facts FROM session JOIN person ON person.id = session.person
WHERE session.id = ?"""
PARTICIPATION = "SELECT person, programme, version, started, place, ended FROM programmes_participation WHERE id = ?"
STEPS = "SELECT module, step, done FROM programmes_step_done WHERE participation = ?"
RESPONSES = "SELECT id, place, form, started, completed FROM response WHERE owner = ?"
ANSWERS = "SELECT id, response, item, value, revision, changed FROM answer WHERE owner = ?"
STATEMENTS = (SESSION, PARTICIPATION, STEPS, RESPONSES, ANSWERS)
IDLE = timedelta(minutes=30)
HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]
POLICY = "default-src 'none'; style-src 'self' 'nonce-{0}'; script-src 'self' 'nonce-{0}'; img-src 'self'"


class Raw(Looped):
    """Reads what ours reads, unseals what the page shows, and fills the holes."""

    async def start(self, folder: Path) -> None:
        self.kept = read_page(folder)
        self.cipher = Cipher(folder)
        await self.open(folder)
        self.template = Environment(autoescape=True).from_string(self.kept.template)

    async def open(self, folder: Path) -> None:
        """Open the database."""
        self.connection = sqlite3.connect(folder / "data/ledstang.sqlite", isolation_level=None)

    async def rows(self, sql: str, id_: str) -> Sequence[Any]:
        """Return what a statement finds for an id."""
        return self.connection.execute(sql, (id_,)).fetchall()

    def instant(self, stored: Any) -> datetime:
        """Return a time as it is stored."""
        return datetime.fromisoformat(stored)

    async def page(self, visitor: Visitor) -> bytes:
        return await ask(self.app, scope_of(visitor, self.kept.cookie))

    async def app(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ARG002
        html, nonce = await self.render(scope)
        headers = [
            *HEADERS,
            (b"content-security-policy", POLICY.format(nonce).encode()),
            (b"content-length", str(len(html)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": html})

    async def render(self, scope: Scope) -> tuple[bytes, str]:
        """Return the page and its nonce. Raises LookupError or ValueError for somebody who may not see it."""
        person, csrf, name = await self.session(scope)
        id_ = scope["path"].split("/")[3]
        (part,) = await self.rows(PARTICIPATION, id_)
        if part[0] != person:
            raise LookupError(id_)
        module = self.kept.module
        done = [step for where, step, _ in await self.rows(STEPS, id_) if where == module]
        places = {row[0]: row[1] for row in await self.rows(RESPONSES, id_)}
        given = {}
        for row, response, item, value, revision, _ in await self.rows(ANSWERS, id_):
            if self.kept.shows(field := f"{places[response]}.{item}"):
                given[field] = self.cipher.answer(row, person, value), revision
        nonce = token_urlsafe(16)
        holes = self.kept.holes(id_, name, done, given)
        return self.template.render(holes, csrf=csrf, nonce=nonce).encode(), nonce

    async def session(self, scope: Scope) -> tuple[Any, str, str]:
        """Return the person, the token and the name of the session that the cookie names. Raises LookupError or ValueError."""
        cookie = next(value for name, value in scope["headers"] if name == b"cookie").decode()
        token = cookie.partition(f"{self.kept.cookie}=")[2].partition(";")[0]
        (row,) = await self.rows(SESSION, sha256(token.encode()).hexdigest())
        if row[3] is not None or self.instant(row[2]) + IDLE < datetime.now(UTC):
            raise LookupError("session")
        return row[0], row[1], self.cipher.name(row[0], row[4])
