"""Reading an inbox: a person, or whoever acts for them, finds there what is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

import msgspec

from ledstang.access.policies import SELF
from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.database import Bound, Database, Keys, prepared
from ledstang.delivery.items import InboxItem, Words
from ledstang.delivery.tables import DeliveredItem as Item
from ledstang.delivery.tables import DeliveredReading as Reading
from ledstang.people.units import Units

MOST_SEARCHED = 1_000
"""How many of somebody's latest items are looked through for a word: all that is sealed must be opened for it."""

ALL = (1 << 31) - 1
"""How many of them are handed out to somebody who wants a copy of everything."""


class Place(msgspec.Struct, frozen=True):
    """A place in somebody's inbox: what follows is older."""

    at: datetime = datetime(9999, 12, 31, tzinfo=UTC)
    id: UUID = UUID(int=(1 << 128) - 1)

    @classmethod
    def read(cls, text: str) -> Place:
        """Return the place that an address names; the newest item for any text that names none."""
        at, _, id_ = text.partition("_")
        try:
            found = cls(datetime.fromisoformat(at), UUID(id_))
        except ValueError:
            return cls()
        return found if found.at.tzinfo else cls()

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{self.id}"


class InboxReader:
    """What lies in the inboxes of an instance, for whoever shows it."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, units: Units) -> None:
        self._database, self._keys, self._clock, self._units = database, keys, clock, units

    def waiting(self, visit: Visit) -> Bound:
        """Return the query of what the visit has not read, or not done; its rows are for `items`."""
        return _waiting.bind(visit.actor.id, visit.subject.id, _also(visit))

    async def page(self, visit: Visit, before: Place, most: int, *, archived: bool = False) -> list[InboxItem]:
        """Return what lies in the inbox, the latest first."""
        query = _archived if archived else _lying
        return self.items(await query(visit.actor.id, visit.subject.id, _also(visit), before.at, before.id, most))

    async def search(self, visit: Visit, sought: str, most: int) -> tuple[list[InboxItem], bool]:
        """Return the latest items, archived or not, that hold all the words sought, in any order and case.

        And whether there may be more: so many hold them, or lie there, that not all were looked through.
        """
        wanted = sought.casefold().split()
        rows = await _all(visit.actor.id, visit.subject.id, _also(visit), MOST_SEARCHED + 1)
        holding = (one for one in self.items(rows[:MOST_SEARCHED]) if _holds(one.words, wanted))
        found = list(islice(holding, most + 1))
        return found[:most], len(found) > most or len(rows) > MOST_SEARCHED

    async def one(self, visit: Visit, id_: UUID) -> InboxItem | None:
        """Return an item, if it is the visit's to see."""
        found = self.items(await self.statement(visit, id_))
        return found[0] if found else None

    def statement(self, visit: Visit, id_: UUID) -> Bound:
        """Return the query of an item, to be run with others of the page; its rows are for `items`."""
        return _one.bind(visit.actor.id, visit.subject.id, _also(visit), id_)

    async def opened(self, visit: Visit, item: InboxItem) -> None:
        """Note that the visit's actor has read an item: the first time counts."""
        id_, now = uuid5(item.id, str(visit.actor.id)), self._clock.now()
        row = Reading(id=id_, item=item.id, reader=visit.actor.id, ground=visit.ground, read=now)

        async def work() -> None:
            await Reading.insert(row).on_conflict(action="DO NOTHING")

        await self._database.write(work)

    async def archive(self, visit: Visit, item: InboxItem, *, archived: bool) -> None:
        """Put an item away for the visit's actor, or back; it counts as read then."""
        await self.opened(visit, item)
        await _move(self._clock.now() if archived else None, uuid5(item.id, str(visit.actor.id)))

    def items(self, rows: list[Mapping[str, Any]]) -> list[InboxItem]:
        """Open the rows of this module's queries. Raises SealBroken."""
        return [self._item(row) for row in rows]

    def _item(self, row: Mapping[str, Any]) -> InboxItem:
        sealed = self._keys.unseal(
            row["words"], table="delivered_item", column="words", row=row["id"], subject=row["subject"]
        )
        unit = self._units.find(row["unit"]) if row["unit"] else None
        return InboxItem(
            row["id"], row["subject"], row["kind"], unit.name if unit else "", _WORDS.decode(sealed), row["href"], row["due"],
            row["delivered"], row["answered"], row["read"], row["archived"], row["unit"] or None,
        )  # fmt: skip

    async def export(self, person: UUID) -> list[dict[str, Any]]:
        """Return what has been delivered to somebody themselves, the latest first."""
        rows = self.items(await _all(person, person, "subject", ALL))
        return [
            {"title": one.words.title, "body": one.words.body, "asks": one.words.asks, "delivered": one.delivered,
             "read": one.read, "answered": one.answered}
            for one in rows
        ]  # fmt: skip

    async def erase(self, person: UUID) -> int:
        """Forget what was delivered to somebody, and what they have read of others'. Returns how many rows went."""

        async def work() -> int:
            read = len(await _read_by(person)) + len(await _read_of(person))
            return read + len(await _gone(person))

        return await self._database.write(work)


def _also(visit: Visit) -> str:
    """Return whom else than both the visit may stand for."""
    return "subject" if visit.ground == SELF else "proxies"


def _holds(words: Words, wanted: list[str]) -> bool:
    text = f"{words.title} {words.body} {words.asks}".casefold()
    return all(word in text for word in wanted)


_WORDS = msgspec.msgpack.Decoder(Words)
_READ = """SELECT i.id, i.subject, i.kind, i.unit, i.words, i.href, i.due, i.delivered, i.answered, r.read, r.archived
FROM delivered_item i LEFT JOIN delivered_reading r ON r.item = i.id AND r.reader = {}
WHERE i.subject = {} AND i.audience IN ('both', {}) AND i.withdrawn IS NULL"""
_LATEST = " ORDER BY i.delivered DESC, i.id DESC LIMIT {}"
_waiting = prepared(
    lambda reader, subject, also: Item.raw(
        f"{_READ} AND ((i.asks AND i.answered IS NULL) OR r.read IS NULL) ORDER BY i.delivered DESC LIMIT 200",
        reader, subject, also,
    )
)  # fmt: skip
_lying = prepared(
    lambda reader, subject, also, at, id_, most: Item.raw(
        f"{_READ} AND r.archived IS NULL AND (i.delivered, i.id) < ({{}}, {{}}){_LATEST}",
        reader, subject, also, at, id_, most,
    )
)  # fmt: skip
_archived = prepared(
    lambda reader, subject, also, at, id_, most: Item.raw(
        f"{_READ} AND r.archived IS NOT NULL AND (i.delivered, i.id) < ({{}}, {{}}){_LATEST}",
        reader, subject, also, at, id_, most,
    )
)  # fmt: skip
_all = prepared(lambda reader, subject, also, most: Item.raw(f"{_READ}{_LATEST}", reader, subject, also, most))
_one = prepared(lambda reader, subject, also, id_: Item.raw(f"{_READ} AND i.id = {{}}", reader, subject, also, id_))
_move = prepared(lambda archived, id_: Reading.update({Reading.archived: archived}).where(Reading.id == id_))
_read_by = prepared(lambda person: Reading.delete().where(Reading.reader == person).returning(Reading.id))
_read_of = prepared(
    lambda person: Reading.raw(
        "DELETE FROM delivered_reading WHERE item IN (SELECT id FROM delivered_item WHERE subject = {}) RETURNING id",
        person,
    )
)
_gone = prepared(lambda person: Item.delete().where(Item.subject == person).returning(Item.id))
