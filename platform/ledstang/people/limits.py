"""How the population register is asked, and how addresses are confirmed: data, with the instance as its owner."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

COUNTRY, HSA_ID = r"^[A-Z]{2}$", r"^(?i:SE)[0-9]{10}-[A-Za-z0-9]{1,20}$"
Country = Annotated[str, Meta(pattern=COUNTRY)]
HsaId = Annotated[str, Meta(pattern=HSA_ID)]


class RegisterLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the population register is asked: `[register]` in `ledstang.toml`.

    It has `answer_ms` to answer, and so has the unit directory. What it said is good for `fresh_minutes`, for
    those who act for another.
    """

    answer_ms: Annotated[int, Meta(ge=10, le=60_000)] = 2_000
    fresh_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 60


class ContactLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people are reached: `[contact]` in `ledstang.toml`.

    `country` is where a phone number without a country's code is, in two capital letters; a region may have its own. A
    code that confirms a phone number or an e-mail address is good for `code_minutes`, and may be tried `code_tries` times.
    """

    country: Country = "SE"
    code_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 15
    code_tries: Annotated[int, Meta(ge=1, le=20)] = 5
