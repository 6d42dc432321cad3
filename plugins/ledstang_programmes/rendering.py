"""The parts of a step, made ready for its template: texts with earlier answers filled in, worksheets with what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from ledstang import (
    Filler,
    Form,
    Given,
    Host,
    Page,
    Taken,
    Visit,
    on_page,
    page_questions,
    present,
    revisions_of,
    values_of,
)
from markupsafe import Markup

from ledstang_programmes.course import by_page
from ledstang_programmes.document import Answerer, Choice, FormPart, HtmlPart
from ledstang_programmes.figures import figure
from ledstang_programmes.loading import Loaded
from ledstang_programmes.occasions import Occasions
from ledstang_programmes.outline import Spot

LOCALE = Path(__file__).parent / "locale"


class Said(msgspec.Struct, frozen=True):
    """What a quiz says of an answer that was given."""

    right: bool
    html: Markup


class Sheet(msgspec.Struct, frozen=True):
    """A worksheet on a step's page. `entries` are the diary's earlier notes; `runner` the address of a longer form.

    `comes` are the occasions of one that has a schedule.

    `seen` is what the page shows, for it to say when it is posted; `waits`, that what comes after is closed until then.
    `kept_as` names the worksheet where its texts are the author's alone, so that what is drawn of it may be kept.
    `by_another` says who answers it where that is not who reads the page, and `elsewhere` that another guardian has;
    `withheld`, that there are answers which are not shown on a device that is lent.
    """

    part: FormPart
    place: str
    html: Markup
    pages: tuple[Page, ...]
    values: dict[str, Any]
    revisions: dict[str, int]
    seen: list[str]
    visible: frozenset[str]
    shown: tuple[str, ...]
    scores: dict[str, Any]
    said: dict[str, list[Said]]
    entries: list[tuple[Any, list[tuple[str, str]]]]
    written: list[tuple[str, str]]
    runner: str = ""
    sent: bool = False
    waits: bool = False
    comes: Occasions | None = None
    kept_as: str | None = None
    by_another: Answerer | None = None
    begun: bool = False
    elsewhere: bool = False
    withheld: bool = False


class Piped(Mapping[str, str]):
    """Earlier answers as text by `box.id`, each unsealed when a text first asks for it."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def __getitem__(self, name: str) -> str:
        box, _, id_ = name.partition(".")
        place = self._loaded.place_of(box)
        if not self._loaded.may_read(place) or (self._loaded.visit.handed_over and not self._loaded.is_shared(place)):
            raise KeyError(name)
        value = self._loaded.answer(box, id_)
        question = self._loaded.index.questions(box).get(id_)
        if value is None:
            raise KeyError(name)
        if question:
            return present(question, value)
        return figure(value, self._loaded.visit.language) if isinstance(value, int | float) else str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


async def render_parts(host: Host, visit: Visit, loaded: Loaded, spot: Spot, taken: Taken | None) -> list[Any]:
    """Return what a step's template shows, in order: Markup for texts and plugins' boxes, Sheet for worksheets."""
    fills = filler(loaded)
    ready: list[Any] = []
    for part in spot.step.parts:
        if isinstance(part, HtmlPart):
            ready.append(fills.html(part.html))
        elif isinstance(part, FormPart):
            if loaded.course.shows(part):
                ready.append(_sheet(loaded, part, taken, fills))
        else:
            ready.append(await host.box(visit, part.box, loaded.part))
    return ready


def filler(loaded: Loaded) -> Filler:
    """Return what fills a participant's earlier answers into the texts of their programme."""
    return Filler(loaded.visit.language, Piped(loaded))


def _sheet(loaded: Loaded, part: FormPart, taken: Taken | None, filler: Filler) -> Sheet:
    place = loaded.place(part)
    if not loaded.may_answer(part.id):
        return _sheet_of_another(loaded, part, place, filler)
    given, result = loaded.given(place, part.form), loaded.result(place, part.form)
    withheld = any(map(loaded.withheld, given.values()))
    plain = part.id in loaded.index.plain
    return Sheet(
        part=part,
        place=place,
        html=filler.html(part.html),
        pages=part.form.pages if plain else filler.pages(part.form.pages, result.visible),
        values=values_of(loaded, place, given, taken),
        revisions=revisions_of(part.form, given),
        seen=on_page(loaded, place, part.form, part.form.pages, part.choices),
        visible=result.visible,
        shown=result.shown,
        scores={id_: score for id_, score in result.scores.items() if score.answered and not withheld},
        said={} if withheld else _said(part, given),
        entries=[] if loaded.visit.handed_over else _entries(loaded, part),
        written=[] if withheld else _written(given, part.form),
        runner=runner_of(loaded, part) if by_page(part) else "",
        sent=loaded.sent(place),
        comes=loaded.course.occasions(part) if part.schedule else None,
        waits=part.blocks and not loaded.course.answered(part),
        kept_as=loaded.part.version if plain else None,
        elsewhere=place in loaded.elsewhere,
        withheld=withheld,
    )


def _sheet_of_another(loaded: Loaded, part: FormPart, place: str, filler: Filler) -> Sheet:
    """Return a worksheet that somebody else answers: whether they have, and what, where it may be read."""
    reads = loaded.may_read(part.id)
    given = loaded.given(place, part.form) if reads else {}
    return Sheet(
        part=part, place=place, html=filler.html(part.html), pages=(), values={}, revisions={}, seen=[],
        visible=frozenset(), shown=(), scores={}, said={}, entries=_entries(loaded, part) if reads else [],
        written=_written(given, part.form),
        runner=runner_of(loaded, part) if by_page(part) else "",
        sent=loaded.sent(place),
        by_another=part.answered_by,
        begun=place in loaded.responses,
        elsewhere=place in loaded.elsewhere,
    )  # fmt: skip


def runner_of(loaded: Loaded, part: FormPart) -> str:
    """Return the address where a form is filled in page by page; empty while one with a schedule is not open."""
    if part.schedule is None:
        return f"{loaded.path}/form/{quote(part.id)}"
    current = loaded.course.occasions(part).current
    return f"{loaded.path}/form/{quote(part.id)}.{current.number}" if current else ""


def _said(part: FormPart, given: Mapping[str, Given]) -> dict[str, list[Said]]:
    """Return what a quiz says of the answers so far."""
    said = {}
    for id_, choices in part.choices.items():
        if id_ in given and given[id_].value is not None:
            value = given[id_].value
            chosen = value if isinstance(value, list) else [str(value)]
            said[id_] = [_say(choices[code]) for code in chosen if code in choices]
    return said


def _say(choice: Choice) -> Said:
    return Said(choice.right, Markup(choice.html))  # noqa: S704 - sanitised by the compiler


def _entries(loaded: Loaded, part: FormPart) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return a diary's earlier notes, the latest first: when, and its questions with their answers."""
    if part.block != "diary" and part.schedule is None:
        return []
    entries = []
    for place in loaded.places(part):
        response = loaded.responses.get(place)
        if response and response.completed:
            entries.append((response.completed, _written(loaded.given(place, part.form), part.form)))
    return entries[::-1]


def _written(given: Mapping[str, Given], form: Form) -> list[tuple[str, str]]:
    """Return the questions that have an answer, each with it as text."""
    return [
        (question.label, present(question, given[question.id].value))
        for question in page_questions(form.pages)
        if question.id in given and given[question.id].value is not None
    ]
