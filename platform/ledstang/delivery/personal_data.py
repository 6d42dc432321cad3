"""How an inbox is handed out and forgotten: what care has sent to somebody belongs to their record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledstang.attachments.uses import DELIVERED
from ledstang.database import prepared
from ledstang.delivery.tables import DeliveredItem as Item
from ledstang.delivery.tables import DeliveredReading as Reading
from ledstang.people.personal_data import Ageing, PersonalData

if TYPE_CHECKING:
    from ledstang.house import House

WORDS = {"body": "What it says", "asks": "What you are asked to do", "delivered": "Delivered", "read": "Read",
         "answered": "Done"}  # fmt: skip


def inbox_data(house: House) -> PersonalData:
    """Return it. It names no action: some of an inbox may be for its person alone, or for those who act for them.

    An item grows old from the day on which it was delivered, or done; that somebody has read it is no change.
    """

    async def export(person: UUID) -> list[dict[str, Any]]:
        return await house.inbox.reader.export(person)

    async def erase(person: UUID, _why: str) -> int:
        return await house.inbox.reader.erase(person)

    async def due(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
        return [(row["id"], row["subject"]) for row in await _old(after, before, before, most)]

    async def remove(ids: list[UUID], before: datetime) -> int:
        async def work() -> int:
            return sum([await _remove(house, id_, before) for id_ in ids])

        return await house.database.write(work)

    ageing = Ageing(due, remove, "Letters and messages in the inbox")
    return PersonalData("Your inbox", export, erase, "inbox", "record", WORDS, ageing=ageing)


async def _remove(house: House, id_: UUID, before: datetime) -> int:
    if not await _due_still(id_, before, before):
        return 0
    await house.attachments.drop(DELIVERED, id_)
    await _readings_gone(id_)
    return len(await _gone(id_))


_old = prepared(
    lambda after, delivered, answered, most: Item.raw(
        "SELECT id, subject FROM delivered_item WHERE id > {} AND delivered < {} AND (answered IS NULL OR answered < {}) "
        "ORDER BY id LIMIT {}",
        after,
        delivered,
        answered,
        most,
    )
)
_due_still = prepared(
    lambda id_, delivered, answered: Item.raw(
        "SELECT id FROM delivered_item WHERE id = {} AND delivered < {} AND (answered IS NULL OR answered < {})",
        id_,
        delivered,
        answered,
    )
)
_readings_gone = prepared(lambda item: Reading.delete().where(Reading.item == item))
_gone = prepared(lambda id_: Item.delete().where(Item.id == id_).returning(Item.id))
