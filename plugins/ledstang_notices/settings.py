"""`[plugins.notices]` in `ledstang.toml`: what sends, when it is quiet, and for how long it is known what was sent."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1, max_length=254)]


class Smtp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The server that takes e-mail from us, and the address that it is `sender` of.

    `security` is `tls` from the first byte, `starttls`, or `none`, for a server on this very machine. The password lies in
    `password_file`, mode 0400. The server has `seconds` for each answer.
    """

    host: Text
    sender: Text
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_file: str = ""
    seconds: Annotated[float, Meta(ge=0.1, le=50)] = 20


class Settings(msgspec.Struct, frozen=True):
    """Notices of an instance, which people reach at `address`, such as `https://e-tjanster.example.se`.

    E-mail goes out by `smtp`, or with `email` by what serves the port `Mail`; with `sms`, text messages go out by what
    serves `TextMessages`, and with `letters`, letters by what serves `Letters`, to whoever nothing else reaches and who is
    `letter_age` years old. Between `quiet_from` and `quiet_until`, Swedish time, notices wait; where both are the same, never.
    What was sent is known for `keep_days`; whether it has arrived is asked every `receipt_minutes`, for `receipt_hours`.
    """

    address: Annotated[str, Meta(pattern=r"^(https?://[^\s/]+)?$", max_length=100)] = ""
    smtp: Smtp | None = None
    email: bool = False
    sms: bool = False
    letters: bool = False
    letter_age: Annotated[int, Meta(ge=0, le=120)] = 18
    quiet_from: time = time(21)
    quiet_until: time = time(7)
    keep_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    receipt_minutes: Annotated[int, Meta(ge=1, le=1440)] = 5
    receipt_hours: Annotated[int, Meta(ge=1, le=720)] = 48
