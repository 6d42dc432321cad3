"""The outbox of an instance: errands are written down, taken up, and crossed out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec

from ledstang.clock import Clock
from ledstang.database import Database
from ledstang.outbox import queries
from ledstang.outbox.events import Event, Listener
from ledstang.outbox.tables import OutboxRow
from ledstang.settings import Work

CALLED_OFF = "called off"
"""Stands as the error of an errand that was carried out before what it was about was called off."""


class Errand(msgspec.Struct, frozen=True):
    """An errand that has been taken up. `once` is the same each time that it is tried."""

    id: int
    kind: str
    once: str
    payload: str
    tries: int


class State(msgspec.Struct, frozen=True):
    """How an outbox stands: how many errands are `dead`, and how many are `late`, as if nobody carried them out."""

    dead: int
    late: int


class Outbox:
    """The outbox of an instance. `listeners` are what events are written down for: pairs of plugin and listener.

    What was written by a clock that was ahead does not wait for the time that it told: see `claim`.
    """

    def __init__(self, database: Database, clock: Clock, limits: Work, listeners: Sequence[tuple[str, Listener[Any]]]):
        self._database, self._clock, self.limits = database, clock, limits
        self._seen = datetime.max.replace(tzinfo=UTC)
        self._listeners: Mapping[type[Event], list[str]] = {
            event: [kind_of(plugin, one) for plugin, one in listeners if one.event is event]
            for event in {one.event for _, one in listeners}
        }

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock.now()

    # --- writing errands down ---

    async def emit(self, event: Event, once: str | None = None, due: datetime | None = None) -> None:
        """Write an event down for each of its listeners. Inside `database.write` it is kept or lost with the rest.

        `once` names what may be told only once: the same text again is no new event. Each listener hears a person's
        events in their order, but for those that are `due` later.
        """
        once = once or str(uuid4())
        payload = msgspec.json.encode(event).decode()
        for kind in self._listeners.get(type(event), ()):
            key = "" if due else f"{kind}:{event.person}"
            await self.add(kind, once=f"{kind}:{once}", payload=payload, key=key, due=due)

    async def call_off(self, event: type[Event], once: str) -> None:
        """Take back an event that nobody has heard yet, because what it told of is over; and what came of it meanwhile."""
        for kind in self._listeners.get(event, ()):
            await queries.call_off(f"{kind}:{once}")
            await queries.mark_called_off(CALLED_OFF, f"{kind}:{once}")

    async def is_called_off(self, once: str) -> bool:
        """Say whether what an errand was about was called off after it had been carried out."""
        rows = await queries.error_of(once)
        return bool(rows) and rows[0]["error"] == CALLED_OFF

    async def add(
        self, kind: str, *, once: str, payload: str = "{}", key: str = "", due: datetime | None = None
    ) -> None:
        """Write an errand down, to be carried out now or when it is `due`; one that is known by `once` already is not."""
        now = self.now()
        row = OutboxRow(kind=kind, dedupe=once, key=key, payload=payload, added=now, due=due or now)

        async def work() -> None:
            await OutboxRow.insert(row).on_conflict(target=OutboxRow.dedupe, action="DO NOTHING")

        await self._database.write(work)

    # --- carrying them out ---

    async def claim(self, owner: str, most: int) -> list[Errand]:
        """Take up at most so many errands that are due; nobody else gets them before the lease ends.

        At first, and when the clock has been set back since, what it wrote while it was ahead is put right: what was to be
        done at once or tried again is due now, and what nobody can still be carrying out is free. What has a time of its
        own keeps it.
        """
        now = self.now()
        if now < self._seen:
            await self._database.write(lambda: self._put_right(now))
        self._seen = now
        if not await queries.anything_due(now):
            return []
        rows = await self._database.write(lambda: queries.claim(owner, self._lease(now), now, most))
        errands = [Errand(row["id"], row["kind"], row["dedupe"], row["payload"], row["tries"]) for row in rows]
        return sorted(errands, key=lambda errand: errand.id)

    async def renew(self, errand: Errand, owner: str) -> bool:
        """Keep an errand for another lease. False when it is not this owner's any more."""
        return bool(await queries.renew(self._lease(self.now()), errand.id, owner))

    async def finish(self, errand: Errand, owner: str) -> bool:
        """Cross an errand out. False when its lease had ended and another has taken it up: then it is the other's to end."""
        return bool(await queries.finish(self.now(), errand.id, owner))

    async def fail(self, errand: Errand, owner: str, error: str) -> bool:
        """Put an errand off that has failed: for longer each time, and after too many tries for good."""
        now = self.now()
        if errand.tries >= self.limits.tries:
            return bool(await queries.bury(now, error, errand.id, owner))
        return bool(await queries.put_off(now + self.pause(errand.tries), error, errand.id, owner))

    async def put_off(self, errand: Errand, owner: str, until: datetime) -> None:
        """Let an errand wait until an instant, because whoever carries it out says so. The try does not count."""
        await queries.wait(until, errand.tries - 1, errand.id, owner)

    async def give_back(self, errand: Errand, owner: str) -> None:
        """Let somebody else carry an errand out, at once: this worker is stopping. The try does not count."""
        await queries.give_back(errand.tries - 1, errand.id, owner)

    def pause(self, tries: int) -> timedelta:
        """Return how long to wait after so many tries: twice as long each time, and never the same for two workers."""
        longest = timedelta(minutes=self.limits.retry_most_minutes)
        usual = min(timedelta(seconds=self.limits.retry_seconds) * 2 ** min(tries - 1, 20), longest)
        return usual * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

    # --- looking after them ---

    async def state(self) -> State:
        """Return how the outbox stands."""
        late = self.now() - timedelta(minutes=self.limits.late_minutes)
        dead, overdue = await self._database.together(queries.count_dead.bind(), queries.count_late.bind(late))
        return State(dead[0]["count"], overdue[0]["count"])

    async def dead(self) -> list[dict[str, Any]]:
        """Return the errands that were given up, the latest first, a hundred at most: id, kind, dead, tries and error."""
        return await queries.dead()

    async def retry(self) -> int:
        """Let all errands that were given up be tried again, and return how many they are."""
        return len(await queries.retry(self.now()))

    async def forget(self) -> int:
        """Remove what was carried out so long ago that nobody asks any more. Returns how many there were."""
        return len(await queries.forget(self.now() - timedelta(days=self.limits.keep_days)))

    async def _put_right(self, now: datetime) -> None:
        await queries.free(now + timedelta(minutes=self.limits.late_minutes))
        await queries.hasten(now, now + timedelta(minutes=self.limits.retry_most_minutes))

    def _lease(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.limits.lease_seconds)


def kind_of(plugin: str, one: Any) -> str:
    """Return by what name the errands of a plugin's listener or job are known: it may not change while there are any."""
    return f"{plugin}.{one.name}"
