"""Reading and writing, step by step: the page that a participant spends their time on."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from ledstang import Host, Taken, Visit, brought, page_questions, take_answers, unsaved_answers
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_programmes import participation
from ledstang_programmes.course import by_page
from ledstang_programmes.document import BoxPart, FormPart
from ledstang_programmes.loading import Loaded, Loader
from ledstang_programmes.outline import Spot
from ledstang_programmes.participation import COMPLETED
from ledstang_programmes.refusing import conflict, too_late
from ledstang_programmes.rendering import Sheet, filler, render_parts
from ledstang_programmes.unsent import owner_of

HtmlRequest = Request[Any, Any, Any]


def step_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers of a step."""

    @get("/mine/{id_:uuid}/module/{module:str}/{step:str}")
    async def show(
        request: HtmlRequest, id_: FromPath[UUID], module: FromPath[str], step: FromPath[str], visit: Visit
    ) -> Response[Any]:
        """Show one step; where the way is closed, send back to what has to come first, or to the overview, which says why."""
        loaded = await loader.load(visit, id_)
        spot = _spot(loaded, module, step)
        if not loaded.course.is_open(module) or not loaded.course.readable:
            return Redirect(f"{loaded.path}#{quote(module)}", status_code=303)
        if first := loaded.course.blocker(spot):
            return Redirect(f"{loaded.path}/{first.path}", status_code=303)
        return await _page(request, visit, loaded, spot)

    @post("/mine/{id_:uuid}/module/{module:str}/{step:str}", unit_of=owner_of(host))
    async def go_on(
        request: HtmlRequest, id_: FromPath[UUID], module: FromPath[str], step: FromPath[str], visit: Visit
    ) -> Response[Any]:
        """Save what was written and go on. A script that saves while somebody writes asks for JSON and stays."""
        loaded = await loader.load(visit, id_)
        spot = _spot(loaded, module, step)
        fields = await request.form()
        saving = "application/json" in request.headers.get("accept", "")
        course, ended = loaded.course, loaded.part.ended is not None
        if not course.is_open(module) or not course.readable or course.blocker(spot):
            rows = [
                row for part in _sheets(loaded, spot) for row in unsaved_answers(loaded, part.id, part.form, fields)
            ]
            return too_late(host, request, loaded, rows, f"{loaded.path}#{quote(module)}")
        taken = await _take(visit, loaded, spot, fields, demand=not saving and not ended)
        if saving:
            return taken.answer()
        if taken.conflicts:
            return conflict(host, request, loaded, taken, f"{loaded.path}/{spot.path}")
        if taken.faults:
            again = await loader.load(visit, id_)
            return await _page(request, visit, again, _spot(again, module, step), taken)
        return Redirect(loaded.path, status_code=303) if ended else await _onwards(visit, loaded, spot, fields)

    async def _take(visit: Visit, loaded: Loaded, spot: Spot, fields: Any, *, demand: bool) -> Taken:
        """Save every worksheet of a step; one answer that cannot be read holds back none of the others."""
        whole = Taken()
        for part in spot.step.parts:
            if isinstance(part, BoxPart):
                await host.box(visit, part.box, loaded.part, fields)
        for part in _sheets(loaded, spot):
            place, asked = loaded.place_in(part, fields), page_questions(part.form.pages)
            whole.add(await take_answers(loaded, place, part.form, asked, fields, demand=demand))
        return whole

    async def _onwards(visit: Visit, loaded: Loaded, spot: Spot, fields: Any) -> Response[Any]:
        """Mark the step as done and send on: to the next one, or to the overview when the module is finished."""
        again = await loader.load(visit, loaded.part.id)
        here = f"{loaded.path}/{spot.path}#answers"
        sheets = _sheets(again, spot)
        if any(_brought(loaded, again, part, fields) for part in sheets):
            return Redirect(here, status_code=303)
        await _close_notes(visit, again, sheets, fields)
        if visit.handed_over and not fields.get("stay"):
            return host.people.hand_back()
        if fields.get("stay") or again.course.waits(spot):
            return Redirect(here, status_code=303)
        onwards = again.course.after(spot)
        await participation.mark(host, again.part, spot.module.key, spot.step.id, (onwards or spot).key)
        if onwards:
            return Redirect(f"{loaded.path}/{onwards.path}", status_code=303)
        await participation.mark(host, again.part, spot.module.key, "", spot.key)
        if (await loader.load(visit, loaded.part.id)).course.finished:
            await participation.end(host, again.part, again.programme, COMPLETED)
        return Redirect(f"{loaded.path}?finished={quote(spot.module.key)}", status_code=303)

    async def _close_notes(visit: Visit, loaded: Loaded, sheets: list[FormPart], fields: Any) -> None:
        """Close the diary notes that have something in them: the next time there is room for a new one."""
        for part in sheets:
            place = loaded.place_in(part, fields)
            given = loaded.given(place, part.form)
            if part.block == "diary" and any(one.value is not None for one in given.values()):
                await host.answers.complete(
                    person=visit.subject.id,
                    owner=loaded.part.id,
                    place=loaded.kept_at(place),
                    form=part.form,
                    scores={},
                )

    async def _page(
        request: HtmlRequest, visit: Visit, loaded: Loaded, spot: Spot, taken: Taken | None = None
    ) -> Response[bytes]:
        spots = loaded.course.spots(spot.module)
        ready = await render_parts(host, visit, loaded, spot, taken)
        gone = frozenset(one.key for one in spots if loaded.course.was_done(one))
        waiting = loaded.course.waiting(spot.module)
        return host.page(
            request,
            "programmes/step.html",
            status=422 if taken else 200,
            loaded=loaded,
            course=loaded.course,
            spot=spot,
            spots=spots,
            gone=gone,
            waiting=waiting,
            listed=(
                "steps",
                loaded.part.version,
                tuple(one.key for one in spots),
                spot.key,
                waiting and waiting.key,
                gone,
            ),
            asks=any(isinstance(one, Sheet) and not one.by_another for one in ready),
            previous=spots[spot.number - 2] if spot.number > 1 else None,
            ready=ready,
            intro=filler(loaded).html(spot.module.intro) if spot.number == 1 else "",
            errors=taken.summary(visit.language) if taken else {},
            faults=taken.sentences(visit.language) if taken else {},
            safety=loaded.course.programme.safety,
        )

    return [show, go_on]


def _sheets(loaded: Loaded, spot: Spot) -> list[FormPart]:
    """Return the worksheets that whoever is before the page writes on the step's own page."""
    sheets = [part for part in spot.step.parts if isinstance(part, FormPart) and not by_page(part)]
    return [part for part in sheets if loaded.may_answer(part.id)]


def _brought(before: Loaded, after: Loaded, part: FormPart, fields: Any) -> bool:
    place = before.place_in(part, fields)
    return brought(before, after, place, part.form, part.form.pages, part.choices, fields)


def _spot(loaded: Loaded, module: str, step: str) -> Spot:
    spot = loaded.course.spot(module, step)
    if spot is None:
        raise NotFoundException
    return spot
