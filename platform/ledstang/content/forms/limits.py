"""Limits and fixed answers of forms: data files beside this module, so that none stands as a literal in code."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec

from ledstang.content.forms.document import Option


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`text_bytes` is UTF-8; the others count."""

    text_bytes: int
    number_digits: int
    questions: int
    options: int
    repeats: int
    sum_depth: int


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


LIMITS = msgspec.convert(tomllib.loads(_read("limits.toml")), Limits)
_YES_NO = msgspec.convert(tomllib.loads(_read("yes_no.toml")), dict[str, dict[str, tuple[str, str]]])


def yes_no(language: str) -> tuple[Option, Option]:
    """Return the options of a yes/no question in a language, English where we have no other."""
    texts = _YES_NO.get(language, _YES_NO["en"])
    yes, no = (Option(code, text, text, score) for (code, text), score in ((texts["yes"], 1.0), (texts["no"], 0.0)))
    return yes, no
