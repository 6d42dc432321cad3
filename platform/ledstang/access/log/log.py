"""The access log as the rest of the house knows it: it is told of each decision, before anything is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledstang.access.caller import SYSTEM, Caller
from ledstang.access.log.anchoring import append_to, heads, line_of
from ledstang.access.log.entries import Entry, entries_of, entry_of, subject_of, who_of
from ledstang.access.log.keeping import forget
from ledstang.access.log.reviews import Reviews
from ledstang.access.log.sink import Sink
from ledstang.access.log.spool import QueueFull, Spool
from ledstang.access.log.trail import TRAIL
from ledstang.access.log.writing import LogWriter, log
from ledstang.access.permissions import Decision
from ledstang.clock import Clock
from ledstang.database import Database, Keys

if TYPE_CHECKING:
    from ledstang.access.visit import Visit
    from ledstang.settings import AccessLogKept

MOST_REMEMBERED = 100_000
"""How many persons' own visits of a day a process remembers to have written."""


class AccessLog:
    """Writes down who looks at whose things. `path` makes a path of the settings absolute."""

    def __init__(
        self, database: Database, keys: Keys, clock: Clock, settings: AccessLogKept, path: Callable[[str], Path]
    ) -> None:
        self.settings, self._clock, self._database = settings, clock, database
        self.spool = Spool(path(settings.queue), keys, settings.queue_kilobytes * 1024)
        self.writer = LogWriter(database, keys, self.spool)
        self.reviews = Reviews(database, keys, clock, settings, self.writer)
        self.open_in_emergency = self.reviews.open_in_emergency
        self.sample = self.reviews.sample
        self.anchor_file = path(settings.anchor) if settings.anchor else None
        self.sink: Sink | None = None
        self._own: set[tuple[Any, ...]] = set()
        self._own_day = clock.today()

    async def record(self, visit: Visit | Caller | None, action: str, resource: Any, decision: Decision) -> bool:
        """Write down a decision if it is one to keep. False: it cannot be kept anywhere, so nothing may be shown.

        Kept is what staff, proxies and systems get to see of a person's, and what they were refused; of one's own things,
        that one was there, once a service and day. One's own services go on when nothing can be written.
        """
        if visit is None:
            return True
        who = who_of(visit)
        if who == "self" and not isinstance(visit, Caller):
            await self._record_own(visit, action, resource, decision)
            return True
        if who != SYSTEM and (resource is None or (decision and subject_of(visit, resource) is None)):
            return True
        return await self._kept(visit, action, [resource], decision)

    async def record_all(self, visit: Visit, action: str, resources: Sequence[Any]) -> bool:
        """Write down, in one write, all that staff get to see on a list. False: it cannot be kept, so nothing may be shown."""
        known = [one for one in resources if subject_of(visit, one) is not None]
        return not known or await self._kept(visit, action, known, Decision(True, "allowed"))

    async def _kept(self, visit: Visit | Caller, action: str, resources: Sequence[Any], decision: Decision) -> bool:
        try:
            if decision and self.sink is not None and await self.sink.full():
                raise QueueFull
            await self._record_others(visit, action, resources, decision)
        except QueueFull:
            log.error("the access log can be written nowhere: what staff, proxies and systems ask for is refused")
            trail = TRAIL.get()
            if trail is not None and decision:
                trail.full = True
            return False
        return True

    async def note(self, visit: Visit, action: str, resource: Any, outcome: str = "allowed") -> None:
        """Write down something that is told each time, of one's own things too. Raises QueueFull: it may not be done."""
        await self.writer.soon(entry_of(visit, action, resource, outcome, self._clock.now()))

    async def anchor(self) -> list[str]:
        """Put the ends of the latest chains where nobody here can change them: the file, if any, and the log's lines."""
        since = self._clock.today() - timedelta(days=self.settings.anchor_days)
        lines = [line_of(row, self._clock.now()) for row in await heads(since)]
        if self.anchor_file and lines:
            append_to(self.anchor_file, lines)
        for line in lines:
            log.info("access log %s", line)
        return lines

    async def forget(self) -> int:
        """Remove the chains that are older than the settings say they are kept; never before. Returns how many."""
        return await forget(self._database, self._clock.today(), self.settings.keep_years)

    async def _record_others(
        self, visit: Visit | Caller, action: str, resources: Sequence[Any], decision: Decision
    ) -> None:
        trail, transaction, now = TRAIL.get(), self.writer.transaction, self._clock.now()
        new: dict[tuple[Any, ...], Entry] = {}
        for one in entries_of(visit, action, resources, "allowed" if decision else "refused", now):
            key = (one.subject, one.actor, action, one.kind, one.resource, one.assignment, one.outcome)
            if trail is None or not trail.has(key, transaction):
                new[key] = one
        if transaction is None:
            if new:
                await self.writer.soon(*new.values())  # what comes together shares a commit
        elif decision:
            await self.writer.within(list(new.values()))
        else:  # a refusal is followed by a rollback, which must not take the entry with it
            late = self.writer.soon(*new.values())
            if trail is not None:
                trail.late.append(late)
            transaction = None
        if trail is not None:
            trail.seen |= dict.fromkeys(new, transaction)

    async def _record_own(self, visit: Visit, action: str, resource: Any, decision: Decision) -> None:
        subject = subject_of(visit, resource) or visit.subject.id
        if not decision or visit.session is None or subject != visit.subject.id:
            return
        today = self._clock.today()
        if today != self._own_day or len(self._own) >= MOST_REMEMBERED:
            self._own, self._own_day = set(), today
        key = (visit.actor.id, action.partition(".")[0])
        if key in self._own or self.writer.transaction is not None:
            return
        self._own.add(key)
        try:
            await self.writer.soon(entry_of(visit, action, _Mine(visit), "allowed", self._clock.now()))
        except QueueFull:
            self._own.discard(key)


class _Mine:
    """One's own things of a service, all of them: the resource of an entry that stands for a day."""

    def __init__(self, visit: Visit) -> None:
        self.person = visit.subject.id
