"""The one inbox of all services: what they put into it, and that it has been done or is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

import msgspec

from ledstang.attachments.attachments import Spot
from ledstang.attachments.door import PluginFiles
from ledstang.attachments.uses import DELIVERED
from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.delivery.items import Delivery, Words
from ledstang.delivery.reading import InboxReader
from ledstang.delivery.tables import DeliveredItem as Item
from ledstang.outbox.events import ItemDelivered
from ledstang.outbox.outbox import Outbox
from ledstang.people.units import Units

if TYPE_CHECKING:
    from ledstang.house import House


class Inbox:
    """The inbox of an instance. Services name what they deliver by their own `once`."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, outbox: Outbox, units: Units) -> None:
        self._database, self._keys, self._clock, self._outbox = database, keys, clock, outbox
        self.reader = InboxReader(database, keys, clock, units)

    async def deliver(self, plugin: str, one: Delivery, once: str) -> UUID:
        """Put something into somebody's inbox, and return its id; delivering the same again changes nothing."""
        id_, now, name = uuid4(), self._clock.now(), f"{plugin}:{once}"
        words = msgspec.msgpack.encode(Words(one.title, one.body, one.asks))
        sealed = self._keys.seal(words, table="delivered_item", column="words", row=id_, subject=one.person)
        row = Item(
            id=id_, subject=one.person, audience=one.audience, kind=one.kind, plugin=plugin, unit=one.unit.upper(),
            words=sealed, href=one.href, asks=bool(one.asks), due=one.due, delivered=now, once=name,
        )  # fmt: skip

        async def work() -> UUID:
            if await Item.insert(row).on_conflict(target=Item.once, action="DO NOTHING"):
                await self._outbox.emit(ItemDelivered(person=one.person, item=id_), f"item:{id_}")
            return (await _named(name))[0]["id"]

        return await self._database.write(work)

    async def named(self, plugin: str, once: str) -> Mapping[str, Any]:
        """Return the id, the subject and the unit of an item. Raises LookupError."""
        rows = await _named(f"{plugin}:{once}")
        if not rows:
            raise LookupError("nothing of that name was delivered")
        return rows[0]

    async def answered(self, plugin: str, once: str) -> bool:
        """Note that what an item asked has been done, by whom ever, and say whether it was waiting."""
        return bool(await _answer(self._clock.now(), f"{plugin}:{once}"))

    async def withdraw(self, plugin: str, once: str) -> bool:
        """Take an item out of the inbox: what it told of is over. What was read stays in nobody's inbox."""
        return bool(await _withdraw(self._clock.now(), f"{plugin}:{once}"))

    async def put_back(self, plugin: str, once: str) -> bool:
        """Let an item lie in the inbox again that was withdrawn: what it told of is not over after all."""
        return bool(await _put_back(f"{plugin}:{once}"))


class PluginInbox:
    """The inbox as one plugin meets it: `host.inbox`. `reader` is for the plugin that shows it.

    `files` are those at the plugin's own things, of the uses that it has registered.
    """

    __slots__ = ("_house", "_inbox", "_plugin", "files", "reader")

    def __init__(self, house: House, plugin: str) -> None:
        self._house, self._inbox, self._plugin = house, house.inbox, plugin
        self.reader, self.files = house.inbox.reader, PluginFiles(house, plugin)

    async def deliver(self, one: Delivery, *, once: str) -> UUID:
        """Put something into a person's inbox. Inside `database.write` it is kept or lost with the rest; twice is once."""
        return await self._inbox.deliver(self._plugin, one, once)

    async def attach(self, once: str, name: str, content: bytes) -> UUID:
        """Attach a file to what you delivered, and return the file's id. It is looked through like any other.

        Inside `database.write` it is kept or lost with the rest; the same name again at the same item changes nothing.
        Raises LookupError where nothing was delivered by that name, or nobody shows files there, and NotTaken for a file
        that is too large, or one too many.
        """
        item = await self._inbox.named(self._plugin, once)
        files, use = self._house.attachments, self._house.attachments.uses[DELIVERED][1]
        spot = Spot(use, item["id"], item["subject"], item["unit"])
        return await files.put(spot, name, content, uuid5(item["id"], name))

    async def answered(self, once: str) -> bool:
        """Note that what you asked has been done: nobody is asked for it any more."""
        return await self._inbox.answered(self._plugin, once)

    async def withdraw(self, once: str) -> bool:
        """Take back what you delivered: it lies in nobody's inbox any more."""
        return await self._inbox.withdraw(self._plugin, once)

    async def put_back(self, once: str) -> bool:
        """Let what you took back lie there again, as it was: it is not over after all."""
        return await self._inbox.put_back(self._plugin, once)


_named = prepared(lambda once: Item.select(Item.id, Item.subject, Item.unit).where(Item.once == once))
_answer = prepared(
    lambda now, once: (
        Item.update({Item.answered: now}).where((Item.once == once) & Item.answered.is_null()).returning(Item.id)
    )
)
_withdraw = prepared(
    lambda now, once: (
        Item.update({Item.withdrawn: now}).where((Item.once == once) & Item.withdrawn.is_null()).returning(Item.id)
    )
)
_put_back = prepared(
    lambda once: (
        Item.update({Item.withdrawn: None}).where((Item.once == once) & Item.withdrawn.is_not_null()).returning(Item.id)
    )
)
