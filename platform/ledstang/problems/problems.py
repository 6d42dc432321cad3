"""Reports of what is wrong with a page: kept sealed, tallied by page, read by a human, and forgotten in time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from uuid import UUID, uuid4, uuid5

import msgspec

from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared
from ledstang.problems.tables import Problem as Row

MOST = 500
"""The most reports that are listed at once, the oldest first: after those are handled come the next."""

FORMS = UUID("5b0a9f0e-8a53-4f55-9a49-0c6f5b0c6d1e")
_NAMES_SOMEBODY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?=[^/]*\d)[A-Za-z0-9_-]{16,}|\d{5,}", re.IGNORECASE)


class Said(msgspec.Struct, frozen=True):
    """What somebody wrote: what is wrong, and how to answer them, if they want an answer."""

    words: str
    contact: str = ""


class Problem(msgspec.Struct, frozen=True):
    """One report. Instants are UTC; `handled` is None while nobody has said that it is done."""

    id: UUID
    page: str
    version: str
    words: str
    contact: str
    created: datetime
    handled: datetime | None = None


class Problems:
    """The reports of an instance. `keep_days` is how long one is kept, handled or not."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, keep_days: int) -> None:
        self._database, self._keys, self._clock, self._keep = database, keys, clock, timedelta(days=keep_days)

    async def report(self, page: str, said: Said, once: str = "") -> None:
        """Keep a report of a page, whose address may be any text. From a form that is called `once`, the same words are one."""
        id_ = uuid5(FORMS, f"{once} {said.words} {said.contact}") if once else uuid4()
        sealed = self._keys.seal(msgspec.json.encode(said), table="problem", column="words", row=id_, subject=id_)
        row = Row(id=id_, page=nameless(page), version=version("ledstang"), words=sealed, created=self._clock.now())

        async def work() -> None:
            await Row.insert(row).on_conflict(action="DO NOTHING")

        await self._database.write(work)

    async def waiting(self) -> int:
        """Return how many reports nobody has handled yet."""
        rows = await count_unhandled()
        return int(rows[0]["count"])

    async def unhandled(self) -> list[Problem]:
        """Return the reports that nobody has handled yet, the oldest first, at most `MOST`. Raises SealBroken."""
        return [self._opened(row) for row in await _unhandled()]

    async def tally(self) -> list[tuple[str, int]]:
        """Return the pages that have unhandled reports, those with most first."""
        return [(row["page"], row["times"]) for row in await _tally()]

    async def handle(self, begins: Sequence[str]) -> list[UUID]:
        """Say of the reports whose ids begin so that they are done. Returns their ids."""
        meant = [one.id for one in await self.unhandled() if str(one.id).startswith(tuple(begins))]
        now = self._clock.now()

        async def work() -> None:
            for id_ in meant:
                await _handle(now, id_)

        await self._database.write(work)
        return meant

    async def forget(self) -> None:
        """Remove the reports that are too old."""
        await _forget(self._clock.now() - self._keep)

    def _opened(self, row: dict[str, object]) -> Problem:
        place = {"table": "problem", "column": "words", "row": row["id"], "subject": row["id"]}
        said = msgspec.json.decode(self._keys.unseal(row["words"], **place), type=Said)  # type: ignore[arg-type]
        return msgspec.convert({**row, "words": said.words, "contact": said.contact}, Problem)


def nameless(page: str) -> str:
    """Return an address without what might name somebody: ids, long numbers, and all behind a question mark."""
    path = page.partition("?")[0].partition("#")[0] or "/"
    return _NAMES_SOMEBODY.sub("…", path)[:300] if path.startswith("/") else "/"


count_unhandled = prepared(lambda: Row.raw("SELECT count(*) AS count FROM problem WHERE handled IS NULL"))
_tally = prepared(
    lambda: Row.raw(
        "SELECT page, count(*) AS times FROM problem WHERE handled IS NULL "
        "GROUP BY page ORDER BY times DESC, page LIMIT 100"
    )
)
_unhandled = prepared(
    lambda: (
        Row.select(Row.id, Row.page, Row.version, Row.words, Row.created)
        .where(Row.handled.is_null())
        .order_by(Row.created)
        .limit(MOST)
    )
)
_handle = prepared(lambda now, id_: Row.update({Row.handled: now}).where(Row.id == id_))
_forget = prepared(lambda oldest: Row.delete().where(Row.created < oldest))
