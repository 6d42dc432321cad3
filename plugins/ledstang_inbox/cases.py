"""Cases: begun as drafts, saved as they are written, sent once however often a button is pressed; all the SQL of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from ledstang import Given, Host, Person, Visit, end_of, prepared, workday_after

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
        found = [case_of(row) for row in await _of_person(visit.subject.id, visit.actor.id)]
        return [one for one in found if one.is_to(visit.ground) and (not one.draft or one.is_begun_by(visit))]

    async def thread(self, id_: UUID, reader: UUID) -> Thread | None:
        """Return a case with all that was sent in it, and the reader's own draft."""
        files = self._host.inbox.files
        found, sent, _, answers, theirs, ours = await self._host.database.together(
            _one.bind(id_), _messages.bind(id_), *self._host.answers.statements(id_),
            files.statement(MESSAGES, id_), files.statement(ANSWERS, id_),
        )  # fmt: skip
        if not found:
            return None

        def given(place: str) -> Given | None:
            return self._host.answers.given(answers, id_, place, [TEXT]).get(TEXT)

        messages = [message_of(row, given(row["place"])) for row in sent]
        messages.sort(key=lambda one: (one.sent, one.kind == ABSENCE))  # which replies to what was sent at that moment
        turn = sum(one.author == reader and one.kind == TEXT for one in messages)
        return Thread(case_of(found[0]), messages, turn, given(place_of(reader, turn)), reader, [*theirs, *ours])

    async def unit_of(self, id_: UUID) -> str | None:
        """Return the HSA-id of the unit that a case is with, None where there is no such case."""
        found = await _one(id_)
        return found[0]["unit"] if found else None

    async def one(self, id_: UUID) -> Case | None:
        """Return a case alone, without what was sent in it."""
        found = await _one(id_)
        return case_of(found[0]) if found else None

    async def draft(self, visit: Visit, key: str) -> UUID | None:
        """Return the id of the visit's draft of a case type, if there is one."""
        rows = await _drafted(_draft_key(visit, key))
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
            found = await _one(id_)
            if not found:
                await CaseTable.insert(row).on_conflict(target=CaseTable.draft, action="DO NOTHING")
                found = await _of_draft(draft)
            return case_of(found[0])

        return await self._host.database.write(work)

    async def address(self, case: Case, audience: str) -> None:
        """Say who may read a case that has not been sent yet."""
        await _address(audience, case.id)

    async def write(self, visit: Visit, case: Case, one: CaseType, turn: int, text: str, base: int) -> Outcome:
        """Keep what somebody writes. `base` is the revision that their page was made with, `turn` what it was to be."""
        place = place_of(visit.actor.id, turn)
        saved = await self._host.answers.save(
            person=case.person, actor=visit.actor.id, ground=visit.ground, owner=case.id, place=place, form=one.form,
            values={TEXT: text}, revisions={TEXT: base}, sent_is_closed=True,
        )  # fmt: skip
        if saved.late:
            thread = await self.thread(case.id, visit.actor.id)
            same = thread and any(one.place == place and one.text == text for one in thread.messages)
            return "sent" if same else "again"
        now = self._host.clock.now()
        await _touch(now, now, case.id)
        return saved.conflicts[0] if saved.conflicts else "saved"

    async def send(self, visit: Visit, case: Case, one: CaseType, turn: int) -> bool:
        """Send what a citizen has kept, in one transaction; twice is once. Returns False where the case was closed."""
        place = place_of(visit.actor.id, turn)
        today = self._host.clock.today()
        due = end_of(workday_after(today, one.weekdays))

        async def work() -> bool:
            now = await self.turn(case)
            if now.closed:
                return False
            if await self.put(visit, now, one, place):
                earlier = min(now.due, due) if now.due else due
                await _asked(self._host.clock.now(), earlier, now.unit, case.id)
                if away := absence_of(self._host, now.unit):
                    await self._reply(visit, now, one, away)
            return True

        return await self._host.database.write(work)

    async def correct(self, visit: Visit, thread: Thread, one: CaseType, message: Message, text: str) -> bool:
        """Put another text in the place of what one has sent, while nobody has seen it. False: somebody has, or has answered.

        What it said before is kept, sealed, and shown to nobody.
        """
        place, now = corrected_place(message.place), self._host.clock.now()

        async def work() -> bool:
            case = await self.turn(thread.case)
            latest = [row["id"] for row in await _thread(case.id) if row["kind"] != ABSENCE][-1:]
            if case.closed or latest != [message.id] or not await _correct(place, now, message.id, message.place):
                return False
            await self._keep(case, visit, one, place, text)
            return True

        return await self._host.database.write(work)

    async def _reply(self, visit: Visit, case: Case, one: CaseType, away: UnitText) -> None:
        """Inside a transaction: let the unit's absence reply, once in a case for each."""
        place = f"{ABSENCE}/{away.key}/{away.first}"
        if await self.note(
            visit, case, uuid5(case.id, place), kind=ABSENCE, place=place, ground=STAFF, unit=away.owner
        ):
            await self._keep(case, visit, one, place, away.text, ground=STAFF)

    async def _keep(
        self, case: Case, visit: Visit, one: CaseType, place: str, text: str, ground: str | None = None
    ) -> None:
        kept = {"person": case.person, "owner": case.id, "place": place, "form": one.form}
        by = {"actor": visit.actor.id, "ground": ground or visit.ground}
        await self._host.answers.save(**kept, **by, values={TEXT: text}, revisions={TEXT: 0})
        await self._host.answers.complete(**kept, scores={})

    async def turn(self, case: Case) -> Case:
        """Inside a transaction: return the case as it is, with nobody else changing it until the transaction ends."""
        await self._host.database.take_turns(f"inbox case {case.id}")
        return case_of((await _one(case.id))[0])

    async def put(self, visit: Visit, case: Case, one: CaseType, place: str) -> bool:
        """Inside a transaction: put the text of a place into the thread, and say whether it was not there before."""
        await self._host.answers.complete(person=case.person, owner=case.id, place=place, form=one.form, scores={})
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
        after = [row["sent"] + timedelta(microseconds=1) for row in await _latest(case.id)]
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
                await _seen(now, one.id, one.place)

        if unread:
            await self._host.database.write(work)


def _draft_key(visit: Visit, key: str) -> str:
    return f"{visit.subject.id}/{visit.actor.id}/{key}"


COLUMNS = tuple(getattr(CaseTable, name) for name in Case.__struct_fields__)
_one = prepared(lambda id_: CaseTable.select(*COLUMNS).where(CaseTable.id == id_))
_of_draft = prepared(lambda draft: CaseTable.select(*COLUMNS).where(CaseTable.draft == draft))
_drafted = prepared(lambda draft: CaseTable.select(CaseTable.id).where(CaseTable.draft == draft))
_of_person = prepared(
    lambda person, author: (
        CaseTable.select(*COLUMNS)
        .where((CaseTable.person == person) & (CaseTable.draft.is_null() | (CaseTable.author == author)))
        .order_by(CaseTable.moved, ascending=False)
        .limit(200)
    )
)
_messages = prepared(
    lambda case: (
        MessageTable.select(
            MessageTable.id, MessageTable.author, MessageTable.ground, MessageTable.title, MessageTable.unit,
            MessageTable.kind, MessageTable.place, MessageTable.sent, MessageTable.read, MessageTable.corrected,
        )
        .where(MessageTable.case == case)
        .order_by(MessageTable.sent)
    )
)  # fmt: skip
_touch = prepared(
    lambda written, moved, id_: CaseTable.update({CaseTable.written: written, CaseTable.moved: moved}).where(
        (CaseTable.id == id_) & CaseTable.draft.is_not_null()
    )
)
_asked = prepared(
    lambda now, due, desk, id_: CaseTable.update(
        {CaseTable.draft: None, CaseTable.written: None, CaseTable.moved: now, CaseTable.due: due, CaseTable.desk: desk}
    ).where(CaseTable.id == id_)
)
_seen = prepared(
    lambda now, id_, place: MessageTable.update({MessageTable.read: now}).where(
        (MessageTable.id == id_) & (MessageTable.place == place) & MessageTable.read.is_null()
    )
)
_correct = prepared(
    lambda new, now, id_, place: (
        MessageTable.update({MessageTable.place: new, MessageTable.corrected: now})
        .where((MessageTable.id == id_) & (MessageTable.place == place) & MessageTable.read.is_null())
        .returning(MessageTable.id)
    )
)
_thread = prepared(
    lambda case: (
        MessageTable.select(MessageTable.id, MessageTable.kind)
        .where(MessageTable.case == case)
        .order_by(MessageTable.sent)
    )
)
_latest = prepared(
    lambda case: (
        MessageTable.select(MessageTable.sent)
        .where(MessageTable.case == case)
        .order_by(MessageTable.sent, ascending=False)
        .limit(1)
    )
)
_address = prepared(
    lambda audience, id_: CaseTable.update({CaseTable.audience: audience}).where(
        (CaseTable.id == id_) & CaseTable.draft.is_not_null()
    )
)
