"""Keeping and forgetting: whole chains go, when they are older than the settings say, and nothing before that."""

from __future__ import annotations

from datetime import date

from ledstang.access.log.tables import AccessLogChain as Chain
from ledstang.access.log.tables import AccessLogEntry as Row
from ledstang.access.log.tables import AccessReview as Review
from ledstang.database import Database, prepared
from ledstang.people.persons import attained


def kept_since(today: date, years: int) -> date:
    """Return the first day whose chains are still to be kept."""
    return attained(today, -years)


async def forget(database: Database, today: date, years: int) -> int:
    """Remove the chains of days before `kept_since`, each in a transaction of its own; return how many."""
    gone = await _older(kept_since(today, years))
    for chain in gone:

        async def work(chain: dict[str, object] = chain) -> None:
            await _entries_gone(chain["id"])
            await _chain_gone(chain["id"])

        await database.write(work)
    await _reviews_gone(kept_since(today, years))
    return len(gone)


_older = prepared(lambda day: Chain.select(Chain.id).where(Chain.day < day))
_entries_gone = prepared(lambda chain: Row.delete().where(Row.chain == chain))
_chain_gone = prepared(lambda chain: Chain.delete().where(Chain.id == chain))
_reviews_gone = prepared(lambda day: Review.delete().where(Review.day < day))
