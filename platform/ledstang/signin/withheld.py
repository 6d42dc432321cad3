"""What somebody was writing for another when the ground to act for them ended: kept sealed, for neither to read.

It is the subject's, since it was written in their name; but it is not shown to them by itself, and never again to whoever
wrote it. The unit that the page belonged to decides what becomes of it: it is passed on to the subject, or discarded.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec

from ledstang.clock import Clock
from ledstang.database import Bound, Database, Keys, prepared
from ledstang.people.personal_data import Ageing, PersonalData
from ledstang.signin.tables import WithheldText

if TYPE_CHECKING:
    from ledstang.attachments.statements import Attached

PASSED_ON, DISCARDED = "passed-on", "discarded"
Fields = list[tuple[str, str]]
Drop = Callable[[UUID], Awaitable[Any]]


class Sealed(msgspec.Struct, frozen=True):
    """What is sealed: a form's fields, and once it is decided what becomes of them, why."""

    fields: Fields
    reason: str = ""

    def __repr__(self) -> str:
        return "Sealed()"


class Withheld(msgspec.Struct, frozen=True):
    """A withheld text: in whose name it was written (`person`), by whom, for which unit, when, and its fields.

    Where files were added, and there is no text, those lie at it instead.
    """

    id: UUID
    person: UUID
    actor: UUID
    unit: str
    path: str
    created: datetime
    fields: Fields
    files: tuple[Attached, ...] = ()

    def __repr__(self) -> str:
        return f"Withheld({self.id})"

    @property
    def texts(self) -> list[str]:
        """What was written, without what the page sent along by itself."""
        return [value for name, value in self.fields if value.strip() and not name.startswith("_")]


class WithheldTexts:
    """The withheld texts of an instance."""

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    async def keep(
        self,
        subject: UUID,
        actor: UUID,
        path: str,
        fields: Sequence[tuple[str, str]],
        unit: str | None = None,
        once: str = "",
        id_: UUID | None = None,
    ) -> UUID:
        """Seal a form's fields for a unit, and return the id of the row. Without one nobody decides, and nobody reads.

        The same form of one session, which `once` names, is kept once: a script sends it, and then the page. One that was
        kept before keeps its `id_`.
        """
        plain = msgspec.json.encode(Sealed(list(fields)))
        index = self._keys.index("withheld text", f"{once} {path} {plain.decode()}")
        id_ = id_ or (UUID(bytes=index[:16], version=4) if once else uuid4())
        sealed = self._keys.seal(plain, table="withheld_text", column="fields", row=id_, subject=subject)
        row = WithheldText(
            id=id_, subject=subject, actor=actor, path=path, fields=sealed, created=self._clock.now(),
            unit=unit and unit.upper(), outcome="",
        )  # fmt: skip

        async def work() -> None:
            await WithheldText.insert(row).on_conflict(target=WithheldText.id, action="DO NOTHING")

        await self._database.write(work)
        return id_

    async def is_from(self, id_: UUID, actor: UUID) -> bool:
        """Say whether a text is withheld that somebody wrote."""
        return bool(await _from(id_, actor))

    async def of_unit(self, unit: str) -> list[Withheld]:
        """Return the texts that a unit has to decide on, the oldest first."""
        return [self._open(row) for row in await _of_unit(unit.upper())]

    def one(self, id_: UUID) -> tuple[Bound, Bound]:
        """Return the queries of a text that is to be decided on, and of the two persons whom it is about."""
        return _undecided.bind(id_), _two_of.bind(id_)

    async def decide(self, one: Withheld, outcome: str, by: UUID, reason: str) -> bool:
        """Write down what becomes of a text, and say whether it was still to be decided. What is discarded is wiped."""
        left = Sealed(one.fields if outcome == PASSED_ON else [], reason)
        where = {"table": "withheld_text", "column": "fields", "row": one.id, "subject": one.person}
        sealed = self._keys.seal(msgspec.json.encode(left), **where)

        async def work() -> bool:
            return bool(await _decide(outcome, self._clock.now(), by, sealed, one.id))

        return await self._database.write(work)

    def passed_on(self, subject: UUID) -> Bound:
        """Return the query of what a unit has passed on to somebody, to be run with others of the page."""
        return _passed_on.bind(subject, PASSED_ON)

    def read(self, rows: Sequence[Mapping[str, Any]]) -> list[Withheld]:
        """Read the rows of `passed_on`, or of the first query of `one`."""
        return [self._open(row) for row in rows]

    def _open(self, row: Mapping[str, Any]) -> Withheld:
        where = {"table": "withheld_text", "column": "fields", "row": row["id"], "subject": row["subject"]}
        sealed = msgspec.json.decode(self._keys.unseal(row["fields"], **where), type=Sealed | Fields)
        fields = sealed.fields if isinstance(sealed, Sealed) else sealed  # as it was kept before a unit could decide
        return Withheld(row["id"], row["subject"], row["actor"], row["unit"] or "", row["path"], row["created"], fields)


def withheld_data(database: Database, drop: Drop | None = None) -> PersonalData:
    """Return how withheld texts are handed out and forgotten: that there are some is told, not what they say.

    `drop` removes the files at one that grows old.
    """

    async def erase(person: UUID, _why: str) -> int:
        async def work() -> int:
            return len(await _gone(person))

        return await database.write(work)

    async def due(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
        return [(row["id"], row["subject"]) for row in await _old(after, before, most)]

    async def remove(ids: list[UUID], before: datetime) -> int:
        async def work() -> int:
            gone = [row["id"] for id_ in ids for row in await _old_gone(id_, before)]
            for id_ in gone if drop else ():
                await drop(id_)
            return len(gone)

        return await database.write(work)

    title, words = "What somebody had begun to write for you", {"path": "Page", "created": "Written"}
    ageing = Ageing(due, remove, "What somebody had begun to write for another")
    return PersonalData(title, _told, erase, "withheld", "record", words, ageing=ageing)


async def _told(person: UUID) -> list[dict[str, Any]]:
    return await _of_subject(person)


_COLUMNS = (
    WithheldText.id, WithheldText.subject, WithheldText.actor, WithheldText.unit, WithheldText.path,
    WithheldText.created, WithheldText.fields,
)  # fmt: skip
_of_unit = prepared(
    lambda unit: (
        WithheldText.select(*_COLUMNS)
        .where((WithheldText.unit == unit) & WithheldText.decided.is_null())
        .order_by(WithheldText.created)
    )
)
_from = prepared(
    lambda id_, actor: WithheldText.select(WithheldText.id).where(
        (WithheldText.id == id_) & (WithheldText.actor == actor)
    )
)
_undecided = prepared(
    lambda id_: WithheldText.select(*_COLUMNS).where((WithheldText.id == id_) & WithheldText.decided.is_null())
)
_two_of = prepared(
    lambda id_: WithheldText.raw(
        "SELECT p.id, p.facts, p.born, p.county, p.checked, p.locked FROM withheld_text w "
        "JOIN person p ON p.id IN (w.subject, w.actor) WHERE w.id = {}",
        id_,
    )
)
_passed_on = prepared(
    lambda subject, outcome: (
        WithheldText.select(*_COLUMNS)
        .where((WithheldText.subject == subject) & (WithheldText.outcome == outcome))
        .order_by(WithheldText.created)
    )
)
_decide = prepared(
    lambda outcome, decided, by, fields, id_: (
        WithheldText.update(
            {
                WithheldText.outcome: outcome,
                WithheldText.decided: decided,
                WithheldText.decided_by: by,
                WithheldText.fields: fields,
            }
        )
        .where((WithheldText.id == id_) & WithheldText.decided.is_null())
        .returning(WithheldText.id)
    )
)
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
