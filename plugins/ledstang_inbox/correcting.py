"""Correcting what one has sent, while nobody on the other side has seen it: the same for citizens and for staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang import Conflict, Given, Host, Visit
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_inbox.answering import Answering
from ledstang_inbox.case_types import LONGEST
from ledstang_inbox.cases import Cases
from ledstang_inbox.doors import Doors
from ledstang_inbox.ended import unit_of_case
from ledstang_inbox.sheet import errors_of, number_of, read_sheet
from ledstang_inbox.threads import TEXT, Message, Thread

AnyRequest = Request[Any, Any, Any]


def correcting_pages(host: Host, cases: Cases) -> list[BaseRouteHandler]:
    """Return the handlers below `/inbox/cases/…/correct` and `/inbox/desk/…/correct`."""
    doors, answering = Doors(host, cases), Answering(host, cases)

    async def show(request: AnyRequest, thread: Thread, one: Message, place: str, given: Given, **more: Any) -> Any:
        return host.page(
            request, "inbox/correct.html", status=more.pop("status", 200), thread=thread, message=one, place=place,
            given=given, longest=LONGEST, type=await cases.type_of(thread.case),
            **{"errors": {}, "theirs": None, "late": False, "asked": None, **more},
        )  # fmt: skip

    async def asked(request: AnyRequest, visit: Visit, thread: Thread, message: UUID, place: str) -> Response[Any]:
        one = _own(thread, message)
        if one is None or thread.correctable != one.id:
            return Redirect(f"/inbox/{place}/{thread.case.id}", status_code=303)
        shown = None
        if one.answered:
            type_ = await cases.type_of(thread.case)
            shown = answering.looked_at(visit, type_, one.answered.given).shown(visit.language)
        return await show(request, thread, one, place, Given(one.text, one.times, one.sent), asked=shown)

    async def done(request: AnyRequest, visit: Visit, thread: Thread, message: UUID, place: str) -> Response[Any]:
        one, form = _own(thread, message), await request.form()
        written, back = read_sheet(request, form), Redirect(f"/inbox/{place}/{thread.case.id}", status_code=303)
        if one is not None and one.answered:
            return await answers_done(request, visit, thread, one)
        if one is None or one.text == written.text:
            return back  # nothing of one's own to change, or a second press
        times, given = number_of(form.get("_times")), Given(written.text, one.times, one.sent)
        if errors := errors_of(written, visit.language):
            return await show(request, thread, one, place, given, status=422, errors=errors)
        if times != one.times:
            theirs = Conflict(TEXT, written.text, one.text, one.times, one.corrected or one.sent)
            return await show(request, thread, one, place, given, status=409, theirs=theirs)
        if await cases.correct(visit, thread, await cases.type_of(thread.case), one, {TEXT: written.text}):
            return back
        return await show(request, thread, one, place, given, status=409, late=True)

    async def answers_done(request: AnyRequest, visit: Visit, thread: Thread, one: Message) -> Response[Any]:
        """Correct what was answered to a case type's own questions, with the text below them."""
        type_, form = await cases.type_of(thread.case), await request.form()
        now = await answering.corrected(visit, type_, one.answered, form)
        if now.sheet.values == {id_: each.value for id_, each in one.answered.given.items()} and not now.errors:
            return Redirect(f"/inbox/cases/{thread.case.id}", status_code=303)  # nothing to change, or a second press
        given = Given("", one.times, one.sent)
        if now.errors:
            return await show(
                request, thread, one, "cases", given, status=422, asked=now.shown, errors=now.shown["errors"]
            )
        if number_of(form.get("_times")) != one.times:
            theirs = Conflict(TEXT, "", one.text, one.times, one.corrected or one.sent)
            return await show(request, thread, one, "cases", given, status=409, asked=now.shown, theirs=theirs)
        if await cases.correct(visit, thread, type_, one, now.sheet.values, now.sheet.kept):
            return Redirect(f"/inbox/cases/{thread.case.id}", status_code=303)
        again = Given(now.as_text, one.times, one.sent)
        return await show(request, thread, one, "cases", again, status=409, late=True)

    @get("/cases/{id_:uuid}/correct/{message:uuid}")
    async def mine(request: AnyRequest, visit: Visit, id_: FromPath[UUID], message: FromPath[UUID]) -> Response[Any]:
        """Show a citizen what they have sent, to be corrected; the case instead, when that can be no more."""
        return await asked(request, visit, await doors.mine(visit, id_), message, "cases")

    @post("/cases/{id_:uuid}/correct/{message:uuid}", unit_of=unit_of_case(cases))
    async def correct(request: AnyRequest, visit: Visit, id_: FromPath[UUID], message: FromPath[UUID]) -> Response[Any]:
        """Correct what a citizen has sent."""
        return await done(request, visit, await doors.mine(visit, id_), message, "cases")

    @get("/desk/{id_:uuid}/correct/{message:uuid}")
    async def ours(request: AnyRequest, staff: Visit, id_: FromPath[UUID], message: FromPath[UUID]) -> Response[Any]:
        """Show staff an answer of their own, to be corrected."""
        return await asked(request, staff, await doors.ours(staff, id_), message, "desk")

    @post("/desk/{id_:uuid}/correct/{message:uuid}")
    async def put_right(
        request: AnyRequest, staff: Visit, id_: FromPath[UUID], message: FromPath[UUID]
    ) -> Response[Any]:
        """Correct an answer."""
        return await done(request, staff, await doors.ours(staff, id_), message, "desk")

    return [mine, correct, ours, put_right]


def _own(thread: Thread, message: UUID) -> Message | None:
    """Return a text of the reader's own, None for any other."""
    own = (one for one in thread.messages if one.kind == TEXT and one.author == thread.reader)
    return next((one for one in own if one.id == message), None)
