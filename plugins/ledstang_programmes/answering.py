"""From a posted page to saved answers: read what was written, keep what can be kept, and say what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import msgspec
from ledstang import (
    AnswerFault,
    Conflict,
    Form,
    Given,
    Host,
    Question,
    Value,
    Visit,
    present,
    questions_of,
    raw_answer,
    read_answer,
    text,
)
from litestar import Response


class Fields(Protocol):
    """A posted form: several values may have one name."""

    def getall(self, key: str, default: Any = None, /) -> Any: ...
    def get(self, key: str, default: Any = None, /) -> Any: ...
    def __contains__(self, key: object, /) -> bool: ...


@dataclass
class Taken:
    """What became of one posted page. Names are `<place>.<question>`, as in the form's fields.

    `raw` holds what was written where it could not be read, so that the page can show it again.
    """

    faults: dict[str, AnswerFault] = field(default_factory=dict)
    raw: dict[str, list[str]] = field(default_factory=dict)
    conflicts: list[Clash] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

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
        return {name: f"{self.labels[name]} {one}" for name, one in self.sentences(language).items()}

    def answer(self) -> Response[Any]:
        """Answer a script that saves while somebody writes; 409 where another device has been before."""
        body = {
            "revisions": self.revisions,
            "faults": list(self.faults),
            "conflicts": [clash.name for clash in self.conflicts],
        }
        return Response(body, status_code=409 if self.conflicts else 200)


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


def questions(parts: Iterable[Any]) -> Iterator[Question]:
    """Walk all questions of pages, groups and matrices, in order."""
    for one in parts:
        yield from questions_of(one)


async def take(
    host: Host,
    visit: Visit,
    owner: UUID,
    place: str,
    form: Form,
    asked: Iterable[Question],
    fields: Fields,
    given: Mapping[str, Given],
    *,
    demand: bool = True,
) -> Taken:
    """Save the answers to `asked` at a place. With `demand` an obligatory question left empty is a fault."""
    taken = Taken()
    values: dict[str, Value | None] = {}
    bases: dict[str, int] = {}
    by_id = {question.id: question for question in asked}
    for id_, question in by_id.items():
        name = f"{place}.{id_}"
        if not _posted(fields, name):
            continue
        raw = _raw(fields, name, question)
        try:
            answer = read_answer(question, raw, complete=demand)
        except AnswerFault as fault:
            taken.faults[name], taken.raw[name], taken.labels[name] = fault, raw, question.label
            if fault.code != "required":
                continue
            answer = None
        if answer is not None or id_ in given:
            values[id_], bases[id_] = answer, _number(fields.get(f"_revision.{name}"))
    if values:
        saved = await host.answers.save(
            person=visit.subject.id,
            actor=visit.actor.id,
            owner=owner,
            place=place,
            form=form,
            values=values,
            revisions=bases,
        )
        taken.revisions = {f"{place}.{item}": revision for item, revision in saved.revisions.items()}
        taken.conflicts = [Clash(f"{place}.{one.item}", by_id[one.item], one) for one in saved.conflicts]
    return taken


def _posted(fields: Fields, name: str) -> bool:
    """Say whether a page posted the question at all: an unticked box sends nothing, but its revision does."""
    return name in fields or f"_revision.{name}" in fields or f"{name}.choose" in fields


def _raw(fields: Fields, name: str, question: Question) -> list[str]:
    """Return what was written. A conflict page sends the choice between two answers instead."""
    chosen = fields.get(f"{name}.choose")
    if chosen:
        mine, theirs = fields.getall(f"{name}.mine", []), fields.getall(f"{name}.theirs", [])
        both = ["\n\n".join([*theirs, *mine])]
        return {"mine": mine, "both": both}.get(chosen, theirs)
    raw = [value for value in fields.getall(name, []) if isinstance(value, str)]
    if question.type in ("date", "datetime"):
        return _moment(raw)
    free = str(fields.get(f"{name}.free") or "").strip()
    written = {option.code for option in question.options if option.free and free}
    return [f"{value}: {free}" if value in written else value for value in raw]


def _moment(boxes: list[str]) -> list[str]:
    """Put the boxes of a date (and a time) together; what is not a number stays as it was written, for the fault."""
    filled = [box.strip() for box in boxes]
    if not any(filled):
        return []
    day = "-".join(box.zfill(2) for box in filled[:3])
    return ["T".join([day, *filled[3:4]])]


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else 0
