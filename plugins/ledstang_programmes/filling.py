"""Filling in a form page by page: the measures before and after, and longer forms inside a module."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from ledstang import Form, Host, Page, Question, Result, Show, Visit, parts_of, present, unanswered
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from ledstang_programmes import participation, returning
from ledstang_programmes.answering import Fields, Taken, questions, take, unsaved
from ledstang_programmes.course import by_page
from ledstang_programmes.curve import curve
from ledstang_programmes.document import FormPart
from ledstang_programmes.loading import AFTER, BEFORE, Loaded, Loader, owner_of
from ledstang_programmes.occasions import Occasion, place_of
from ledstang_programmes.participation import COMPLETED
from ledstang_programmes.refusing import conflict, too_late
from ledstang_programmes.rendering import Filler, revisions_of, values_of
from ledstang_programmes.seen import brought, on_page

HtmlRequest = Request[Any, Any, Any]
MEASURES = {"before": BEFORE, "after": AFTER}
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class Filling:
    """One form of a participation, as far as it has been filled in."""

    def __init__(self, loaded: Loaded, key: str) -> None:
        """Make the form at a place: `before`, `after`, a box, or `box.2` for the second time that a box comes.

        Raises NotFoundException when there is none to read.
        """
        self.loaded, self.key = loaded, key
        self.part, self.occasion = self._part()
        self.place = (
            place_of(self.part.id, self.occasion.number) if self.part and self.occasion else MEASURES.get(key, key)
        )
        form = self._form()
        if form is None or not loaded.course.readable:
            raise NotFoundException
        self.form: Form = form
        self.given = loaded.given(self.place, form)
        self.result: Result = loaded.result(self.place, form)
        self._filler = Filler(loaded)
        met = [page for page in form.pages if page.id in self.result.visible]
        self.pages: tuple[Page, ...] = self._filler.pages(met, self.result.visible)

    @property
    def path(self) -> str:
        return f"{self.loaded.path}/form/{quote(self.key)}"

    @property
    def sent(self) -> bool:
        response = self.loaded.responses.get(self.place)
        return bool(response and response.completed)

    @property
    def missing(self) -> list[Question]:
        """Return the obligatory questions on the path that have no answer."""
        asked = {one.id for one in self.asked}
        return [one for one in unanswered(self.form, self.result) if one.id in asked]

    @property
    def asked(self) -> list[Question]:
        """Return the questions on the path, in order."""
        return [one for one in questions(self.form.pages) if one.id in self.result.path]

    def page(self, number: int) -> Page:
        if not 1 <= number <= len(self.pages):
            raise NotFoundException
        return self.pages[number - 1]

    def number_of(self, question: Question) -> int:
        """Return the page that a question stands on, counted from 1."""
        ids = [{one.id for one in questions([page])} for page in self.pages]
        return next(number for number, inside in enumerate(ids, 1) if question.id in inside)

    def onwards(self, before: Filling, number: int, fields: Fields) -> str | int:
        """Return the page to go to from one that was posted: itself, when an answer brought something new on it."""
        at, page = self.number_again(before, number), before.page(number)
        if brought(before.loaded, self.loaded, self.place, self.form, [page], {}, fields):
            return at
        return at + 1 if at < len(self.pages) else "check"

    def number_again(self, before: Filling, number: int) -> int:
        """Return which page one of before is now, when answers have brought others or hidden them."""
        id_ = before.page(number).id
        return next((n for n, page in enumerate(self.pages, 1) if page.id == id_), min(number, len(self.pages)))

    def summary(self) -> list[tuple[Question, str, str]]:
        """Return each question on the path with its answer as text and the address to change it at."""
        return [
            (one, present(one, self._value(one)), f"{self.path}/{self.number_of(one)}#f-{self.place}.{one.id}")
            for one in self.asked
        ]

    @property
    def told(self) -> list[Markup]:
        """Return the texts whose condition holds: crisis help comes before anything else on the page."""
        shows = {one.id: one.html for one, _ in parts_of(self.form) if isinstance(one, Show)}
        return [self._filler.html(shows[id_]) for id_ in self.result.shown if id_ in shows]

    @property
    def kept(self) -> dict[str, Any]:
        """Return the scores as they were kept when the form was sent."""
        response = self.loaded.responses.get(self.place)
        return response.scores if response else {}

    def scores(self) -> dict[str, Any]:
        """Return what is kept of the scores: value, band, and how many were answered."""
        return {
            id_: {"value": score.value, "band": score.band, "answered": score.answered, "of": score.of}
            for id_, score in self.result.scores.items()
        }

    def _form(self) -> Form | None:
        programme = self.loaded.programme
        if self.key in MEASURES:
            return programme.forms.get(
                (programme.measure_before if self.key == "before" else programme.measure_after) or ""
            )
        return self.part.form if self.part else None

    def _part(self) -> tuple[FormPart | None, Occasion | None]:
        """Return the box that is meant, and which time of those that it comes."""
        parts = self.loaded.index.parts
        part = parts.get(self.key)
        if part and part.schedule is None:
            return (part, None) if by_page(part) else (None, None)
        name, _, number = self.key.rpartition(".")
        part = parts.get(name)
        if part is None or part.schedule is None or not _NUMBER.fullmatch(number):
            return None, None
        occasion = self.loaded.course.occasions(part).numbered(int(number))
        return (part, occasion) if occasion else (None, None)

    @property
    def open(self) -> bool:
        """Say whether it may be filled in now."""
        course = self.loaded.course
        if self.loaded.part.ended or self.sent:
            return False
        if self.key in MEASURES:
            return self.key == "before" or course.after_due
        if self.part is None or not course.shows(self.part) or course.spot_of(self.part) is None:
            return False
        return self.occasion is None or self.occasion == course.occasions(self.part).current

    def _value(self, question: Question) -> Any:
        given = self.given.get(question.id)
        return given.value if given else None


def form_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers of forms that are filled in page by page, checked and sent."""

    async def load(visit: Visit, id_: UUID, key: str) -> Filling:
        filling = Filling(await loader.load(visit, id_), key)
        if not filling.open and not filling.sent:
            raise NotFoundException
        return filling

    @get("/mine/{id_:uuid}/form/{key:str}")
    async def begin(id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Redirect:
        """Send to the first page with something left to answer, or to the result when the form has been sent."""
        filling = await load(visit, id_, key)
        if filling.sent:
            return Redirect(f"{filling.path}/result", status_code=303)
        left = [one for one in filling.asked if one.id not in filling.given]
        number = filling.number_of(left[0]) if left else "check"
        return Redirect(f"{filling.path}/{number}", status_code=303)

    @get("/mine/{id_:uuid}/form/{key:str}/{number:int}")
    async def show(
        request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], number: FromPath[int], visit: Visit
    ) -> Response[Any]:
        """Show one page of the form."""
        filling = await load(visit, id_, key)
        if filling.sent:
            return Redirect(f"{filling.path}/result", status_code=303)
        return _page(request, visit, filling, number)

    @post("/mine/{id_:uuid}/form/{key:str}/{number:int}", unit_of=owner_of(host))
    async def go_on(
        request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], number: FromPath[int], visit: Visit
    ) -> Response[Any]:
        """Save one page and go on to the next; a script that saves while somebody answers stays."""
        filling = Filling(await loader.load(visit, id_), key)
        fields = await request.form()
        if not filling.open:
            return _too_late(request, filling, fields)
        saving = "application/json" in request.headers.get("accept", "")
        asked = questions([filling.page(number)])
        taken = await take(
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
        if filling.sent:
            return Redirect(f"{filling.path}/result", status_code=303)
        return _check(request, filling)

    @post("/mine/{id_:uuid}/form/{key:str}/check", unit_of=owner_of(host))
    async def send(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Send the form: its scores are reckoned and kept, and it is closed."""
        filling = await load(visit, id_, key)
        if filling.missing and not filling.sent:
            return _check(request, filling, status=422)
        closed = await host.answers.complete(
            person=visit.subject.id,
            owner=id_,
            place=filling.place,
            form=filling.form,
            scores=filling.scores(),
            reckoned={item: one.revision for item, one in filling.given.items()},
        )
        if closed and filling.occasion:
            await returning.call_off(host, id_, filling.place)
        after = await load(visit, id_, key)
        if not closed:
            return _check(request, after, status=409)
        if after.loaded.course.finished:
            await participation.end(host, after.loaded.part, after.loaded.programme, COMPLETED)
        return Redirect(f"{filling.path}/result", status_code=303)

    @get("/mine/{id_:uuid}/form/{key:str}/result")
    async def result(request: HtmlRequest, id_: FromPath[UUID], key: FromPath[str], visit: Visit) -> Response[Any]:
        """Show what the answers came to and what that means, with the curve so far."""
        filling = await load(visit, id_, key)
        if not filling.sent:
            return Redirect(filling.path, status_code=303)
        return host.page(
            request,
            "programmes/result.html",
            filling=filling,
            loaded=filling.loaded,
            curves=curve(filling.loaded, filling.form, visit.language),
            safety=filling.loaded.programme.safety,
        )

    def _page(
        request: HtmlRequest, visit: Visit, filling: Filling, number: int, taken: Taken | None = None
    ) -> Response[bytes]:
        page = filling.page(number)
        return host.page(
            request,
            "programmes/form.html",
            status=422 if taken else 200,
            filling=filling,
            loaded=filling.loaded,
            page=page,
            number=number,
            prefix=f"{filling.place}.",
            values=values_of(filling.place, filling.given, taken),
            revisions=revisions_of(filling.form, filling.given),
            seen=on_page(filling.loaded, filling.place, filling.form, [page], {}),
            errors=taken.summary(visit.language) if taken else {},
            faults=taken.sentences(visit.language) if taken else {},
            safety=filling.loaded.programme.safety,
        )

    def _too_late(request: HtmlRequest, filling: Filling, fields: Fields) -> Response[Any]:
        rows = unsaved(filling.loaded, filling.place, filling.form, fields)
        onwards = f"{filling.path}/result" if filling.sent else filling.loaded.path
        return too_late(host, request, filling.loaded, rows, onwards)

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
