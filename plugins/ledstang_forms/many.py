"""What staff have filled in to send a form to several people, or several times."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from ledstang import Form, Host, Person, Visit, read_day, text

from ledstang_forms.offers import Offers
from ledstang_forms.recipients import DAY, FORM, PAST, find, page_name, unfit
from ledstang_forms.settings import Settings

LOCALE = Path(__file__).parent / "locale"
NOBODY = "Write at least one personal number, each on a row of its own."
TOO_MANY = "Write at most %(most)s personal numbers at a time."
BETWEEN_NUMBERS = re.compile(r"[\n\r,;]")
BETWEEN = "Write a number from 1 to %(most)s."


class Many(msgspec.Struct, frozen=True):
    """What is to be sent, as far as it could be read; `numbers` as they were written. `first` None is at once."""

    numbers: str
    key: str
    first: date | None
    days: int
    times: int
    every: int
    once: str
    people: list[Person] = []
    form: Form | None = None
    version: str = ""


def nothing_yet(host: Host, once: str) -> Many:
    """Return what the page holds before anything has been filled in."""
    settings = host.settings(Settings)
    return Many("", "", None, settings.answer_days, 1, settings.days_apart, once)


async def read_many(host: Host, offers: Offers, visit: Visit, fields: Any) -> tuple[Many, dict[str, str]]:
    """Read it; the faults are sentences by field. Of the numbers all are told that something is wrong with."""
    settings, language = host.settings(Settings), visit.language
    errors: dict[str, str] = {}

    def whole(name: str, most: int, usual: int) -> int:
        given = str(fields.get(name, "")).strip()
        value = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
        if not 1 <= value <= most:
            errors[name] = text(BETWEEN, language, (LOCALE,)) % {"most": most}
            return usual
        return value

    key = str(fields.get("form", ""))
    found = offers.get(key, chosen=False)
    if found is None:
        errors["form"] = text(FORM, language, (LOCALE,))
    first = _first(fields, host.clock.today(), language, errors)
    numbers = str(fields.get("numbers", ""))[:5000]
    rows = list(dict.fromkeys(row.strip() for row in BETWEEN_NUMBERS.split(numbers) if row.strip()))
    people: list[Person] = []
    if not rows or len(rows) > settings.list_most:
        message = TOO_MANY if rows else NOBODY
        errors["numbers"] = text(message, language, (LOCALE,)).replace("%(most)s", str(settings.list_most))
    else:
        people, wrong = await _people(host, offers, rows, found[1] if found else None, language)
        if wrong:
            errors["numbers"] = " ".join(wrong)
    wanted = Many(
        numbers, key, first, whole("days", settings.longest_days, settings.answer_days), whole("times", settings.most_times, 1),
        whole("every", settings.longest_days, settings.days_apart), page_name(fields.get("once")), people,
        found[0] if found else None, found[2] if found else "",
    )  # fmt: skip
    return wanted, errors


async def _people(
    host: Host, offers: Offers, rows: list[str], offer: Any, language: str
) -> tuple[list[Person], list[str]]:
    """Return who the numbers are, each once, and a sentence for each that nothing can be sent to."""
    people: dict[Any, Person] = {}
    wrong = []
    for row in rows:
        person, fault = await find(host, row)
        if person and offer and not fault:
            fault = unfit(offers, offer, person, host.clock.today())
        if fault:
            wrong.append(f"{row[:20]}: {text(fault, language, (LOCALE,))}")
        elif person:
            people[person.id] = person
    return list(people.values()), wrong


def _first(fields: Any, today: date, language: str, errors: dict[str, str]) -> date | None:
    try:
        first = read_day(str(box) for box in fields.getall("first", []))
    except (ValueError, OverflowError):
        errors["first"] = text(DAY, language, (LOCALE,))
        return None
    if first is not None and first <= today:
        errors["first"] = text(PAST, language, (LOCALE,))
    return first
