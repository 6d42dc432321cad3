"""`[plugins.registry]` in `ledstang.toml`: where the region's registers are asked, and for how long."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1, max_length=500)]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A process that speaks the protocol of this plugin's README, below `address`.

    `credential_file` holds what it knows us by, mode 0400. It has `timeout_seconds` for a whole answer, which should be
    less than the host's `answer_ms`; one of more than `answer_bytes` is not read.
    """

    address: Text
    credential_file: Text
    timeout_seconds: Annotated[float, Meta(ge=0.05, le=30)] = 1.5
    answer_bytes: Annotated[int, Meta(ge=1_000, le=50_000_000)] = 5_000_000


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the register tells of whom something has changed: what it proves itself by lies in `credential_file`, mode 0400.

    More than `most` numbers at a time are not taken, for each is a question to the register.
    """

    credential_file: Text
    most: Annotated[int, Meta(ge=1, le=10_000)] = 100


class Settings(msgspec.Struct, frozen=True):
    """Who serves what: `persons` the population register, `units` the directory of care units. Either may be left out.

    Without `changes` the register is asked, and cannot tell by itself.
    """

    persons: Source | None = None
    units: Source | None = None
    changes: Changes | None = None
