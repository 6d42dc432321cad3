"""Published versions: every clean document is kept by its hash, so that nothing changes under somebody who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from ledstang.clock import Clock
from ledstang.content.kinds import Compiled, ContentKind
from ledstang.content.tables import ContentVersion
from ledstang.database import Database, prepared

_known = prepared(lambda hash_: ContentVersion.select(ContentVersion.hash).where(ContentVersion.hash == hash_))
_document = prepared(lambda hash_: ContentVersion.select(ContentVersion.document).where(ContentVersion.hash == hash_))
_newest = prepared(
    lambda kind: (
        ContentVersion.select(ContentVersion.key, ContentVersion.hash, ContentVersion.document)
        .where(ContentVersion.kind == kind)
        .order_by(ContentVersion.published)
    )
)


class Editions(Mapping[str, Compiled]):
    """What is published of one kind: the newest of each by key, and every older one by its hash."""

    def __init__(self, document: type) -> None:
        self._document = document
        self._current: dict[str, Compiled] = {}
        self._versions: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Compiled:
        return self._current[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current)

    def __len__(self) -> int:
        return len(self._current)

    async def version(self, hash_: str) -> Any:
        """Return a published document by its hash, or None when no such version was ever published."""
        if hash_ not in self._versions:
            rows = await _document(hash_)
            if not rows:
                return None
            self._versions[hash_] = msgspec.msgpack.decode(rows[0]["document"], type=self._document)
        return self._versions[hash_]

    def put(self, compiled: Compiled) -> None:
        """Make a document the newest of its key."""
        self._current[compiled.key] = compiled
        self._versions[compiled.hash] = compiled.document


class Published:
    """What may be shown: the documents of the folders when they are clean, the last good version when they are not."""

    def __init__(self, kinds: Iterable[ContentKind]) -> None:
        self._editions = {kind.name: Editions(kind.document) for kind in kinds}

    def of(self, kind: str) -> Editions:
        """Return what is published of a kind. Raises KeyError for a kind that nobody has registered."""
        return self._editions[kind]

    async def keep(self, compiled: Iterable[Compiled], database: Database, clock: Clock) -> None:
        """Publish what compiled without errors; fall back on the last good version of what did not.

        Of two with one key the first stands: an instance's own edition comes before the one that ships.
        """
        stands: dict[tuple[str, str], Compiled] = {}
        for one in compiled:
            stands.setdefault((one.kind, one.key or str(one.path)), one)
        for one in stands.values():
            if one.document is None or any(fault.severity == "error" for fault in one.diagnostics):
                await self._fall_back(one)
                continue
            self.of(one.kind).put(one)
            if not await _known(one.hash):
                await database.write(partial(_store, one, clock.now()))

    async def _fall_back(self, broken: Compiled) -> None:
        for row in await _newest(broken.kind):
            if row["key"] == broken.key:
                document = await self.of(broken.kind).version(row["hash"])
                self.of(broken.kind).put(msgspec.structs.replace(broken, document=document, hash=row["hash"]))


async def _store(one: Compiled, published: datetime) -> None:
    row = ContentVersion(
        hash=one.hash,
        kind=one.kind,
        key=one.key,
        version=getattr(one.document, "version", ""),
        document=msgspec.msgpack.encode(one.document),
        published=published,
    )
    await ContentVersion.insert(row).on_conflict(action="DO NOTHING")
