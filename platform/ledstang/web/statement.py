"""The accessibility statement that the law asks for: what a region says of its service, in a file of its own.

Law 2018:1937 on accessibility of digital public services, 10 §, and Digg's regulation MDFFS 2019:2: the degree of
conformance, what is not accessible and why, how it was assessed, when, how to tell, and whom to complain to.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ledstang.fitting import SettingsFault, fit, read_toml

FILE = "accessibility.toml"
GATES = Path(__file__).parent / "content" / "gates.toml"
Sentence = Annotated[str, Meta(min_length=3, max_length=600)]


class Shortcoming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is not accessible, in both languages, and why: a fault, too heavy a burden, or outside the law.

    `until` is the day by which it is to be mended.
    """

    sv: Sentence
    en: Sentence
    why: Literal["fault", "burden", "outside"]
    until: date | None = None


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What whoever runs a service says of it. `contact` is how to reach them about accessibility."""

    conformance: Literal["full", "partial", "none"]
    assessed: date
    updated: date
    contact: Sentence
    method: Literal["own", "independent"] = "own"
    shortcomings: tuple[Shortcoming, ...] = ()


def read_statement(folder: Path) -> Statement | None:
    """Read the statement of the instance in a folder; None where nothing has been filled in. Raises SettingsFault."""
    file = folder / FILE
    if not file.exists():
        return None
    data, text = read_toml(file)
    if not data:
        return None
    statement = fit(data, Statement, file, text)
    if statement.conformance == "full" and any(one.why == "fault" for one in statement.shortcomings):
        why = "The service cannot conform in full while it has a shortcoming of the kind `fault`."
        raise SettingsFault(file, None, why, 'Write conformance = "partial".')
    return statement


@cache
def gates() -> dict[str, Any]:
    """Return what the platform's own accessibility tests last came to: `run`, `version` and `gates`."""
    return tomllib.loads(GATES.read_text(encoding="utf-8"))
