"""A case type's own questions as somebody meets them: what stands, what their rules make of it, and what was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from ledstang import (
    AnswerFault,
    Context,
    Filled,
    Filler,
    Flag,
    Form,
    Given,
    Person,
    PostedFields,
    Question,
    Result,
    Saved,
    Taken,
    Value,
    act_by,
    evaluate,
    on_page,
    page_questions,
    present,
    questions_of,
    read_answer,
    revisions_of,
    text,
    unanswered,
    values_of,
)

from ledstang_inbox.case_types import CaseType
from ledstang_inbox.sheet import EMPTY
from ledstang_inbox.threads import TEXT, Answered
from ledstang_inbox.waiting import LOCALE

FIELD = "q"
"""What the questions' fields begin with."""
SHOWN = f"_seen.{FIELD}"
"""The field by which a page says that it asked."""
LEVELS = ("red", "yellow", "green")
Keep = Callable[[Mapping[str, Value | None], Mapping[str, int]], Awaitable[Saved]]


class Kept(msgspec.Struct, frozen=True):
    """What is closed with answers when they are sent: which questions were met and which flags raised, and by which answers.

    `flags` are those raised.
    """

    scores: dict[str, Any]
    reckoned: dict[str, int]
    flags: list[Flag]

    def sooner(self, sent: datetime) -> datetime | None:
        """Return by when somebody is to have acted on the first of the flags, where one says so."""
        return min((by for flag in self.flags if (by := act_by(flag, sent))), default=None)


class Asked:
    """What `subject` is asked on a day: the questions with the text below them. `keep` saves answers.

    It is what `take_answers` asks of a sheet.
    """

    def __init__(self, one: CaseType, subject: Person, on: date, given: Mapping[str, Given], keep: Keep | None = None):
        self.form: Form = one.asking
        self._context = Context(age=subject.age(on), day=1, weekday=on.isoweekday())
        self._given, self._keep = given, keep
        self._result = self.result_with(FIELD, self.form, {})

    @property
    def asked(self) -> list[Question]:
        """Return all questions that can be asked, in order."""
        return list(page_questions(self.form.pages))

    @property
    def kept(self) -> Kept:
        """Return what is kept of the answers when they are sent."""
        scores = {"path": list(self._result.path), "flags": list(self._result.flags)}
        raised = [flag for flag in self.form.flags if flag.id in self._result.flags]
        return Kept(scores, {id_: one.revision for id_, one in self._given.items()}, raised)

    @property
    def values(self) -> dict[str, Value | None]:
        """Return the answers that stand, by question."""
        return {id_: one.value for id_, one in self._given.items()}

    def lacking(self, taken: Taken, language: str) -> dict[str, str]:
        """Note the obligatory questions without an answer, and return what is wrong where nothing at all was written."""
        for question in unanswered(self.form, self._result):
            name = f"{FIELD}.{question.id}"
            if name not in taken.faults:
                _demand(taken, name, question)
        if self._result.answers or taken.faults:
            return {}
        return {f"{FIELD}.{self._result.path[0]}": text(EMPTY, language, (LOCALE,))}

    def news(self, fields: PostedFields) -> dict[str, str]:
        """Return the questions without an answer that a page did not show, by their field: what an answer has brought."""
        seen = {*fields.getall(SHOWN, [])}
        new = [one for one in self.asked if one.id in self._result.path and one.id not in seen]
        return {f"{FIELD}.{one.id}": one.label for one in new if self.values.get(one.id) is None}

    def shown(
        self,
        language: str,
        taken: Taken | None = None,
        *,
        empty: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return what the page needs of it; with `more` there is something new on it, of which these are the questions."""
        met = [page for page in self.form.pages if page.id in self._result.visible]
        sentences, summary = (taken.sentences(language), taken.summary(language)) if taken else ({}, {})
        return {
            "pages": Filler(self.form.language).pages(met, self._result.visible),
            "visible": self._result.visible,
            "told": self._result.shown,
            "seen": on_page(self, FIELD, self.form, self.form.pages, {}),
            "values": values_of(self, FIELD, self._given, taken),
            "revisions": revisions_of(self.form, self._given),
            "faults": {**sentences, **(empty or {})},
            "errors": {**summary, **(empty or {})},
            "more": more,
        }

    # --- what `take_answers` asks of a sheet ---

    def given(self, place: str, form: Form) -> Mapping[str, Given]:  # noqa: ARG002
        """Return the answers that stand."""
        return self._given

    def withheld(self, given: Given) -> bool:  # noqa: ARG002
        """Hide nothing: who has a lent device in their hands comes to no case at all."""
        return False

    def result(self, place: str, form: Form) -> Result:  # noqa: ARG002
        """Return what the questions' rules make of the answers."""
        return self._result

    def result_with(self, place: str, form: Form, instead: Mapping[str, Value | None]) -> Result:  # noqa: ARG002
        """Return what they would make of the answers if some of them were others."""
        return evaluate(form, self.values | dict(instead), self._context)

    async def save(
        self,
        place: str,  # noqa: ARG002
        form: Form,  # noqa: ARG002
        values: Mapping[str, Value | None],
        revisions: Mapping[str, int],
        *,
        sent_is_closed: bool,  # noqa: ARG002
    ) -> Saved:
        """Keep answers; what is only looked at keeps nothing."""
        return await self._keep(values, revisions) if self._keep else Saved({})


def items_of(one: CaseType) -> list[str]:
    """Return what is kept under with a message: the text, and each question of the case type's own."""
    return list(dict.fromkeys([TEXT, *(each.id for each in questions_of(one.asking))]))


def answered_of(one: CaseType, filled: Filled | None, given: dict[str, Given], sent: datetime) -> Answered | None:
    """Return what somebody answered with a message, as its questions' path was when it was sent; None for a text alone."""
    path = filled.scores.get("path") if filled and filled.completed else None
    if one.questions is None or path is None:
        return None
    met = [each for each in questions_of(one.questions) if each.id in path]
    rows = [(each.label, present(each, given[each.id].value if each.id in given else None)) for each in met]
    raised = [flag for flag in one.questions.flags if flag.id in filled.scores.get("flags", ())]
    flags = [(flag, act_by(flag, sent)) for flag in sorted(raised, key=lambda flag: LEVELS.index(flag.level))]
    return Answered(one.version, rows, flags, given)


def unsent_rows(one: CaseType, given: Mapping[str, Given]) -> list[tuple[str, str]]:
    """Return what somebody has answered and not sent, each question with its answer as text."""
    found = questions_of(one.asking)
    return [(each.label, present(each, given[each.id].value)) for each in found if each.id in given and each.id != TEXT]


def _demand(taken: Taken, name: str, question: Question) -> None:
    try:
        read_answer(question, [])
    except AnswerFault as fault:
        taken.refuse(name, question, fault, [])
