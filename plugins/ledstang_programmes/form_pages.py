"""The pages of a form that is filled in page by page, checked and sent; and of one that somebody else answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang import Host, PostedFields, Taken, Visit, page_questions, take_answers, unsaved_answers
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_programmes import participation, returning
from ledstang_programmes.curve import curve
from ledstang_programmes.filling import Filling
from ledstang_programmes.loading import Loader
from ledstang_programmes.participation import COMPLETED
from ledstang_programmes.refusing import conflict, too_late
from ledstang_programmes.unsent import owner_of

HtmlRequest = Request[Any, Any, Any]


def form_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers of forms that are filled in page by page, checked and sent."""

    async def load(visit: Visit, id_: UUID, key: str) -> Filling:
        filling = Filling(await loader.load(visit, id_), key)
        if not filling.open and not filling.sent:
            raise NotFoundException
        return filling

    @get("/mine/{id_:uuid}/form/{key:str}")
    async def begin(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Send to the first page with something left to answer, or to the result when the form has been sent.

        Where somebody else answers it, say who.
        """
        filling = await load(visit, id_, key)
        if not filling.mine and not filling.readable:
            return _of_another(request, filling)
        if filling.sent:
            return Redirect(f"{filling.path}/result", status_code=303)
        return Redirect(f"{filling.path}/{filling.next}", status_code=303)

    @get("/mine/{id_:uuid}/form/{key:str}/{number:int}")
    async def show(
        request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], number: FromPath[int], visit: Visit
    ) -> Response[Any]:
        """Show one page of the form."""
        filling = await load(visit, id_, key)
        if filling.sent or not filling.mine:
            return Redirect(filling.path, status_code=303)
        return _page(request, visit, filling, number)

    @post("/mine/{id_:uuid}/form/{key:str}/{number:int}", unit_of=owner_of(host))
    async def go_on(
        request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], number: FromPath[int], visit: Visit
    ) -> Response[Any]:
        """Save one page and go on to the next; a script that saves while somebody answers stays."""
        filling = Filling(await loader.load(visit, id_), key)
        fields = await request.form()
        if not filling.open or not filling.mine:
            return _too_late(request, filling, fields)
        saving = "application/json" in request.headers.get("accept", "")
        asked = page_questions([filling.page(number)])
        taken = await take_answers(
            filling.loaded, filling.place, filling.form, asked, fields, demand=not saving, sent_is_closed=True
        )
        if taken.late:
            return _too_late(request, await load(visit, id_, key), fields)
        if saving:
            return taken.answer()
        if taken.conflicts:
            return conflict(host, request, filling.loaded, taken, f"{filling.path}/{number}")
        after = await load(visit, id_, key)
        if taken.faults:
            return _page(request, visit, after, after.number_again(filling, number), taken)
        return Redirect(f"{after.path}/{after.onwards(filling, number, fields)}", status_code=303)

    @get("/mine/{id_:uuid}/form/{key:str}/check")
    async def check(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Show all answers before they are sent."""
        filling = await load(visit, id_, key)
        if filling.sent or not filling.mine:
            return Redirect(filling.path, status_code=303)
        return _check(request, filling)

    @post("/mine/{id_:uuid}/form/{key:str}/check", unit_of=owner_of(host))
    async def send(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Send the form: its scores are reckoned and kept, and it is closed.

        On a device that is lent, whom to call is answered at once and on no page that its owner could open afterwards.
        """
        filling = await load(visit, id_, key)
        if not filling.mine:
            return Redirect(filling.path, status_code=303)
        if filling.missing and not filling.sent:
            return _check(request, filling, status=422)
        closed = await host.answers.complete(
            person=visit.subject.id,
            owner=id_,
            place=filling.loaded.kept_at(filling.place),
            form=filling.form,
            scores=filling.scores(),
            reckoned=filling.reckoned,
        )
        if closed and filling.occasion and not (filling.by == "each guardian" and filling.loaded.others):
            await returning.call_off(host, id_, filling.place)
        after = await load(visit, id_, key)
        if not closed:
            return _check(request, after, status=409)
        if after.loaded.course.finished:
            await participation.end(host, after.loaded.part, after.loaded.programme, COMPLETED)
        if visit.handed_over:
            return _result(request, after, tells=True)
        return Redirect(f"{filling.path}/result", status_code=303)

    @get("/mine/{id_:uuid}/form/{key:str}/result")
    async def result(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Show what the answers came to and what that means, with the curve so far."""
        filling = await load(visit, id_, key)
        if not filling.readable:
            return Redirect(filling.path, status_code=303)
        return _result(request, filling, tells=not visit.handed_over)

    def _result(request: HtmlRequest, filling: Filling, *, tells: bool) -> Response[bytes]:
        return host.page(
            request,
            "programmes/result.html",
            filling=filling,
            loaded=filling.loaded,
            tells=tells,
            curves=curve(filling.loaded, filling.form, filling.loaded.visit.language),
            safety=filling.loaded.programme.safety,
        )

    def _page(
        request: HtmlRequest, visit: Visit, filling: Filling, number: int, taken: Taken | None = None
    ) -> Response[bytes]:
        return host.page(
            request,
            "programmes/form.html",
            status=422 if taken else 200,
            loaded=filling.loaded,
            safety=filling.loaded.programme.safety,
            **filling.shown_page(number, taken, visit.language),
        )

    def _too_late(request: HtmlRequest, filling: Filling, fields: PostedFields) -> Response[Any]:
        rows = unsaved_answers(filling.loaded, filling.place, filling.form, fields)
        onwards = f"{filling.path}/result" if filling.readable else filling.loaded.path
        return too_late(host, request, filling.loaded, rows, onwards)

    def _of_another(request: HtmlRequest, filling: Filling) -> Response[bytes]:
        return host.page(
            request,
            "programmes/of_another.html",
            filling=filling,
            loaded=filling.loaded,
            safety=filling.loaded.programme.safety,
        )

    def _check(request: HtmlRequest, filling: Filling, status: int = 200) -> Response[bytes]:
        return host.page(
            request,
            "programmes/check.html",
            status=status,
            filling=filling,
            loaded=filling.loaded,
            safety=filling.loaded.programme.safety,
        )

    return [begin, show, go_on, check, send, result]
