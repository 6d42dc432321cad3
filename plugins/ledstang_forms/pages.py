"""The pages of a form that somebody answers: page by page, looked through, sent; and what was sent, to read and correct."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from ledstang import (
    OWN_GROUNDS,
    Host,
    PostedFields,
    Taken,
    Visit,
    answering_ground,
    page_questions,
    take_answers,
    unsaved_answers,
    whose,
)
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_forms import sendings
from ledstang_forms.asking import Words
from ledstang_forms.flags import raised_by
from ledstang_forms.loading import Loader, Sheet
from ledstang_forms.settings import Settings
from ledstang_forms.statements import ONGOING, PENDING, PLACE
from ledstang_forms.unsent import owner_of

HtmlRequest = Request[Any, Any, Any]


def answering_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers. What is over, or another's to answer, can be read where it may, and written nowhere."""

    @get("/mine/{id_:uuid}")
    async def mine(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Say what is asked and by whom; of what was sent, show the answers. A device that is lent shows the questions."""
        sheet = await loader.load(visit, id_)
        if visit.handed_over and writable(sheet):
            return to(sheet, sheet.filling().next)
        return start(request, sheet, tells=not visit.handed_over)

    @get("/mine/{id_:uuid}/next")
    async def onwards(id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Send to the first page with something left to answer."""
        sheet = await loader.load(visit, id_)
        return to(sheet, sheet.filling().next if writable(sheet) else "")

    @get("/mine/{id_:uuid}/{number:int}")
    async def show(request: HtmlRequest, id_: FromPath[UUID], number: FromPath[int], visit: Visit) -> Response[Any]:
        """Show one page of the form."""
        sheet = await loader.load(visit, id_)
        return one_page(request, sheet, number) if writable(sheet) else to(sheet)

    @post("/mine/{id_:uuid}/{number:int}", unit_of=owner_of(host))
    async def go_on(request: HtmlRequest, id_: FromPath[UUID], number: FromPath[int], visit: Visit) -> Response[Any]:
        """Save one page and go on to the next; a script that saves while somebody answers stays."""
        sheet, fields = await loader.load(visit, id_), await request.form()
        if not writable(sheet):
            return too_late(request, sheet, fields)
        saving = "application/json" in request.headers.get("accept", "")
        before = sheet.filling()
        asked = page_questions([before.page(number)])
        taken = await take_answers(sheet, PLACE, sheet.form, asked, fields, demand=not saving, sent_is_closed=True)
        if taken.late:
            return too_late(request, await loader.load(visit, id_), fields)
        if saving:
            return taken.answer()
        if taken.conflicts:
            return conflict(request, sheet, taken, f"{sheet.path}/{number}")
        after = await loader.load(visit, id_)
        filling = after.filling()
        if taken.faults:
            return one_page(request, after, filling.number_again(before, number), taken)
        await sendings.mark(host, after.one, ONGOING if filling.missing else PENDING)
        return to(after, filling.onwards(before, number, fields))

    @get("/mine/{id_:uuid}/check")
    async def check(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Show all answers before they are sent."""
        sheet = await loader.load(visit, id_)
        return page(request, "check", sheet, filling=sheet.filling()) if writable(sheet) else to(sheet)

    @post("/mine/{id_:uuid}/check", unit_of=owner_of(host))
    async def send(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Send the form: its scores are reckoned and kept, and it is closed. Twice is once.

        On a device that is lent, whom to call is answered at once and on no page that its owner could open afterwards.
        """
        sheet = await loader.load(visit, id_)
        if not writable(sheet):
            return to(sheet)
        filling = sheet.filling()
        if filling.missing:
            return page(request, "check", sheet, status=422, filling=filling)

        async def close() -> bool:
            return await host.answers.complete(
                person=visit.subject.id, owner=id_, place=PLACE, form=sheet.form, scores=filling.scores(),
                reckoned=filling.reckoned,
            )  # fmt: skip

        at = host.clock.now()
        if await sendings.complete(host, sheet.one, at, raised_by(host, sheet.form, filling, at), close):
            return start(request, await loader.load(visit, id_), tells=True) if visit.handed_over else to(sheet)
        after = await loader.load(visit, id_)
        return page(request, "check", after, status=409, filling=after.filling())

    @get("/mine/{id_:uuid}/print")
    async def copy(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Show one's answers to print."""
        sheet = await loader.load(visit, id_)
        shut = visit.handed_over or not sheet.readable
        return to(sheet) if shut else page(request, "print", sheet, filling=sheet.filling())

    @post("/mine/{id_:uuid}/correct")
    async def correct(id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Begin a new version of what was sent, with the answers that were given. Pressing twice begins once."""
        sheet = await loader.load(visit, id_)
        if not sheet.one.completed or sheet.others or visit.handed_over:
            return to(sheet)
        if sheet.later is not None:
            return Redirect(f"/forms/mine/{sheet.later.id}/check", status_code=303)
        again = await corrected(sheet)
        return Redirect(f"/forms/mine/{again}/check", status_code=303)

    @post("/mine/{id_:uuid}/throw-away")
    async def throw_away(id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Throw away what one has begun oneself and not sent. What care has asked for stays until its last day."""
        sheet = await loader.load(visit, id_)
        if not writable(sheet) or sheet.one.asked or visit.handed_over:
            return to(sheet)
        await sendings.forget(host, [sheet.one])
        return Redirect("/forms/", status_code=303)

    async def corrected(sheet: Sheet) -> UUID:
        """Write the new version down, with the answers of the old one as they stood."""
        one, visit = sheet.one, sheet.visit
        new = sendings.row(
            host, person=one.person, form=one.form, version=one.version, unit=one.unit,
            expires=host.clock.now() + timedelta(days=host.settings(Settings).draft_days), once=f"correct/{one.id}",
            corrects=one.id, number=one.number + 1, about_kind=one.about_kind, about=one.about,
            about_title=one.about_title, about_path=one.about_path, about_staff_path=one.about_staff_path,
        )  # fmt: skip
        given = {id_: answer.value for id_, answer in sheet.given(PLACE, sheet.form).items()}

        async def work() -> UUID:
            made = await sendings.make(host, new, Words.of(host, sheet.form, one.unit))
            if made.id == new.id and given:
                await host.answers.save(
                    person=one.person, actor=visit.actor.id, ground=answering_ground(visit), owner=made.id, place=PLACE,
                    form=sheet.form, values=given, revisions={},
                )  # fmt: skip
            return made.id

        return await host.database.write(work)

    def page(request: HtmlRequest, name: str, sheet: Sheet, *, status: int = 200, **more: Any) -> Response[bytes]:
        return host.page(
            request, f"forms/{name}.html", status=status, sheet=sheet, one=sheet.one, form=sheet.form,
            safety=sheet.form.safety, **more,
        )  # fmt: skip

    def start(request: HtmlRequest, sheet: Sheet, *, tells: bool) -> Response[bytes]:
        return page(request, "mine", sheet, filling=sheet.filling(), later=sheet.later, tells=tells)

    def one_page(request: HtmlRequest, sheet: Sheet, number: int, taken: Taken | None = None) -> Response[bytes]:
        shown = sheet.filling().shown_page(number, taken, sheet.visit.language)
        return page(request, "page", sheet, status=422 if taken else 200, **shown)

    def conflict(request: HtmlRequest, sheet: Sheet, taken: Taken, action: str) -> Response[bytes]:
        visit = sheet.visit
        theirs = {
            one.name: whose(visit, answering_ground(visit), one.conflict.author, OWN_GROUNDS) for one in taken.conflicts
        }
        return page(request, "conflict", sheet, status=409, conflicts=taken.conflicts, whose=theirs, action=action)

    def too_late(request: HtmlRequest, sheet: Sheet, fields: PostedFields) -> Response[Any]:
        """Show what was written where it can no longer be saved; send on at once when there is nothing to lose."""
        if "application/json" in request.headers.get("accept", ""):
            return Taken(late=True).answer()
        rows = unsaved_answers(sheet, PLACE, sheet.form, fields)
        return page(request, "late", sheet, status=409, rows=rows) if rows else to(sheet)

    return [mine, onwards, show, go_on, check, send, copy, correct, throw_away]


def writable(sheet: Sheet) -> bool:
    """Say whether whoever is before the page may answer now."""
    return sheet.open and sheet.others is None


def to(sheet: Sheet, where: int | str = "") -> Redirect:
    """Send on to a page of the form, or to its first one."""
    return Redirect(f"{sheet.path}/{where}" if where else sheet.path, status_code=303)
