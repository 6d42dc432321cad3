"""A full inbox and a long queue, made by us, and what is read for them made by nobody but the driver and by Django's ORM.

The peers take our own page apart: what stands around its cards is a fixed text, and each card is filled anew from the row
that they read. They know no rules, write no access log and mark nothing, which all counts against us.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from jinja2 import Environment

from contenders.asgi import Looped, Scope, ask, scope_of
from contenders.cipher import Cipher
from contenders.page import Visitor

ITEMS, CASES, UNIT = 1_000, 200, "SE2321000016-1003"
TOKENS, PAGES = "tokens.json", "pages.json"
LISTED, QUEUE = "/inbox/", "/staff/lists/inbox/new"
COOKIE, IDLE = "ledstang-development-sid", timedelta(minutes=30)
CARD = re.compile(r"<li.*?</li>", re.DOTALL)
TOML = f"""\
title = "Region Norra"
[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24"]
contact = "Ring 1177."
[[units]]
hsa_id = "{UNIT}"
name = "Testmottagningen"
region = "norra"
[patience]
listed = {CASES}
"""
TYPE = f"""---
ärendetyp: fraga
titel: Fråga
språk: sv
ägare: {UNIT}
version: 1.0
svar inom: 2 vardagar
säkerhet: Vi läser vardagar.
---

Skriv vad du undrar.
"""
SESSION = "SELECT person, seen, ended FROM session WHERE id = ?"
INBOX = """SELECT i.id, i.unit, i.words, i.delivered, i.due, i.answered, i.subject, r.read FROM delivered_item i
LEFT JOIN delivered_reading r ON r.item = i.id AND r.reader = ?
WHERE i.subject = ? AND i.withdrawn IS NULL AND r.archived IS NULL ORDER BY i.delivered DESC, i.id DESC LIMIT 51"""
LIES = """SELECT c.id, c.moved, c.due, p.id, p.facts FROM inbox_case c JOIN person p ON p.id = c.person
WHERE c.desk = ? AND c.assigned IS NULL AND c.due IS NOT NULL ORDER BY c.due LIMIT 200"""


def settle(folder: Path) -> None:
    """Write an instance with one case type."""
    (folder / "cases").mkdir()
    (folder / "cases" / "fraga.md").write_text(TYPE, encoding="utf-8")
    (folder / "ledstang.toml").write_text(TOML, encoding="utf-8")


class Ours(Looped):
    """The real application. When it starts it fills the inbox and the queue, and leaves the tokens in the folder."""

    async def start(self, folder: Path) -> None:
        from ledstang.app import create_app
        from ledstang.instance import open_instance

        self.app = create_app(open_instance(folder))
        self.lifespan = self.app.lifespan()  # kept, or it would end when it is forgotten
        await self.lifespan.__aenter__()
        tokens = await seed(self.app.state.house, self.app.state.sessions)
        (folder / TOKENS).write_bytes(msgspec.json.encode(tokens))

    async def page(self, visitor: Visitor) -> bytes:
        return await ask(self.app, scope_of(visitor, COOKIE))


async def seed(house: Any, sessions: Any) -> dict[str, str]:
    """Fill an inbox, and a unit's list with cases of as many people as there are; return the tokens of both readers."""
    from ledstang.delivery.items import Delivery
    from ledstang.people.numbers import make_test_number
    from ledstang.people.persons import Identity
    from ledstang_inbox.tables import Case

    born, now = date(1985, 3, 14), house.clock.now()
    token, _, dag = await sessions.begin(Identity(make_test_number(born, 0), "Dag Provsson", born, "24"))
    for number in range(ITEMS):
        one = Delivery(person=dag.id, kind="message", title=f"Provsvar {number}", body="Det ser bra ut.", unit=UNIT)
        await house.inbox.deliver("bench", one, str(number))
    version = house.published.of("cases").get("fraga").hash
    people = [
        await house.register.keep(Identity(make_test_number(day, 1), f"Vera Provsson-{days:03}", day, "24"))
        for days in range(CASES)
        for day in (born + timedelta(days=days + 1),)
    ]
    told = {
        "type": "fraga",
        "version": version,
        "unit": UNIT,
        "desk": UNIT,
        "roles": "treater",
        "begun": now,
        "moved": now,
    }
    await Case.insert(
        *(Case(id=uuid4(), person=one.id, author=one.id, due=now + timedelta(days=1), **told) for one in people)
    )
    born = date(1980, 3, 14)
    _, session, person = await sessions.begin(Identity(make_test_number(born, 0), "Eva Provsson", born, "24"))
    work = await house.staff.appoint(person.id, staff="SE2321000016-ABCD", title="Läkare", unit=UNIT, roles=["treater"])
    at_work, _ = await sessions.act_for(session, None, None, work)
    return {LISTED: token, QUEUE: at_work}


class Flat:
    """Our page, taken apart: what stands before and after its cards, and one card with holes for an id and a title."""

    def __init__(self, folder: Path, path: str) -> None:
        html = msgspec.json.decode((folder / PAGES).read_bytes())[path]
        cards = CARD.findall(html.partition('<ul class="cards">')[2].partition("</ul>")[0])
        before, _, rest = html.partition(cards[0])
        card = cards[0].replace(re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", cards[0])[0], "{{ one.0 }}")
        card = card.replace(titles_of(html)[0], "{{ one.1 }}")
        after = rest.rpartition(cards[-1])[2]
        self.template = "".join((escaped(before), "{% for one in rows %}", card, "{% endfor %}", escaped(after)))


def escaped(html: str) -> str:
    """Return text that neither Jinja nor Django reads as a template."""
    return html.replace("{", "&#123;").replace("}", "&#125;")


def titles_of(html: str) -> list[str]:
    """Return what the cards of a page are called: the titles of an inbox, or the names on a list."""
    return re.findall(r"<h\d><a [^>]*>([^<]+)</a>", html.partition("<main")[2])


class Seal:
    """Opens what is sealed, without importing ours."""

    def __init__(self, folder: Path) -> None:
        self._cipher = Cipher(folder)

    def title(self, row: Any, subject: Any, words: bytes) -> str:
        """Return the title of an item."""
        return str(msgspec.msgpack.decode(self._cipher._open(words, "delivered_item", "words", row, subject))["title"])

    def name(self, person: Any, facts: str) -> str:
        """Return what somebody is called."""
        return self._cipher.name(person, facts)


class Raw(Looped):
    """The limit: an ASGI function, sqlite3 in the same thread, and one compiled template a page."""

    async def start(self, folder: Path) -> None:
        self.seal, engine = Seal(folder), Environment(autoescape=True)
        self.templates = {path: engine.from_string(Flat(folder, path).template) for path in (LISTED, QUEUE)}
        self.connection = sqlite3.connect(folder / "data/ledstang.sqlite", isolation_level=None)

    async def page(self, visitor: Visitor) -> bytes:
        return await ask(self.app, scope_of(visitor, COOKIE))

    async def app(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ARG002
        cookie = next(value for name, value in scope["headers"] if name == b"cookie").decode()
        token = sha256(cookie.partition(f"{COOKIE}=")[2].encode()).hexdigest()
        person, seen, ended = self.connection.execute(SESSION, (token,)).fetchone()
        if ended or datetime.fromisoformat(seen) + IDLE < datetime.now(UTC):
            raise LookupError("session")
        if scope["path"] == LISTED:
            found = self.connection.execute(INBOX, (person, person)).fetchall()[:50]
            rows = [(row[0], self.seal.title(row[0], row[6], row[2])) for row in found]
        else:
            rows = [
                (row[0], self.seal.name(row[3], row[4])) for row in self.connection.execute(LIES, (UNIT,)).fetchall()
            ]
        html = self.templates[scope["path"]].render(rows=rows).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": html})
