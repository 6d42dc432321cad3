"""Retention: proposed with counts, approved by two people, carried out a little at a time, and remembered without content."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

import msgspec

from ledstang.access.log.entries import entry_of
from ledstang.access.visit import Visit
from ledstang.database import Bound, prepared
from ledstang.rights.ageing import FIRST, Count, ageing_of, count, counts_of, portion, rules_of
from ledstang.rights.tables import RetentionCount, RetentionProposal

if TYPE_CHECKING:
    from ledstang.house import House

log = logging.getLogger("ledstang.retention")
RETAIN = "staff.retention"
PAST = 20
"""How many proposals that have come to an end are shown."""
Outcome = Literal["first", "second", "same", "changed", "gone"]


class Planned(msgspec.Struct, frozen=True):
    """One kind of data of a proposal. `before` is what makes something due, `place` how far the removing has come."""

    id: UUID
    proposal: UUID
    data: str
    years: int
    before: datetime
    counted: int
    removed: int
    place: UUID | None
    done: datetime | None


class Proposal(msgspec.Struct, frozen=True):
    """A proposal as it stands. `first` and `second` are the persons who have approved it."""

    id: UUID
    region: str
    state: str
    proposed_by: UUID
    proposed: datetime
    first: UUID | None
    first_at: datetime | None
    second: UUID | None
    second_at: datetime | None
    ended: datetime | None
    planned: tuple[Planned, ...] = ()

    @property
    def things(self) -> int:
        """How many things it is about."""
        return sum(one.counted for one in self.planned)


class Retentions:
    """The proposals of an instance."""

    def __init__(self, house: House) -> None:
        self._house, self._database, self._clock = house, house.database, house.clock
        self._limits = house.instance.settings.retention

    async def standing(self, region: str) -> Proposal | None:
        """Return the proposal of a region that waits, or is being carried out."""
        proposals = await _open_in(region)
        found = await self._with_counts(proposals[:1])
        return found[0] if found and not self._too_old(found[0]) else None

    async def past(self, region: str) -> list[Proposal]:
        """Return the proposals of a region that have come to an end, the latest first."""
        return await self._with_counts(await _ended_in(region))

    async def propose(self, visit: Visit) -> None:
        """Count what is due in the visit's region, and propose to remove it. One that waited already is dropped."""
        counts = await counts_of(self._house, visit.region or "")
        await self._keep(visit, counts)

    async def approve(self, visit: Visit, id_: UUID) -> Outcome:
        """Approve a proposal, and say what came of it.

        The database lets the second approval be another person's only. Before it the things are counted again: where
        there are more than were proposed, or a period holds that did not, nothing is approved and it is proposed anew.
        """
        rows = await self._with_counts(await _by_id(id_, visit.region or ""))
        if not rows or rows[0].state != "proposed" or self._too_old(rows[0]):
            return "gone"
        proposal, actor, now = rows[0], visit.actor.id, self._clock.now()
        if proposal.first is None:
            if await self._signed(visit, proposal, _first.bind(actor, now, id_)):
                return "first"
            return await self.approve(visit, id_)  # somebody else was quicker, or a second press of one's own
        if proposal.first == actor:
            return "same"
        if await self._has_grown(proposal):
            await _end("changed", now, id_)
            await self.propose(visit)
            return "changed"
        signed = await self._signed(visit, proposal, _second.bind(actor, now, id_, actor))
        return "second" if signed else "gone"

    async def drop(self, visit: Visit, id_: UUID) -> None:
        """Drop a proposal that nobody wants any more. What two have approved is not stopped by one."""
        if await _by_id(id_, visit.region or ""):
            await _end("dropped", self._clock.now(), id_)

    async def run(self) -> int:
        """Remove some of what two people have approved, and return how much; the next time goes on from there."""
        gone, left = 0, self._limits.portions
        for proposal in await self._with_counts(await _approved()):
            for planned in proposal.planned:
                while planned.done is None and left:
                    planned, removed = await self._remove_some(proposal, planned)
                    gone, left = gone + removed, left - 1
            if all(one.done for one in (await self._with_counts([_plain(proposal)]))[0].planned):
                await _done(self._clock.now(), proposal.id)
                log.info("retention %s is carried out: %s", proposal.id, proposal.region)
        return gone

    async def _signed(self, visit: Visit, proposal: Proposal, approving: Bound) -> bool:
        """Approve, with a line in the access log in the same transaction, and say whether there was anything to approve."""

        async def work() -> bool:
            if not await approving:
                return False
            entry = entry_of(visit, RETAIN, proposal, "allowed", self._clock.now())
            await self._house.log.writer.within([entry])
            return True

        return await self._database.write(work)

    async def _remove_some(self, proposal: Proposal, planned: Planned) -> tuple[Planned, int]:
        """Remove one portion of a kind of data; never more things than were proposed."""
        about = (self._house, proposal.region, planned.data, planned.before)
        some = await portion(*about, planned.place or FIRST, self._limits.portion)
        ageing, left = ageing_of(self._house, planned.data), planned.counted - planned.removed

        async def work() -> int:
            await self._database.take_turns(f"retention {planned.id}")
            if not await _still(planned.id, planned.removed, planned.place):
                return 0  # another worker has been here
            ids = some.ids[:left] if some else []
            removed = await ageing.remove(ids, planned.before) if ageing and ids else 0
            over = some is None or removed >= left
            place = some.last if some else planned.place
            await _went(planned.removed + removed, place, self._clock.now() if over else None, planned.id)
            return removed

        removed = await self._database.write(work)
        return Planned(**(await _one_count(planned.id))[0]), removed

    async def _keep(self, visit: Visit, counts: list[Count]) -> None:
        now, region, id_ = self._clock.now(), visit.region or "", uuid4()
        row = RetentionProposal(id=id_, region=region, state="proposed", proposed_by=visit.actor.id, proposed=now)

        async def work() -> None:
            await self._database.take_turns(f"retention of {region}")
            if any(one["state"] == "approved" for one in await _open_in(region)):
                return  # what two have approved is carried out first
            await _drop_waiting(now, region)
            await RetentionProposal.insert(row)
            for one in counts:
                given = {"data": one.rule.data, "years": one.rule.years, "before": one.rule.before}
                await RetentionCount.insert(RetentionCount(id=uuid4(), proposal=id_, counted=one.things, **given))

        await self._database.write(work)

    async def _has_grown(self, proposal: Proposal) -> bool:
        """Say whether there is more to remove than was proposed, by the rules of today."""
        rules = {one.data: one for one in rules_of(self._house, proposal.region)}
        for one in proposal.planned:
            rule = rules.get(one.data)
            if rule is None or rule.before < one.before:
                return True
            if await count(self._house, proposal.region, one.data, one.before) > one.counted:
                return True
        return False

    async def _with_counts(self, rows: Iterable[dict[str, Any]]) -> list[Proposal]:
        return [Proposal(**row, planned=tuple(Planned(**one) for one in await _counts(row["id"]))) for row in rows]

    def _too_old(self, proposal: Proposal) -> bool:
        last = proposal.proposed + timedelta(days=self._limits.approve_days)
        return proposal.state == "proposed" and self._clock.now() > last


def _plain(proposal: Proposal) -> dict[str, Any]:
    told = msgspec.structs.asdict(proposal)
    del told["planned"]
    return told


_P, _C = RetentionProposal, RetentionCount
_COLUMNS = tuple(getattr(_P, name) for name in Proposal.__struct_fields__ if name != "planned")
_COUNTS = tuple(getattr(_C, name) for name in Planned.__struct_fields__)
_open_in = prepared(
    lambda region: (
        _P.select(*_COLUMNS)
        .where((_P.region == region) & ((_P.state == "proposed") | (_P.state == "approved")))
        .order_by(_P.proposed, ascending=False)
    )
)
_ended_in = prepared(
    lambda region: (
        _P.select(*_COLUMNS)
        .where((_P.region == region) & _P.ended.is_not_null())
        .order_by(_P.proposed, ascending=False)
        .limit(PAST)
    )
)
_approved = prepared(lambda: _P.select(*_COLUMNS).where(_P.state == "approved"))
_by_id = prepared(lambda id_, region: _P.select(*_COLUMNS).where((_P.id == id_) & (_P.region == region)))
_counts = prepared(lambda proposal: _C.select(*_COUNTS).where(_C.proposal == proposal).order_by(_C.data))
_one_count = prepared(lambda id_: _C.select(*_COUNTS).where(_C.id == id_))
_first = prepared(
    lambda actor, now, id_: (
        _P.update({_P.first: actor, _P.first_at: now})
        .where((_P.id == id_) & (_P.state == "proposed") & _P.first.is_null())
        .returning(_P.id)
    )
)
_second = prepared(
    lambda actor, now, id_, other: (
        _P.update({_P.second: actor, _P.second_at: now, _P.state: "approved"})
        .where((_P.id == id_) & (_P.state == "proposed") & _P.first.is_not_null() & (_P.first != other))
        .returning(_P.id)
    )
)
_end = prepared(
    lambda state, now, id_: _P.update({_P.state: state, _P.ended: now}).where((_P.id == id_) & (_P.state == "proposed"))
)
_drop_waiting = prepared(
    lambda now, region: _P.update({_P.state: "dropped", _P.ended: now}).where(
        (_P.region == region) & (_P.state == "proposed")
    )
)
_done = prepared(
    lambda now, id_: _P.update({_P.state: "done", _P.ended: now}).where((_P.id == id_) & (_P.state == "approved"))
)
_still = prepared(
    lambda id_, removed, place: _C.select(_C.id).where(
        (_C.id == id_) & (_C.removed == removed) & (_C.place == place) & _C.done.is_null()
    )
)
_went = prepared(
    lambda removed, place, done, id_: _C.update({_C.removed: removed, _C.place: place, _C.done: done}).where(
        _C.id == id_
    )
)
