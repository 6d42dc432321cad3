"""Published versions: every clean document is kept by its hash, so that nothing changes under somebody who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from ledstang.clock import Clock
from ledstang.content.kinds import Compiled, ContentKind
from ledstang.content.tables import ContentVersion
from ledstang.database import Database, prepared

_known = prepared(lambda hash_: ContentVersion.select(ContentVersion.hash).where(ContentVersion.hash == hash_))
_document = prepared(lambda hash_: ContentVersion.select(ContentVersion.document).where(ContentVersion.hash == hash_))
_newest = prepared(
    lambda kind: ContentVersion.select(ContentVersion.key, ContentVersion.hash, ContentVersion.document)
    .where(ContentVersion.kind == kind)
    .order_by(ContentVersion.published)
)


class Published:
    """What may be shown: the documents of the folders when they are clean, the last good version when they are not."""

    def __init__(self, kinds: Iterable[ContentKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._current: dict[str, dict[str, Compiled]] = {name: {} for name in self._kinds}
        self._versions: dict[str, Any] = {}

    def current(self, kind: str) -> Mapping[str, Compiled]:
        """Return the newest version of each document of a kind, by key."""
        return MappingProxyType(self._current.get(kind, {}))

    async def version(self, kind: str, hash_: str) -> Any:
        """Return a published document by its hash, or None when no such version was ever published."""
        if hash_ not in self._versions:
            rows = await _document(hash_)
            if not rows:
                return None
            self._versions[hash_] = msgspec.msgpack.decode(rows[0]["document"], type=self._kinds[kind].document)
        return self._versions[hash_]

    async def keep(self, compiled: Iterable[Compiled], database: Database, clock: Clock) -> None:
        """Publish what compiled without errors; fall back on the last good version of what did not."""
        for one in compiled:
            if one.document is None or any(fault.severity == "error" for fault in one.diagnostics):
                await self._fall_back(one)
                continue
            self._current[one.kind][one.key] = one
            self._versions[one.hash] = one.document
            if not await _known(one.hash):
                row = ContentVersion(
                    hash=one.hash,
                    kind=one.kind,
                    key=one.key,
                    version=getattr(one.document, "version", ""),
                    document=msgspec.msgpack.encode(one.document),
                    published=clock.now(),
                )
                await database.write(lambda row=row: ContentVersion.insert(row).on_conflict(action="DO NOTHING").run())

    async def _fall_back(self, broken: Compiled) -> None:
        for row in await _newest(broken.kind):
            if row["key"] == broken.key:
                document = await self.version(broken.kind, row["hash"])
                self._current[broken.kind][broken.key] = msgspec.structs.replace(
                    broken, document=document, hash=row["hash"]
                )
