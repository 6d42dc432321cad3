"""A programme as the compiler leaves it: frozen, serialisable by msgspec, kept by its hash."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec
from ledstang import Box, Form, MediaFile

Answerer = Literal["participant", "child", "guardian", "each guardian", "child or guardian"]
"""Who answers a form. With `each guardian` every one of them has a series of their own.

In a programme for those who take part for themselves it is the `participant`, whoever that is.
"""


class Release(msgspec.Struct, frozen=True):
    """When a module opens.

    `direct`, or after something: `after` another module is completed (`module`, then `days` calendar days or `hours`
    later), on a `day` of the course (`days`, counted from 1 on the day of the start), on a `date`, `when` an
    expression holds, or when the `treater` opens it. Calendar days and dates open at 06:00 Swedish time. What an author
    wrote as the previous module has been resolved: `module` always names the one that is meant.
    """

    rule: Literal["direct", "after", "day", "date", "when", "treater"]
    module: str | None = None
    days: int = 0
    hours: int = 0
    date: date | None = None
    when: str | None = None


class Schedule(msgspec.Struct, frozen=True):
    """When a form comes: on `day` of the course (None: at once), then every `every` days, `times` in all.

    Each occasion is open for `open_days` (None: until the next), and `remind_day` is the day of it with a reminder.
    """

    day: int | None = None
    every: int | None = None
    times: int = 1
    open_days: int | None = None
    remind_day: int | None = None


class HtmlPart(msgspec.Struct, frozen=True, tag="html", tag_field="part"):
    """Prose, sanitised. `{{box.id}}` stands in it for the page to fill."""

    html: str


class Choice(msgspec.Struct, frozen=True):
    """What a quiz says of one answer: whether it is right, and why."""

    right: bool
    html: str = ""


class FormPart(msgspec.Struct, frozen=True, tag="form", tag_field="part"):
    """A worksheet or a form. `html` is what stands before its first question.

    `id` is the box's id, or the key of the form that it embeds: answers are kept under it. `blocks` closes what comes
    after it until it is answered. `choices` is a quiz's key: question id → code → what to say of it. What the child has
    answered itself a guardian reads only where `guardian_reads` says so.
    """

    id: str
    block: Literal["exercise", "diary", "quiz", "form", "homework"]
    title: str
    html: str
    form: Form
    schedule: Schedule | None = None
    blocks: bool = False
    shown_when: str | None = None
    choices: dict[str, dict[str, Choice]] = {}
    answered_by: Answerer = "participant"
    guardian_reads: bool = False


class BoxPart(msgspec.Struct, frozen=True, tag="box", tag_field="part"):
    """A plugin's own box, rendered by its block."""

    box: Box


Part = HtmlPart | FormPart | BoxPart


class Step(msgspec.Struct, frozen=True):
    """What is shown at once. `id` is the box's id, else its heading in letters that fit an address."""

    id: str
    title: str
    parts: tuple[Part, ...]


class Section(msgspec.Struct, frozen=True):
    id: str
    title: str
    steps: tuple[Step, ...]


class Module(msgspec.Struct, frozen=True):
    """One part of a programme. `lix` is the readability of its text, None when it is too short to tell."""

    key: str
    title: str
    opens: Release
    minutes: int | None
    intro: str
    sections: tuple[Section, ...]
    lix: int | None = None


class Consent(msgspec.Struct, frozen=True):
    """What a participant says yes to. A new `version` means that they are asked again.

    `guardians` says how many of a child's have to say yes, whoever began.
    """

    title: str
    html: str
    version: str
    guardians: Literal["none", "one", "both"] = "none"


class Programme(msgspec.Struct, frozen=True):
    """A whole programme.

    `sort` is `open`, `self-referral` or `treater-led`; `audience` is `resident`, `child`, `guardian of a child`,
    `child and guardian` or `relative`; ages are the participant's and inclusive at both ends; the measures are answered
    by `answered_by`; `residence` holds county codes, empty for everywhere. `forms` has every
    form that the programme uses, by key. `media` is by file name; pages find a file at
    `/programmes/media/<key>/<name>?v=<the first of its hash>`.
    """

    key: str
    title: str
    language: str
    owner: str
    version: str
    sort: str
    audience: str
    from_age: int | None
    to_age: int | None
    residence: tuple[str, ...]
    consent: Consent | None
    measure_before: str | None
    measure_after: str | None
    readable_days: int | None
    reminder_days: int | None
    responsible: str
    licence: str
    safety: str
    summary: str
    welcome: str
    modules: tuple[Module, ...]
    forms: dict[str, Form] = {}
    adaptable: tuple[str, ...] = ()
    media: dict[str, MediaFile] = {}
    answered_by: Answerer = "participant"
    hash: str = ""


def parts_of(programme: Programme) -> list[tuple[Module, Step, Any]]:
    """Return every part of a programme with the module and the step it stands in, in reading order."""
    return [
        (module, step, part)
        for module in programme.modules
        for section in module.sections
        for step in section.steps
        for part in step.parts
    ]
