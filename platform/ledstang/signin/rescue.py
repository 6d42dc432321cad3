"""What somebody was writing when their session died: kept sealed for them, and only for them, until they are back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from ledstang.database import Database, prepared
from ledstang.database.sealed import Keys
from ledstang.signin.sessions import Sessions
from ledstang.signin.tables import RescuedText

LARGEST = 1_000_000
"""The most bytes of text that are kept of one form."""

MOST = 20
"""The most texts that are kept of one person; the oldest makes room."""

Fields = list[tuple[str, str]]


class Rescued(msgspec.Struct, frozen=True):
    """A rescued form: where it was posted, and its fields in their order. `acting_for` is for whom, None for oneself, and
    `assignment` in what capacity.
    """

    id: UUID
    path: str
    fields: Fields
    created: datetime
    acting_for: UUID | None = None
    assignment: UUID | None = None


class TooLarge(Exception):
    """The text is larger than what is kept. The browser still has it."""


class RescuedTexts:
    """The rescued texts of an instance."""

    def __init__(self, database: Database, keys: Keys, sessions: Sessions) -> None:
        self._database, self._keys, self._sessions = database, keys, sessions

    async def keep(
        self,
        person: UUID,
        path: str,
        fields: Sequence[tuple[str, str]],
        acting_for: UUID | None = None,
        assignment: UUID | None = None,
    ) -> UUID:
        """Seal a form's fields and return the id they can be had back by. Raises TooLarge."""
        plain = msgspec.json.encode(fields)
        if len(plain) > LARGEST:
            raise TooLarge
        id_, now = uuid4(), self._sessions.now()
        sealed = self._keys.seal(plain, table="rescued_text", column="fields", row=id_, subject=person)

        async def work() -> None:
            await self._make_room(person, now)
            whose = {"person": person, "acting_for": acting_for, "assignment": assignment}
            row = RescuedText(id=id_, path=path, fields=sealed, created=now, **whose)
            await RescuedText.insert(row)

        await self._database.write(work)
        return id_

    async def read(self, id_: UUID, person: UUID) -> Rescued | None:
        """Return a text to the person whose it is; None to everybody else, and once it is used or too old."""
        rows = await _one(id_, person, self._oldest())
        if not rows:
            return None
        row = rows[0]
        plain = self._keys.unseal(row["fields"], table="rescued_text", column="fields", row=id_, subject=person)
        fields = msgspec.json.decode(plain, type=Fields)
        return Rescued(id_, row["path"], fields, row["created"], row["acting_for"], row["assignment"])

    async def drop(self, id_: UUID, person: UUID) -> None:
        """Forget a text of a person: it has arrived where it was going."""
        await _drop(id_, person)

    async def prune(self) -> None:
        """Forget the texts that nobody came back for in time."""
        await _prune(self._oldest())

    async def _make_room(self, person: UUID, now: datetime) -> None:
        await _prune(now - self._sessions.limits.rescue)
        kept = await _kept(person)
        for row in kept[MOST - 1 :]:
            await _drop(row["id"], person)

    def _oldest(self) -> datetime:
        return self._sessions.now() - self._sessions.limits.rescue


_one = prepared(
    lambda id_, person, oldest: RescuedText.select(
        RescuedText.path, RescuedText.fields, RescuedText.created, RescuedText.acting_for, RescuedText.assignment
    ).where((RescuedText.id == id_) & (RescuedText.person == person) & (RescuedText.created >= oldest))
)
_kept = prepared(
    lambda person: (
        RescuedText.select(RescuedText.id)
        .where(RescuedText.person == person)
        .order_by(RescuedText.created, ascending=False)
    )
)
_drop = prepared(
    lambda id_, person: RescuedText.delete().where((RescuedText.id == id_) & (RescuedText.person == person))
)
_prune = prepared(lambda oldest: RescuedText.delete().where(RescuedText.created < oldest))
