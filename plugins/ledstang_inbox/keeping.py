"""What is handed out of somebody's cases, what is erased when asked, and what goes by the clock: drafts. All else ages.

What was sent belongs to the record; what is for the person alone is in no copy that another asks for, and what is for
those who act for them is in none. What was not is whose hand wrote it: a guardian's, or a colleague's, is in no copy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from ledstang import ASKED, Host, PersonalData, prepared, present, questions_of

from ledstang_inbox.ageing import ageing
from ledstang_inbox.case_types import CaseType
from ledstang_inbox.cases import Cases
from ledstang_inbox.doors import WRITE
from ledstang_inbox.statements import COLUMNS
from ledstang_inbox.tables import Case as CaseTable
from ledstang_inbox.threads import ANSWERS, MESSAGES, TEXT, Case, Message, case_of

AT_ONCE = 500
"""Drafts that are removed in one go; what is over is removed the next time."""
WORDS = {
    "begun": "Begun",
    "closed": "Closed",
    "messages": "Messages",
    "sent": "Sent",
    "by": "By",
    "text": "What was written",
    "answers": "Answers",
    "question": "Question",
    "answer": "Answer",
    "version": "Version of the questions",
    "saved": "Saved",
}
CODES = {"by": {"citizen": "You, or somebody who acts for you", "unit": "The unit"}}


async def prune(host: Host, days: int) -> int:
    """Remove the drafts that nobody has gone on with for so many days, and return how many they were."""
    old = await _old_drafts(host.clock.now() - timedelta(days=days))
    return sum([await _remove(host, row["id"]) for row in old])


def kept_data(host: Host, cases: Cases) -> list[PersonalData]:
    """Return the kinds of data: what one has begun and not sent oneself, and all that was sent."""

    async def unsent(person: UUID) -> list[dict[str, Any]]:
        told = []
        for case in await cases_of(person):
            type_ = await cases.type_of(case)
            for one in await host.answers.export(case.id):
                if _is_own(one, person):
                    told += [_unsent(type_, row) for row in one["answers"]]
        return told

    async def erase_unsent(person: UUID, why: str) -> int:
        async def work() -> int:
            gone = 0
            for case in await cases_of(person):
                if case.draft:
                    gone += await _remove(host, case.id) if case.author == person or why != ASKED else 0
                else:
                    own = {one["place"] for one in await host.answers.export(case.id) if _is_own(one, person)}
                    gone += await host.answers.forget_unsent(case.id, own)
            return gone

        return await host.database.write(work)

    def sent(audience: str) -> Callable[[UUID], Awaitable[list[dict[str, Any]]]]:
        async def told(person: UUID) -> list[dict[str, Any]]:
            found = [case for case in await cases_of(person) if not case.draft and case.audience == audience]
            return [await _told(cases, case, person) for case in found]

        return told

    async def erase_nothing(_person: UUID, _why: str) -> int:
        return 0  # it is the record's, and the unit's

    return [
        PersonalData("Messages to care that you have not sent", unsent, erase_unsent, "drafts", "own", WORDS),
        PersonalData(
            "What you have written to care, and the answers", sent("both"), erase_nothing, "cases", "record", WORDS, CODES,
            ageing(host), WRITE,
        ),
        PersonalData(
            "What is between only you and care", sent("subject"), erase_nothing, "own-cases", "record", WORDS, CODES
        ),
    ]  # fmt: skip


def _is_own(one: dict[str, Any], person: UUID) -> bool:
    return one["completed"] is None and str(one["place"]).startswith(f"{person}/")


def _unsent(one: CaseType, row: dict[str, Any]) -> dict[str, Any]:
    """Return an answer or a text that was not sent, as its reader has it."""
    asked = next((each for each in questions_of(one.asking) if each.id == row["item"] and each.id != TEXT), None)
    about = {"question": asked.label} if asked else {}
    text = present(asked, row["value"]) if asked else row["value"]
    return {"title": one.title, **about, "text": text, "saved": row["saved"]}


async def _told(cases: Cases, case: Case, person: UUID) -> dict[str, Any]:
    thread = await cases.thread(case.id, person)
    messages = thread.messages if thread else []
    return {
        "title": (await cases.type_of(case)).title,
        "begun": case.begun,
        "closed": case.closed,
        "messages": [
            {"sent": one.sent, "by": "unit" if one.by_staff else "citizen", **_answers(one), "text": one.text}
            for one in messages
            if one.kind == TEXT
        ],
    }


def _answers(one: Message) -> dict[str, Any]:
    if one.answered is None:
        return {}
    rows = [{"question": asked, "answer": said} for asked, said in one.answered.rows]
    return {"version": one.answered.version, "answers": rows}


async def cases_of(person: UUID) -> list[Case]:
    """Return all cases about somebody, drafts too, whoever's they are."""
    return [case_of(row) for row in await _all_of(person)]


async def _remove(host: Host, id_: UUID) -> int:
    async def work() -> int:
        gone = len(await _gone(id_))
        if gone:
            await host.answers.forget(id_)
            for use in (MESSAGES, ANSWERS):
                await host.inbox.files.drop(use, id_)
        return gone

    return await host.database.write(work)


_all_of = prepared(lambda person: CaseTable.select(*COLUMNS).where(CaseTable.person == person))
_old_drafts = prepared(lambda before: CaseTable.select(CaseTable.id).where(CaseTable.written < before).limit(AT_ONCE))
_gone = prepared(
    lambda id_: CaseTable.delete().where((CaseTable.id == id_) & CaseTable.draft.is_not_null()).returning(CaseTable.id)
)
