"""What whoever runs the house decides about its load and its figures: `[load]` and `[metrics]` in `ledstang.toml`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

NETWORK = r"^[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?$"


class Load(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many requests one process answers at once; the others are asked to come back."""

    in_flight: Annotated[int, Meta(ge=1, le=100_000)] = 200
    retry_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 5


class MetricsFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may read `/metrics`: who connects from one of these networks without a proxy between, or has the token.

    `token_file` is relative to the folder; its content is the token.
    """

    networks: tuple[Annotated[str, Meta(pattern=NETWORK)], ...] = ("127.0.0.0/8", "::1/128")
    token_file: str = ""
