"""Handing the device over to the child: asked first, then one form or one step is all that is open on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledstang import Host, Visit, as_lent, page_questions, take_answers
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_programmes.course import by_page
from ledstang_programmes.document import FormPart
from ledstang_programmes.filling import Filling
from ledstang_programmes.loading import Loaded, Loader
from ledstang_programmes.outline import Spot
from ledstang_programmes.series import GUARDIAN

HtmlRequest = Request[Any, Any, Any]


def handing_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers: one form that the child fills in page by page, or one step with its worksheets."""

    async def form_of(visit: Visit, id_: UUID, key: str) -> tuple[Filling, bool]:
        """Return a form, and whether it is one that a guardian can hand over now."""
        filling = Filling(await loader.load(visit, id_), key)
        return filling, filling.by == "child" and filling.open and filling.loaded.viewer.role == GUARDIAN

    async def step_of(visit: Visit, id_: UUID, module: str, step: str) -> tuple[Loaded, Spot, bool]:
        """Return a step, and whether it is one that a guardian can hand over now. Raises NotFoundException."""
        loaded = await loader.load(visit, id_)
        spot, course = loaded.course.spot(module, step), loaded.course
        if spot is None:
            raise NotFoundException
        shut = loaded.part.ended or not course.is_open(module) or course.blocker(spot)
        return loaded, spot, not shut and loaded.viewer.role == GUARDIAN and bool(child_s(spot))

    def ask(request: HtmlRequest, loaded: Loaded, title: str, here: str) -> Response[bytes]:
        about = {"loaded": loaded, "title": title, "here": here, "safety": loaded.programme.safety}
        return host.page(request, "programmes/hand_over.html", **about)

    @get("/mine/{id_:uuid}/form/{key:str}/hand-over")
    async def ask_form(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Say what will be open on the device, and that nobody sees what the child answers."""
        filling, theirs = await form_of(visit, id_, key)
        if not theirs:
            return Redirect(filling.path, status_code=303)
        return ask(request, filling.loaded, filling.form.title, filling.path)

    @post("/mine/{id_:uuid}/form/{key:str}/hand-over")
    async def hand_form(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Hand the device over for one form."""
        found, theirs = await form_of(visit, id_, key)
        if not theirs:
            return Redirect(found.path, status_code=303)
        path = f"/programmes/mine/{id_}/form/{key}"

        async def work() -> None:
            for fields in await host.people.left_behind(visit, path):
                filling = Filling(await loader.load(as_lent(visit), id_), key)
                asked = page_questions(filling.form.pages)
                await take_answers(
                    filling.loaded, filling.place, filling.form, asked, _form(fields), demand=False, sent_is_closed=True
                )

        await host.database.write(work)
        return await host.people.hand_over(request, path)

    @get("/mine/{id_:uuid}/module/{module:str}/{step:str}/hand-over")
    async def ask_step(
        request: HtmlRequest, id_: FromPath[UUID], module: FromPath[str], step: FromPath[str], visit: Visit
    ) -> Response[Any]:
        """Say what will be open on the device, and that nobody sees what the child answers."""
        loaded, spot, theirs = await step_of(visit, id_, module, step)
        if not theirs:
            return Redirect(f"{loaded.path}/{spot.path}", status_code=303)
        return ask(request, loaded, spot.name, f"{loaded.path}/{spot.path}")

    @post("/mine/{id_:uuid}/module/{module:str}/{step:str}/hand-over")
    async def hand_step(
        request: HtmlRequest, id_: FromPath[UUID], module: FromPath[str], step: FromPath[str], visit: Visit
    ) -> Response[Any]:
        """Hand the device over for one step."""
        found, spot, theirs = await step_of(visit, id_, module, step)
        if not theirs:
            return Redirect(f"{found.path}/{spot.path}", status_code=303)
        path = f"/programmes/mine/{id_}/module/{module}/{step}"

        async def work() -> None:
            for fields in map(_form, await host.people.left_behind(visit, path)):
                loaded = await loader.load(as_lent(visit), id_)
                for part in child_s(spot):
                    place, asked = loaded.place_in(part, fields), page_questions(part.form.pages)
                    await take_answers(loaded, place, part.form, asked, fields, demand=False)

        await host.database.write(work)
        return await host.people.hand_over(request, path)

    return [ask_form, hand_form, ask_step, hand_step]


def child_s(spot: Spot) -> list[FormPart]:
    """Return the worksheets of a step that the child writes on its page."""
    sheets = [part for part in spot.step.parts if isinstance(part, FormPart) and not by_page(part)]
    return [part for part in sheets if part.answered_by == "child"]


def _form(fields: list[tuple[str, str]]) -> FormMultiDict:
    return FormMultiDict(fields)
