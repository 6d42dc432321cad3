"""An album that files may be attached to, and what its tests share: a scanner that does as it is told, and a browser's script."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from ledstang.connectors import Connected
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

from .corpus import EICAR

UNIT = "SE2321000016-1003"
ALBUM = Path(__file__).parents[2] / "fixtures" / "album"


@dataclass
class Scanner:
    """A scanner: finds what every scanner finds, remembers what it was given, and can be `down` or `unsure`."""

    down: bool = False
    unsure: bool = False
    seen: list[bytes] = field(default_factory=list)

    async def scan(self, content: AsyncIterator[bytes], size: int) -> str:
        """Answer as a connector would."""
        if self.down:
            raise ConnectionError
        whole = b"".join([part async for part in content])
        assert len(whole) == size
        self.seen.append(whole)
        return "unsure" if self.unsure else "infected" if EICAR in whole else "clean"


@dataclass
class Albums:
    """A place with the album, its scanner, and people who send files."""

    town: Town
    place: Place
    scanner: Scanner
    born: date = date(1985, 3, 14)
    last: Identity | None = None

    def somebody(self, name: str = "Dag") -> tuple[Browser, UUID]:
        """Return a browser of somebody who is signed in, and their album."""
        self.born += timedelta(days=1)
        who = self.town.person(name, born=self.born.isoformat())
        self.last = who
        return self.place.sign_in(who), self.place.visit(who).subject.id

    def send(self, browser: Browser, album: UUID, name: str, content: bytes, use: str = "album") -> httpx.Response:
        """Send a file by the form of the page, as it is without any script."""
        files = [("_csrf", (None, browser.token())), ("file", (name, content))]
        return browser._send("POST", f"/attachments/at/{use}/{album}", files=files)

    def files(self, album: UUID) -> list[dict]:
        """Return the rows of an album."""
        return self.rows("select * from attachment where item = {} order by added", album)

    def rows(self, sql: str, *arguments: object) -> list[dict]:
        """Return rows of the database."""
        from ledstang.attachments.tables import Attachment

        return self.place.run(Attachment.raw(sql, *arguments).run())

    def parts(self, id_: object) -> int:
        """Return how many sealed parts there are of a file."""
        return self.rows("select count(*) as n from attachment_part where attachment = {}", id_)[0]["n"]

    def fetch(self, browser: Browser, id_: object) -> httpx.Response:
        """Fetch a file."""
        return browser.get(f"/attachments/{id_}")

    def tus(self, browser: Browser, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        """Speak as the script does."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told |= {"tus-resumable": "1.0.0", "x-csrf-token": browser.token()}
        return browser._send(method, path, content=content, headers=told)

    def create(self, browser: Browser, album: UUID, name: str, length: int, use: str = "album") -> httpx.Response:
        """Ask for an address to send a file to."""
        metadata = f"filename {b64encode(name.encode()).decode()}"
        path = f"/attachments/uploads/{use}/{album}"
        return self.tus(browser, "POST", path, upload_length=str(length), upload_metadata=metadata)

    def piece(self, browser: Browser, path: str, at: int, content: bytes) -> httpx.Response:
        """Send a piece."""
        kind = "application/offset+octet-stream"
        return self.tus(browser, "PATCH", path, content, content_type=kind, upload_offset=str(at))

    def shown(self, browser: Browser, album: UUID) -> str:
        """Return the part of the album's page that lists the files."""
        page = browser.get(f"/album/{album}").text
        found = re.search(r'<div id="files">(.*?)</div>\s*(<form|<p)', page, re.DOTALL)
        return found[1] if found else page


def albums_of(town: Town, toml: str = "") -> Iterator[Albums]:
    with town.instance(plugins=ALBUM, toml=toml) as place:
        scanner = Scanner()
        place.house.connected["FileScanner"] = Connected("album", scanner)
        yield Albums(town, place, scanner)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Albums]:
    """A place with an album for everybody, and a scanner."""
    yield from albums_of(Town(tmp_path_factory.mktemp("albums")))


@pytest.fixture
def albums(served: Albums) -> Albums:
    """The same place for all tests of a module: each has people of its own, and a scanner that has seen nothing yet."""
    served.scanner = Scanner()
    served.place.house.connected["FileScanner"] = Connected("album", served.scanner)
    served.place.house.isolation.breakers.clear()
    return served
