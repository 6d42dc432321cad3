"""People at their browsers in a running instance: pages read as a browser reads them, forms filled in and sent."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest
from ledstang.people.persons import Identity
from ledstang.testing import Place, Town

NUMBER = count(1)
"""Gives each person a birthday of their own, also over a restart."""

INLINE = frozenset({"a", "b", "em", "span", "strong"})
Answers = Mapping[str, str | list[str]]


class Controls(HTMLParser):
    """Reads a page's forms: of each its action and its controls as (name, type, value, whether it is sent as it is)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str, str, bool]]]] = []
        self.texts: list[str] = []
        self._area: str | None = None
        self._silent = 0
        self._main = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in ("script", "style")
        self.texts.append("" if tag in INLINE else " ")
        self._main = self._main or tag == "main"
        if tag == "form" and self._main:
            self.forms.append((given.get("action", ""), []))
        elif tag == "textarea":
            self._area = given["name"]
            self._put(given["name"], "textarea", "", sent=True)
        elif tag in ("input", "button") and "name" in given:
            type_ = given.get("type", "text") if tag == "input" else "button"
            sent = "checked" in given if type_ in ("radio", "checkbox") else type_ not in ("button", "submit")
            self._put(given["name"], type_, given.get("value", ""), sent=sent)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")
        self.texts.append("" if tag in INLINE else " ")
        if tag == "textarea":
            self._area = None
        self._main = self._main and tag != "main"

    def handle_data(self, data: str) -> None:
        if self._area is not None and self.forms:
            name, type_, value, sent = self.forms[-1][1][-1]
            self.forms[-1][1][-1] = (name, type_, value + data, sent)
        elif not self._silent:
            self.texts.append(data)

    def _put(self, name: str, type_: str, value: str, *, sent: bool) -> None:
        if self._main and self.forms:
            self.forms[-1][1].append((name, type_, value, sent))


class Page:
    """A page as somebody has it before them, fields and all; it stays as it was when others change what it shows."""

    def __init__(self, device: Device, answer: httpx.Response) -> None:
        self.device, self.answer = device, answer
        self.status, self.html = answer.status_code, answer.text
        self.path = answer.url.raw_path.decode()
        read = Controls(self.html)
        self.text = " ".join("".join(read.texts).split())
        self.action, self.controls = next((form for form in read.forms if form[0]), ("", []))

    @property
    def fields(self) -> dict[str, list[str]]:
        """What the page's form would send, were its button pressed now."""
        fields: dict[str, list[str]] = {}
        for name, type_, value, sent in self.controls:
            if sent:
                text = value.removeprefix("\n") if type_ == "textarea" else value
                fields.setdefault(name, []).append(text)
        return fields

    def value(self, name: str) -> str:
        """What stands in a field, or is chosen in it; empty when nothing is."""
        return "|".join(self.fields.get(name, []))

    def written(self, answers: Answers, pressed: tuple[str, str] | None = None) -> dict[str, list[str]]:
        """What the form sends when somebody fills in these fields, which must be there."""
        fields = self.fields
        known = {name for name, *_ in self.controls}
        for name, answer in answers.items():
            assert name in known, f"the page has no field {name}, only {sorted(known)}"
            fields[name] = [answer] if isinstance(answer, str) else list(answer)
        return fields | ({pressed[0]: [pressed[1]]} if pressed else {})

    def submit(self, answers: Answers | None = None, pressed: tuple[str, str] | None = None) -> Page:
        """Fill in fields, press the form's button, and follow where it leads."""
        fields = self.written(answers or {}, pressed)
        return Page(self.device, self.device.browser.post(self.action, fields))

    def autosave(self, answers: Answers) -> httpx.Response:
        """Save as the page's script does while somebody writes."""
        fields = self.written(answers)
        headers = {"Accept": "application/json", "X-CSRF-Token": fields["_csrf"][0]}
        return self.device.browser.post(self.action, fields, headers=headers, follow_redirects=False)


class Device:
    """A browser that somebody takes part with. `home` is the address of what they take part in."""

    def __init__(self, village: Village, person: Identity, home: str = "") -> None:
        self.village, self.person, self.home = village, person, home
        self.browser = village.place.sign_in(person)

    def open(self, path: str = "", *, follow: bool = True) -> Page:
        """Open a page: below the participation's own, or with a leading slash anywhere."""
        full = path if path.startswith("/") else f"{self.home}/{path}".rstrip("/")
        return Page(self, self.browser.get(full, follow_redirects=follow))

    def begin(self, key: str) -> Page:
        """Begin a programme that asks for no consent."""
        page = self.open(f"/programmes/{key}/begin").submit()
        assert page.path.startswith("/programmes/mine/"), page.text
        self.home = page.path
        return page

    def another(self) -> Device:
        """Return a second device of the same person, at the same place."""
        return Device(self.village, self.person, self.home)

    def acts_for(self, child: Identity) -> Device:
        """Add a child that one is the guardian of, and go over to act for it."""
        self.browser.post("/signin/own")
        self.browser.post("/guardian/add", {"number": child.number})
        for act in re.findall(r'action="(/guardian/[^"/]+/act)"', self.browser.get("/guardian/").text):
            if f"för {child.name}" in self.browser.post(act).text:
                return self
            self.browser.post("/signin/own")
        raise AssertionError(f"nobody acts for {child.name}")

    def comes_back(self) -> None:
        """Sign in again, as one does after days."""
        self.browser = self.village.place.sign_in(self.person)


@dataclass
class Family:
    """Two guardians and their child, who is nine years old when the clock has not been moved; nobody is signed in yet."""

    village: Village
    asta: Identity
    bo: Identity
    cilla: Identity

    def device(self, guardian: Identity, home: str = "") -> Device:
        """Return a device on which a guardian acts for the child."""
        return Device(self.village, guardian, home).acts_for(self.cilla)


class Village:
    """A running instance with its programmes and its people."""

    def __init__(self, town: Town, place: Place) -> None:
        self.town, self.place = town, place
        self.clock = place.clock

    def person(self, *, name: str = "Dag Testsson", born: str = "", county: str = "24") -> Identity:
        """Invent somebody, grown up unless it says when they were born."""
        usual = date(1980, 1, 1) + timedelta(days=next(NUMBER) % 7000)
        return self.town.person(name, born=born or usual.isoformat(), county=county)

    def device(self, **about: str) -> Device:
        """Return the device of somebody new."""
        return Device(self, self.person(**about))

    def family(self, *, born: str = "2017-01-01", guardians: int = 2) -> Family:
        """Invent a family."""
        asta, bo = self.person(name="Asta Testsson"), self.person(name="Bo Testsson")
        cilla = self.town.child("Cilla", born=born, guardians=[asta, bo][:guardians])
        return Family(self, asta, bo, cilla)

    def begins(self, key: str, **about: str) -> Device:
        """Return the device of somebody new who has begun a programme."""
        device = self.device(**about)
        device.begin(key)
        return device

    def at(self, moment: str) -> None:
        """Set the clock: an ISO date and time with its offset."""
        self.clock.set(datetime.fromisoformat(moment))

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Read the database as it is, past the application."""

        for value in values:
            sql = sql.replace("?", f"'{value}'", 1)

        async def read() -> list[dict[str, Any]]:
            where = self.place.instance.database
            if isinstance(where, str):
                connection = await asyncpg.connect(where)
                found = [dict(row) for row in await connection.fetch(sql)]
                await connection.close()
                return found
            with sqlite3.connect(where) as file:
                file.row_factory = sqlite3.Row
                return [dict(row) for row in file.execute(sql)]

        found: list[dict[str, Any]] = self.place.run(read())
        return found


BOTH = ["sqlite", "postgres"]


def address(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database of the kind that the fixture is asked for; nothing for a file."""
    return request.getfixturevalue("postgres_server").database() if request.param == "postgres" else ""
