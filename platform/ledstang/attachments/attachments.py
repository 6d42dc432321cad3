"""The attached files of an instance: begun, taken in piece by piece, sent with the thing they belong to, and removed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec

from ledstang.access.visit import STAFF, Visit
from ledstang.attachments import statements as sql
from ledstang.attachments.content import Content
from ledstang.attachments.limits import KILO, MEGA
from ledstang.attachments.names import plain_name
from ledstang.attachments.statements import CHECKING, QUARANTINED, READY, RECEIVING, REFUSED, Attached, attached
from ledstang.attachments.tables import Attachment as Row
from ledstang.attachments.uses import WITHHELD, AttachmentUse
from ledstang.database import Bound
from ledstang.outbox.events import Event

if TYPE_CHECKING:
    from ledstang.house import House

LONGEST_GIVEN = 500


class FileArrived(Event, frozen=True, kw_only=True):
    """All of a file of `person`'s has come. `attachment` is its id."""

    attachment: UUID


class NotTaken(Exception):
    """A file is not taken: `reason` is too `many`, too `large`, or that it does not go on where it `ended`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Spot(msgspec.Struct, frozen=True):
    """Where a file goes: at a thing of a use's, `person`'s, and who adds it; None where a service does."""

    use: AttachmentUse
    item: UUID
    person: UUID
    unit: str = ""
    owner: UUID | None = None
    ground: str = ""


class Attachments:
    """The attached files of an instance."""

    def __init__(self, house: House) -> None:
        self._house, self._database, self._keys, self._clock = house, house.database, house.keys, house.clock
        self.limits = house.instance.settings.attachments
        self.content = Content(house.keys, self.limits.part_kilobytes * KILO)
        self.own: tuple[tuple[str, AttachmentUse], ...] = ()

    @property
    def uses(self) -> dict[str, tuple[str, AttachmentUse]]:
        """The places there are for files, by name, with the plugins that they are of."""
        registered = self._house.offers.get("register_attachments", [])
        return {use.name: (plugin, use) for plugin, use in (*registered, *self.own)}

    # --- what one use allows ---

    def bytes_most(self, use: AttachmentUse) -> int:
        """Return the most bytes of one file there."""
        return min(self.limits.bytes_most, (use.megabytes or self.limits.megabytes) * MEGA)

    def most(self, use: AttachmentUse) -> int:
        """Return how many files one thing may have there."""
        return min(self.limits.most, use.most or self.limits.most)

    def kinds(self, use: AttachmentUse) -> tuple[str, ...]:
        """Return the kinds of file that are taken there."""
        return tuple(kind for kind in self.limits.kinds if not use.kinds or kind in use.kinds)

    def kinds_at(self, name: str) -> tuple[str, ...]:
        """Return the same by a use's name; all that the instance takes where its plugin is gone."""
        return self.kinds(self.uses[name][1]) if name in self.uses else self.limits.kinds

    # --- taking in ---

    async def begin(self, spot: Spot, name: str, length: int | None = None, id_: UUID | None = None) -> Attached:
        """Begin to take in a file of a `length` that may not be known yet. Raises NotTaken."""
        if length is not None and length > self.bytes_most(spot.use):
            raise NotTaken("large")
        id_, now = id_ or uuid4(), self._clock.now()
        given = plain_name(name)[:LONGEST_GIVEN].encode(errors="replace")
        row = Row(
            id=id_, subject=spot.person, owner=spot.owner, ground=spot.ground, unit=spot.unit.upper(), use=spot.use.name,
            item=spot.item, name=self._keys.seal(given, **sql.place_of_name(id_, spot.person)), state=RECEIVING, length=length,
            batch=uuid4(), added=now, expires=now + timedelta(hours=self.limits.draft_hours) if spot.owner else None,
        )  # fmt: skip

        async def work() -> None:
            await self._refuse_too_many(spot, length or 0)
            await Row.insert(row)

        await self._database.write(work)
        return await self.find(id_)

    async def begin_once(self, spot: Spot, name: str, id_: UUID) -> tuple[Attached, Attached | None]:
        """Begin to take in a file that a page may send twice, with what it has sent before by this id. Raises NotTaken."""

        async def work() -> tuple[Attached, Attached | None]:
            await self._database.take_turns(f"attachment {id_}")
            before = await self.known(id_)
            return await self.begin(spot, name, id_=None if before else id_), before

        return await self._database.write(work)

    async def _refuse_too_many(self, spot: Spot, length: int) -> None:
        if (await sql.lying(spot.use.name, spot.item, REFUSED))[0]["count"] >= self.most(spot.use):
            raise NotTaken("many")
        if spot.owner is None:
            return
        held = (await sql.drafts(spot.owner))[0]["bytes"] or 0
        if held + length > self.limits.draft_megabytes * MEGA:
            raise NotTaken("many")

    async def append(self, one: Attached, some: bytes) -> Attached:
        """Add bytes to what has been received of a file, all of them or none, and return it as it is then.

        Raises NotTaken: `large` for more than was announced or is allowed, which ends the file, and `ended` where
        another has added something meanwhile.
        """
        use = self.uses[one.use][1]
        announced = self.bytes_most(use) if one.length is None else one.length
        most, received = min(self.bytes_most(use), announced), one.received + len(some)
        if received > most:
            await self.refuse(one.id, "large")
            raise NotTaken("large")

        async def work() -> int:
            parts = await self.content.write(one.id, one.subject, one.batch, one.parts, some)
            if not await sql.grow(received, parts, one.id, one.received, RECEIVING):
                raise NotTaken("ended")
            return parts

        parts = await self._database.write(work)
        return msgspec.structs.replace(one, received=received, parts=parts)

    async def complete(self, one: Attached) -> None:
        """Say that all of a file has come: it is looked through from now on, by an errand that is kept with it."""

        async def work() -> None:
            if await sql.complete(CHECKING, self._clock.now(), one.received, one.id, RECEIVING):
                await self._house.outbox.emit(FileArrived(person=one.subject, attachment=one.id), f"file:{one.id}")

        await self._database.write(work)

    async def put(self, spot: Spot, name: str, content: bytes, id_: UUID | None = None) -> UUID:
        """Take in a whole file at once, if there is none of that id: kept or lost with the transaction. Raises NotTaken."""

        async def work() -> UUID:
            if id_ is not None and await sql.one(id_):
                return id_
            one = await self.append(await self.begin(spot, name, id_=id_), content)
            await self.complete(one)
            return one.id

        return await self._database.write(work)

    # --- reading ---

    async def find(self, id_: UUID) -> Attached:
        """Return a file. Raises LookupError where there is none."""
        rows = await sql.one(id_)
        if not rows:
            raise LookupError(str(id_))
        return attached(self._keys, rows[0])

    async def known(self, id_: UUID) -> Attached | None:
        """Return a file, None where there is none."""
        rows = await sql.one(id_)
        return attached(self._keys, rows[0]) if rows else None

    def statement(self, use: str, item: UUID) -> Bound:
        """Return the query of all files at a thing, to be run with others of a page; its rows are for `read`."""
        return sql.at.bind(use, item)

    def left_for(self, person: UUID) -> Bound:
        """Return the query of what others had added for somebody and could not send; its rows are for `opened`."""
        return sql.left.bind(WITHHELD, person)

    def opened(self, rows: Sequence[Any]) -> list[Attached]:
        """Read rows of files, whosever they are. Raises SealBroken."""
        return [attached(self._keys, row) for row in rows]

    def read(self, visit: Visit, rows: Sequence[Any]) -> list[Attached]:
        """Read the rows of `statement`: of drafts only those that the visit itself has added. Raises SealBroken."""
        found = (attached(self._keys, row) for row in rows)
        return [one for one in found if not one.is_draft or is_ones_own(visit, one)]

    def bytes_of(self, one: Attached) -> AsyncIterator[bytes]:
        """Yield a file a part at a time. Raises SealBroken, LookupError."""
        return self.content.read(one.subject, one.batch, one.parts)

    # --- sending and removing ---

    async def send(self, visit: Visit, use: str, item: UUID, part: UUID | None) -> int:
        """Let what a visit has added to a thing, for a `part` of it, be there for all who may read; return how many."""

        async def work() -> int:
            whose = (visit.actor.id, visit.ground)
            return len(await sql.send(part, use, item, *whose, CHECKING, QUARANTINED, READY))

        return await self._database.write(work)

    async def refuse(self, id_: UUID, reason: str) -> None:
        """Remove what is in a file, and say why."""

        async def work() -> None:
            if await sql.settle(REFUSED, reason, None, id_):
                await self.content.drop_all(id_)

        await self._database.write(work)

    async def remove(self, ids: Sequence[UUID]) -> int:
        """Remove files, and return how many there were."""

        async def work() -> int:
            count = 0
            for id_ in ids:
                await self.content.drop_all(id_)
                count += len(await sql.gone(id_))
            return count

        return await self._database.write(work)

    async def drop(self, use: str, item: UUID) -> int:
        """Remove all files at a thing that is no more."""
        return await self.remove([row["id"] for row in await sql.of_item(use, item)])

    async def erase(self, person: UUID) -> int:
        """Remove a person's files, and that others' are from them. Returns how many files went."""

        async def work() -> int:
            count = await self.remove([row["id"] for row in await sql.of_subject(person)])
            await sql.disown(person)
            return count

        return await self._database.write(work)


def is_ones_own(visit: Visit, one: Attached) -> bool:
    """Say whether a visit is of who has added a file, for the same person or at work."""
    same = visit.ground == STAFF or one.subject == visit.subject.id
    return same and (one.owner, one.ground) == (visit.actor.id, visit.ground)
