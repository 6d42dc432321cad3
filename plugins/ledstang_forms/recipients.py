"""Whom a form is sent to, and until when: what staff have filled in, held against the register and the form."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from ledstang import STOCKHOLM, Form, Host, NotANumber, Offer, Person, RegisterAway, Visit, read_day, text

from ledstang_forms.offers import Offers
from ledstang_forms.settings import Settings

LOCALE = Path(__file__).parent / "locale"
NUMBER = "Write the personal number with twelve digits, such as 19850506 and four more."
NOBODY = "The population register knows nobody by this number. Check it."
AWAY = "The population register does not answer just now. Try again in a while."
DIED = "According to the population register this person has died. Nothing is sent."
AGE = "The form is not for somebody of this age. Choose another form."
PLACE = "The form is not offered where this person lives."
NO_GUARDIAN = "Nobody can answer for this child here. Ask on paper, or by telephone."
FORM = "Choose a form."
DAY = "Write the last day, with year, month and day in figures."
PAST = "Write a day after today."
FAR = "Write an earlier day: %(most)s at the latest."
MISFITS = {"elsewhere": PLACE, "too-young": AGE, "too-old": AGE, "no-guardian": NO_GUARDIAN}


class Recipient(msgspec.Struct, frozen=True):
    """A sending that there is not yet: whose it would be, and at which unit. What `may` is asked about."""

    person: UUID
    unit: str


class Wanted(msgspec.Struct, frozen=True):
    """What staff want to send, as far as it could be read. `once` names the page that it was filled in on."""

    number: str = ""
    key: str = ""
    last: date | None = None
    once: str = ""
    person: Person | None = None
    form: Form | None = None
    version: str = ""

    def expires(self) -> datetime:
        """Return the instant at which the last day is over in Sweden."""
        after = (self.last or date.max - timedelta(days=1)) + timedelta(days=1)
        return datetime.combine(after, datetime.min.time(), STOCKHOLM)

    def due(self) -> datetime:
        """Return the last minute of the last day."""
        return self.expires() - timedelta(minutes=1)


async def read_wanted(host: Host, offers: Offers, visit: Visit, fields: Any) -> tuple[Wanted, dict[str, str]]:
    """Read what staff have filled in; the faults are sentences by field, in the language of the visit."""
    settings, today = host.settings(Settings), host.clock.today()
    number, key = str(fields.get("number", "")).strip()[:40], str(fields.get("form", ""))
    person, wrong = await find(host, number)
    found = offers.get(key, chosen=False)
    last, late = _last_day(fields, today, settings.longest_days)
    if person and found and not wrong:
        wrong = unfit(offers, found[1], person, today)
    faults = {"number": wrong, "form": "" if found else FORM, "last": late}
    most = today + timedelta(days=settings.longest_days)
    errors = {
        name: text(fault, visit.language, (LOCALE,)).replace("%(most)s", most.isoformat())
        for name, fault in faults.items()
        if fault
    }
    wanted = Wanted(
        number,
        key,
        last,
        page_name(fields.get("once")),
        person,
        found[0] if found else None,
        found[2] if found else "",
    )
    return wanted, errors


async def find(host: Host, number: str) -> tuple[Person | None, str]:
    """Return who has a number, as the register says now, and what is wrong with sending them anything."""
    try:
        person = await host.people.by_number(host.people.read_number(number))
    except NotANumber:
        return None, NUMBER
    except RegisterAway:
        return None, AWAY
    if person is None:
        return None, NOBODY
    return person, DIED if person.deceased else ""


def why_not(offers: Offers, offer: Offer, person: Person, today: date) -> str:
    """Return why a form cannot be sent to somebody, as a code; empty where it can."""
    misfit = offers.misfit(offer, person, today)
    if misfit is not None:
        return misfit.code
    guarded = offer.audience == "guardian of a child"
    return "no-guardian" if guarded and (person.protected or not person.guardians) else ""


def unfit(offers: Offers, offer: Offer, person: Person, today: date) -> str:
    """Return why a form cannot be sent to somebody, as a message id; empty where it can."""
    return MISFITS.get(why_not(offers, offer, person, today), "")


def page_name(given: Any) -> str:
    """Return the page's own name, an id that we gave it; empty for anything else."""
    try:
        return str(UUID(str(given)))
    except ValueError:
        return ""


def _last_day(fields: Any, today: date, longest: int) -> tuple[date | None, str]:
    try:
        last = read_day(str(box) for box in fields.getall("last", []))
    except (ValueError, OverflowError):
        return None, DAY
    if last is None:
        return None, DAY
    if last <= today:
        return last, PAST
    return last, FAR if (last - today).days > longest else ""
