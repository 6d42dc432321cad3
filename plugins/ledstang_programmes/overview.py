"""A participant's own pages: where am I, what is next, why is this closed; the printed copy; and the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from babel.dates import format_date
from ledstang import STOCKHOLM, Host, Visit, page_questions, present
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from ledstang_programmes import participation
from ledstang_programmes.consenting import say_yes
from ledstang_programmes.curve import curve
from ledstang_programmes.document import FormPart
from ledstang_programmes.index import AFTER, BEFORE
from ledstang_programmes.loading import Loaded, Loader
from ledstang_programmes.participation import ENDED_BY_PARTICIPANT
from ledstang_programmes.rendering import runner_of
from ledstang_programmes.series import GUARDIAN
from ledstang_programmes.states import ModuleState

HtmlRequest = Request[Any, Any, Any]


class Row(msgspec.Struct, frozen=True):
    """A module in the list of modules, as the theme's task list shows it."""

    state: str
    one: ModuleState
    href: str


def overview_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers of a participation's own pages."""

    @get("/mine/{id_:uuid}")
    async def overview(
        request: HtmlRequest, id_: FromPath[UUID], visit: Visit, finished: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Show the way through the programme."""
        loaded = await loader.load(visit, id_)
        course = loaded.course
        if not course.readable:
            return host.page(request, "programmes/closed.html", loaded=loaded, safety=loaded.programme.safety)
        if course.shut:
            return _waiting(request, loaded)
        following = course.next_spot()
        return host.page(
            request,
            "programmes/overview.html",
            loaded=loaded,
            course=course,
            rows=[_row(loaded, one, following) for one in course.modules],
            following=following,
            finished=next((one for one in course.modules if one.module.key == finished and one.state == "done"), None),
            coming=[(part, one, runner_of(loaded, part)) for _, part, one in course.scheduled()],
            curves=_curves(loaded, visit.language),
            panels=await host.panels("participant", visit, loaded.part),
            safety=loaded.programme.safety,
        )

    def _waiting(request: HtmlRequest, loaded: Loaded, fault: str | None = None) -> Response[bytes]:
        unit = host.instance.unit(loaded.programme.owner)
        contact = f"{unit.name}: {unit.contact}" if unit and unit.contact and loaded.programme.sort != "open" else ""
        return host.page(
            request,
            "programmes/waiting.html",
            status=422 if fault else 200,
            loaded=loaded,
            fault=fault,
            contact=contact,
            safety=loaded.programme.safety,
        )

    @post("/mine/{id_:uuid}/consent")
    async def consent(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Keep the yes of another guardian than the one who began."""
        loaded = await loader.load(visit, id_)
        asked = loaded.programme.consent
        if asked is None or not loaded.course.shut or loaded.viewer.role != GUARDIAN:
            return Redirect(loaded.path, status_code=303)
        if (await request.form()).get("consent") != asked.version:
            return _waiting(request, loaded, "consent")
        await say_yes(host, visit, id_, loaded.programme)
        return Redirect(loaded.path, status_code=303)

    @get("/mine/{id_:uuid}/print")
    async def copy(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Show all that the participant has written, to print or save."""
        loaded = await loader.load(visit, id_)
        if not loaded.course.readable:
            return Redirect(loaded.path, status_code=303)
        return host.page(
            request,
            "programmes/print.html",
            loaded=loaded,
            chapters=_chapters(loaded),
            curves=_curves(loaded, visit.language),
            today=host.clock.today(),
            safety="",
        )

    @get("/mine/{id_:uuid}/end")
    async def ask(request: HtmlRequest, id_: FromPath[UUID], visit: Visit) -> Response[Any]:
        """Ask whether the participant really wants to end."""
        loaded = await loader.load(visit, id_)
        if loaded.part.ended:
            return Redirect(loaded.path, status_code=303)
        return host.page(request, "programmes/end.html", loaded=loaded, safety=loaded.programme.safety)

    @post("/mine/{id_:uuid}/end")
    async def end(id_: FromPath[UUID], visit: Visit) -> Redirect:
        """End the participation; what was written stays readable for the declared time."""
        loaded = await loader.load(visit, id_)
        await participation.end(host, loaded.part, loaded.programme, ENDED_BY_PARTICIPANT)
        return Redirect(loaded.path, status_code=303)

    return [overview, consent, copy, ask, end]


def _row(loaded: Loaded, one: ModuleState, following: Any) -> Row:
    spots = loaded.course.spots(one.module)
    if one.state == "closed" or not spots:
        return Row(one.state, one, "")
    here = following is not None and following.module.key == one.module.key and one.state == "open"
    spot = following if here else spots[0] if one.state == "done" else loaded.course.first_left(one.module)
    return Row("next" if here else one.state, one, f"{loaded.path}/{spot.path}")


def _curves(loaded: Loaded, language: str) -> list[Any]:
    """Return the curves of the measures, and of the forms that come back."""
    programme = loaded.programme
    forms = {
        key: programme.forms[key]
        for key in (programme.measure_before, programme.measure_after)
        if key in programme.forms
    }
    for parts in loaded.index.outline.scheduled.values():
        forms |= {part.form.key: part.form for part in parts}
    return [one for form in forms.values() for one in curve(loaded, form, language)]


def _chapters(loaded: Loaded) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all answers as text: the measures, then module by module, each worksheet's questions and answers."""
    programme = loaded.programme
    chapters = []
    for place, key in ((BEFORE, programme.measure_before), (AFTER, programme.measure_after)):
        form, response = programme.forms.get(key or ""), loaded.responses.get(place)
        if form and response and loaded.may_read(place):
            at = (response.completed or response.started).astimezone(STOCKHOLM)
            title = f"{form.title} · {format_date(at, locale=loaded.visit.language)}"
            chapters.append((title, _answers(loaded, place, form)))
    for module in programme.modules:
        rows = []
        for section in module.sections:
            for part in (part for step in section.steps for part in step.parts if isinstance(part, FormPart)):
                for place in loaded.places(part) if loaded.may_read(part.id) else ():
                    rows += _answers(loaded, place, part.form)
        if rows:
            chapters.append((module.title, rows))
    return chapters


def _answers(loaded: Loaded, place: str, form: Any) -> list[tuple[str, str]]:
    given = loaded.given(place, form)
    path = loaded.result(place, form).path
    return [
        (question.label, present(question, given[question.id].value))
        for question in page_questions(form.pages)
        if question.id in path and question.id in given and given[question.id].value is not None
    ]
