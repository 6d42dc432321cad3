"""The parts of a step, made ready for its template: texts with earlier answers filled in, worksheets with what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from ledstang import Form, Given, Host, Visit, fill, present, text
from markupsafe import Markup

from ledstang_programmes.answering import Taken, questions
from ledstang_programmes.course import Spot
from ledstang_programmes.document import Choice, FormPart, HtmlPart, Module
from ledstang_programmes.loading import Loaded


class Said(msgspec.Struct, frozen=True):
    """What a quiz says of an answer that was given."""

    right: bool
    html: Markup


class Sheet(msgspec.Struct, frozen=True):
    """A worksheet on a step's page. `entries` are the diary's earlier notes; `runner` the address of a longer form."""

    part: FormPart
    place: str
    html: Markup
    form: Form
    values: dict[str, Any]
    revisions: dict[str, int]
    visible: frozenset[str]
    shown: tuple[str, ...]
    scores: dict[str, Any]
    said: dict[str, list[Said]]
    entries: list[tuple[Any, list[tuple[str, str]]]]
    written: list[tuple[str, str]]
    runner: str = ""
    sent: bool = False


class Piped(Mapping[str, str]):
    """Earlier answers as text by `box.id`, each unsealed when a text first asks for it."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded

    def __getitem__(self, name: str) -> str:
        box, _, id_ = name.partition(".")
        value = self._loaded.context.forms.get(box, {}).get(id_)
        question = self._loaded.index.questions(box).get(id_)
        if value is None:
            raise KeyError(name)
        return present(question, value) if question else f"{value:g}" if isinstance(value, int | float) else str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


async def render_parts(host: Host, visit: Visit, loaded: Loaded, spot: Spot, taken: Taken | None) -> list[Any]:
    """Return what a step's template shows, in order: Markup for texts and plugins' boxes, Sheet for worksheets."""
    piped, missing = Piped(loaded), text("(you have not answered this yet)", visit.language)
    ready: list[Any] = []
    for part in spot.step.parts:
        if isinstance(part, HtmlPart):
            ready.append(fill(part.html, piped, missing))
        elif isinstance(part, FormPart):
            if loaded.shows(part):
                ready.append(_sheet(loaded, part, taken, piped, missing))
        else:
            ready.append(await host.box(visit, part.box, loaded.part))
    return ready


def intro_of(loaded: Loaded, module: Module, language: str) -> Markup:
    """Return what introduces a module, with earlier answers filled in."""
    return fill(module.intro, Piped(loaded), text("(you have not answered this yet)", language))


def _sheet(loaded: Loaded, part: FormPart, taken: Taken | None, piped: Piped, missing: str) -> Sheet:
    place = loaded.place(part)
    form = _filled(part.form, piped, missing)
    given = loaded.given(place, part.form)
    result = loaded.result(part.form, given)
    return Sheet(
        part=part,
        place=place,
        html=fill(part.html, piped, missing),
        form=form,
        values=values_of(place, given, taken),
        revisions={id_: one.revision for id_, one in given.items()},
        visible=result.visible,
        shown=result.shown,
        scores={id_: score for id_, score in result.scores.items() if score.answered},
        said=_said(part, given),
        entries=_entries(loaded, part),
        written=_written(given, part.form),
        runner=f"{loaded.path}/form/{part.id}" if part.block == "form" and len(part.form.pages) > 1 else "",
        sent=loaded.sent(place),
    )


def values_of(place: str, given: Mapping[str, Given], taken: Taken | None) -> dict[str, Any]:
    """Return what stands in the fields: the saved answers, and over them what was written but could not be read."""
    values: dict[str, Any] = {id_: one.value for id_, one in given.items()}
    for name, raw in (taken.raw if taken else {}).items():
        if name.startswith(f"{place}."):
            values[name.removeprefix(f"{place}.")] = raw[0] if len(raw) == 1 else raw
    return values


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
    if part.block != "diary":
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
        for question in questions(form.pages)
        if question.id in given and given[question.id].value is not None
    ]


def _filled(form: Form, piped: Piped, missing: str) -> Form:
    """Return a form with earlier answers in its texts."""
    return msgspec.structs.replace(form, pages=tuple(_with(page, piped, missing) for page in form.pages))


def _with(node: Any, piped: Piped, missing: str) -> Any:
    changes: dict[str, Any] = {}
    if "{{" in (getattr(node, "html", None) or ""):
        changes["html"] = str(fill(node.html, piped, missing))
    for inner in ("items", "rows"):
        if hasattr(node, inner):
            changes[inner] = tuple(_with(one, piped, missing) for one in getattr(node, inner))
    return msgspec.structs.replace(node, **changes) if changes else node
