"""People at work in an instance under fire, each in a thread: they press until they are answered, and keep what they were told.

A walker more is a class with a `walk`: one turn of what somebody does, all of whose posts go through `press`.
"""

from __future__ import annotations

import html
import random
import re
import threading
from collections import Counter
from uuid import uuid4

import httpx

from .fire import Fire

TAKEN = 303
PATH = "/inbox/write/fraga"


def form_of(page: httpx.Response, **written: str) -> dict[str, str]:
    """Return what the form where one writes sends, filled in."""
    form = re.search(
        r'<form method="post" action="/inbox/(?:write|cases|desk)/[^/"]*"[^>]*>(.*?)</form>', page.text, re.S
    )
    assert form, f"{page.status_code} {page.text}"
    return {**dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])), **written}


def written_on(page: httpx.Response) -> Counter[str]:
    """Return the texts that stand on a case's page, with how many times."""
    return Counter(html.unescape(text) for text in re.findall(r'class="written">([^<]+)<', page.text))


class Walker(threading.Thread):
    """Somebody signed in. `pressed` is every post that was taken, `errors` each answer that nobody should meet."""

    def __init__(self, fire: Fire, cookies: httpx.Cookies) -> None:
        super().__init__(daemon=True)
        self.fire = fire
        self.client = httpx.Client(base_url=fire.url, cookies=cookies, timeout=20)
        self.pressed: list[tuple[str, dict[str, str]]] = []
        self.again = 0
        self.errors: list[str] = []

    def walk(self) -> None:
        """Do one turn of what they do."""
        raise NotImplementedError

    def run(self) -> None:
        try:
            while not self.fire.over.wait(0.05):
                self.walk()
        except AssertionError as fault:
            self.errors.append(str(fault))

    def get(self, path: str) -> httpx.Response:
        """Fetch a page, for as long as it takes."""
        answer = self._until_answered("GET", path)
        assert answer.status_code == 200, f"{path} {answer.status_code}"
        return answer

    def press(self, path: str, form: dict[str, str]) -> httpx.Response:
        """Send a form, and the very same again while nobody has answered; at times once more, out of impatience."""
        answer = self._until_answered("POST", path, form)
        if random.random() < 0.2:
            answer = self._until_answered("POST", path, form)
        if answer.status_code == TAKEN:
            self.pressed.append((path, form))
        elif answer.status_code != 409:
            self.errors.append(f"{path} {answer.status_code}")
        return answer

    def press_all_again(self) -> None:
        """Send each form that was taken once more, as a browser does that is opened with its pages of yesterday."""
        for path, form in self.pressed:
            answer = self._until_answered("POST", path, form)
            if answer.status_code != TAKEN:
                self.errors.append(f"again {path} {answer.status_code}")

    def _until_answered(self, method: str, path: str, form: dict[str, str] | None = None) -> httpx.Response:
        def ask() -> httpx.Response | None:
            try:
                answer = self.client.request(method, path, data=form)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                return answer
            self.again += form is not None
            return None

        answer: httpx.Response = self.fire.eventually(ask, lambda answer: answer is not None)
        return answer


class Citizen(Walker):
    """Writes to the unit: new cases, and more in those that they have. `cases` is what they were told is in each."""

    def __init__(self, fire: Fire, cookies: httpx.Cookies) -> None:
        super().__init__(fire, cookies)
        self.cases: dict[str, list[str]] = {}

    def walk(self) -> None:
        text = f"Fråga {uuid4()}"
        known = [case for case, texts in self.cases.items() if len(texts) < 4]
        path = random.choice([PATH, *(f"/inbox/cases/{case}" for case in known[-2:])])
        answer = self.press(path, form_of(self.get(path), text=text, send="yes"))
        if answer.status_code == TAKEN:
            case = answer.headers["location"].partition("?")[0].rpartition("/")[2]
            self.cases.setdefault(case, []).append(text)


class Staff(Walker):
    """Answers what citizens have been told is sent. `answers` is what they were told of in each case."""

    def __init__(self, fire: Fire, cookies: httpx.Cookies, citizens: list[Citizen]) -> None:
        super().__init__(fire, cookies)
        self.citizens = citizens
        self.answers: dict[str, list[str]] = {}

    def walk(self) -> None:
        cases = list(random.choice(self.citizens).cases)
        if not cases:
            return
        case = random.choice(cases[-5:])
        path, text = f"/inbox/desk/{case}", f"Svar {uuid4()}"
        page = self.get(path)
        while (page := self.press(path, form_of(page, text=text, send="yes"))).status_code == 409:
            pass  # the citizen wrote meanwhile: the text stands below what is new, and is sent from there
        self.answers.setdefault(case, []).append(text)
