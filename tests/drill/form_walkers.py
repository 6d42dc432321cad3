"""People with forms before them, and with codes to write, in an instance under fire: each in a thread, as `walkers` are."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from ..plugins.village import Controls
from .fire import Fire
from .peers import Heard
from .walkers import TAKEN, Walker

CHOSEN, SENT_OUT = "halsa", "skickas"
"""The form that people choose, and the one that care sends: each asks for a text on each of two pages."""
ITEMS = "form.text", "form.mer"
DAYS = 60
"""Until the last day of what is sent: nothing is reminded of while a drill runs."""


def filled(page: httpx.Response, ending: str = "", **written: Any) -> tuple[str, dict[str, Any]]:
    """Return where the page's first form is sent that ends so, and what it sends when it is filled in."""
    forms = [form for form in Controls(page.text).forms if form[0].endswith(ending)]
    assert forms, f"{page.status_code} {page.text}"
    action, controls = forms[0]
    fields: dict[str, Any] = {}
    for name, _, value, sent in controls:
        if sent:
            fields.setdefault(name, []).append(value)
    return action, fields | {name: value for name, value in written.items() if value}


def named(answer: httpx.Response) -> str:
    """Return the id that an answer leads to."""
    found = re.search(r"[0-9a-f-]{36}", answer.headers["location"])
    assert found, answer.headers["location"]
    return found[0]


class Answerer(Walker):
    """Answers what care has asked, what they choose themselves, and anew what they have sent.

    `asked` is what they have been asked and not begun; `sent` and `halfway` are the texts that they were told are sent or
    kept, by the sending's id, and `corrected` the id of what corrects each.
    """

    def __init__(self, fire: Fire, cookies: httpx.Cookies) -> None:
        super().__init__(fire, cookies)
        self.asked: list[str] = []
        self.sent: dict[str, list[str]] = {}
        self.halfway: dict[str, str] = {}
        self.corrected: dict[str, str] = {}

    def walk(self) -> None:
        chance, old = random.random(), [one for one in self.sent if one not in self.corrected]
        if self.asked and chance < 0.6:
            self.answer(self.asked.pop(0), leave=random.random() < 0.2)
        elif old and chance < 0.75:
            self.correct(random.choice(old))
        else:
            page = self.get(f"/forms/{CHOSEN}")
            running = re.search(r'href="/forms/mine/([0-9a-f-]{36})', page.text)
            self.answer(running[1] if running else named(self.press(*filled(page, "/begin"))))

    def answer(self, id_: str, *, leave: bool = False) -> None:
        """Answer page by page and send; or `leave` it in the middle."""
        texts = [f"Svar {uuid4()}" for _ in ITEMS]
        for number, text in enumerate(texts, 1):
            self.write(id_, number, text)
            if leave:
                self.halfway[id_] = text
                return
        self.send(id_, texts)

    def correct(self, id_: str) -> None:
        """Begin a new version, write the first page anew, and send it."""
        new = named(self.press(*filled(self.get(f"/forms/mine/{id_}"), "/correct")))
        self.corrected[id_] = new
        text = f"Rättat {uuid4()}"
        self.write(new, 1, text)
        self.send(new, [text, self.sent[id_][1]])

    def write(self, id_: str, number: int, text: str) -> None:
        """Write one page and go on."""
        path, fields = filled(self.get(f"/forms/mine/{id_}/{number}"))
        answer = self.press(path, fields | {ITEMS[number - 1]: text})
        assert answer.status_code == TAKEN, f"{path} {answer.status_code}"

    def send(self, id_: str, texts: list[str]) -> None:
        """Look through what was written, and send it."""
        answer = self.press(*filled(self.get(f"/forms/mine/{id_}/check"), "/check"))
        assert answer.status_code == TAKEN, f"{id_} {answer.status_code}"
        self.sent[id_] = texts


class Asking(Walker):
    """Sends forms: to one person, or a list on two occasions. `people` are numbers, and who answers by each, if anybody.

    `asked` and `batches` are what they were told is sent: whose number each is, and the ids of what was sent together.
    """

    def __init__(self, fire: Fire, cookies: httpx.Cookies, people: dict[str, Answerer | None]) -> None:
        super().__init__(fire, cookies)
        self.people = people
        self.asked: dict[str, str] = {}
        self.batches: list[str] = []

    def walk(self) -> None:
        if random.random() < 0.1:
            lines = {"numbers": "\n".join(self.people), "days": str(DAYS), "times": "2", "every": "1"}
            self.batches.append(named(self.sends("/forms/staff/send-many", **lines)))
            return
        number, answerer = random.choice(list(self.people.items()))
        last = date.today() + timedelta(days=DAYS)  # noqa: DTZ011 - a process of its own goes by its own clock
        answer = self.sends("/forms/staff/send", number=number, last=[str(one) for one in last.timetuple()[:3]])
        self.asked[named(answer)] = number
        if answerer:
            answerer.asked.append(named(answer))

    def sends(self, path: str, **written: Any) -> httpx.Response:
        """Fill in a page, look through what would be sent, and send it."""
        looked = self._until_answered("POST", *filled(self.get(path), form=SENT_OUT, **written))
        answer = self.press(*filled(looked, path))
        assert answer.status_code == TAKEN, f"{path} {answer.status_code}"
        return answer


class Confirming(Walker):
    """Writes a new phone number or address each time, and confirms it by the code that comes. `confirmed` are those."""

    def __init__(self, fire: Fire, cookies: httpx.Cookies, heard: Heard) -> None:
        super().__init__(fire, cookies)
        self.heard = heard
        self.addresses = _addresses()
        self.confirmed: list[str] = []

    def walk(self) -> None:
        kind, address = next(self.addresses)
        saved = self._until_answered("POST", *filled(self.get("/settings"), "/settings", **{kind: address}))
        assert saved.status_code == TAKEN, f"{saved.status_code} {saved.text}"
        begun = len(self.heard.words[address])
        while not self.confirms(kind, address, begun):
            begun = len(self.heard.words[address])
        self.confirmed.append(address)

    def confirms(self, kind: str, address: str, tried: int) -> bool:
        """Ask for a code and try each that comes after so many; False where the latest one counts no more."""
        form = {"_csrf": filled(self.get("/settings"))[1]["_csrf"], "kind": kind}
        asked = self._until_answered("POST", "/settings/code", form)
        assert asked.headers["location"].startswith("/settings/confirm"), asked.headers["location"]
        for number in count(tried):
            code = re.search(r"\d{6}", self.comes(address, number))
            assert code
            answer = self._until_answered("POST", "/settings/confirm", form | {"code": code[0]})
            if answer.status_code == TAKEN:
                assert answer.headers["location"] == "/settings?confirmed", answer.headers["location"]
                return True
            if "gäller inte längre" in answer.text:
                break
        return False

    def comes(self, address: str, number: int) -> str:
        """Wait for so many messages to an address, and return the last."""
        (text, *_) = self.fire.eventually(lambda: self.heard.words[address][number:])
        return str(text)


def _addresses() -> Iterator[tuple[str, str]]:
    """Yield addresses that nobody has: the numbers are of the series that is nobody's."""
    for number in count():
        yield "phone", f"+467017406{number % 90 + 10:02}"
        yield "email", f"bo{number}@example.se"
