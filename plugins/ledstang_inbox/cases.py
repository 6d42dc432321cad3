"""Cases: begun as drafts, saved as they are written, sent once however often a button is pressed; all the SQL of them."""

from __future__ import annotations

from uuid import UUID, uuid5

from ledstang import Given, Host, Visit, end_of, prepared, workday_after

from ledstang_inbox.case_types import CaseType
from ledstang_inbox.tables import Case as CaseTable
from ledstang_inbox.tables import Message as MessageTable
from ledstang_inbox.threads import STAFF, TEXT, Case, Outcome, Thread, case_of, message_of, place_of


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
        return [case_of(row) for row in await _of_person(visit.subject.id, visit.actor.id)]

    async def thread(self, id_: UUID, reader: UUID) -> Thread | None:
        """Return a case with all that was sent in it, and the reader's own draft."""
        found, sent, _, answers = await self._host.database.together(
            _one.bind(id_), _messages.bind(id_), *self._host.answers.statements(id_)
        )
        if not found:
            return None

        def given(place: str) -> Given | None:
            return self._host.answers.given(answers, id_, place, [TEXT]).get(TEXT)

        messages = [message_of(row, given(row["place"])) for row in sent]
        turn = sum(one.author == reader and one.kind == TEXT for one in messages)
        return Thread(case_of(found[0]), messages, turn, given(place_of(reader, turn)))

    async def draft(self, visit: Visit, key: str) -> UUID | None:
        """Return the id of the visit's draft of a case type, if there is one."""
        rows = await _drafted(_draft_key(visit, key))
        return rows[0]["id"] if rows else None

    async def begin(self, visit: Visit, one: CaseType, version: str, id_: UUID) -> Case | None:
        """Begin a case as a draft, or go on with the one that another device has begun; None where `id_` is another's."""
        now, draft = self._host.clock.now(), _draft_key(visit, one.key)
        row = CaseTable(
            id=id_, person=visit.subject.id, author=visit.actor.id, type=one.key, version=version, unit=one.owner,
            roles=" ".join(one.answered_by), draft=draft, written=now, begun=now, moved=now,
        )  # fmt: skip

        async def work() -> Case | None:
            found = await _one(id_)
            if not found:
                await CaseTable.insert(row).on_conflict(target=CaseTable.draft, action="DO NOTHING")
                found = await _of_draft(draft)
            case = case_of(found[0])
            mine = (case.person, case.author, case.type) == (visit.subject.id, visit.actor.id, one.key)
            return case if mine else None

        return await self._host.database.write(work)

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
            return True

        return await self._host.database.write(work)

    async def turn(self, case: Case) -> Case:
        """Inside a transaction: return the case as it is, with nobody else changing it until the transaction ends."""
        await self._host.database.take_turns(f"inbox case {case.id}")
        return case_of((await _one(case.id))[0])

    async def put(self, visit: Visit, case: Case, one: CaseType, place: str) -> bool:
        """Inside a transaction: put the text of a place into the thread, and say whether it was not there before."""
        await self._host.answers.complete(person=case.person, owner=case.id, place=place, form=one.form, scores={})
        return await self.note(visit, case, uuid5(case.id, place), place=place)

    async def note(
        self, visit: Visit, case: Case, id_: UUID, *, kind: str = TEXT, place: str = "", unit: str = ""
    ) -> bool:
        """Inside a transaction: put what was sent or done into the thread; the same `id_` again changes nothing."""
        at_work = visit.assignment
        row = MessageTable(
            id=id_, case=case.id, person=case.person, author=visit.actor.id, ground=visit.ground, kind=kind, place=place,
            sent=self._host.clock.now(), title=at_work.title if at_work else "",
            unit=unit or (at_work.unit if at_work else ""),
        )  # fmt: skip
        return bool(await MessageTable.insert(row).on_conflict(action="DO NOTHING"))

    async def seen(self, visit: Visit, thread: Thread) -> None:
        """Note that the visit's side has now seen what the other side wrote."""
        mine = visit.ground == STAFF
        if any(one.read is None and one.by_staff != mine for one in thread.messages):
            query = _seen_by_staff if mine else _seen_by_person
            await query(self._host.clock.now(), thread.case.id)


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
            MessageTable.kind, MessageTable.place, MessageTable.sent, MessageTable.read,
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
_seen_by_staff = prepared(
    lambda now, case: MessageTable.update({MessageTable.read: now}).where(
        (MessageTable.case == case) & (MessageTable.ground != STAFF) & MessageTable.read.is_null()
    )
)
_seen_by_person = prepared(
    lambda now, case: MessageTable.update({MessageTable.read: now}).where(
        (MessageTable.case == case) & (MessageTable.ground == STAFF) & MessageTable.read.is_null()
    )
)
