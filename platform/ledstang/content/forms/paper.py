"""A form on paper: the same questions, answers, points and sums as on the page, for a printed and a plain edition.

Both editions are made of one `Paper`, so that neither asks or scores anything that the other does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Literal

import msgspec

from ledstang.content.forms.document import Form, Group, Page, Question, Questions, Show, Sum
from ledstang.content.forms.plain import plain
from ledstang.content.forms.walking import Part, inside, questions_of
from ledstang.content.forms.wording import Wording
from ledstang.content.texts import text

Answered = Literal["one", "several", "line", "lines"]
WIDTH = 76
"""Characters of a line of the plain edition: it is read in letters and in e-mail."""
PARTED = re.compile(r"(?<=\d) (?=\d)")
"""The space inside a telephone number."""
LINES = 4
"""Empty lines for a long answer."""
DATES = {"date": "year, month, day", "time": "hours and minutes", "datetime": "year, month, day, hours and minutes"}


class Choice(msgspec.Struct, frozen=True):
    """An answer to tick. `points` are those that count in a sum, None where none do; `free` leaves room for words."""

    text: str
    points: str | None
    free: bool


class Ask(msgspec.Struct, frozen=True, tag="ask", tag_field="part"):
    """One question by its number. `only` says when it is asked, `how` what is to be written, each in a sentence."""

    number: int
    id: str
    text: str
    answered: Answered
    choices: tuple[Choice, ...]
    only: str
    how: str
    hint: str


class Say(msgspec.Struct, frozen=True, tag="say", tag_field="part"):
    """A text, with its condition where it is not for everybody; or with `heading` the title of what follows."""

    text: str
    heading: bool = False


class Reckon(msgspec.Struct, frozen=True):
    """How a score is worked out by hand, in a sentence, and what it means."""

    label: str
    how: str
    bands: tuple[str, ...]


class Paper(msgspec.Struct, frozen=True):
    """A whole form on paper. `top` are the lines where whoever answers writes who it is about."""

    title: str
    about: str
    safety: str
    language: str
    top: tuple[str, ...]
    parts: tuple[Ask | Say, ...]
    scores: tuple[Reckon, ...]
    foot: tuple[str, ...]


def paper_of(form: Form) -> Paper:
    """Return a form on paper, in its own language."""
    return _Writer(form).paper()


def plain_edition(paper: Paper) -> str:
    """Return the paper as plain text, lines no longer than a letter's."""
    return "\n".join(_lines(paper)).rstrip() + "\n"


class _Writer:
    """Writes one form. What is hidden on purpose is asked of nobody, on paper neither."""

    def __init__(self, form: Form) -> None:
        self.form, self.language = form, form.language
        asked = [one for one in questions_of(form) if not one.hidden]
        self.numbers = {one.id: number for number, one in enumerate(asked, 1)}
        self.words = Wording(form, self.numbers, form.language)
        self.counted = {id_ for sum_ in form.sums for id_ in sum_.items}

    def paper(self) -> Paper:
        form = self.form
        parts = tuple(part for page in form.pages for part in self.part(page, ()))
        foot = (self.say("Version %(version)s.", version=form.version), form.licence or "", form.source or "")
        return Paper(
            form.title, form.summary, form.safety, form.language, (self.say("Name:"), self.say("Personal number:")), parts,
            tuple(map(self.reckon, form.sums)), tuple(filter(None, foot)),
        )  # fmt: skip

    def say(self, message: str, **values: object) -> str:
        return text(message, self.language) % values

    def only(self, conditions: tuple[str, ...]) -> str:
        """Return in words when something is met that stands in parts which are not always met."""
        return self.say(" and ").join(self.words.of(one) for one in conditions)

    def part(self, part: Part, within: tuple[str, ...]) -> Iterator[Ask | Say]:
        own = part.when if isinstance(part, Show) else getattr(part, "shown_when", None)
        met = (*within, own) if own else within
        if isinstance(part, Question):
            if not part.hidden:
                yield self.ask(part, met)
            return
        if isinstance(part, Page) and part.title:
            yield Say(part.title, heading=True)
        if said := "" if isinstance(part, Page) else plain(getattr(part, "html", "")):
            yield Say(self.say("If %(when)s: %(what)s", when=self.only(met), what=said) if met else said)
        if isinstance(part, Group) and part.repeats:
            yield Say(
                self.say(
                    "Answer this for each, at most %(most)s. Copy the page if you need more room.", most=part.repeats[1]
                )
            )
        kept = met if isinstance(part, Page | Group | Questions) else ()
        for inner in inside(part):
            yield from self.part(inner, kept)

    def ask(self, question: Question, met: tuple[str, ...]) -> Ask:
        choices = tuple(self.choices(question))
        answered: Answered = "lines" if question.type == "long text" else "line"
        if choices:
            answered = "several" if question.type == "choices" else "one"
        must = self.say(" (must be answered)") if question.required else ""
        only = self.say("Only if %(when)s.", when=self.only(met)) if met else ""
        how = self.say("Tick all that are true.") if answered == "several" else "" if choices else self.how(question)
        return Ask(
            self.numbers[question.id], question.id, f"{question.label}{must}", answered, choices, only, how,
            plain(question.hint or ""),
        )  # fmt: skip

    def choices(self, question: Question) -> Iterator[Choice]:
        counts = question.id in self.counted
        for option in question.options:
            yield Choice(option.text, _figure(option.score, self.language) if counts else None, option.free)

    def how(self, question: Question) -> str:
        """Return what is to be written: a number between two others, a day, in which unit."""
        low, high = _figure(question.low, self.language), _figure(question.high, self.language)
        if question.type in DATES:
            return f"({self.say(DATES[question.type])})"
        if question.type == "file":
            return f"({self.say('enclose it')})"
        if low and high:
            said = self.say("a number from %(low)s to %(high)s", low=low, high=high)
        else:
            said = self.say("a number") if question.type in ("integer", "decimal", "quantity", "scale") else ""
        written = ", ".join(filter(None, (said, question.unit)))
        return f"({written})" if written else ""

    def reckon(self, sum_: Sum) -> Reckon:
        stand_in, _, most = (sum_.missing or "").partition(" ")
        missing = self.say("If a question is not answered there is no score.")
        if stand_in == "mean":
            missing = self.say("A question without an answer counts as the mean of the others.")
        elif stand_in:
            missing = self.say("A question without an answer counts as %(points)s.", points=stand_in)
        if most:
            missing += " " + self.say("If more than %(most)s are not answered there is no score.", most=most)
        bands = tuple(
            f"{_figure(band.low, self.language)}–{_figure(band.high, self.language)}: {band.text}"
            for band in sum_.bands
        )
        how = self.say("To reckon: %(label)s is %(how)s.", label=sum_.label, how=self.words.of(sum_.formula))
        return Reckon(sum_.label, f"{how} {missing}", bands)


def _figure(value: float | None, language: str) -> str | None:
    if value is None:
        return None
    written = str(int(value)) if float(value).is_integer() else str(value)
    return written.replace("-", "−") if language == "en" else written.replace(".", ",").replace("-", "−")


def _lines(paper: Paper) -> Iterator[str]:
    yield from (paper.title.upper(), "")
    yield from _wrapped(paper.about)
    yield from _wrapped(paper.safety)
    yield from (*(f"{line} {'_' * 30}" for line in paper.top), "")
    for part in paper.parts:
        if isinstance(part, Say):
            yield from _wrapped(part.text.upper() if part.heading else part.text)
        else:
            yield from _asked(part)
    for one in paper.scores:
        yield from _wrapped(one.how)
        yield from (f"   {one.label}: ______", *(f"   {band}" for band in one.bands), "")
    for line in paper.foot:
        yield from _wrapped(line)


def _asked(part: Ask) -> Iterator[str]:
    yield from _folded(part.text, f"{part.number}. ")
    for said in (part.only, part.hint, part.how):
        yield from _folded(said, "   ")
    for choice in part.choices:
        points = f" ({choice.points})" if choice.points is not None else ""
        yield f"   [ ] {choice.text}{points}{' ' + '_' * 30 if choice.free else ''}"
    if not part.choices:
        yield from ("   " + "_" * 60 for _ in range(LINES if part.answered == "lines" else 1))
    yield ""


def _wrapped(said: str) -> Iterator[str]:
    if said:
        yield from (*_folded(said, ""), "")


def _folded(said: str, before: str) -> Iterator[str]:
    """Yield a text in lines, the first of which begins with something and the others as far in. No number is parted."""
    whole = PARTED.sub("\u00a0", said)
    if whole:
        margins = {"initial_indent": before, "subsequent_indent": " " * len(before)}
        for line in wrap(whole, WIDTH, break_long_words=False, break_on_hyphens=False, **margins):
            yield line.replace("\u00a0", " ")
