"""How attached files are handed out, the files themselves with them, and forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar.exceptions import NotFoundException

from ledstang.access.visit import Visit
from ledstang.attachments import statements as sql
from ledstang.attachments.admitting import thing_of
from ledstang.attachments.attachments import is_ones_own
from ledstang.attachments.statements import READY, Attached, attached
from ledstang.people.personal_data import PersonalData

if TYPE_CHECKING:
    from ledstang.house import House

WORDS = {"added": "Added", "size": "Bytes", "file": "File in this archive"}


def attachment_data(house: House) -> PersonalData:
    """Return it. It names no action: by what rule a file may be read depends on what it is attached to."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return [
            {"title": one.name, "added": one.added, "size": one.size, "file": path_of(one)}
            for one in await _open_to(house, person)
        ]

    async def files(person: UUID) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
        for one in await _open_to(house, person):
            yield path_of(one), house.attachments.bytes_of(one)

    async def erase(person: UUID, _why: str) -> int:
        return await house.attachments.erase(person)

    return PersonalData("Files", export, erase, "files", "record", WORDS, files=files)


def path_of(one: Attached) -> str:
    """Return where a file lies in an archive: no two are called the same there."""
    return f"files/{one.id.hex[:8]} {one.name}"


async def _open_to(house: House, person: UUID) -> list[Attached]:
    """Return the files about somebody that they themselves could fetch today, or could if every plugin were on.

    Of a plugin that is gone nobody can say any more who may read what: of that they get what they added themselves.
    """
    found = await house.register.find(person)
    if found is None:
        return []
    region = house.instance.region_of(found.county)
    visit = Visit.of(found, region=region.id if region else None)
    files = [attached(house.keys, row) for row in await sql.about(person)]
    return [one for one in files if one.state == READY and await _may_read(house, visit, one)]


async def _may_read(house: House, visit: Visit, one: Attached) -> bool:
    if one.use not in house.attachments.uses:
        return is_ones_own(visit, one)
    try:
        use, thing = await thing_of(house, visit, one.use, one.item, switched_off=True)
    except NotFoundException:
        return False
    return await house.access.would(visit, use.read, thing)
