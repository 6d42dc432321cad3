"""On what grounds things are kept: for how long at least, what may be erased when somebody asks, and how that is told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("grounds.toml")

ERASABLE = frozenset({"own"})
"""What goes at once when the person asks."""

WHY = {
    "record": (
        "This belongs to your patient record. By the Patient Data Act (2008:355), chapter 3, section 17, care has to "
        "keep it for at least %(years)s years after the last that was written in it. That is so that whoever treats you "
        "knows what has been done, and so that you can show it yourself.",
        "Nobody here can erase it, neither you nor those who work here. Only IVO, the Health and Social Care "
        "Inspectorate, can decide that a patient record is to be destroyed, wholly or in part (chapter 8, section 4). "
        "You apply to IVO, at ivo.se.",
        "Is something wrong? Ask the unit to correct it with a note: what was written stays readable, and beside it "
        "stands what is right, and since when. If the unit does not agree, it has to note that you think it wrong "
        "(chapter 3, section 8).",
    ),
    "log": (
        "This tells who has looked at what is yours. It is kept for at least %(years)s years, so that nobody can look "
        "without it showing, and nobody can erase it before that.",
    ),
    "work": ("This tells where you have worked, and who appointed you. What you did there can only be told with it.",),
    "passing": ("This is erased by itself, within some days. You need not do anything.",),
    "identity": (
        "This is how we know who you are. It stays for as long as anything else here is yours, and is brought up to date "
        "when you sign in.",
    ),
}
"""What somebody is told who asks to have something erased that stays: message ids, a paragraph each."""


class Least(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many years at least something is kept on a ground, since a day, and by what law."""

    ground: str
    years: int
    valid_from: date
    law: str


def least_years(ground: str, on: date) -> int:
    """Return for how many years at least what is kept on a ground stays, as it is on a day; 0 where no law says so."""
    held = [one for one in _least() if one.ground == ground and one.valid_from <= on]
    return max(held, key=lambda one: one.valid_from).years if held else 0


def why(ground: str, years: Mapping[str, int]) -> list[tuple[str, dict[str, int]]]:
    """Return the paragraphs that tell why something stays, as message ids with what fills them."""
    return [(text, {"years": years.get(ground, 0)}) for text in WHY[ground]]


@cache
def _least() -> tuple[Least, ...]:
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(msgspec.convert(one, Least) for one in told["least"])
