"""What somebody was writing for another when the ground to act for them ended: kept sealed, for neither to read.

It is the subject's, since it was written in their name; but it is not shown to them by itself, and never again to whoever
wrote it. The unit decides what becomes of it (domain.md 2.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.people.personal_data import Ageing, PersonalData
from ledstang.signin.tables import WithheldText


class WithheldTexts:
    """The withheld texts of an instance."""

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    async def keep(self, subject: UUID, actor: UUID, path: str, fields: Sequence[tuple[str, str]]) -> UUID:
        """Seal a form's fields, and return the id of the row."""
        id_ = uuid4()
        plain = msgspec.json.encode(fields)
        sealed = self._keys.seal(plain, table="withheld_text", column="fields", row=id_, subject=subject)
        row = WithheldText(
            id=id_, subject=subject, actor=actor, path=path, fields=sealed, created=self._clock.now()
        )  # fmt: skip

        async def work() -> None:
            await WithheldText.insert(row)

        await self._database.write(work)
        return id_


def withheld_data(database: Database) -> PersonalData:
    """Return how withheld texts are handed out and forgotten: that there are some is told, not what they say."""

    async def erase(person: UUID, _why: str) -> int:
        async def work() -> int:
            return len(await _gone(person))

        return await database.write(work)

    async def due(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
        return [(row["id"], row["subject"]) for row in await _old(after, before, most)]

    async def remove(ids: list[UUID], before: datetime) -> int:
        async def work() -> int:
            return sum([len(await _old_gone(id_, before)) for id_ in ids])

        return await database.write(work)

    title, words = "What somebody had begun to write for you", {"path": "Page", "created": "Written"}
    ageing = Ageing(due, remove, "What somebody had begun to write for another")
    return PersonalData(title, _told, erase, "withheld", "record", words, ageing=ageing)


async def _told(person: UUID) -> list[dict[str, Any]]:
    return await _of_subject(person)


_of_subject = prepared(
    lambda person: WithheldText.select(WithheldText.path, WithheldText.created).where(WithheldText.subject == person)
)
_gone = prepared(lambda person: WithheldText.delete().where(WithheldText.subject == person).returning(WithheldText.id))
_old = prepared(
    lambda after, before, most: WithheldText.raw(
        "SELECT id, subject FROM withheld_text WHERE id > {} AND created < {} ORDER BY id LIMIT {}", after, before, most
    )
)
_old_gone = prepared(
    lambda id_, before: (
        WithheldText.delete()
        .where((WithheldText.id == id_) & (WithheldText.created < before))
        .returning(WithheldText.id)
    )
)
