"""What somebody writes about how to reach them, read: numbers and addresses in one form, and what is to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from ledstang.people.contacts import Contact

LONGEST = {"phone": 40, "email": 254, "language": 60, "comment": 200}
CHOICES = "interpreter", "digital", "no_paper"


def read(form: Mapping[str, Any], country: str) -> tuple[Contact, dict[str, str]]:
    """Return what was written, and the faults by field as message ids. `country` is two letters, such as `SE`.

    What is wrong stands in the contact as it was written, so that the page can show it again.
    """
    written = {name: str(form.get(name, "")).strip() for name in LONGEST}
    faults = {name: "That is too long. Shorten it." for name, most in LONGEST.items() if len(written[name]) > most}
    faults |= {name: "Write it on one line." for name, text in written.items() if not text.isprintable()}
    for name, canonical, tip in (("phone", partial(phone, country=country), _PHONE), ("email", email, _EMAIL)):
        if written[name] and name not in faults:
            found = canonical(written[name])
            faults |= {} if found else {name: tip}
            written[name] = found or written[name]
    choices = {name: form.get(name) == "yes" for name in CHOICES}
    if choices["no_paper"] and not choices["digital"]:
        faults["no_paper"] = "Choose digital summons as well. Otherwise nothing would reach you."
    return Contact(**written, **choices), faults


def phone(text: str, country: str) -> str | None:
    """Return a phone number in E.164, or None for what is none. Without a country's code it is one of `country`."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str | None:
    """Return an e-mail address in one form, or None for what is none. Nobody is asked whether it is there."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


_PHONE = "This is not a phone number. Write it like 070-123 45 67, with the country's code if it is from abroad."
_EMAIL = "This is not an e-mail address. Write it like name@example.se."
