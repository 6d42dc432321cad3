"""What others had begun to answer for somebody, and not sent, when they could act no longer: no answer any more, but sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from ledstang.content.tables import Answer, LostText
from ledstang.database import Database, Keys, prepared
from ledstang.signin.withheld import Fields, WithheldTexts


class Begun:
    """Takes answers out of the forms in which they stand, and puts them before a unit, as what could not be sent is."""

    def __init__(self, database: Database, keys: Keys, texts: WithheldTexts) -> None:
        self._database, self._keys, self._texts = database, keys, texts

    async def withhold(self, answers: Iterable[UUID], path: str, unit: str) -> None:
        """Take answers out by their ids, with what was kept beside them. One that is gone already is left alone.

        `path` is where they were being given, and `unit` the HSA-id of the one that decides.
        """

        async def work() -> None:
            written: dict[tuple[UUID, UUID], Fields] = defaultdict(list)
            for id_ in answers:
                beside = await _beside(id_)
                for row in await _taken(id_):
                    texts = [self._words("answer", row), *(self._words("lost_text", one) for one in beside)]
                    written[row["person"], row["actor"]] += [(row["item"], one) for one in texts]
            for (person, actor), fields in written.items():
                await self._texts.keep(person, actor, path, fields, unit)

        await self._database.write(work)

    def _words(self, table: str, row: Mapping[str, Any]) -> str:
        where = {"table": table, "column": "value", "row": row["id"], "subject": row["person"]}
        value = msgspec.json.decode(self._keys.unseal(row["value"], **where))
        return value if isinstance(value, str) else ", ".join(map(str, value if isinstance(value, list) else [value]))


_taken = prepared(
    lambda id_: (
        Answer.delete()
        .where(Answer.id == id_)
        .returning(Answer.id, Answer.person, Answer.actor, Answer.item, Answer.value)
    )
)
_beside = prepared(
    lambda id_: LostText.delete().where(LostText.answer == id_).returning(LostText.id, LostText.person, LostText.value)
)
