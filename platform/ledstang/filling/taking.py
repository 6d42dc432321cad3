"""From a posted page to saved answers: read what was written, keep what can be kept, and say what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
from litestar import Response
from litestar.datastructures import FormMultiDict

from ledstang.content.forms.answers import AnswerFault, present, raw_answer, read_answer
from ledstang.content.forms.document import Form, Group, Question
from ledstang.content.forms.evaluating import Result
from ledstang.content.given import Conflict, Given, Saved, Value
from ledstang.content.texts import text

SEVERAL = frozenset({"text", "integer", "decimal"})
"""The types of question that a page can ask several times."""


PostedFields = FormMultiDict
"""A posted form: several values may have one name."""


class Fillable(Protocol):
    """What somebody writes on: the answers that stand at each place of it, and how more are kept. A plugin's own class.

    `withheld` says that an answer is not shown here; `result_with` is what the form's rules would make of the answers if
    some of them were others. `save` keeps answers, with the revisions that the page was rendered with.
    """

    def given(self, place: str, form: Form) -> Mapping[str, Given]: ...
    def withheld(self, given: Given) -> bool: ...
    def result(self, place: str, form: Form) -> Result: ...
    def result_with(self, place: str, form: Form, instead: Mapping[str, Value | None]) -> Result: ...
    async def save(
        self,
        place: str,
        form: Form,
        values: Mapping[str, Value | None],
        revisions: Mapping[str, int],
        *,
        sent_is_closed: bool,
    ) -> Saved: ...


@dataclass
class Taken:
    """What became of one posted page. Names are `<place>.<question>`, as in the form's fields.

    `raw` holds what was written where it could not be read, so that the page can show it again. `late` says that
    nothing was saved, since the form had been sent in between.
    """

    faults: dict[str, AnswerFault] = field(default_factory=dict)
    raw: dict[str, list[str]] = field(default_factory=dict)
    conflicts: list[Clash] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    late: bool = False

    def refuse(self, name: str, question: Question, fault: AnswerFault, raw: list[str]) -> None:
        """Note an answer that cannot stand."""
        self.faults[name], self.raw[name], self.labels[name] = fault, raw, question.label

    def add(self, other: Taken) -> None:
        """Take in what became of another worksheet of the page."""
        self.faults |= other.faults
        self.raw |= other.raw
        self.labels |= other.labels
        self.conflicts += other.conflicts
        self.revisions |= other.revisions

    def sentences(self, language: str) -> dict[str, str]:
        """Return each fault as a sentence to stand by its field, by the field's name."""
        return {name: text(one.sentence, language).format_map(one.values) for name, one in self.faults.items()}

    def summary(self, language: str) -> dict[str, str]:
        """Return each fault as it stands in the summary on top, where its question must be named too."""
        return {name: f"{_ended(self.labels[name])} {one}" for name, one in self.sentences(language).items()}

    def answer(self) -> Response[Any]:
        """Answer a script that saves while somebody writes; 409 where another device has been before."""
        body = {
            "revisions": self.revisions,
            "faults": list(self.faults),
            "conflicts": [clash.name for clash in self.conflicts],
        }
        return Response(body, status_code=409 if self.conflicts or self.late else 200)


def _ended(label: str) -> str:
    """Return a question's words so that a sentence may follow them."""
    return label if label.endswith(("?", ".", "!", ":")) else f"{label}:"


class Clash(msgspec.Struct, frozen=True):
    """A question with two answers: the name of its field, both as a form sends them and as one reads them."""

    name: str
    question: Question
    conflict: Conflict

    @property
    def mine(self) -> tuple[list[str], str]:
        return raw_answer(self.question, self.conflict.mine), present(self.question, self.conflict.mine)

    @property
    def theirs(self) -> tuple[list[str], str]:
        return raw_answer(self.question, self.conflict.theirs), present(self.question, self.conflict.theirs)

    @property
    def both(self) -> bool:
        """Say whether both can be kept: texts can."""
        return self.question.type in ("text", "long text")


def page_questions(parts: Iterable[Any]) -> Iterator[Question]:
    """Walk the questions of pages, groups and matrices that can be answered on a page, in order."""
    for one in parts:
        if isinstance(one, Question):
            if answerable(one):
                yield one
        elif answerable(one):
            yield from page_questions((*getattr(one, "items", ()), *getattr(one, "rows", ())))


def answerable(part: Any) -> bool:
    """Say whether a page can ask this: it cannot take files, nor a group of questions several times."""
    if isinstance(part, Group):
        return part.repeats is None
    if isinstance(part, Question):
        return part.type != "file" and (part.repeats is None or part.type in SEVERAL)
    return True


async def take_answers(
    sheet: Fillable,
    place: str,
    form: Form,
    asked: Iterable[Question],
    fields: PostedFields,
    *,
    demand: bool = True,
    sent_is_closed: bool = False,
) -> Taken:
    """Save the answers to `asked` at a place. With `demand` an obligatory question left empty is a fault.

    With `sent_is_closed` nothing is saved in a form that has been sent, be it by a request that overtook this one.

    What is demanded depends on the answers as they are now: one that hides a question lets it go unanswered.
    """
    taken = Taken()
    values: dict[str, Value | None] = {}
    bases: dict[str, int] = {}
    by_id = {one.id: one for one in asked if not one.hidden and _posted(fields, f"{place}.{one.id}")}
    withheld = {id_: one.revision for id_, one in sheet.given(place, form).items() if sheet.withheld(one)}
    for id_, question in by_id.items():
        name = f"{place}.{id_}"
        raw, base = _raw(fields, name, question), withheld.get(id_) or _number(fields.get(f"_revision.{name}"))
        try:
            answer = read_answer(question, raw, complete=False)
        except AnswerFault as fault:
            taken.refuse(name, question, fault, raw)
            continue
        if answer is not None or (base and id_ not in withheld):  # what was shown empty, and still is, says nothing
            values[id_], bases[id_] = answer, base
    if demand:
        result = sheet.result_with(place, form, values)
        _demand(taken, place, [by_id[id_] for id_ in result.path if id_ in by_id and id_ not in result.answers])
    if values:
        saved = await sheet.save(place, form, values, bases, sent_is_closed=sent_is_closed)
        taken.late = saved.late
        taken.revisions = {f"{place}.{item}": revision for item, revision in saved.revisions.items()}
        taken.conflicts = [Clash(f"{place}.{one.item}", by_id[one.item], one) for one in saved.conflicts]
    return taken


def _demand(taken: Taken, place: str, empty: Iterable[Question]) -> None:
    """Refuse the obligatory ones of questions that were left empty."""
    for question in empty:
        name = f"{place}.{question.id}"
        if name not in taken.faults:
            try:
                read_answer(question, [])
            except AnswerFault as fault:
                taken.refuse(name, question, fault, [])


def unsaved_answers(sheet: Fillable, place: str, form: Form, fields: PostedFields) -> list[tuple[str, str]]:
    """Return what a page holds that is not saved, as questions with their texts: for a page that came too late."""
    given = sheet.given(place, form)
    rows = []
    for question in page_questions(form.pages):
        name = f"{place}.{question.id}"
        raw = _raw(fields, name, question) if _posted(fields, name) else []
        if any(raw) and raw != raw_answer(question, given[question.id].value if question.id in given else None):
            rows.append((question.label, _as_text(question, raw)))
    return rows


def posted_values(place: str, asked: Iterable[Question], fields: PostedFields) -> dict[str, Any]:
    """Return what a page holds, by question: answers where they can be read, else as they were written.

    For a page that shows again what was not kept.
    """
    values = {}
    for question in asked:
        name = f"{place}.{question.id}"
        raw = _raw(fields, name, question) if _posted(fields, name) else []
        if any(raw):
            values[question.id] = _read_or_raw(question, raw)
    return values


def _read_or_raw(question: Question, raw: list[str]) -> Any:
    try:
        return read_answer(question, raw, complete=False)
    except AnswerFault:
        return raw[0] if len(raw) == 1 else raw


def _as_text(question: Question, raw: list[str]) -> str:
    try:
        return present(question, read_answer(question, raw, complete=False))
    except AnswerFault:
        return ", ".join(raw)


def _posted(fields: PostedFields, name: str) -> bool:
    """Say whether a page posted the question at all: an unticked box sends nothing, but its revision does."""
    return name in fields or f"_revision.{name}" in fields or f"{name}.choose" in fields


def _raw(fields: PostedFields, name: str, question: Question) -> list[str]:
    """Return what was written. A conflict page sends the choice between two answers instead."""
    chosen = fields.get(f"{name}.choose")
    if chosen:
        mine, theirs = _texts(fields, f"{name}.mine"), _texts(fields, f"{name}.theirs")
        both = ["\n\n".join([*theirs, *mine])]
        return mine if chosen == "mine" else both if chosen == "both" else theirs
    raw = _texts(fields, name)
    if question.type in ("date", "datetime"):
        return _moment(raw)
    free = "".join(_texts(fields, f"{name}.free")[:1]).strip()
    written = {option.code for option in question.options if option.free and free}
    return [f"{value}: {free}" if value in written else value for value in raw]


def _texts(fields: PostedFields, name: str) -> list[str]:
    """Return what was written under a name. A file sent in a text's place is no answer."""
    return [value for value in fields.getall(name, []) if isinstance(value, str)]


def _moment(boxes: list[str]) -> list[str]:
    """Put the boxes of a date (and a time) together; what is not a number stays as it was written, for the fault."""
    filled = [box.strip() for box in boxes]
    if not any(filled):
        return []
    day = "-".join(box.zfill(2) for box in filled[:3])
    return ["T".join([day, *filled[3:4]])]


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else 0
