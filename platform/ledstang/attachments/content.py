"""What is in a file: sealed in parts, so that no more than one of them is ever in memory, and none lies in the clear."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID, uuid5

from ledstang.attachments.tables import AttachmentPart as Part
from ledstang.database import Keys, prepared


def part_id(batch: UUID, number: int) -> UUID:
    """Return the id of a part by its place in a batch."""
    return uuid5(batch, str(number))


class Content:
    """The sealed parts of all files. A `batch` is one file as it was sent, or as it was painted anew."""

    def __init__(self, keys: Keys, size: int) -> None:
        self._keys, self._size = keys, size

    def pieces(self, some: bytes) -> Iterator[bytes]:
        """Yield bytes in pieces of a part's size."""
        return (some[at : at + self._size] for at in range(0, len(some), self._size))

    async def write(self, attachment: UUID, subject: UUID, batch: UUID, first: int, some: bytes) -> int:
        """Write bytes as the parts from number `first` on, and return the number of the next."""
        for piece in self.pieces(some):
            id_ = part_id(batch, first)
            sealed = self._keys.seal(piece, **_place(id_, subject))
            await Part.insert(Part(id=id_, attachment=attachment, subject=subject, batch=batch, content=sealed))
            first += 1
        return first

    async def read(self, subject: UUID, batch: UUID, parts: int) -> AsyncIterator[bytes]:
        """Yield a file a part at a time. Raises SealBroken, and LookupError for a part that is lost."""
        for number in range(parts):
            id_ = part_id(batch, number)
            rows = await _part(id_)
            if not rows:
                raise LookupError(f"part {number} of {batch} is lost")
            yield self._keys.unseal(rows[0]["content"], **_place(id_, subject))

    async def keep_only(self, attachment: UUID, batch: UUID) -> None:
        """Remove all parts of an attachment that are not of a batch: what was sent, and what came of a check that died."""
        await _others_gone(attachment, batch)

    async def drop_all(self, attachment: UUID) -> None:
        """Remove all parts of an attachment, of whatever batch."""
        await _parts_gone(attachment)


def _place(id_: UUID, subject: UUID) -> dict[str, Any]:
    return {"table": "attachment_part", "column": "content", "row": id_, "subject": subject}


_part = prepared(lambda id_: Part.select(Part.content).where(Part.id == id_))
_others_gone = prepared(
    lambda attachment, batch: Part.delete().where((Part.attachment == attachment) & (Part.batch != batch))
)
_parts_gone = prepared(lambda attachment: Part.delete().where(Part.attachment == attachment))
