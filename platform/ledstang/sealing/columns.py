"""Where sealed values stand: every such column of every table, so that each can be counted and sealed again."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from piccolo.columns import Column

from ledstang.access.log.tables import AccessReview
from ledstang.access.tables import AccessFact
from ledstang.attachments.tables import Attachment, AttachmentPart
from ledstang.content.tables import Answer, LostText, Response
from ledstang.database import Keys, prepared
from ledstang.database.sealed import LAYOUT
from ledstang.delivery.tables import DeliveredItem
from ledstang.people.register import Register
from ledstang.people.tables import AccountLock, PersonContact
from ledstang.people.tables import Person as PersonTable
from ledstang.problems.tables import Problem
from ledstang.rights.tables import DataCopyPart
from ledstang.signin.tables import RescuedText, WithheldText

FIRST = UUID(int=0)
"""An id that comes before all others."""

HEAD = 4
"""As much of a value as tells the key: two bytes, or as many letters of base64 as hold them."""

COUNTED = 2_000
"""Values that are looked at in one statement when they are counted."""


class SealedColumn:
    """One column that holds sealed values, of one table with UUIDs for ids.

    `name` is the table's; for a `further` column of the same table it is both.
    """

    def __init__(self, column: Any, reseal: Callable[[UUID], Awaitable[None]], *, further: bool = False) -> None:
        table, name = column._meta.table, column._meta.db_column_name
        self.table, self.column, self.reseal = table, column, reseal
        tablename: str = table._meta.tablename
        self.name = f"{tablename}.{name}" if further else tablename
        self._heads = prepared(
            lambda after, most: table.raw(
                f"SELECT id, substr({name}, 1, {HEAD}) AS head FROM {tablename} "  # noqa: S608 - our own names
                "WHERE id > {} ORDER BY id LIMIT {}",
                after,
                most,
            )
        )

    async def heads(self, after: UUID, most: int) -> list[tuple[UUID, int | None]]:
        """Return the next ids after one, in the database's order, and with which key each value was sealed."""
        return [(UUID(str(row["id"])), number_of(row["head"])) for row in await self._heads(after, most)]

    async def count(self) -> Counter[int]:
        """Return how many values there are under each key, looking at some at a time; 0 is what is not sealed."""
        found: Counter[int] = Counter()
        after = FIRST
        while heads := await self.heads(after, COUNTED):
            found.update(number for _, number in heads if number is not None)
            after = heads[-1][0]
        return found


def columns_of(keys: Keys, register: Register) -> list[SealedColumn]:
    """Return every sealed column that there is."""
    plain = [(Answer.value, Answer.person), (LostText.value, LostText.person), (Response.scores, Response.person),
             (RescuedText.fields, RescuedText.person), (WithheldText.fields, WithheldText.subject),
             (Problem.words, Problem.id), (AccessReview.reason, AccessReview.subject),
             (PersonContact.details, PersonContact.subject),
             (AccessFact.reason, AccessFact.subject), (DeliveredItem.words, DeliveredItem.subject),
             (AccountLock.reason, AccountLock.person), (DataCopyPart.content, DataCopyPart.person),
             (Attachment.name, Attachment.subject), (AttachmentPart.content, AttachmentPart.subject)]  # fmt: skip
    columns = [SealedColumn(column, _resealing(keys, column, subject)) for column, subject in plain]
    note = SealedColumn(AccessReview.note, _resealing(keys, AccessReview.note, AccessReview.subject), further=True)
    return [*columns, note, SealedColumn(PersonTable.facts, register.reseal)]


def number_of(head: bytes | str | None) -> int | None:
    """Return the number of the key from the beginning of a value; 0 for what is not sealed, None for no value."""
    if head is None:
        return None
    try:
        told = b64decode(head) if isinstance(head, str) else head
    except ValueError:
        return 0
    return told[1] if len(told) > 1 and told[0] == LAYOUT else 0


def _resealing(keys: Keys, column: Column, subject: Column) -> Callable[[UUID], Awaitable[None]]:
    table, name = column._meta.table, column._meta.name
    row_id = table._meta.primary_key
    find = prepared(
        lambda id_: table.select(subject.as_alias("subject"), column.as_alias("value")).where(row_id == id_)
    )
    change = prepared(lambda new, id_, before: table.update({column: new}).where((row_id == id_) & (column == before)))

    async def reseal(id_: UUID) -> None:
        """Seal a value again, unless somebody has written another meanwhile. Raises SealBroken."""
        for row in await find(id_):
            if row["value"] is None or keys.is_current(row["value"]):
                continue
            place = {"table": table._meta.tablename, "column": name, "row": id_, "subject": row["subject"]}
            await change(keys.seal(keys.unseal(row["value"], **place), **place), id_, row["value"])

    return reseal
