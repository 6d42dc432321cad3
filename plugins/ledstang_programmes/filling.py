"""One form that is filled in page by page: a measure before or after, or a longer form inside a module."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from ledstang import Form, Page, Question, Result, Show, parts_of, present, unanswered
from litestar.exceptions import NotFoundException
from markupsafe import Markup

from ledstang_programmes.answering import Fields, questions
from ledstang_programmes.course import by_page
from ledstang_programmes.document import Answerer, FormPart
from ledstang_programmes.index import AFTER, BEFORE
from ledstang_programmes.loading import Loaded
from ledstang_programmes.occasions import Occasion, place_of
from ledstang_programmes.rendering import Filler
from ledstang_programmes.seen import brought
from ledstang_programmes.series import box_of

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
    def mine(self) -> bool:
        """Say whether it is whoever is before the page who answers it."""
        return self.loaded.may_answer(self.place)

    @property
    def by(self) -> Answerer:
        """Return who answers it."""
        return self.loaded.index.by.get(box_of(self.place), "participant")

    @property
    def readable(self) -> bool:
        """Say whether what was sent may be read here."""
        return self.sent and self.loaded.may_read(self.place)

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

    def summary(self) -> list[tuple[Question, str | None, str]]:
        """Return each question on the path with its answer as text and the address to change it at.

        The text is None where there is an answer that is not shown here.
        """
        return [
            (one, self._shown(one), f"{self.path}/{self.number_of(one)}#f-{self.place}.{one.id}") for one in self.asked
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
        if self.key in MEASURES and not self.sent and course.after_due:
            return True
        if self.loaded.part.ended or self.sent or course.shut:
            return False
        if self.key in MEASURES:
            return self.key == "before"
        if self.part is None or not course.shows(self.part) or course.spot_of(self.part) is None:
            return False
        return self.occasion is None or self.occasion == course.occasions(self.part).current

    def _shown(self, question: Question) -> str | None:
        given = self.given.get(question.id)
        return None if given and self.loaded.withheld(given) else present(question, self._value(question))

    def _value(self, question: Question) -> Any:
        given = self.given.get(question.id)
        return given.value if given else None
