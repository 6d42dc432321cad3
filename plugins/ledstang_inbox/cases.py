"""Cases: begun as drafts, saved as they are written, sent once however often a button is pressed; all the SQL of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
from ledstang import Form, Given, Host, Person, Saved, Visit, end_of, workday_after

from ledstang_inbox import statements
from ledstang_inbox.asked import Kept, answered_of, items_of
from ledstang_inbox.case_types import CaseType
from ledstang_inbox.tables import Case as CaseTable
from ledstang_inbox.tables import Message as MessageTable
from ledstang_inbox.threads import (
    ABSENCE,
    ANSWERS,
    CARE,
    MESSAGES,
    STAFF,
    TEXT,
    Case,
    Message,
    Outcome,
    Outrun,
    Thread,
    case_of,
    corrected_place,
    message_of,
    place_of,
)
from ledstang_inbox.unit_texts import UnitText, absence_of


class Cases:
    """The cases of an instance."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def type_of(self, case: Case) -> CaseType:
        """Return the case type, as it was when the case was begun."""
        one: CaseType = await self._host.content("cases").version(case.version)
        return one

    async def of_person(self, visit: Visit) -> list[Case]:
        """Return somebody's cases, the latest first; drafts are for who writes them only."""
        found = [case_of(row) for row in await statements.of_person(visit.subject.id, visit.actor.id)]
        return [one for one in found if one.is_to(visit.ground) and (not one.draft or one.is_begun_by(visit))]

    async def thread(self, id_: UUID, reader: UUID) -> Thread | None:
        """Return a case with all that was sent in it, and the reader's own draft."""
        files = self._host.inbox.files
        found, sent, responses, answers, theirs, ours = await self._host.database.together(
            statements.one.bind(id_), statements.messages.bind(id_), *self._host.answers.statements(id_),
            files.statement(MESSAGES, id_), files.statement(ANSWERS, id_),
        )  # fmt: skip
        if not found:
            return None
        case, filled = case_of(found[0]), self._host.answers.responses(responses)
        one = await self.type_of(case)

        def given(place: str) -> dict[str, Given]:
            return self._host.answers.given(answers, id_, place, items_of(one))

        def message(row: Mapping[str, Any]) -> Message:
            said = given(row["place"])
            return message_of(row, said.get(TEXT), answered_of(one, filled.get(row["place"]), said, row["sent"]))

        messages = [message(row) for row in sent]
        messages.sort(key=lambda one: (one.sent, one.kind == ABSENCE))  # which replies to what was sent at that moment
        turn = sum(one.author == reader and one.kind == TEXT for one in messages)
        mine = given(place_of(reader, turn))
        return Thread(case, messages, turn, mine.get(TEXT), reader, [*theirs, *ours], mine)

    async def unit_of(self, id_: UUID) -> str | None:
        """Return the HSA-id of the unit that a case is with, None where there is no such case."""
        found = await statements.one(id_)
        return found[0]["unit"] if found else None

    async def given(self, id_: UUID, one: CaseType, author: UUID, turn: int) -> dict[str, Given]:
        """Return what somebody has answered and written in a case at a turn of theirs, sent or not."""
        _, answers = await self._host.database.together(*self._host.answers.statements(id_))
        return self._host.answers.given(answers, id_, place_of(author, turn), items_of(one))

    async def edition(self, key: str, version: str) -> CaseType | None:
        """Return a case type as a page that was made with an earlier version of it has it; None where there is none."""
        try:
            one = await self._host.content("cases").version(version)
        except msgspec.MsgspecError:
            return None  # the name of something else
        return one if isinstance(one, CaseType) and one.key == key else None

    async def one(self, id_: UUID) -> Case | None:
        """Return a case alone, without what was sent in it."""
        found = await statements.one(id_)
        return case_of(found[0]) if found else None

    async def draft(self, visit: Visit, key: str) -> UUID | None:
        """Return the id of the visit's draft of a case type, if there is one."""
        rows = await statements.drafted(_draft_key(visit, key))
        return rows[0]["id"] if rows else None

    async def begin(self, visit: Visit, one: CaseType, version: str, id_: UUID) -> Case | None:
        """Begin a case as a draft, or go on with the one that another device has begun; None where `id_` is another's."""
        unit = self._host.people.current(one.owner)
        told = {"person": visit.subject.id, "author": visit.actor.id, "unit": unit.hsa_id if unit else one.owner}
        case = await self._begun(one, version, id_, _draft_key(visit, one.key), told)
        mine = (visit.subject.id, visit.actor.id, one.key, "resident")
        return case if (case.person, case.author, case.type, case.begun_by) == mine else None

    async def begin_as_care(self, visit: Visit, person: Person, one: CaseType, version: str) -> Case:
        """Begin a case as a draft of somebody at work, or go on with what they have begun to the same person."""
        draft = f"{CARE}/{person.id}/{visit.actor.id}/{one.key}"
        told = {"person": person.id, "author": visit.actor.id, "unit": visit.unit, "begun_by": CARE}
        return await self._begun(one, version, uuid4(), draft, told)

    async def _begun(self, one: CaseType, version: str, id_: UUID, draft: str, told: dict[str, Any]) -> Case:
        now = self._host.clock.now()
        roles = " ".join(one.answered_by)
        row = CaseTable(
            id=id_, type=one.key, version=version, roles=roles, draft=draft, written=now, begun=now, moved=now, **told
        )

        async def work() -> Case:
            found = await statements.one(id_)
            if not found:
                await CaseTable.insert(row).on_conflict(target=CaseTable.draft, action="DO NOTHING")
                found = await statements.of_draft(draft)
            return case_of(found[0])

        return await self._host.database.write(work)

    async def address(self, case: Case, audience: str) -> None:
        """Say who may read a case that has not been sent yet."""
        await statements.address(audience, case.id)

    async def write(self, visit: Visit, case: Case, one: CaseType, turn: int, text: str, base: int) -> Outcome:
        """Keep what somebody writes. `base` is the revision that their page was made with, `turn` what it was to be."""
        place = place_of(visit.actor.id, turn)
        saved = await self.keep(visit, case, one.form, turn, {TEXT: text}, {TEXT: base})
        if saved.late:
            thread = await self.thread(case.id, visit.actor.id)
            same = thread and any(one.place == place and one.text == text for one in thread.messages)
            return "sent" if same else "again"
        return saved.conflicts[0] if saved.conflicts else "saved"

    async def keep(
        self, visit: Visit, case: Case, form: Form, turn: int, values: Mapping[str, Any], revisions: Mapping[str, int]
    ) -> Saved:
        """Keep what somebody writes and answers, unless it has been sent; `revisions` are those of their page."""
        saved = await self._host.answers.save(
            person=case.person, actor=visit.actor.id, ground=visit.ground, owner=case.id,
            place=place_of(visit.actor.id, turn), form=form, values=values, revisions=revisions, sent_is_closed=True,
        )  # fmt: skip
        if not saved.late:
            now = self._host.clock.now()
            await statements.touch(now, now, case.id)
        return saved

    async def send(self, visit: Visit, case: Case, one: CaseType, turn: int, kept: Kept | None = None) -> bool:
        """Send what a citizen has kept, in one transaction; twice is once. Returns False where the case was closed.

        With answers goes what is `kept` of them; raises Outrun where one of those has changed meanwhile.
        """
        place = place_of(visit.actor.id, turn)
        today = self._host.clock.today()
        due = end_of(workday_after(today, one.weekdays))

        async def work() -> bool:
            now = await self.turn(case)
            if now.closed:
                return False
            if await self.put(visit, now, one, place, kept):
                at = self._host.clock.now()
                until = now.asked_until(due, kept.sooner(at) if kept else None)
                await statements.asked(at, *until, now.unit, case.id)
                if away := absence_of(self._host, now.unit):
                    await self._reply(visit, now, one, away)
            return True

        return await self._host.database.write(work)

    async def correct(
        self,
        visit: Visit,
        thread: Thread,
        one: CaseType,
        message: Message,
        values: Mapping[str, Any],
        kept: Kept | None = None,
    ) -> bool:
        """Put other words in the place of what one has sent, while nobody has seen it. False: somebody has, or has answered.

        What it said before is kept, sealed, and shown to nobody.
        """
        place, now = corrected_place(message.place), self._host.clock.now()

        async def work() -> bool:
            case = await self.turn(thread.case)
            latest = [row["id"] for row in await statements.thread(case.id) if row["kind"] != ABSENCE][-1:]
            if (
                case.closed
                or latest != [message.id]
                or not await statements.correct(place, now, message.id, message.place)
            ):
                return False
            await self._keep(case, visit, one, place, values, kept=kept)
            if kept and case.due and (sooner := kept.sooner(now)):
                await statements.hurried(*case.asked_until(case.promise or case.due, sooner), case.id)
            return True

        return await self._host.database.write(work)

    async def _reply(self, visit: Visit, case: Case, one: CaseType, away: UnitText) -> None:
        """Inside a transaction: let the unit's absence reply, once in a case for each."""
        place = f"{ABSENCE}/{away.key}/{away.first}"
        if await self.note(
            visit, case, uuid5(case.id, place), kind=ABSENCE, place=place, ground=STAFF, unit=away.owner
        ):
            await self._keep(case, visit, one, place, {TEXT: away.text}, ground=STAFF)

    async def _keep(
        self,
        case: Case,
        visit: Visit,
        one: CaseType,
        place: str,
        values: Mapping[str, Any],
        *,
        ground: str | None = None,
        kept: Kept | None = None,
    ) -> None:
        about = {"person": case.person, "owner": case.id, "place": place, "form": one.asking if kept else one.form}
        by = {"actor": visit.actor.id, "ground": ground or visit.ground}
        await self._host.answers.save(**about, **by, values=values, revisions={})
        await self._host.answers.complete(**about, scores=kept.scores if kept else {})

    async def turn(self, case: Case) -> Case:
        """Inside a transaction: return the case as it is, with nobody else changing it until the transaction ends."""
        await self._host.database.take_turns(f"inbox case {case.id}")
        return case_of((await statements.one(case.id))[0])

    async def put(self, visit: Visit, case: Case, one: CaseType, place: str, kept: Kept | None = None) -> bool:
        """Inside a transaction: put what is written at a place into the thread, and say whether it was not there before.

        Raises Outrun where an answer is another than those that are `kept`.
        """
        form = one.asking if kept else one.form
        scores, reckoned = (kept.scores, kept.reckoned) if kept else ({}, None)
        if not await self._host.answers.complete(
            person=case.person, owner=case.id, place=place, form=form, scores=scores, reckoned=reckoned
        ):
            raise Outrun
        id_ = uuid5(case.id, place)
        if not await self.note(visit, case, id_, place=place):
            return False
        use = ANSWERS if visit.ground == STAFF else MESSAGES
        await self._host.inbox.files.send(visit, use, case.id, part=id_)
        return True

    async def note(
        self,
        visit: Visit,
        case: Case,
        id_: UUID,
        *,
        kind: str = TEXT,
        place: str = "",
        unit: str = "",
        ground: str = "",
    ) -> bool:
        """Inside a transaction: put what was sent or done last into the thread; the same `id_` again changes nothing.

        It is read below all that there is already, also where the clock has been set back meanwhile.
        """
        at_work, now = visit.assignment, self._host.clock.now()
        after = [row["sent"] + timedelta(microseconds=1) for row in await statements.latest(case.id)]
        row = MessageTable(
            id=id_, case=case.id, person=case.person, author=visit.actor.id, kind=kind, place=place,
            ground=ground or visit.ground, sent=max([now, *after]), title=at_work.title if at_work else "",
            unit=unit or (at_work.unit if at_work else ""),
        )  # fmt: skip
        return bool(await MessageTable.insert(row).on_conflict(action="DO NOTHING"))

    async def seen(self, visit: Visit, thread: Thread) -> None:
        """Note that the visit's side has now seen what the other side wrote, as it stood."""
        mine, now = visit.ground == STAFF, self._host.clock.now()
        unread = [one for one in thread.messages if one.read is None and one.by_staff != mine]

        async def work() -> None:
            for one in unread:
                await statements.seen(now, one.id, one.place)

        if unread:
            await self._host.database.write(work)


def _draft_key(visit: Visit, key: str) -> str:
    return f"{visit.subject.id}/{visit.actor.id}/{key}"
