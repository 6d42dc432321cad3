"""A form as the compiler leaves it: frozen, serialisable by msgspec, kept by hash. Expressions stay as their source."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

QuestionType = Literal[
    "choice",
    "choices",
    "text",
    "long text",
    "integer",
    "decimal",
    "scale",
    "yes/no",
    "date",
    "time",
    "datetime",
    "quantity",
    "file",
]
"""The types of authoring.md §2 by their English names."""


class Option(msgspec.Struct, frozen=True):
    """One answer to choose. `free` marks `Annat: ____`: choosing it opens a short text of its own."""

    code: str
    html: str
    text: str
    score: float | None = None
    free: bool = False


class Question(msgspec.Struct, frozen=True, tag="question", tag_field="node"):
    """One question. `html` is its whole text, `label` the same as plain text on one line, for errors and tables.

    `low` and `high` bound a number, `earliest` and `latest` a date or a time, as ISO text. `yes/no` has two options;
    its answer is kept as True or False.
    """

    id: str
    type: QuestionType
    label: str
    html: str
    line: int = 0
    options: tuple[Option, ...] = ()
    required: bool = False
    shown_when: str | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    max_length: int | None = None
    unit: str | None = None
    hint: str | None = None
    default: str | None = None
    code: str | None = None
    hidden: bool = False
    repeats: tuple[int, int] | None = None
    answered_by: str | None = None
    earliest: str | None = None
    latest: str | None = None


class Questions(msgspec.Struct, frozen=True, tag="questions", tag_field="node"):
    """Rows that share one scale (a matrix). Each row is a whole Question of its own, options included."""

    id: str
    html: str
    rows: tuple[Question, ...]
    shown_when: str | None = None


class Text(msgspec.Struct, frozen=True, tag="text", tag_field="node"):
    """Prose between questions, sanitised; `{{form.id}}` stands in it for the page to fill."""

    html: str


class Show(msgspec.Struct, frozen=True, tag="show", tag_field="node"):
    """Text to the person that shows when an expression holds (`visa`)."""

    id: str
    when: str | None
    html: str


class Group(msgspec.Struct, frozen=True, tag="group", tag_field="node"):
    """Parts that belong together. `repeats` is how often they may be answered, at the least and at the most."""

    id: str
    html: str
    items: tuple[Question | Questions | Group | Text | Show, ...]
    shown_when: str | None = None
    repeats: tuple[int, int] | None = None


class Page(msgspec.Struct, frozen=True, tag="page", tag_field="node"):
    """What the person meets at once. A form without `sida` boxes has one page for each question, matrix or group."""

    id: str
    title: str
    items: tuple[Question | Questions | Group | Text | Show, ...]
    shown_when: str | None = None


class Band(msgspec.Struct, frozen=True):
    low: float
    high: float
    text: str


class Sum(msgspec.Struct, frozen=True):
    """A calculated score (`beräkna`). `items` are the questions that its formula reads; of other forms, `form.id`.

    `missing` is the instrument's own rule for unanswered items: what stands in for one, a number or `mean`, and, after
    a space, how many may be missing (`mean 2`).
    """

    id: str
    formula: str
    label: str
    bands: tuple[Band, ...] = ()
    items: tuple[str, ...] = ()
    missing: str | None = None


class Flag(msgspec.Struct, frozen=True):
    """What staff are to be told (`larm`). `level` is `red`, `yellow` or `green`.

    `to` is for whom it is, in the author's words, and `deadline` within what time they act: `4 hours`, `1 days`, `2 weekdays`.
    """

    id: str
    when: str
    level: str
    to: str | None
    deadline: str | None
    html: str


Audience = Literal["resident", "child", "guardian of a child", "child and guardian"]


class Offer(msgspec.Struct, frozen=True):
    """For whom a form is that stands on its own. `chosen` says that they may choose it themselves; else care sends it.

    `audience` is who answers, the ages are inclusive and those of whom it is about; `residence` are county codes, none
    for everywhere.
    """

    audience: Audience
    chosen: bool = False
    from_age: int | None = None
    to_age: int | None = None
    residence: tuple[str, ...] = ()

    @staticmethod
    def audiences() -> tuple[str, ...]:
        """Return the audiences that a form can have."""
        return get_args(Audience)


class Form(msgspec.Struct, frozen=True):
    """One form or instrument, or the questions of one worksheet. `offer` is there when it stands on its own.

    `owner` is the HSA-id, in capitals, of the unit that it belongs to.
    """

    key: str
    title: str
    pages: tuple[Page, ...]
    sums: tuple[Sum, ...] = ()
    flags: tuple[Flag, ...] = ()
    version: str = "1.0"
    language: str = "sv"
    licence: str | None = None
    source: str | None = None
    locked: bool = False
    hash: str = ""
    owner: str = ""
    responsible: str = ""
    safety: str = ""
    summary: str = ""
    offer: Offer | None = None
    fhir: tuple[tuple[str, str], ...] = ()
    """What the syntax cannot say (`fhir` boxes): each the group or page it stands in (empty: the form) and its JSON."""
