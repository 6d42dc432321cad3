"""A disk runs full while people write: what was said to be saved is there, and the rest goes on once there is room."""

from __future__ import annotations

import html
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang.clusters import Cluster, cluster
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

pytestmark = pytest.mark.drill
PROGRAMME = Path(__file__).parents[1] / "fixtures" / "unsaved" / "prova"
SHEET = "module/ett/blad"
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


def write(browser: Browser, mine: str, text: str) -> int:
    """Save a text on the sheet and return how that was answered."""
    page = browser.get(f"{mine}/{SHEET}")
    if page.status_code != 200:
        return page.status_code
    form = re.search(r"<main.*?(<form .*?</form>)", page.text, re.DOTALL)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1] if form else "")
    fields = {name: html.unescape(value) for name, value in hidden} | {"blad.text": text}
    return browser.post(f"{mine}/{SHEET}", fields).status_code


def shown(eventually: Any, browser: Browser, mine: str) -> str:
    """Return the sheet as soon as it can be shown again."""
    answer = eventually(lambda: browser.get(f"{mine}/{SHEET}"), lambda answer: answer.status_code == 200)
    return str(answer.text)


def begin(place: Place, who: Identity) -> tuple[Browser, str]:
    browser = place.sign_in(who)
    return browser, str(browser.post("/programmes/prova/begin").url.path).rstrip("/")


def test_what_was_saved_before_the_disk_was_full_is_there(
    town: tuple[Town, Cluster | None], disk: Path, eventually: Any
) -> None:
    made, server = town
    persons = [made.person(f"Person {number}", born="1985-03-14") for number in range(8)]
    with made.instance(programmes=PROGRAMME) as place:
        people = [begin(place, who) for who in persons]
        said: dict[str, str] = {}
        for browser, mine in people:
            said[mine] = f"Sparat av {mine}. " * 50
            assert write(browser, mine, said[mine]) == 200

        ballast = fill(disk)
        place.clock.move(minutes=MINUTES)
        refused = 0
        for number in range(200):
            browser, mine = people[number % len(people)]
            text = f"Varv {number} av {mine}. " * 400
            status = write(browser, mine, text)
            assert status in (200, 503)
            assert server or browser.get(f"{mine}/{SHEET}").status_code == 200, (
                "it can be read while nothing can be saved"
            )
            if status == 200:
                said[mine] = text
            else:
                refused += 1
            if refused == 2 * len(people):
                break
        assert refused, "the disk never was full"

        ballast.unlink()
        if server is not None and not server.runs():  # it stops itself when it cannot write its log
            server.start("fsync=off")
        for browser, mine in people:
            assert html.escape(said[mine].strip()) in shown(eventually, browser, mine)
            assert write(browser, mine, f"Efteråt av {mine}.") == 200

    with made.instance() as place:
        for who, (_, mine) in zip(persons, people, strict=True):
            assert f"Efteråt av {mine}." in shown(eventually, place.sign_in(who), mine)
