"""What an access administrator has filled in: read, and held against what there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from ledstang.people.assignments import ROLES
from ledstang.people.checking import RegisterAway
from ledstang.people.limits import HSA_ID
from ledstang.people.numbers import NotANumber, read_number
from ledstang.people.persons import Person
from ledstang.web.days import read_day

if TYPE_CHECKING:
    from ledstang.house import House

MOST = 100
"""The most letters of a title."""
NUMBER = "Write the personal number with twelve digits, such as 19850506 and four more."
UNKNOWN = "Nobody is known here by this number. Check it, or ask the person to sign in once."
STAFF_ID = "Write the HSA-id of the one who works, like SE2321000016-ABCD."
TAKEN = "Somebody else has this HSA-id. Check it with the person: the access log tells people apart by it."
TITLE = "Write the title, such as Psychologist, in at most 100 letters."
SOME_ROLE = "Choose at least one role."
DAY = "Write a day, with year, month and day in figures."
PAST = "The last day is today or later."
BACKWARDS = "The last day is not before the first one."
STRANGER = "Choose somebody who works at the unit."


class Wanted(msgspec.Struct, frozen=True):
    """Whom an access administrator would appoint, as what. `days` is the last day as it was written."""

    number: str = ""
    person: Person | None = None
    staff: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    valid_to: date | None = None
    days: tuple[str, ...] = ("", "", "")

    def __repr__(self) -> str:
        return "Wanted()"


class Candidate(msgspec.Struct, frozen=True):
    """Somebody whose name an access administrator is shown by a number: `person`, at the unit that would appoint them."""

    person: UUID
    unit: str


class Absence(msgspec.Struct, frozen=True):
    """From when to when somebody is absent, and who stands in. No last day: until further notice."""

    first: date | None = None
    last: date | None = None
    substitute: UUID | None = None


Errors = dict[str, str]


async def read_wanted(house: House, form: Any, language: str) -> tuple[Wanted, Errors]:
    """Return what is wanted, and what is wrong with it, by field."""
    given = {name: str(form.get(name, "")).strip() for name in ("number", "staff_hsa", "title")}
    days = tuple(str(one).strip() for one in form.getall("until", []))
    roles = tuple(role for role in ROLES if role in form.getall("roles", []))
    person, fault = await _person(house, given["number"])
    until, wrong = _day(days)
    faults = {
        "number": fault,
        "staff_hsa": await _staff_fault(house, given["staff_hsa"], person),
        "title": "" if 0 < len(given["title"]) <= MOST else TITLE,
        "roles": "" if roles else SOME_ROLE,
        "until": wrong or (PAST if until and until < house.clock.today() else ""),
    }
    wanted = Wanted(given["number"], person, given["staff_hsa"], given["title"], roles, until, days or ("", "", ""))
    return wanted, _told(house, faults, language)


def read_absence(house: House, form: Any, others: Sequence[tuple[str, str]], language: str) -> tuple[Absence, Errors]:
    """Return an absence, and what is wrong with it, by field."""
    first, no_first = _day(tuple(form.getall("first", [])))
    last, no_last = _day(tuple(form.getall("last", [])))
    who = str(form.get("substitute", ""))
    substitute = next((UUID(id_) for id_, _ in others if id_ == who), None)
    faults = {
        "first": no_first or ("" if first else DAY),
        "last": no_last or (BACKWARDS if first and last and last < first else ""),
        "substitute": STRANGER if who and substitute is None else "",
    }
    return Absence(first, last, substitute), _told(house, faults, language)


async def _person(house: House, given: str) -> tuple[Person | None, str]:
    """Return who has a number, and what is wrong. Somebody who has never signed in is asked for in the register."""
    try:
        number = read_number(given, house.clock.today())
    except NotANumber:
        return None, NUMBER
    person = await house.register.known(number)
    if person is None:
        try:
            person = await house.checking.changed(number)
        except RegisterAway:
            person = None
    if person is None or person.deceased or person.locked:
        return None, UNKNOWN
    return person, ""


async def _staff_fault(house: House, given: str, person: Person | None) -> str:
    """Return what is wrong with the HSA-id of one who works."""
    if not re.fullmatch(HSA_ID, given):
        return STAFF_ID
    return TAKEN if person and await house.staff.is_another_s(given, person.id) else ""


def _day(parts: tuple[str, ...]) -> tuple[date | None, str]:
    """Return a day from its three boxes, None where they are empty, and what is wrong."""
    try:
        return read_day(parts), ""
    except ValueError:
        return None, DAY


def _told(house: House, faults: Errors, language: str) -> Errors:
    say = house.pages.templates.gettext
    return {name: say(language, fault) for name, fault in faults.items() if fault}
