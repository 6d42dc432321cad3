"""Attached files as one plugin meets them: `host.inbox.files`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec

from ledstang.access.visit import Visit
from ledstang.attachments.attachments import Attachments, Spot
from ledstang.attachments.limits import MEGA
from ledstang.attachments.reasons import TROUBLE
from ledstang.attachments.statements import Attached
from ledstang.attachments.uses import AttachmentUse
from ledstang.content.texts import text
from ledstang.database import Bound

if TYPE_CHECKING:
    from ledstang.house import House


class Field(msgspec.Struct, frozen=True):
    """What the macro `parts.add_files` needs to let somebody add files: where they go, and what is taken there.

    `once` is the page's own name, by which a form that is sent twice is known.
    """

    action: str
    uploads: str
    files: Sequence[Attached]
    megabytes: int
    most: int
    accept: str
    message: str
    has_room: bool
    once: str
    refused: str = ""

    def errors(self, visit: Visit) -> dict[str, str]:
        """Return what is wrong, for the page's summary: the name of the file that it is about, and why it was not taken.

        Hand it to `host.page` as `errors`.
        """
        if not self.message:
            return {}
        said = text(self.message, visit.language)
        return {"file": f"{self.refused}: {said}" if self.refused else said}


ACCEPTED = {"pdf": ".pdf,application/pdf", "jpeg": ".jpg,.jpeg,image/jpeg", "png": ".png,image/png",
            "webp": ".webp,image/webp", "heic": ".heic,.heif,image/heic,image/heif"}  # fmt: skip


class PluginFiles:
    """The files at a plugin's own things, of the uses that it has registered."""

    __slots__ = ("_house", "_plugin")

    def __init__(self, house: House, plugin: str) -> None:
        self._house, self._plugin = house, plugin

    @property
    def _all(self) -> Attachments:
        return self._house.attachments

    def statement(self, use: str, item: UUID) -> Bound:
        """Return the query of the files at a thing, to be run with others of your page; its rows are for `read`."""
        return self._all.statement(self._own(use).name, item)

    def read(self, visit: Visit, rows: Sequence[Any]) -> list[Attached]:
        """Return the files that a visit who may read the thing sees there: drafts are only for who has added them."""
        return self._all.read(visit, rows)

    async def at(self, visit: Visit, use: str, item: UUID) -> list[Attached]:
        """Return the same, by one query of its own. Ask `host.may` about the thing first."""
        return self.read(visit, await self.statement(use, item))

    def field(self, use: str, item: UUID, files: Sequence[Attached], trouble: str = "") -> Field:
        """Return what `parts.add_files` needs to show the files at a thing, and to let somebody add more.

        `trouble` is the parameter `file` of your page's address: with it the host leads back there when no file was taken.
        """
        own = self._own(use)
        accept = ",".join(ACCEPTED[kind] for kind in self._all.kinds(own))
        where = f"{use}/{item}"
        megabytes, most = self._all.bytes_most(own) // MEGA, self._all.most(own)
        room = sum(not one.is_refused for one in files) < most
        message = TROUBLE.get(trouble, "")
        refused = [one.name for one in files if one.is_refused and one.reason == trouble]
        return Field(
            f"/attachments/at/{where}", f"/attachments/uploads/{where}", files, megabytes, most, accept, message, room,
            str(uuid4()),
            refused[-1] if refused else "",
        )  # fmt: skip

    async def send(self, visit: Visit, use: str, item: UUID, part: UUID | None = None) -> int:
        """Let the files that a visit has added be there for all who may read the thing, and return how many they are.

        To be called where the thing is sent, in its transaction. `part` is what in the thing they go with, by
        id, such as one message of a case.
        What has not come wholly, or was refused, does not go along.
        """
        return await self._all.send(visit, self._own(use).name, item, part)

    async def put(self, use: str, item: UUID, person: UUID, name: str, content: bytes, unit: str = "") -> UUID:
        """Attach a file of a service's own. It is looked through like any other, by an errand. Raises NotTaken."""
        return await self._all.put(Spot(self._own(use), item, person, unit), name, content)

    async def drop(self, use: str, item: UUID) -> int:
        """Remove all files at a thing of yours that is no more, and return how many there were."""
        return await self._all.drop(self._own(use).name, item)

    def _own(self, use: str) -> AttachmentUse:
        plugin, found = self._all.uses.get(use, ("", None))
        if found is None or plugin != self._plugin:
            raise LookupError(f"the plugin {self._plugin} has registered no use of files `{use}`")
        return found
