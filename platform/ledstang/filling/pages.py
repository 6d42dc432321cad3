"""A form that is filled in page by page: which pages there are by the answers so far, and what is left to answer."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from litestar.exceptions import NotFoundException
from markupsafe import Markup, escape

from ledstang.access.visit import Visit
from ledstang.content.forms.answers import present
from ledstang.content.forms.document import Form, Group, Page, Question, Show, Text
from ledstang.content.forms.evaluating import Result, unanswered
from ledstang.content.forms.walking import parts_of
from ledstang.content.given import Author, Given
from ledstang.content.texts import text
from ledstang.filling.seen import brought, on_page
from ledstang.filling.taking import Fillable, PostedFields, Taken, answerable, page_questions
from ledstang.web.filters import fill


class Piped(Mapping[str, str]):
    """No earlier answers at all: for a form that stands alone."""

    def __getitem__(self, name: str) -> str:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Filler:
    """Fills earlier answers into texts, and says where a page cannot ask what an author wants to know.

    `piped` has the answers as text, by `box.id`.
    """

    def __init__(self, language: str, piped: Mapping[str, str] | None = None) -> None:
        self._visible: Container[str] = ()
        self._piped = Piped() if piped is None else piped
        self._missing = text("(you have not answered this yet)", language)
        self._cannot = text("This question cannot be answered here yet.", language)

    def html(self, html: str) -> Markup:
        """Return a text with earlier answers in it."""
        return fill(html, self._piped, self._missing)

    def pages(self, pages: Iterable[Page], visible: Container[str]) -> tuple[Page, ...]:
        """Return pages of a form with earlier answers in their texts. `visible` has the ids of what is to be met."""
        self._visible = visible
        return tuple(self._node(page) for page in pages)

    def _node(self, node: Any) -> Any:
        if not answerable(node):
            return Text(self._unanswerable(node) if node.id in self._visible else "")
        changes: dict[str, Any] = {}
        if "{{" in (getattr(node, "html", None) or ""):
            changes["html"] = str(self.html(node.html))
        for inner in ("items", "rows", "options"):
            if hasattr(node, inner):
                changes[inner] = tuple(self._node(one) for one in getattr(node, inner))
        return msgspec.structs.replace(node, **changes) if changes else node

    def _unanswerable(self, node: Question | Group) -> str:
        return f"{self.html(node.html)}<p><strong>{escape(self._cannot)}</strong></p>"


class PageByPage:
    """One form at a place of a sheet, as far as it has been filled in; `path` is where its pages are."""

    def __init__(self, sheet: Fillable, place: str, form: Form, path: str, filler: Filler) -> None:
        self.sheet, self.place, self.form, self.path, self._filler = sheet, place, form, path, filler
        self.given: Mapping[str, Given] = sheet.given(place, form)
        self.result: Result = sheet.result(place, form)
        met = [page for page in form.pages if page.id in self.result.visible]
        self.pages: tuple[Page, ...] = filler.pages(met, self.result.visible)

    @property
    def missing(self) -> list[Question]:
        """Return the obligatory questions on the path that have no answer."""
        asked = {one.id for one in self.asked}
        return [one for one in unanswered(self.form, self.result) if one.id in asked]

    @property
    def asked(self) -> list[Question]:
        """Return the questions on the path, in order."""
        return [one for one in page_questions(self.form.pages) if one.id in self.result.path]

    @property
    def next(self) -> int | str:
        """Return the first page with something left to answer, counted from 1; `check` where nothing is."""
        left = [one for one in self.asked if one.id not in self.given]
        return self.number_of(left[0]) if left else "check"

    def page(self, number: int) -> Page:
        """Return a page, counted from 1. Raises NotFoundException where there is none."""
        if not 1 <= number <= len(self.pages):
            raise NotFoundException
        return self.pages[number - 1]

    def number_of(self, question: Question) -> int:
        """Return the page that a question stands on, counted from 1."""
        ids = [{one.id for one in page_questions([page])} for page in self.pages]
        return next(number for number, inside in enumerate(ids, 1) if question.id in inside)

    def onwards(self, before: PageByPage, number: int, fields: PostedFields) -> str | int:
        """Return the page to go to from one that was posted: itself, when an answer brought something new on it."""
        at, page = self.number_again(before, number), before.page(number)
        if brought(before.sheet, self.sheet, self.place, self.form, [page], {}, fields):
            return at
        return at + 1 if at < len(self.pages) else "check"

    def number_again(self, before: PageByPage, number: int) -> int:
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

    def scores(self) -> dict[str, Any]:
        """Return what is kept of the scores: value, band, and how many were answered."""
        return {
            id_: {"value": score.value, "band": score.band, "answered": score.answered, "of": score.of}
            for id_, score in self.result.scores.items()
        }

    @property
    def reckoned(self) -> dict[str, int]:
        """Return the revisions of the answers that the scores are reckoned from."""
        return {item: one.revision for item, one in self.given.items()}

    def shown_page(self, number: int, taken: Taken | None, language: str) -> dict[str, Any]:
        """Return what the macro `page` of `host/filling.html` needs of a page; after a post, with what became of it."""
        page = self.page(number)
        return {
            "filling": self,
            "page": page,
            "number": number,
            "prefix": f"{self.place}.",
            "values": values_of(self.sheet, self.place, self.given, taken),
            "withheld": any(
                self.sheet.withheld(self.given[one.id]) for one in page_questions([page]) if one.id in self.given
            ),
            "revisions": revisions_of(self.form, self.given),
            "seen": on_page(self.sheet, self.place, self.form, [page], {}),
            "errors": taken.summary(language) if taken else {},
            "faults": taken.sentences(language) if taken else {},
        }

    def _shown(self, question: Question) -> str | None:
        given = self.given.get(question.id)
        if given and self.sheet.withheld(given):
            return None
        return present(question, given.value if given else None)


def revisions_of(form: Form, given: Mapping[str, Given]) -> dict[str, int]:
    """Return each question's revision, 0 where it is unanswered: by them a page also says what it asked."""
    return {one.id: given[one.id].revision if one.id in given else 0 for one in page_questions(form.pages)}


def values_of(sheet: Fillable, place: str, given: Mapping[str, Given], taken: Taken | None) -> dict[str, Any]:
    """Return what stands in the fields: the saved answers, and over them what was written but could not be read."""
    values: dict[str, Any] = {id_: one.value for id_, one in given.items() if not sheet.withheld(one)}
    for name, raw in (taken.raw if taken else {}).items():
        if raw and name.startswith(f"{place}."):
            values[name.removeprefix(f"{place}.")] = raw[0] if len(raw) == 1 else raw
    return values


def whose(visit: Visit, ground: str, author: Author | None, own: Collection[str]) -> str:
    """Say whose an answer is that stood already: `mine`, the `subject`'s, `another`'s on the same ground, or a `proxy`'s.

    `ground` is what the visit's own answers are kept with, `own` the grounds of what the subject answered themselves.
    Never who that is: two guardians may have every reason not to meet.
    """
    if author is None or (author.actor == visit.actor.id and author.ground == ground):
        return "mine"
    if author.ground in own:
        return "mine" if ground in own else "subject"
    return "another" if author.ground == ground else "proxy"
