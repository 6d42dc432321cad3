"""Swedish personal identity numbers and coordination numbers: read, checked, and made for tests.

The canonical form is twelve ASCII digits, `YYYYMMDDNNNC`. Nothing is inferred from a number but a date of birth, and
that only when it is read: the register's date is the one that counts afterwards.
"""

from __future__ import annotations

import re
from datetime import date

COORDINATION = 60
TEST_SERIALS = range(980, 1000)

_FORM = re.compile(r"(?P<century>[0-9]{2})?(?P<short>[0-9]{6})(?P<sign>[-+])?(?P<tail>[0-9]{4})")


class NotANumber(ValueError):
    """What was written is no personal number. The message never repeats what was written."""


def read_number(text: str, today: date) -> str:
    """Return the twelve digits of a personal or coordination number.

    Accepted are `YYYYMMDDNNNC` and `YYMMDDNNNC`, with or without the sign before the last four. With two digits of the
    year, `-` or nothing means the latest century that fits, and `+` the one before it: the person turns a hundred this
    year, or has. `today` is the Swedish day; a date of birth after it is refused. Raises NotANumber.
    """
    form = _FORM.fullmatch(text)
    if not form:
        raise NotANumber("a personal number has ten or twelve digits")
    century = form["century"] or _century(int(form["short"][:2]), form["sign"] == "+", today)
    number = century + form["short"] + form["tail"]
    if form["tail"].startswith("000"):
        raise NotANumber("000 is not given out as a serial number")
    if check_digit(number[2:11]) != number[11]:
        raise NotANumber("the last digit does not agree with the others")
    if born_of(number) > today:
        raise NotANumber("the date of birth lies in the future")
    return number


def born_of(number: str) -> date:
    """Return the date of birth that twelve digits carry. Raises NotANumber for a date that does not exist."""
    day = int(number[6:8])
    try:
        return date(int(number[:4]), int(number[4:6]), day - COORDINATION if day > COORDINATION else day)
    except ValueError:
        raise NotANumber("there is no such date of birth") from None


def is_coordination(number: str) -> bool:
    """Say whether twelve digits are a coordination number: the day has sixty added."""
    return int(number[6:8]) > COORDINATION


def is_test_number(number: str) -> bool:
    """Say whether twelve digits lie in the series that the Tax Agency gives out for tests, and to nobody living."""
    return int(number[8:11]) in TEST_SERIALS


def make_test_number(born: date, serial_index: int = 0, *, coordination: bool = False) -> str:
    """Return the twelve digits of an invented person born on a day.

    Each day has twenty, `serial_index` 0 to 19; the same arguments give the same number. Raises IndexError beyond.
    """
    if serial_index < 0:
        raise IndexError("a test number's index is 0 to 19")
    day = born.day + (COORDINATION if coordination else 0)
    digits = f"{born:%Y%m}{day:02}{TEST_SERIALS[serial_index]}"
    return digits + check_digit(digits[2:])


def check_digit(nine: str) -> str:
    """Return the digit that makes nine digits (`YYMMDDNNN`) agree: Luhn's sum, every other one doubled."""
    doubled = "".join(str(int(digit) * (2 - place % 2)) for place, digit in enumerate(nine))
    return str(-sum(map(int, doubled)) % 10)


def _century(year: int, hundred: bool, today: date) -> str:
    full = today.year - (today.year - year) % 100 - (100 if hundred else 0)
    return f"{full // 100:02}"
