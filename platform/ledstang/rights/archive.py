"""One archive of all that is kept about somebody: a page to read and a file for programs, made a kind of data at a time.

What a plugin could not hand out is named in both, and never left out silently.
"""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from ledstang.access.visit import Visit
from ledstang.clock import STOCKHOLM
from ledstang.isolation import Gap
from ledstang.people.personal_data import PersonalData, key_of
from ledstang.rights.readable import things_of
from ledstang.rights.scratch import Scratch

if TYPE_CHECKING:
    from ledstang.house import House

FORMAT = "ledstang-personal-data/1"
LAST = ("passing", "log")
"""What is long and tells least: it comes after all else."""
PAGE, DATA = "index.html", "data.json"
Put = Callable[[bytes], Awaitable[None]]


class Section(msgspec.Struct, frozen=True):
    """One kind of data as it was put aside: what it is called, of which service, and the numbers of its two pieces.

    Without pieces it could not be had.
    """

    title: str
    service: str
    page: int | None = None
    data: int | None = None


class Sink:
    """What a zip file is written into, when nobody may go back in it: bytes to be taken away as they come."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, some: bytes) -> int:
        self._held += some
        return len(some)

    def flush(self) -> None:
        """Nothing lies between this and what it holds."""

    def take(self, size: int) -> bytes:
        """Take so many bytes away, or what there is."""
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def __len__(self) -> int:
        return len(self._held)


class Archive:
    """Makes the archive of a visit's subject, as it is at `now`: all kinds of data, or only those of some keys."""

    def __init__(self, house: House, visit: Visit, kinds: frozenset[str] | None, now: datetime) -> None:
        self._house, self._subject, self._kinds, self._now = house, visit.subject, kinds, now
        self._language = language = visit.language
        templates = house.pages.templates
        self._filters = templates.environments[language].filters
        self._say = lambda text: templates.gettext(language, text)

    async def write(self, put: Put, size: int) -> int:
        """Hand the archive to `put` in parts of `size` bytes, and return how many kinds of data are missing in it.

        No more than one kind of data, and one part, is in memory at a time.
        """
        with closing(Scratch()) as scratch:
            sections = [await self._section(owner, data, scratch) for owner, data in self._in_order()]
            sections += [Section("", self._house.called(owner, self._language)) for owner in self._put_aside()]
            missing = [one for one in sections if one.page is None]
            sink = Sink()
            with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:  # type: ignore[arg-type]
                for name, pieces in ((PAGE, self._page(sections)), (DATA, self._data(sections))):
                    with file.open(self._entry(name), "w") as entry:
                        for piece in pieces:
                            part = scratch.get(piece) if isinstance(piece, int) else piece.encode()
                            await asyncio.to_thread(entry.write, part)
                            while len(sink) >= size:
                                await put(sink.take(size))
                await self._write_files(file, sink, put, size)
            while len(sink):
                await put(sink.take(size))
        return len(missing)

    async def _write_files(self, file: zipfile.ZipFile, sink: Sink, put: Put, size: int) -> None:
        """Put the files beside what is said of them, a part at a time. Raises SealBroken, LookupError."""
        for _, data in self._in_order():
            if data.files is None:
                continue
            async for name, content in data.files(self._subject.id):
                with file.open(self._entry(name), "w") as entry:
                    async for part in content:
                        await asyncio.to_thread(entry.write, part)
                        while len(sink) >= size:
                            await put(sink.take(size))

    def _put_aside(self) -> list[str]:
        """Return the plugins that are put aside: what they keep cannot be asked for."""
        if self._kinds is not None:
            return []
        return sorted({fault.plugin for fault in self._house.plugins.faults})

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._now.astimezone(STOCKHOLM).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry

    async def _section(self, owner: str, data: PersonalData, scratch: Scratch) -> Section:
        """Ask for one kind of data, in its time, and put it aside as a page's piece and as JSON."""
        title, service = self._say(data.title), self._service(owner, data)

        async def pieces() -> tuple[bytes, bytes]:
            entries = await data.export(self._subject.id)
            if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
                raise TypeError("what is exported is a list of dicts")
            return await asyncio.to_thread(self._pieces, owner, data, entries)

        hook, patience = f"register_personal_data {key_of(owner, data)}", self._house.instance.settings.copies.export_ms
        made = await self._house.isolation.ask(owner, hook, pieces, milliseconds=patience, forgiving=True)
        if isinstance(made, Gap):
            return Section(title, service)
        return Section(title, service, *(scratch.put(piece) for piece in made))

    def _service(self, owner: str, data: PersonalData) -> str:
        if data.kept in LAST:
            return self._say("Sign-ins and visits")
        return self._house.instance.title if owner == "host" else self._house.called(owner, self._language)

    def _pieces(self, owner: str, data: PersonalData, entries: list[dict[str, Any]]) -> tuple[bytes, bytes]:
        about = {"service": owner, "name": key_of(owner, data), "title": self._say(data.title), "kept": data.kept}
        told = msgspec.json.encode(about | {"complete": True, "things": entries})
        things = things_of(entries, data, self._say, self._filters["instant"])
        return self._rendered("part", title=about["title"], things=things).encode(errors="replace"), told

    def _page(self, sections: list[Section]) -> list[int | str]:
        """Return the page's pieces in order: kinds of data below the service that they belong to."""
        services = dict.fromkeys(one.service for one in sections if one.page is not None)
        head = {"made": self._now, "home": self._house.instance.title, "services": list(services), "about": self._about(),
                "missing": [one for one in sections if one.page is None]}  # fmt: skip
        pieces: list[int | str] = [self._rendered("head", **head)]
        for number, service in enumerate(services):
            pieces.append(self._rendered("service", number=number, service=service))
            pieces += [one.page for one in sections if one.service == service and one.page is not None]
        return [*pieces, self._rendered("foot")]

    def _data(self, sections: list[Section]) -> list[int | str]:
        """Return the pieces of the file for programs."""
        there = [one.data for one in sections if one.data is not None]
        lacking = [{"service": one.service, "title": one.title} for one in sections if one.data is None]
        head = {"format": FORMAT, "made": self._now, "from": self._house.instance.title, "language": self._language,
                "whole": self._kinds is None, "missing": lacking}  # fmt: skip
        pieces: list[int | str] = [msgspec.json.encode(head).decode()[:-1] + ',"parts":[']
        for number, piece in enumerate(there):
            pieces += ["," if number else "", piece]
        return [*pieces, "]}\n"]

    def _about(self) -> str:
        """Return whom it is about, where whoever reads it acts for them; empty where it is about the reader."""
        return "" if self._kinds is None else self._subject.called

    def _in_order(self) -> list[tuple[str, PersonalData]]:
        """Return the kinds of data in the order in which somebody reads them: who they are first."""
        backwards = [
            (owner, data)
            for owner, data in self._house.personal_data()[::-1]
            if self._kinds is None or key_of(owner, data) in self._kinds
        ]
        return sorted(backwards, key=lambda one: (one[1].kept in LAST, one[0] != "host"))

    def _rendered(self, part: str, **context: Any) -> str:
        return self._house.pages.templates.render(
            self._language, "host/copy.html", {"part": part, "language": self._language, **context}
        )
