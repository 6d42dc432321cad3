"""A disk runs full while people write, be it a worksheet, a form, a message or an answer to one: what was said to be saved
is there, and the rest is handed back, and goes on once there is room.
"""

from __future__ import annotations

import html
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
from ledstang.clusters import Cluster, cluster
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

from .form_walkers import CHOSEN, ITEMS, filled
from .test_kill_forms import FORM
from .test_kill_messages import QUESTION
from .walkers import PATH, written_on

pytestmark = pytest.mark.drill
PROGRAMME = Path(__file__).parents[1] / "fixtures" / "unsaved" / "prova"
SENT = {"send": "yes"}
"""What the button of a message says: a text that is sent stays, where one that is saved gives way to the next."""
MINUTES = 5
"""After which a sign of life of a session is due, which cannot be written either."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of its own. Mounting it needs root, as installing what the drills need does."""
    place = Path(tempfile.mkdtemp(prefix="ledstang-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "none", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()


@pytest.fixture(params=["sqlite", "postgres"])
def town(
    request: pytest.FixtureRequest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Town, Cluster | None]]:
    """An instance's place with its database on the disk that will be full, and the server of it."""
    if request.param == "sqlite":
        yield Town(disk), None
        return
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    with cluster("fsync=off", "min_wal_size=32MB", "max_wal_size=32MB") as server:
        yield Town(disk, server.database()), server


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        try:
            for _ in range(room.f_bavail):
                file.write(b"\0" * room.f_frsize)
            file.flush()
        except OSError:
            pass
    return ballast


@dataclass
class Writing:
    """Somebody with a page before them. `said` is what they were told is saved: all of it, or the last where it is changed.

    `lost` is the page that handed back what could not be saved.
    """

    who: Identity
    browser: Browser
    path: str
    item: str = "text"
    pressed: dict[str, str] = field(default_factory=lambda: dict(SENT))
    desk: bool = False
    said: list[str] = field(default_factory=list)
    lost: httpx.Response | None = None
    page: httpx.Response | None = None

    def open(self) -> int:
        """Open the page, and return how that was answered."""
        page = self.browser.get(self.path)
        self.page = page if page.status_code == 200 else None
        return page.status_code

    def write(self, text: str) -> int:
        """Write on the page that is open, press, and return the answer. What is refused must be handed back whole."""
        if self.page is None and (status := self.open()) != 200:
            return status
        assert self.page
        path, fields = filled(self.page, self.path)
        answer = self.browser.post(path, fields | {self.item: text} | self.pressed, follow_redirects=False)
        if answer.status_code == 503:
            assert html.escape(text) in answer.text
            self.lost = answer
            return 503
        if answer.status_code == 303:
            self.said = [*self.said, text] if self.pressed else [text]
        self.open()
        return answer.status_code

    def press_again(self) -> None:
        """Press the button of the page that handed a text back, twice: that does no harm."""
        if self.lost is not None:
            path, fields = filled(self.lost)
            answers = [self.browser.post(path, fields, follow_redirects=False).status_code for _ in "12"]
            assert answers == [303, 303]
            text = str(fields[self.item][0])
            self.said = [*self.said, *({text} - set(self.said))] if self.pressed else [text]
        self.page = None

    def stands(self, eventually: Any) -> list[str]:
        """Return what stands there, as soon as it can be shown."""
        page = eventually(lambda: self.browser.get(self.path), lambda answer: answer.status_code == 200)
        if self.pressed:
            sent = written_on(page)
            assert set(sent.values()) <= {1}, "a message stands there twice"
            return [text for text in sent if text in self.said]
        return [text for text in self.said if html.escape(text) in page.text]

    def comes_back(self, place: Place) -> None:
        """Sign in again where the instance has been started anew."""
        self.browser = (
            place.at_work(self.who, place.appoint(self.who, "treater")) if self.desk else place.sign_in(self.who)
        )


def asks(browser: Browser) -> str:
    """Write to the unit, and return the case."""
    path, fields = filled(browser.get(PATH), PATH)
    return str(browser.post(path, fields | {"text": "Före"} | SENT).url.path)


def everybody(town: Town, place: Place) -> list[Writing]:
    """Let two people write on a worksheet, two in a form, two to the unit, and two at the unit to somebody who waits."""
    found = []
    for number in range(2):
        one, two, three, four, five = (town.person(f"Person {number}", born="1985-03-14") for _ in range(5))
        browser = place.sign_in(one)
        sheet = str(browser.post("/programmes/prova/begin").url.path).rstrip("/") + "/module/ett/blad"
        found.append(Writing(one, browser, sheet, "blad.text", {}))
        browser = place.sign_in(two)
        found.append(Writing(two, browser, browser.post(f"/forms/{CHOSEN}/begin").url.path, ITEMS[0], {}))
        browser = place.sign_in(three)
        found.append(Writing(three, browser, asks(browser)))
        working = place.at_work(four, place.appoint(four, "treater"))
        desk = asks(place.sign_in(five)).replace("/cases/", "/desk/")
        found.append(Writing(four, working, desk, desk=True))
    return found


def write_until_it_is_full(people: list[Writing], clock: Any, server: Cluster | None) -> None:
    """Write in turn until each has been refused twice. What is written can be read all the while."""
    clock.move(minutes=MINUTES)
    refused = dict.fromkeys((one.path for one in people), 0)
    for number, one in zip(range(400), cycle(people), strict=False):
        status = one.write(" ".join([f"Varv {number} av {one.path}."] * 40))
        assert status in (303, 409, 503), f"{status} {one.path}"
        assert server or one.desk or one.browser.get(one.path).status_code == 200, (
            f"{one.path} can be read while nothing can be saved"
        )
        refused[one.path] += status == 503
        if min(refused.values()) > 1:
            return
    assert not refused, "the disk never was full for all"


def test_what_was_saved_before_the_disk_was_full_is_there(
    town: tuple[Town, Cluster | None], disk: Path, eventually: Any
) -> None:
    """Each text once, and each that was handed back once its button has been pressed, also when it has been started anew."""
    made, server = town
    folder = made.folder / "instance"
    for room, file, text in (("cases", "fraga", QUESTION), ("forms", CHOSEN, FORM.format(key=CHOSEN, kind="öppet"))):
        (folder / room).mkdir(parents=True)
        (folder / room / f"{file}.md").write_text(text, encoding="utf-8")
    with made.instance(programmes=PROGRAMME) as place:
        people = everybody(made, place)
        for one in people:
            assert one.write(" ".join([f"Sparat av {one.path}."] * 50)) == 303

        ballast = fill(disk)
        write_until_it_is_full(people, place.clock, server)

        ballast.unlink()
        if server is not None and not server.runs():  # it stops itself when it cannot write its log
            server.start("fsync=off")
        for one in people:
            assert one.stands(eventually) == one.said
            one.press_again()
            assert one.write(f"Efteråt av {one.path}.") == 303

    with made.instance() as place:
        for one in people:
            one.comes_back(place)
            assert one.stands(eventually) == one.said
