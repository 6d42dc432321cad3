"""Reserve numbers: what care gives somebody who has no personal number yet, or whom nobody knows. Their forms are data.

The canonical form is the format's id, a colon and the number in capitals, such as `sll:99202601AB12`. It is never read or
checked as a personal number, nor is a date or anything else taken from it. When the true number comes, the register says
which one it was `earlier`: a changed number, so that all that somebody did and had under the old one stays theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from ledstang.people.numbers import NotANumber, make_test_number, read_number

SIGN = ":"
"""What stands in every canonical reserve number, and in no personal number."""
_LEFT_OUT = re.compile(r"[\s-]")
_TRUE = tuple(
    make_test_number(day, index, coordination=coordination)
    for day in (date(1927, 1, 1), date(1964, 2, 29), date(1999, 12, 31), date(2026, 10, 3))
    for index in (0, 7, 19)
    for coordination in (False, True)
)


class ReserveFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of reserve number: `[[reserve_numbers]]` in `ledstang.toml`.

    `pattern` is a regular expression for the whole number, without spaces and hyphens and in capitals. `oid` is how
    other systems call the kind (1.2.752.74.9.1 is the national one). Of two kinds that a number fits the first counts.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    pattern: Annotated[str, Meta(min_length=1, max_length=200)]
    oid: str = ""

    def fault(self) -> str:
        """Return what is wrong with the pattern, or nothing: one that a personal number fits could be anybody's."""
        try:
            compiled = re.compile(self.pattern)
        except re.error:
            return "is no regular expression"
        return "fits personal numbers too" if any(map(compiled.fullmatch, _TRUE)) else ""


def read_any(text: str, formats: Iterable[ReserveFormat], today: date) -> str:
    """Return the canonical form of a reserve number, or else of a personal or coordination number. Raises NotANumber."""
    return read_reserve(text, formats) or read_number(text, today)


def read_reserve(text: str, formats: Iterable[ReserveFormat]) -> str:
    """Return the canonical form of a reserve number, and nothing for what is none. A canonical one is read as well."""
    kind, _, rest = text.strip().rpartition(SIGN)
    bare = _LEFT_OUT.sub("", rest).upper()
    for one in formats:
        if kind in ("", one.id) and re.fullmatch(one.pattern, bare):
            return f"{one.id}{SIGN}{bare}"
    if kind:
        raise NotANumber("there is no such kind of reserve number, or it does not fit its pattern")
    return ""


def is_reserve(number: str) -> bool:
    """Say whether a canonical number is a reserve number."""
    return SIGN in number


def shown(number: str) -> str:
    """Return a canonical number as a page shows it: `20260103-2380`, or a reserve number without its kind."""
    return number.rpartition(SIGN)[2] if is_reserve(number) else f"{number[:8]}-{number[8:]}"
