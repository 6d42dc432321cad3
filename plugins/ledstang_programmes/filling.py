"""One form that is filled in page by page: a measure before or after, or a longer form inside a module."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from ledstang import Form, PageByPage
from litestar.exceptions import NotFoundException

from ledstang_programmes.course import by_page
from ledstang_programmes.document import Answerer, FormPart
from ledstang_programmes.index import AFTER, BEFORE
from ledstang_programmes.loading import Loaded
from ledstang_programmes.occasions import Occasion, place_of
from ledstang_programmes.rendering import filler
from ledstang_programmes.series import box_of

MEASURES = {"before": BEFORE, "after": AFTER}
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


class Filling(PageByPage):
    """One form of a participation, as far as it has been filled in."""

    def __init__(self, loaded: Loaded, key: str) -> None:
        """Make the form at a place: `before`, `after`, a box, or `box.2` for the second time that a box comes.

        Raises NotFoundException when there is none to read.
        """
        self.loaded, self.key = loaded, key
        self.part, self.occasion = self._part()
        place = place_of(self.part.id, self.occasion.number) if self.part and self.occasion else MEASURES.get(key, key)
        form = self._form()
        if form is None or not loaded.course.readable:
            raise NotFoundException
        super().__init__(loaded, place, form, f"{loaded.path}/form/{quote(key)}", filler(loaded))

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
    def kept(self) -> dict[str, Any]:
        """Return the scores as they were kept when the form was sent."""
        response = self.loaded.responses.get(self.place)
        return response.scores if response else {}

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
