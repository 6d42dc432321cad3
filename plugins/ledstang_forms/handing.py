"""Handing one's device over to a child for a form that it answers by itself: that form is all that is open on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang import Host, Visit, as_lent, page_questions, take_answers
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_forms.loading import Loader
from ledstang_forms.statements import PLACE


def handing_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers. Whoever cannot hand the form over now is led back to it."""

    @get("/mine/{id_:uuid}/hand-over")
    async def ask(request: Request[Any, Any, Any], id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Say what will be open on the device, and that nobody at home sees what the child answers."""
        sheet = await loader.load(visit, id_)
        if not sheet.lendable:
            return Redirect(sheet.path, status_code=303)
        return host.page(request, "forms/hand-over.html", sheet=sheet, form=sheet.form, safety=sheet.form.safety)

    @post("/mine/{id_:uuid}/hand-over")
    async def hand(request: Request[Any, Any, Any], id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Hand the device over; what the child was writing on it when a session died is put in its place."""
        found = await loader.load(visit, id_)
        if not found.lendable:
            return Redirect(found.path, status_code=303)

        async def work() -> None:
            for fields in await host.people.left_behind(visit, found.path):
                sheet = await loader.load(as_lent(visit), id_)
                asked = page_questions(sheet.form.pages)
                await take_answers(
                    sheet, PLACE, sheet.form, asked, FormMultiDict(fields), demand=False, sent_is_closed=True
                )

        await host.database.write(work)
        return await host.people.hand_over(request, found.path)

    return [ask, hand]
