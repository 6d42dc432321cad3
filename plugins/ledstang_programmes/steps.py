"""Reading and writing, step by step: the page that a participant spends their time on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from ledstang import Host, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_programmes import participation
from ledstang_programmes.answering import Taken, questions, take
from ledstang_programmes.course import Spot
from ledstang_programmes.document import BoxPart, FormPart
from ledstang_programmes.loading import Loaded, Loader
from ledstang_programmes.rendering import intro_of, render_parts

HtmlRequest = Request[Any, Any, Any]


def step_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers of a step."""

    @get("/mine/{id_:uuid}/module/{module:str}/{step:str}")
    async def show(
        request: HtmlRequest, id_: FromPath[UUID], module: FromPath[str], step: FromPath[str], visit: Visit
    ) -> Response[Any]:
        """Show one step; a module that is closed sends back to the overview, which says why."""
        loaded = await loader.load(visit, id_)
        spot = _spot(loaded, module, step)
        if not loaded.course.is_open(module) or not loaded.course.readable:
            return Redirect(f"{loaded.path}#{module}", status_code=303)
        return await _page(request, visit, loaded, spot)

    @post("/mine/{id_:uuid}/module/{module:str}/{step:str}")
    async def go_on(
        request: HtmlRequest, id_: FromPath[UUID], module: FromPath[str], step: FromPath[str], visit: Visit
    ) -> Response[Any]:
        """Save what was written and go on. A script that saves while somebody writes asks for JSON and stays."""
        loaded = await loader.load(visit, id_)
        spot = _spot(loaded, module, step)
        if not loaded.course.is_open(module) or loaded.part.ended:
            return Redirect(f"{loaded.path}#{module}", status_code=303)
        fields = await request.form()
        saving = "application/json" in request.headers.get("accept", "")
        taken = await _take(visit, loaded, spot, fields, demand=not saving)
        if saving:
            return taken.answer()
        if taken.conflicts:
            action = f"{loaded.path}/{spot.path}"
            context = {"loaded": loaded, "action": action, "conflicts": taken.conflicts}
            return host.page(request, "programmes/conflict.html", status=409, **context)
        if taken.faults:
            return await _page(request, visit, loaded, spot, taken)
        return await _onwards(visit, loaded, spot, fields)

    async def _take(visit: Visit, loaded: Loaded, spot: Spot, fields: Any, *, demand: bool) -> Taken:
        """Save every worksheet of a step; one answer that cannot be read holds back none of the others."""
        whole = Taken()
        for part in spot.step.parts:
            if isinstance(part, BoxPart):
                await host.box(visit, part.box, loaded.part, fields)
            elif isinstance(part, FormPart):
                place, owner = loaded.place(part), loaded.part.id
                given = loaded.given(place, part.form)
                path = loaded.result(part.form, given).path
                asked = [one for one in questions(part.form.pages) if not demand or one.id in path]
                whole.add(await take(host, visit, owner, place, part.form, asked, fields, given, demand=demand))
        return whole

    async def _onwards(visit: Visit, loaded: Loaded, spot: Spot, fields: Any) -> Response[Any]:
        """Mark the step as done and send on: to the next one, or to the overview when the module is finished."""
        again = await loader.load(visit, loaded.part.id)
        sheets = [part for part in spot.step.parts if isinstance(part, FormPart)]
        if any(loaded.opened(again, part) for part in sheets):
            return Redirect(f"{loaded.path}/{spot.path}#answers", status_code=303)
        await _close_notes(visit, again, sheets)
        if fields.get("stay"):
            return Redirect(f"{loaded.path}/{spot.path}#answers", status_code=303)
        spots = again.course.spots(spot.module)
        following = next((one for one in spots if one.number == spot.number + 1), None)
        left = next((one for one in spots if one.key != spot.key and not again.course.was_done(one)), None)
        onwards = following or left
        await participation.mark(host, again.part, spot.module.key, spot.step.id, (onwards or spot).key)
        if onwards:
            return Redirect(f"{loaded.path}/{onwards.path}", status_code=303)
        await participation.mark(host, again.part, spot.module.key, "", spot.key)
        return Redirect(f"{loaded.path}?finished={quote(spot.module.key)}", status_code=303)

    async def _close_notes(visit: Visit, loaded: Loaded, sheets: list[FormPart]) -> None:
        """Close the diary notes that have something in them: the next time there is room for a new one."""
        for part in sheets:
            place = loaded.place(part)
            given = loaded.given(place, part.form)
            if part.block == "diary" and any(one.value is not None for one in given.values()):
                await host.answers.complete(
                    person=visit.subject.id, owner=loaded.part.id, place=place, form=part.form, scores={}
                )

    async def _page(
        request: HtmlRequest, visit: Visit, loaded: Loaded, spot: Spot, taken: Taken | None = None
    ) -> Response[bytes]:
        spots = loaded.course.spots(spot.module)
        return host.page(
            request,
            "programmes/step.html",
            status=422 if taken else 200,
            loaded=loaded,
            course=loaded.course,
            spot=spot,
            spots=spots,
            previous=spots[spot.number - 2] if spot.number > 1 else None,
            ready=await render_parts(host, visit, loaded, spot, taken),
            intro=intro_of(loaded, spot.module, visit.language),
            errors=taken.summary(visit.language) if taken else {},
            faults=taken.sentences(visit.language) if taken else {},
            safety=loaded.course.programme.safety,
        )

    return [show, go_on]


def _spot(loaded: Loaded, module: str, step: str) -> Spot:
    spot = loaded.course.spot(module, step)
    if spot is None:
        raise NotFoundException
    return spot
