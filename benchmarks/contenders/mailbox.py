"""A full inbox and a long queue, made by us, for all contenders: see mailbox_raw.py and mailbox_django.py for the others.

What each of them does is what no region could leave out: it finds the session and, for staff, the assignment; opens what is
sealed; writes days in the reader's language; and of a unit's list looks for each case whether its role answers such a case
and whether the citizen has blocked the unit, and writes all that is shown into the access log, chained, before it is shown.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from contenders.asgi import Looped, ask, scope_of
from contenders.cipher import Cipher
from contenders.page import Visitor

ITEMS, CASES, UNIT = 1_000, 200, "SE2321000016-1003"
TOKENS, PAGES = "tokens.json", "pages.json"
LISTED, QUEUE = "/inbox/", "/staff/lists/inbox/new"
COOKIE, IDLE = "ledstang-development-sid", timedelta(minutes=30)
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ONCE = re.compile(r'(name="_csrf" value=|data-csrf=|nonce=)"[^"]*"')
TIMES = re.compile(r'data-seconds="\d+"|\b\d\d:\d\d(?=\.)')
WHEN = re.compile(r"\d+ [^\W\d]+ \d{4}|\d\d:\d\d")
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
start_ms = 60_000
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
    """Our page, taken apart: what stands before and after its cards, and one card with holes for an id and two texts."""

    def __init__(self, folder: Path, path: str) -> None:
        html = msgspec.json.decode((folder / PAGES).read_bytes())[path]
        cards = CARD.findall(html.partition('<ul class="cards">')[2].partition("</ul>")[0])
        before, _, rest = html.partition(cards[0])
        card = cards[0].replace(ID.search(cards[0])[0], "{{ one.0 }}")
        card = card.replace(titles_of(html)[0], "{{ one.1 }}")
        card = re.sub(r"<p>.*</p>", "<p>{{ one.2 }}</p>", card)
        after = rest.rpartition(cards[-1])[2]
        self.about = WHEN.sub("{}", re.search(r"<p>(.*)</p>", cards[0])[1])
        self.template = "".join((holed(before), "{% for one in rows %}", card, "\n{% endfor %}", holed(after)))


def holed(html: str) -> str:
    """Return what surrounds the cards as a template, with holes for what is new each time."""
    html = html.replace("{", "&#123;").replace("}", "&#125;")
    return ONCE.sub(lambda found: f'{found[1]}"{{{{ {"nonce" if found[1] == "nonce=" else "csrf"} }}}}"', html)


def plain(html: str) -> str:
    """Return a page without what is new each time, and without the spaces around its tags."""
    html = TIMES.sub("", ONCE.sub(r"\1", html))
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


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
