"""The desk of a unit: which cases lie there, and what staff do with one. Two who do it at once are told of each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from ledstang import Bound, Delivery, Host, NoticeWanted, Visit, WorkList, WorkRow, prepared

from ledstang_inbox.case_types import CaseType
from ledstang_inbox.cases import Cases
from ledstang_inbox.doors import ANSWER
from ledstang_inbox.lying import bound_list
from ledstang_inbox.tables import Case as CaseTable
from ledstang_inbox.tables import Message as MessageTable
from ledstang_inbox.threads import Case, Outrun, Thread, case_of, place_of

LISTS = {
    "new": ("New messages", "Nobody has taken these yet. The one that has to be answered first comes first."),
    "mine": ("My messages", "These wait for your answer."),
    "overdue": (
        "Messages that are overdue",
        "What was promised, or what a flag calls for, has not been answered in time.",
    ),
    "open": ("All open messages", "All that has not been closed, answered or not."),
    "begun": ("Begun and not sent", "What you have begun to write to somebody. Nobody else sees it."),
}


def work_lists(host: Host, cases: Cases) -> list[WorkList]:
    """Return the lists: what nobody has taken, what is one's own, what is overdue, all that is open, what one has begun."""

    def bound(name: str, visit: Visit) -> Bound:
        return bound_list(name, host.people.unit_names(visit.unit or ""), visit.actor.id, host.clock.now())

    async def rows(visit: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        roles = visit.assignment.roles if visit.assignment else frozenset()
        some = [one for one in map(case_of, found) if one.is_for(roles, visit.actor.id)]
        types = {one.version: await cases.type_of(one) for one in {one.version: one for one in some}.values()}
        return [
            WorkRow(types[one.version].title, f"/inbox/desk/{one.id}", one, since=one.moved, due=one.last)
            for one in some
        ]

    def made(name: str) -> WorkList:
        title, about = LISTS[name]
        return WorkList(name, title, ANSWER, rows, lambda visit: bound(name, visit), about)

    return [made(name) for name in LISTS]


class Desk:
    """What staff do with a case. `heard` is how much of the thread, and `keeper` who saw to it, when their page was made.

    Each raises Outrun where that is no longer so, and changes nothing then.
    """

    def __init__(self, host: Host, cases: Cases) -> None:
        self._host, self._cases = host, cases

    async def send(self, visit: Visit, thread: Thread, one: CaseType, turn: int, heard: int, *, part: bool) -> None:
        """Send an answer that has been kept; after a `part` of it the promise stands. Twice is once."""
        place, now = place_of(visit.actor.id, turn), self._host.clock.now()
        id_ = uuid5(thread.case.id, place)

        async def work() -> None:
            case = await self._cases.turn(thread.case)
            known = await _thread(case.id)
            if any(sent["id"] == id_ for sent in known):
                return
            if len(known) != heard or case.closed or case.unit != thread.case.unit:
                raise Outrun
            await self._cases.put(visit, case, one, place)
            await _answered(
                now, *((case.due, case.promise) if part else (None, None)), visit.actor.id, case.unit, case.id
            )
            await self._tell(case, one, f"message/{id_}")

        await self._host.database.write(work)

    async def assign(self, thread: Thread, keeper: UUID | None, to: UUID) -> None:
        """Let a colleague, or oneself, see to a case."""

        async def work() -> None:
            case = await self._cases.turn(thread.case)
            if case.assigned == to:
                return
            if case.assigned != keeper or case.closed or case.unit != thread.case.unit:
                raise Outrun
            await _assigned(to, case.id)

        await self._host.database.write(work)

    async def move(self, visit: Visit, thread: Thread, one: CaseType, heard: int, unit: str) -> None:
        """Hand a case over to another unit: it lies on their desk, the promise stands, and the citizen is told."""

        async def work(case: Case, id_: UUID) -> None:
            await self._cases.note(visit, case, id_, kind="moved", unit=unit)
            await _moved(unit, unit, case.id)
            await self._tell(case, one, f"moved/{id_}", unit)

        await self._once(thread, heard, _deed(visit, thread.case.id, heard, unit), work)

    async def has_moved(self, visit: Visit, id_: UUID, heard: int, unit: str) -> bool:
        """Say whether a visit's actor has handed this case over, from this page of theirs: a second press finds it gone."""
        return bool(await _done(_deed(visit, id_, heard, unit)))

    async def close(self, visit: Visit, thread: Thread, heard: int) -> None:
        """Close a case that has been answered: nobody writes in it any more."""

        async def work(case: Case, id_: UUID) -> None:
            await self._cases.note(visit, case, id_, kind="closed")
            await _closed(self._host.clock.now(), case.id)

        await self._once(thread, heard, _deed(visit, thread.case.id, heard, "closed"), work)

    async def _once(self, thread: Thread, heard: int, id_: UUID, work: Any) -> None:
        async def at_once() -> None:
            case = await self._cases.turn(thread.case)
            known = await _thread(case.id)
            if any(sent["id"] == id_ for sent in known):
                return
            if len(known) != heard or case.closed or case.unit != thread.case.unit:
                raise Outrun
            await work(case, id_)

        await self._host.database.write(at_once)

    async def _tell(self, case: Case, one: CaseType, once: str, unit: str = "") -> None:
        """Inside a transaction: put it into the inbox of whom the case is for, and let them be told that it is there."""
        item = Delivery(
            person=case.person, kind="message", title=one.title, href=f"/inbox/cases/{case.id}", unit=unit or case.unit,
            audience=case.audience,
        )  # fmt: skip
        id_ = await self._host.inbox.deliver(item, once=once)
        notice = NoticeWanted(
            person=case.person, reason="waits", alone=case.audience == "subject", for_proxies=case.audience == "proxies",
            path=f"/inbox/{id_}",
        )  # fmt: skip
        await self._host.emit(notice, once=once)


def _deed(visit: Visit, case: UUID, heard: int, what: str) -> UUID:
    """Return the id of what somebody does with a case from a page: a second press has the same."""
    return uuid5(case, f"{what}/{heard}/{visit.actor.id}")


_thread = prepared(lambda case: MessageTable.select(MessageTable.id).where(MessageTable.case == case))
_done = prepared(lambda id_: MessageTable.select(MessageTable.id).where(MessageTable.id == id_))
_answered = prepared(
    lambda now, due, promise, by, desk, id_: CaseTable.update(
        {
            CaseTable.moved: now,
            CaseTable.due: due,
            CaseTable.promise: promise,
            CaseTable.assigned: by,
            CaseTable.desk: desk,
            CaseTable.draft: None,
            CaseTable.written: None,
        }
    ).where(CaseTable.id == id_)
)
_assigned = prepared(lambda to, id_: CaseTable.update({CaseTable.assigned: to}).where(CaseTable.id == id_))
_moved = prepared(
    lambda unit, desk, id_: CaseTable.update(
        {CaseTable.unit: unit, CaseTable.desk: desk, CaseTable.assigned: None}
    ).where(CaseTable.id == id_)
)
_closed = prepared(
    lambda now, id_: CaseTable.update(
        {CaseTable.closed: now, CaseTable.desk: None, CaseTable.due: None, CaseTable.promise: None}
    ).where(CaseTable.id == id_)
)
