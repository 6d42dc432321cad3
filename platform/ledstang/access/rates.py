"""Rates: how often a person, a session or a corner of the network may do something, exact over all processes.

Counted in the database with one atomic statement. Whose count it is stands there as a keyed hash only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil

from litestar.exceptions import HTTPException

from ledstang.access.tables import RateCount
from ledstang.access.windows import Rate, Rates
from ledstang.clock import Clock
from ledstang.database import Database, Keys, prepared

MOST_REMEMBERED = 10_000
"""How many full counts a process remembers, so that hammering on costs no writes; beyond that it asks again."""


class TooOften(HTTPException):
    """Raised for one time too many: 429 with `Retry-After`. `seconds` is how long until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(status_code=429, detail="too often", headers={"Retry-After": str(seconds)})


class RateLimiter:
    """Counts what is done in windows of time that begin at whole multiples of their length."""

    def __init__(self, database: Database, keys: Keys, clock: Clock, rates: Rates) -> None:
        self._database, self._keys, self._clock, self._rates = database, keys, clock, rates
        self._full: dict[str, datetime] = {}
        self._pruned = datetime.min.replace(tzinfo=UTC)

    async def admit(self, name: str, subject: str) -> None:
        """Count one more. `name` is one of the settings' rates, `subject` who or where. Raises TooOften."""
        rate: Rate = getattr(self._rates, name)
        now, length = self._clock.now(), 60 * rate.minutes
        window = int(now.timestamp()) // length
        ends = datetime.fromtimestamp((window + 1) * length, UTC)
        id_ = self._keys.index(f"rate {name} {window}", subject).hex()
        if id_ not in self._full:
            rows = await _count(id_, ends)
            if rows[0]["times"] <= rate.times:
                await self._prune_now_and_then(now)
                return
            self._remember(id_, ends, now)
        raise TooOften(max(1, ceil((ends - now).total_seconds())))

    def _remember(self, id_: str, ends: datetime, now: datetime) -> None:
        if len(self._full) >= MOST_REMEMBERED:
            self._full = {one: until for one, until in self._full.items() if until > now}
        if len(self._full) < MOST_REMEMBERED:
            self._full[id_] = ends

    async def _prune_now_and_then(self, now: datetime) -> None:
        """Forget the windows that are over: nobody's comings and goings are kept."""
        if (now - self._pruned).total_seconds() > 60 * self._rates.longest:
            self._pruned = now
            await _prune(now)


_count = prepared(
    lambda id_, ends: RateCount.raw(
        "INSERT INTO rate_count (id, times, ends) VALUES ({}, 1, {}) "
        "ON CONFLICT (id) DO UPDATE SET times = rate_count.times + 1 RETURNING times",
        id_,
        ends,
    )
)
_prune = prepared(lambda now: RateCount.delete().where(RateCount.ends < now))
