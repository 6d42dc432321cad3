"""What becomes of a page that asked a case type's own questions: kept as it is written, and sent when nothing is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

import msgspec
from ledstang import (
    Given,
    Host,
    PostedFields,
    Saved,
    Taken,
    Value,
    Visit,
    brought,
    page_questions,
    posted_values,
    take_answers,
    unsaved_answers,
)
from litestar import Request, Response
from litestar.response import Redirect

from ledstang_inbox.asked import FIELD, SHOWN, Asked
from ledstang_inbox.case_types import CaseType
from ledstang_inbox.cases import Cases
from ledstang_inbox.sheet import Written
from ledstang_inbox.threads import Answered, Case, Outrun

AnyRequest = Request[Any, Any, Any]
Again = Callable[..., Awaitable[Response[Any]]]


def is_asking(one: CaseType, fields: PostedFields) -> bool:
    """Say whether a page asked the questions of its case type."""
    return one.questions is not None and SHOWN in fields


def is_empty(one: CaseType, fields: PostedFields) -> bool:
    """Say whether nothing was answered on a page that asked."""
    return not posted_values(FIELD, page_questions(one.asking.pages), fields)


class Corrected(msgspec.Struct, frozen=True):
    """Answers as somebody would have them instead of those that they sent: the `sheet`, as a page shows it, whether it
    has to be looked at again before that, and all that is other `as_text`.
    """

    sheet: Asked
    shown: dict[str, Any]
    errors: bool
    as_text: str

    def __repr__(self) -> str:
        return "Corrected()"


class Answering:
    """Takes what citizens answer. Each `again` makes the page anew, with `asked` as the macro of it needs it."""

    def __init__(self, host: Host, cases: Cases) -> None:
        self._host, self._cases = host, cases

    def looked_at(self, visit: Visit, one: CaseType, given: Mapping[str, Given]) -> Asked:
        """Return what a visit is asked, with the answers that stand, to be shown."""
        return Asked(one, visit.subject, self._host.clock.today(), given)

    def nothing(self, visit: Visit, one: CaseType) -> dict[str, Any]:
        """Return what is wrong with a page on which nothing was written, to be shown."""
        asked, taken = self.looked_at(visit, one, {}), Taken()
        return asked.shown(visit.language, taken, empty=asked.lacking(taken, visit.language))

    async def taken(
        self, request: AnyRequest, visit: Visit, case: Case, one: CaseType, written: Written, again: Again
    ) -> Response[Any]:
        """Keep and perhaps send what was answered and written."""
        fields = await request.form()
        before = await self._sheet(visit, case, one, written.turn)
        taken = await take_answers(
            before, FIELD, before.form, before.asked, fields, demand=written.sends, sent_is_closed=True
        )
        if written.saves:
            return taken.answer()
        if taken.late:
            return await self._late(visit, case, one, before, fields, again)
        if taken.conflicts:
            return self._conflict(request, case, one, written, taken)
        after = await self._sheet(visit, case, one, written.turn)
        if written.sends:
            return await self._send(visit, case, one, written, (before, after, taken, fields), again)
        if taken.faults:
            shown = after.shown(visit.language, taken)
            return await again(None, status=422, asked=shown, errors=shown["errors"])
        return Redirect(f"/inbox/cases/{case.id}" + ("/files" if written.attaches else ""), status_code=303)

    async def _send(
        self, visit: Visit, case: Case, one: CaseType, written: Written,
        read: tuple[Asked, Asked, Taken, PostedFields], again: Again,
    ) -> Response[Any]:  # fmt: skip
        before, after, taken, fields = read
        more = brought(before, after, FIELD, after.form, after.form.pages, {}, fields)
        empty = {} if more else after.lacking(taken, visit.language)
        if more or taken.faults or empty:
            news = after.news(fields) if more else None
            shown = after.shown(visit.language, taken, empty=empty, more=news)
            return await again(None, status=422 if shown["errors"] else 200, asked=shown, errors=shown["errors"])
        try:
            sent = await self._cases.send(visit, case, one, written.turn, after.kept)
        except Outrun:
            now = await self._sheet(visit, case, one, written.turn)
            return await again(None, status=409, asked=now.shown(visit.language, more={}))
        return Redirect(f"/inbox/cases/{case.id}" + ("?sent" if sent else ""), status_code=303)

    async def _late(
        self, visit: Visit, case: Case, one: CaseType, sent: Asked, fields: PostedFields, again: Again
    ) -> Response[Any]:
        """Answer a page whose message had been sent: the case, or what is other on it, to be sent too."""
        if not unsaved_answers(sent, FIELD, sent.form, fields):
            return Redirect(f"/inbox/cases/{case.id}?sent", status_code=303)
        fresh = self.looked_at(visit, one, self.held(sent, fields))
        return await again(None, status=409, sent_before=True, case=uuid4(), asked=fresh.shown(visit.language))

    async def corrected(self, visit: Visit, one: CaseType, before: Answered, fields: PostedFields) -> Corrected:
        """Return answers that have been sent as a page changes them, with what is wrong. Nothing is kept."""
        values = {id_: each.value for id_, each in before.given.items()}

        async def note(changed: Mapping[str, Value | None], _revisions: Mapping[str, int]) -> Saved:
            values.update(changed)
            return Saved({})

        today, standing = self._host.clock.today(), Asked(one, visit.subject, self._host.clock.today(), before.given)
        taking = Asked(one, visit.subject, today, before.given, note)
        taken = await take_answers(taking, FIELD, taking.form, taking.asked, fields)
        given = {id_: Given(value, 1, self._host.clock.now()) for id_, value in values.items()}
        sheet = Asked(one, visit.subject, today, given)
        more = brought(standing, sheet, FIELD, sheet.form, sheet.form.pages, {}, fields)
        empty = {} if more else sheet.lacking(taken, visit.language)
        news = sheet.news(fields) if more else None
        shown = sheet.shown(visit.language, taken, empty=empty, more=news)
        changed = unsaved_answers(standing, FIELD, standing.form, fields)
        return Corrected(
            sheet, shown, more or bool(shown["errors"]), "\n".join(f"{what} {said}" for what, said in changed)
        )

    def held(self, asked: Asked, fields: PostedFields) -> dict[str, Given]:
        """Return what a page holds as if it stood, unsaved."""
        now = self._host.clock.now()
        return {id_: Given(value, 0, now) for id_, value in posted_values(FIELD, asked.asked, fields).items()}

    def _conflict(
        self, request: AnyRequest, case: Case, one: CaseType, written: Written, taken: Taken
    ) -> Response[Any]:
        """Show both answers where another device has been before; what else the page held is saved."""
        return self._host.page(
            request, "inbox/conflict.html", status=409, conflicts=taken.conflicts, case=case.id, turn=written.turn,
            version=case.version, title=one.title, whose={each.name: "mine" for each in taken.conflicts}, action=request.url.path,
        )  # fmt: skip

    async def _sheet(self, visit: Visit, case: Case, one: CaseType, turn: int) -> Asked:
        """Return what is asked, with what stands and where more is kept."""

        async def keep(values: Mapping[str, Value | None], revisions: Mapping[str, int]) -> Saved:
            return await self._cases.keep(visit, case, one.asking, turn, values, revisions)

        given = await self._cases.given(case.id, one, visit.actor.id, turn)
        return Asked(one, visit.subject, self._host.clock.today(), given, keep)
