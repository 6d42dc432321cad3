"""What templates may do to a value: dates and numbers as Swedish and English write them, and answers in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from ledstang.clock import STOCKHOLM
from ledstang.content.forms import answers
from ledstang.content.forms.document import Question

PIPED = re.compile(r"\{\{\s*([^\W\d][\w-]*\.[^\W\d][\w-]*)\s*\}\}")
"""An earlier answer in an author's text: `{{box.id}}`. Anything else between braces is left as it is written."""

DAYS = 4096
"""Days whose text is kept: the same few stand in row after row, and Babel takes as long for one as a row takes in all."""


def local(at: datetime) -> datetime:
    """Return an instant in Swedish civil time; a naive one is civil already."""
    return at.astimezone(STOCKHOLM) if at.tzinfo else at


def civil_day(value: date | datetime) -> date:
    """Return the Swedish day of an instant; a day is one already."""
    return local(value).date() if isinstance(value, datetime) else value


@lru_cache(DAYS)
def day_in(locale: str, on: date, format: str) -> str:
    """Write a day as a locale does. The text of a day never changes, so it may be kept."""
    return format_date(on, format, locale=locale)


def filters_of(language: str, gettext: Callable[[str], str]) -> dict[str, Callable[..., Any]]:
    """Return the filters of one language, by the name that templates call them by."""
    locale = {"sv": "sv_SE", "en": "en_GB"}[language]

    def day(value: date | datetime, format: str = "long") -> str:
        """`14 mars 2026`; with "full" the weekday as well, with "short" `2026-03-14`."""
        return day_in(locale, civil_day(value), format)

    def weekday(value: date | datetime) -> str:
        """A day without its year: `lördag 14 mars`."""
        return day_in(locale, civil_day(value), "EEEE d MMMM")

    def clock(value: datetime | time) -> str:
        """A time of day: `14:03`."""
        at = local(value) if isinstance(value, datetime) else value
        return f"{at.hour:02}:{at.minute:02}"

    def instant(value: datetime) -> str:
        """A day and a time: `14 mars 2026, 14:03`."""
        at = local(value)
        return f"{day_in(locale, at.date(), 'long')}, {at.hour:02}:{at.minute:02}"

    def number(value: float) -> str:
        """A figure to read, with one decimal at most: `6,7`."""
        return format_decimal(value, "#,##0.#", locale=locale)

    def size(value: int) -> str:
        """How large a file is: `240 kB`, `2,5 MB`."""
        return f"{number(value / 1e6)} MB" if value >= 1e6 else f"{number(max(round(value / 1e3), 1))} kB"

    def typed(value: Any) -> str:
        """Return a number as somebody would type it, a text as it is, nothing for None."""
        if value is None or isinstance(value, str):
            return value or ""
        plain = f"{value:g}" if abs(value) < 1e6 else str(value)
        return plain.replace(".", ",") if language == "sv" else plain

    def filled(html: str, given: Mapping[str, str]) -> Markup:
        return fill(html, given, gettext("(you have not answered this yet)"))

    return {
        "day": day,
        "weekday": weekday,
        "clock": clock,
        "instant": instant,
        "number": number,
        "bytes": size,
        "typed": typed,
        "filled": filled,
        "inline": inline,
        "date_parts": date_parts,
        "chosen": chosen,
        "codes_alone": codes_alone,
        "kind": kind,
        "perhaps": perhaps,
    }


def fill(html: str, given: Mapping[str, str], missing: str) -> Markup:
    """Put earlier answers into sanitised HTML, escaped and in one pass: what an answer holds is never read again.

    `given` maps `box.id` to plain text; one that is missing or empty is shown as `missing`.
    """

    def put(found: re.Match[str]) -> str:
        answer = given.get(found[1])
        if answer:
            return f'<span class="answered">{escape(answer)}</span>'
        return f'<span class="answered missing">{escape(missing)}</span>'

    return Markup(PIPED.sub(put, html))  # noqa: S704 - html is sanitised by the compiler, answers are escaped here


def inline(html: str) -> str:
    """Return a question's HTML fit for a label: its paragraphs become lines."""
    return re.sub(r"</p>\s*<p>", "<br>", html.strip()).removeprefix("<p>").removesuffix("</p>")


def date_parts(value: Any) -> list[str]:
    """Return what stands in the boxes of a date: year, month, day and time as written, empty where unknown."""
    if isinstance(value, (list, tuple)):
        return [*map(str, value), "", "", "", ""][:4]
    if isinstance(value, datetime):
        value = local(value)
    text = value.isoformat() if isinstance(value, date) else str(value or "")
    day, _, at = text.replace(" ", "T").partition("T")
    year, month, number = [*day.split("-", 2), "", ""][:3]
    return [year, month, number, at[:5]]


def chosen(value: Any, question: Question) -> dict[str, str]:
    """Return the codes that are chosen, each with the words beside it. `value` is an answer or what was posted."""
    if question.type == "yes/no" and not isinstance(value, bool):
        return {str(value): ""} if value else {}
    return answers.chosen(question, value)


def codes_alone(chosen: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the codes that are chosen, or None when there are words of the person's own beside one."""
    return None if any(chosen.values()) else tuple(chosen)


def kind(struct: msgspec.Struct) -> str:
    """Return what a part of a form is: `question`, `questions`, `group`, `text` or `show`."""
    return str(struct.__struct_config__.tag)


def perhaps(thing: Any, name: str) -> Any:
    """Return what a thing or a mapping has under a name, or None: ten times as quick as asking whether it is defined."""
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
