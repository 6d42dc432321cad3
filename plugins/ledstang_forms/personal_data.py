"""What is handed out of somebody's forms, with the questions' own words; what is erased when asked, and what stays.

What was sent, and what care has asked for, belongs to the patient record. What somebody began themselves and never sent is
their own. Whoever acts for a child gets nothing that the child answers by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from ledstang import Ageing, Form, Host, PersonalData, page_questions, present

from ledstang_forms import sendings, statements
from ledstang_forms.statements import ANSWER, Sent

WORDS = {
    "version": "Version",
    "created": "Began",
    "completed": "Sent",
    "state": "How it stands",
    "answers": "Answers",
    "results": "Results",
    "points": "Points",
    "band": "What it means",
    "others": "Also written, on another device",
}
STATES = {
    "ongoing": "Begun",
    "pending": "Answered, and not sent",
    "completed": "Sent",
    "cancelled": "Taken back",
    "expired": "Its last day has passed",
    "queued": "To be sent to you later",
    "stopped": "Was not sent to you",
}
CODES = {"state": STATES}
DRAFT, ALONE, RECORD = "draft", "alone", "record"


def kept_data(host: Host) -> list[PersonalData]:
    """Return the kinds of data: what was never sent, what only the child reads, and the rest."""

    async def drafts(person: UUID) -> list[dict[str, Any]]:
        return [told async for told in _told(host, person, DRAFT)]

    async def alone(person: UUID) -> list[dict[str, Any]]:
        return [told async for told in _told(host, person, ALONE)]

    async def record(person: UUID) -> list[dict[str, Any]]:
        return [told async for told in _told(host, person, RECORD)]

    async def erase_drafts(person: UUID, _why: str) -> int:
        found = [statements.sent(row) for row in await statements.of_person(person)]
        return await sendings.forget(host, [one for one in found if _is_draft(one)])

    async def erase_nothing(_person: UUID, _why: str) -> int:
        return 0  # it goes with the rest of the record

    async def erase(person: UUID, _why: str) -> int:
        return await sendings.forget(host, [statements.sent(row) for row in await statements.of_person(person)])

    async def remove(ids: list[UUID], before: datetime) -> int:
        return await sendings.forget_old(host, ids, before)

    ageing = Ageing(sendings.ended_before, remove, "Forms that were sent or have expired, with their answers")
    begun, sent = "Forms that you have begun and not sent", "Forms that you have sent, or that care has sent you"
    return [
        PersonalData(begun, drafts, erase_drafts, "drafts", "own", WORDS, CODES, action=ANSWER),
        PersonalData("Forms that only you read", alone, erase_nothing, "alone", "record", WORDS, CODES),
        PersonalData(sent, record, erase, "record", "record", WORDS, CODES, ageing, ANSWER),
    ]


def _is_draft(one: Sent) -> bool:
    return not one.asked and one.completed is None


async def _told(host: Host, person: UUID, kind: str) -> AsyncIterator[dict[str, Any]]:
    """Yield each sending that is of a kind, with its answers in words."""
    for row in await statements.of_person(person):
        one = statements.sent(row)
        form = await host.content("forms").version(one.version)
        if kind == _kind(one, form):
            written = await host.answers.export(one.id)
            yield {
                "title": form.title if form else one.form, "form": one.form, "version": form.version if form else "",
                "state": one.state, "created": one.created, "completed": one.completed,
                **(_words(written[0], form) if written else {}),
            }  # fmt: skip


def _kind(one: Sent, form: Form | None) -> str:
    if form is None or (form.offer and form.offer.audience == "child"):
        return ALONE
    return DRAFT if _is_draft(one) else RECORD


def _words(written: dict[str, Any], form: Form | None) -> dict[str, Any]:
    """Return answers with their questions, and scores with what they are called; what is not known by its id."""
    asked = {one.id: one for one in page_questions(form.pages)} if form else {}
    sums = {one.id: one.label for one in form.sums} if form else {}

    def said(row: dict[str, Any]) -> dict[str, Any]:
        question = asked.get(row["item"])
        words = (question.label, present(question, row["value"])) if question else (row["item"], row["value"])
        return {"question": words[0], "answer": words[1], **row}

    return {
        "answers": [said(row) for row in written["answers"]],
        "others": [said(row) for row in written["others"]],
        "results": [
            {"title": sums.get(id_, id_), "points": score.get("value"), "band": score.get("band")}
            for id_, score in written["scores"].items()
        ],
    }
