"""What somebody was writing when their session died: kept sealed for them, and only for them, until they are back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
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


class Whose(msgspec.Struct, frozen=True):
    """For whom something was written: `acting_for`, None for oneself, on what `ground`, or at work in an `assignment`.

    With `locked_to` it is for that person alone, at this path. `unit` is the care unit that it was meant for, if the page
    could tell.
    """

    acting_for: UUID | None = None
    ground: str | None = None
    assignment: UUID | None = None
    locked_to: str | None = None
    unit: str | None = None


OWN = Whose()


class Rescued(msgspec.Struct, frozen=True):
    """A rescued form: who wrote it (`person`) and for whom, where it was posted, and its fields in their order."""

    id: UUID
    person: UUID
    path: str
    fields: Fields
    created: datetime
    whose: Whose

    def __repr__(self) -> str:
        return f"Rescued({self.id})"


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
        whose: Whose = OWN,
    ) -> UUID:
        """Seal a form's fields and return the id they can be had back by. Raises TooLarge."""
        plain = msgspec.json.encode(fields)
        if len(plain) > LARGEST:
            raise TooLarge
        id_, now = uuid4(), self._sessions.now()
        sealed = self._keys.seal(plain, table="rescued_text", column="fields", row=id_, subject=person)

        async def work() -> None:
            await self._make_room(person)
            about = {name: getattr(whose, name) for name in Whose.__struct_fields__}
            await RescuedText.insert(RescuedText(id=id_, person=person, path=path, fields=sealed, created=now, **about))

        await self._database.write(work)
        return id_

    async def read(self, id_: UUID, person: UUID) -> Rescued | None:
        """Return a text to the person whose it is; None to everybody else, and once it is used or too old."""
        rows = await _one(id_, person, self._oldest())
        if not rows:
            return None
        return self._rescued(rows[0])

    async def left_at(self, path: str, person: UUID, acting_for: UUID) -> list[Rescued]:
        """Return what was written at a path on a device of a person's that they had handed over, the oldest first."""
        return [self._rescued(row) for row in await _left(person, acting_for, path, self._oldest())]

    async def written_for(self, person: UUID, ground: str) -> list[Rescued]:
        """Return what others were writing for somebody, acting for them on a ground."""
        return [self._rescued(row) for row in await _for(person, ground)]

    async def late(self) -> list[Rescued]:
        """Return what was written for others and is too old: `prune` forgets it."""
        return [self._rescued(row) for row in await _late(self._oldest())]

    def _rescued(self, row: dict[str, Any]) -> Rescued:
        where = {"table": "rescued_text", "column": "fields", "row": row["id"], "subject": row["person"]}
        fields = msgspec.json.decode(self._keys.unseal(row["fields"], **where), type=Fields)
        whose = Whose(*(row[name] for name in Whose.__struct_fields__))
        return Rescued(row["id"], row["person"], row["path"], fields, row["created"], whose)

    async def drop(self, id_: UUID, person: UUID) -> None:
        """Forget a text of a person: it has arrived where it was going."""
        await _drop(id_, person)

    async def prune(self) -> None:
        """Forget the texts that nobody came back for in time."""
        await _prune(self._oldest())

    async def _make_room(self, person: UUID) -> None:
        kept = await _kept(person)
        for row in kept[MOST - 1 :]:
            await _drop(row["id"], person)

    def _oldest(self) -> datetime:
        return self._sessions.now() - self._sessions.limits.rescue


_COLUMNS = (
    RescuedText.id,
    RescuedText.person,
    RescuedText.path,
    RescuedText.fields,
    RescuedText.created,
    *(getattr(RescuedText, name) for name in Whose.__struct_fields__),
)
_one = prepared(
    lambda id_, person, oldest: RescuedText.select(*_COLUMNS).where(
        (RescuedText.id == id_) & (RescuedText.person == person) & (RescuedText.created >= oldest)
    )
)
_left = prepared(
    lambda person, acting_for, path, oldest: (
        RescuedText.select(*_COLUMNS)
        .where(
            (RescuedText.person == person)
            & (RescuedText.acting_for == acting_for)
            & (RescuedText.locked_to == path)
            & (RescuedText.created >= oldest)
        )
        .order_by(RescuedText.created)
    )
)
_for = prepared(
    lambda person, ground: RescuedText.select(*_COLUMNS).where(
        (RescuedText.acting_for == person) & (RescuedText.ground == ground)
    )
)
_late = prepared(
    lambda oldest: RescuedText.select(*_COLUMNS).where(
        (RescuedText.created < oldest) & RescuedText.acting_for.is_not_null()
    )
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
