"""Persons' copies: asked for once, made by an errand, sealed where they lie, and gone when their time is over."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

import msgspec

from ledstang.access.log.entries import entry_of
from ledstang.access.policies import SELF
from ledstang.access.visit import Visit
from ledstang.database import Bound, SealBroken, prepared
from ledstang.outbox.events import Event, Listener, NoticeWanted
from ledstang.people.personal_data import PersonalData
from ledstang.rights.archive import Archive
from ledstang.rights.sharing import holds_no_more, open_to
from ledstang.rights.tables import DataCopy, DataCopyPart

if TYPE_CHECKING:
    from ledstang.house import House
    from ledstang.people.persons import Person

log = logging.getLogger("ledstang.copies")
COPY, MADE, FETCH, ERASE = "my-data.copy", "my-data.made", "my-data.fetch", "my-data.erase"
KILO = 1024
HOME = "/settings/data"
"""The page where somebody asks for their copy, and fetches it."""


class CopyWanted(Event, frozen=True, kw_only=True):
    """`person` has asked for a copy, of their own or of whom they act for. `copy` is its id."""

    copy: UUID


class Copy(msgspec.Struct, frozen=True):
    """A copy as it stands. `person` is whom it is about, `asker` whose it is; `made` is None until it is ready."""

    id: UUID
    person: UUID
    asker: UUID
    ground: str
    kinds: str | None
    language: str
    asked: datetime
    until: datetime
    made: datetime | None
    attempt: UUID | None
    parts: int
    size: int
    missing: int

    @property
    def held(self) -> frozenset[str] | None:
        """The keys of the kinds of data that it may hold; None is all that there are."""
        return None if self.kinds is None else frozenset(self.kinds.split())


class Copies:
    """The copies of an instance."""

    def __init__(self, house: House) -> None:
        self._house, self._database, self._clock = house, house.database, house.clock
        self._limits = house.instance.settings.copies

    async def of(self, visit: Visit) -> Copy | None:
        """Return a visit's copy, ready or not; one whose time is over is not there any more."""
        return self.read(await self.statement(visit))

    def statement(self, visit: Visit) -> Bound:
        """Return the query of a visit's copy, to be run with others of the page."""
        return _of_pair.bind(pair_of(visit), self._clock.now())

    def read(self, rows: list[dict[str, Any]]) -> Copy | None:
        """Read the rows of `statement`."""
        return Copy(**rows[0]) if rows else None

    async def ask(self, visit: Visit) -> None:
        """Ask for a copy of what is open to the visit. While there is one, or one is being made, nothing changes."""
        now, pair, kinds = self._clock.now(), pair_of(visit), await open_to(self._house, visit)
        row = DataCopy(
            id=uuid4(), person=visit.subject.id, asker=visit.actor.id, pair=pair, ground=visit.ground,
            kinds=None if kinds is None else " ".join(sorted(kinds)), language=visit.language, asked=now, until=self._end(now),
        )  # fmt: skip

        async def work() -> None:
            await self._drop(await _over(pair, now))
            inserting = DataCopy.insert(row).on_conflict(target=DataCopy.pair, action="DO NOTHING")
            if await inserting.returning(DataCopy.id):
                await self._house.outbox.emit(CopyWanted(person=visit.actor.id, copy=row.id), once=f"copy {row.id}")

        await self._database.write(work)

    async def open_still(self, visit: Visit, copy: Copy) -> bool:
        """Say whether all that a copy may hold is open to the visit to this day. One of which it is not is removed."""
        if holds_no_more(copy.held, await open_to(self._house, visit)):
            return True
        await self.remove(visit)
        return False

    async def remove(self, visit: Visit) -> int:
        """Remove a visit's copy at once, and return how many there were."""
        return await self._without(_all_of.bind(pair_of(visit)))

    async def erase(self, person: UUID) -> int:
        """Remove all copies that are about a person, or that they have asked for, and return how many there were."""
        return await self._without(_with.bind(person, person))

    async def forget(self) -> int:
        """Remove the copies whose time is over, and return how many there were."""
        gone = 0
        for row in await _old(self._clock.now()):

            async def work(row: Mapping[str, Any] = row) -> int:
                return await self._drop([row])

            gone += await self._database.write(work)
        return gone

    async def make(self, wanted: CopyWanted, _once: str) -> None:
        """Make the archive of a copy that was asked for, once. That of whoever may act no longer is removed unmade."""
        rows = await _wanted(wanted.copy)
        if not rows:
            return
        copy, attempt, written = Copy(**rows[0]), uuid4(), Written()
        visit = await self._visit(copy)
        if visit is None:
            await self._without(_unmade.bind(copy.id))
            return

        async def put(part: bytes) -> None:
            id_ = part_id(attempt, written.parts)
            sealed = self._house.keys.seal(part, **_place(id_, copy.person))
            await DataCopyPart.insert(DataCopyPart(id=id_, copy=copy.id, person=copy.person, content=sealed))
            written.parts, written.size = written.parts + 1, written.size + len(part)

        await self._clear(copy)
        archive = Archive(self._house, visit, copy.held, self._clock.now())
        written.missing = await archive.write(put, self._limits.part_kilobytes * KILO)
        await self._finish(copy, attempt, written, visit)

    async def can_be_opened(self, visit: Visit, copy: Copy) -> bool:
        """Say whether every part of a copy is there and opens, before any is sent. One that does not is removed."""
        try:
            async for _ in self.content(copy):
                pass
        except (SealBroken, LookupError) as fault:
            log.error("the copy %s cannot be opened, and is removed: %s", copy.id, fault)
            await self.remove(visit)
            return False
        return True

    async def content(self, copy: Copy) -> AsyncIterator[bytes]:
        """Yield the bytes of a copy that is ready, a part at a time. Raises SealBroken, and LookupError for a lost part."""
        for number in range(copy.parts):
            id_ = part_id(copy.attempt or copy.id, number)
            rows = await _part(id_)
            yield self._house.keys.unseal(rows[0]["content"], **_place(id_, copy.person))

    async def _visit(self, copy: Copy) -> Visit | None:
        """Return the visit that a copy was asked for in, as far as the errand needs it; None where it could not be today."""
        asker = await self._house.register.find(copy.asker)
        if asker is None:
            return None
        if copy.ground == SELF:
            return Visit.of(asker, region=self._region(asker), language=copy.language)
        standing = await self._house.proxies.standing(asker, copy.person, copy.ground)
        if standing is None:
            return None
        own = Visit.of(asker, region=self._region(standing.subject), language=copy.language, facts=standing.facts)
        return msgspec.structs.replace(own, subject=standing.subject, ground=copy.ground, purpose="proxy")

    def _region(self, person: Person) -> str | None:
        return getattr(self._house.instance.region_of(person.county), "id", None)

    async def _finish(self, copy: Copy, attempt: UUID, written: Written, visit: Visit) -> None:
        """Let the parts of an attempt count, with a line in the person's log. Of two attempts the first counts."""
        now = self._clock.now()

        async def work() -> bool:
            told = (now, self._end(now), attempt, written.parts, written.size, written.missing)
            if not await _made(*told, copy.id):
                return False
            await self._house.log.writer.within([entry_of(visit, MADE, copy, "allowed", now)])
            notice = NoticeWanted(person=copy.asker, reason="waits", alone=True, path=HOME, **_about(copy))
            await self._house.outbox.emit(notice, once=f"copy ready {copy.id}")
            return True

        if not await self._database.write(work):
            for number in range(written.parts):
                await _part_gone(part_id(attempt, number))

    async def _clear(self, copy: Copy) -> None:
        """Remove what an earlier attempt has left behind."""

        async def work() -> None:
            await _parts_gone(copy.id)

        await self._database.write(work)

    async def _without(self, query: Bound) -> int:
        async def work() -> int:
            return await self._drop(await query)

        return await self._database.write(work)

    async def _drop(self, rows: list[dict[str, Any]] | list[Mapping[str, Any]]) -> int:
        for row in rows:
            await _parts_gone(row["id"])
            await _copy_gone(row["id"])
        return len(rows)

    def _end(self, now: datetime) -> datetime:
        return now + timedelta(hours=self._limits.hours)


class Written(msgspec.Struct):
    """How much of an archive has been written."""

    parts: int = 0
    size: int = 0
    missing: int = 0


def part_id(attempt: UUID, number: int) -> UUID:
    """Return the id of a part by its place in an attempt."""
    return uuid5(attempt, str(number))


def pair_of(visit: Visit) -> UUID:
    """Return what stands for whom a visit is about and who acts in it: the same each time, so that nobody has two."""
    return uuid5(visit.subject.id, str(visit.actor.id))


def making(copies: Copies) -> Listener[CopyWanted]:
    """Return what makes the copies that were asked for."""
    return Listener("make-copy", CopyWanted, copies.make)


def copy_data(copies: Copies) -> PersonalData:
    """Return how it is handed out that somebody has asked for a copy, and how the copy is forgotten."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return await _told(person)

    async def erase(person: UUID, _why: str) -> int:
        return await copies.erase(person)

    words = {"asked": "Asked for", "made": "Ready", "until": "Kept until"}
    return PersonalData("Copies of everything about you", export, erase, "copies", "own", words)


def _about(copy: Copy) -> dict[str, Any]:
    """Return whom a copy is about and on what ground it was asked for, where that is another than whoever asked."""
    return {} if copy.ground == SELF else {"about": copy.person, "ground": copy.ground}


def _place(id_: UUID, person: UUID) -> dict[str, Any]:
    return {"table": "data_copy_part", "column": "content", "row": id_, "subject": person}


_COLUMNS = tuple(getattr(DataCopy, name) for name in Copy.__struct_fields__)
_of_pair = prepared(
    lambda pair, now: DataCopy.select(*_COLUMNS).where((DataCopy.pair == pair) & (DataCopy.until > now))
)
_told = prepared(
    lambda person: DataCopy.select(DataCopy.asked, DataCopy.made, DataCopy.until).where(DataCopy.person == person)
)
_over = prepared(
    lambda pair, now: DataCopy.select(DataCopy.id).where((DataCopy.pair == pair) & (DataCopy.until <= now))
)
_all_of = prepared(lambda pair: DataCopy.select(DataCopy.id).where(DataCopy.pair == pair))
_with = prepared(
    lambda person, asker: DataCopy.select(DataCopy.id).where((DataCopy.person == person) | (DataCopy.asker == asker))
)
_old = prepared(lambda now: DataCopy.select(DataCopy.id).where(DataCopy.until <= now))
_wanted = prepared(lambda id_: DataCopy.select(*_COLUMNS).where((DataCopy.id == id_) & DataCopy.made.is_null()))
_unmade = prepared(lambda id_: DataCopy.select(DataCopy.id).where((DataCopy.id == id_) & DataCopy.made.is_null()))
_made = prepared(
    lambda made, until, attempt, parts, size, missing, id_: (
        DataCopy.update(
            {
                DataCopy.made: made,
                DataCopy.until: until,
                DataCopy.attempt: attempt,
                DataCopy.parts: parts,
                DataCopy.size: size,
                DataCopy.missing: missing,
            }
        )
        .where((DataCopy.id == id_) & DataCopy.made.is_null())
        .returning(DataCopy.id)
    )
)
_part = prepared(lambda id_: DataCopyPart.select(DataCopyPart.content).where(DataCopyPart.id == id_))
_part_gone = prepared(lambda id_: DataCopyPart.delete().where(DataCopyPart.id == id_))
_parts_gone = prepared(lambda copy: DataCopyPart.delete().where(DataCopyPart.copy == copy))
_copy_gone = prepared(lambda id_: DataCopy.delete().where(DataCopy.id == id_))
