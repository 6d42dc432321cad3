"""The limit for the inbox and a unit's list: an ASGI function, sqlite3 in the same thread, and one compiled template a page.

What stands around the cards is our own page as a fixed text. What no region could leave out is done, and nothing else.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from time import time_ns
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date
from jinja2 import Environment

from contenders.asgi import Looped, Scope, ask, scope_of
from contenders.mailbox import COOKIE, IDLE, LISTED, QUEUE, Flat, Seal
from contenders.page import Visitor

HERE = ZoneInfo("Europe/Stockholm")
SESSION = """SELECT s.person, s.seen, s.ended, s.csrf, a.id, a.staff, a.title, a.unit, a.roles FROM session s
LEFT JOIN assignment a ON a.id = s.assignment AND a.ended IS NULL WHERE s.id = ?"""
INBOX = """SELECT i.id, i.unit, i.words, i.delivered, i.due, i.answered, i.subject, r.read FROM delivered_item i
LEFT JOIN delivered_reading r ON r.item = i.id AND r.reader = ?
WHERE i.subject = ? AND i.audience IN ('both', 'subject') AND i.withdrawn IS NULL AND r.archived IS NULL
ORDER BY i.delivered DESC, i.id DESC LIMIT 51"""
LIES = """SELECT c.id, c.moved, c.due, c.unit, c.roles, p.id, p.facts FROM inbox_case c JOIN person p ON p.id = c.person
WHERE c.desk = ? AND c.assigned IS NULL AND c.due IS NOT NULL ORDER BY c.due LIMIT 200"""
BLOCKS = """SELECT f.subject FROM access_fact f WHERE f.ended IS NULL AND f.kind = 'block' AND f.subject IN
(SELECT person FROM inbox_case WHERE desk = ? AND assigned IS NULL AND due IS NOT NULL)"""
NAMES = ("id", "at", "chain", "sequence", "key", "subject", "actor", "who", "ground", "staff", "title", "assignment", "unit",
         "unit_name", "provider", "provider_name", "purpose", "action", "kind", "resource", "plugin", "outcome", "behalf",
         "previous", "mac")  # fmt: skip
ENTRY = f"INSERT INTO access_log_entry ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})"
HEAD = "SELECT sequence, mac FROM access_log_chain WHERE id = ?"
MOVE = """INSERT INTO access_log_chain (id, day, sequence, mac, sent) VALUES (?, ?, ?, ?, 0)
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, mac = excluded.mac"""
KEY = b"k" * 32
_encode = msgspec.json.Encoder().encode


@lru_cache(1024)
def day_of(day: date) -> str:
    """Write a day in Swedish."""
    return format_date(day, "long", locale="sv_SE")


def local(stored: str) -> datetime:
    """Return a stored instant in Swedish time."""
    return datetime.fromisoformat(stored).astimezone(HERE)


class Raw(Looped):
    """Reads, decides, logs, fills in."""

    async def start(self, folder: Path) -> None:
        self.seal, engine = Seal(folder), Environment(autoescape=True)
        self.flat = {path: Flat(folder, path) for path in (LISTED, QUEUE)}
        self.templates = {path: engine.from_string(flat.template) for path, flat in self.flat.items()}
        self.unit = self.flat[LISTED].about.partition(",")[0]
        self.connection = sqlite3.connect(folder / "data/ledstang.sqlite", isolation_level=None)
        self.connection.execute("PRAGMA synchronous = FULL")

    async def page(self, visitor: Visitor) -> bytes:
        return await ask(self.app, scope_of(visitor, COOKIE))

    async def app(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ARG002
        cookie = next(value for name, value in scope["headers"] if name == b"cookie").decode()
        token = sha256(cookie.partition(f"{COOKIE}=")[2].encode()).hexdigest()
        person, seen, ended, csrf, *work = self.connection.execute(SESSION, (token,)).fetchone()
        if ended or datetime.fromisoformat(seen) + IDLE < datetime.now(UTC):
            raise LookupError("session")
        rows = self.inbox(person) if scope["path"] == LISTED else self.queue(person, work)
        html = self.templates[scope["path"]].render(rows=rows, csrf=csrf, nonce=token_urlsafe(16)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": html})

    def inbox(self, person: str) -> list[tuple[str, str, str]]:
        """Return the latest items: id, title, and from whom and when."""
        rows, about = [], self.flat[LISTED].about.format
        for row in self.connection.execute(INBOX, (person, person)).fetchall()[:50]:
            at = local(row[3])
            told = about(day_of(at.date()), f"{at.hour:02}:{at.minute:02}")
            rows.append((row[0], self.seal.title(row[0], row[6], row[2]), told))
        return rows

    def queue(self, person: str, work: Sequence[Any]) -> list[tuple[str, str, str]]:
        """Return the cases that may be shown, which are logged then: id, whose, and since and until when."""
        _, _, _, unit, roles = work
        mine, found = set(roles.split()), self.connection.execute(LIES, (unit,)).fetchall()
        blocked = {row[0] for row in self.connection.execute(BLOCKS, (unit,))}
        seen = [
            row for row in found if row[3] == unit and not mine.isdisjoint(row[4].split()) and row[5] not in blocked
        ]
        self.log(person, work, seen)
        rows, about = [], self.flat[QUEUE].about.format
        for row in seen:
            last = local(row[2]) - timedelta(seconds=1)
            told = about(day_of(local(row[1]).date()), day_of(last.date()))
            rows.append((row[0], self.seal.name(row[5], row[6]), told))
        return rows

    def log(self, person: str, work: Sequence[Any], seen: Sequence[Any]) -> None:
        """Chain what is shown, in a chain of its own, and commit."""
        now, run = datetime.now(UTC), self.connection.execute
        at, day, number = str(now), now.astimezone(HERE).date().isoformat(), count(time_ns())
        chain = f"{day} raw"
        run("BEGIN IMMEDIATE")
        sequence, mac = run(HEAD, (chain,)).fetchone() or (0, "")
        id_, staff, title, unit, _ = work
        told = ("staff", "staff", staff, title, id_, unit, self.unit, "", "", "care", "inbox.answer", "case")
        rows = []
        for sequence, row in enumerate(seen, sequence + 1):  # noqa: B020
            entry = str(UUID(int=next(number) << 64 | int.from_bytes(token_bytes(8), "big")))
            values = (entry, at, chain, sequence, 1, row[5], person, *told, row[0], "inbox", "allowed", None, mac)
            mac = hmac.digest(KEY, _encode(values), "sha256").hex()
            rows.append((*values, mac))
        self.connection.executemany(ENTRY, rows)
        run(MOVE, (chain, day, sequence, mac))
        run("COMMIT")
