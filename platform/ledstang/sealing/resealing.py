"""Sealing again, in small portions while people are served, what an older key has sealed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ledstang.clock import Clock
from ledstang.database import Database, DatabaseFault, Keys, SealBroken, prepared
from ledstang.database.keyfiles import put_away
from ledstang.sealing.columns import FIRST, SealedColumn
from ledstang.sealing.rollover import Rollover, known_keys, sealing_of
from ledstang.sealing.tables import SealKey
from ledstang.settings import Rotation

log = logging.getLogger("ledstang.keys")

Left = Mapping[str, Counter[int]]
"""For each table, how many values there are under each key."""


class Resealing:
    """Goes through all sealed columns once for each new key, and remembers in the database how far it has come."""

    def __init__(
        self, database: Database, keys: Keys, clock: Clock, rollover: Rollover, columns: Sequence[SealedColumn],
        limits: Rotation,
    ) -> None:  # fmt: skip
        self._database, self._keys, self._clock, self._rollover = database, keys, clock, rollover
        self._columns, self._limits = {column.name: column for column in columns}, limits

    async def run(self) -> None:
        """Do some portions of what is to be done, if anything is. It comes to the same, however often it is done."""
        row = await self._task()
        if row is None:
            return
        place = row["place"]
        for _ in range(self._limits.portions):
            column, after = self._at(place)
            heads = await column.heads(after, self._limits.portion)
            if heads:
                await self._portion(column, [id_ for id_, number in heads if number not in (None, 0, row["number"])])
                place = f"{column.name} {heads[-1][0]}"
            elif later := self._next(column):
                place = f"{later} {FIRST}"
            else:
                await _resealed(self._clock.now(), row["number"])
                log.info("all that older keys had sealed is sealed with key %s", row["number"])
                return
            await _come_to(place, row["number"])

    async def left(self) -> Left:
        """Count all sealed values by table and key, some at a time. Takes as long as the tables are large."""
        return {name: await column.count() for name, column in self._columns.items()}

    async def retire(self, number: int) -> None:
        """Take a key out of use and put its files away. Raises `DatabaseFault` while anything is sealed with it."""
        left = {name: found[number] for name, found in (await self.left()).items() if found[number]}
        if left:
            sealing = sealing_of(await known_keys()) or 0
            await _begin_again(sealing)
            told = ", ".join(f"{count} in {name}" for name, count in left.items())
            tip = "They are sealed again while `ledstang serve` or `ledstang work` runs; see `ledstang keys`"
            raise DatabaseFault("keys", f"key {number}", f"values are sealed with it still ({told})", tip)
        await self._rollover.retire(number)
        put_away(self._keys.folder, number)

    async def _task(self) -> dict[str, Any] | None:
        """Return the key to seal with, when an older one has sealed something and nobody does so any more."""
        await self._rollover.look()
        rows = await known_keys()
        sealing = next((row for row in rows if row["number"] == sealing_of(rows)), None)
        if sealing is None or sealing["resealed"] or sealing["number"] != self._keys.sealing:
            return None
        if all(row["number"] >= sealing["number"] or row["retired"] for row in rows):
            return None
        late = [row for row in await self._rollover.holders() if row["seals"] != sealing["number"]]
        return None if late else sealing

    async def _portion(self, column: SealedColumn, ids: list[UUID]) -> None:
        if not ids:
            return

        async def work() -> None:
            for id_ in ids:
                try:
                    await column.reseal(id_)
                except SealBroken as fault:
                    log.error("a value stays as it is, for it cannot be opened: %s", fault)

        await self._database.write(work)

    def _at(self, place: str) -> tuple[SealedColumn, UUID]:
        name, _, after = place.partition(" ")
        column = self._columns.get(name)
        if column is None:
            return next(iter(self._columns.values())), FIRST
        return column, UUID(after)

    def _next(self, column: SealedColumn) -> str | None:
        names = list(self._columns)
        return next(iter(names[names.index(column.name) + 1 :]), None)


_come_to = prepared(lambda place, number: SealKey.update({SealKey.place: place}).where(SealKey.number == number))
_resealed = prepared(
    lambda now, number: SealKey.update({SealKey.resealed: now, SealKey.place: ""}).where(SealKey.number == number)
)
_begin_again = prepared(
    lambda number: SealKey.update({SealKey.resealed: None, SealKey.place: ""}).where(SealKey.number == number)
)
