"""What may be attached, and how it is looked through: data, with the instance as its owner."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Kind = Literal["pdf", "jpeg", "png", "webp", "heic"]
"""The kinds of file that we can look through. There is no other that we would hand out."""


class AttachmentLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be attached, and how it is looked through: `[attachments]` in `ledstang.toml`.

    A file has `megabytes` at most, a picture so many `megapixels`, and one thing so many files (`most`). A `kinds` of file
    that is left out is refused. What was begun and not sent is gone after `draft_hours`; somebody may have
    `draft_megabytes` of it at a time.

    A file is looked through in a process of its own, so many `at_once`, with `memory_megabytes`, `cpu_seconds`, and
    `unpacked_megabytes` for what is packed inside it. Whoever sent it waits `answer_seconds` for that before the page
    says that it goes on. The scanner has `scan_seconds`; where it could not tell it is asked again after `again_minutes`.
    Files lie sealed in parts of `part_kilobytes`.
    """

    megabytes: Annotated[int, Meta(ge=1, le=200)] = 20
    megapixels: Annotated[int, Meta(ge=1, le=500)] = 60
    most: Annotated[int, Meta(ge=1, le=100)] = 10
    kinds: tuple[Kind, ...] = ("pdf", "jpeg", "png", "webp", "heic")
    draft_hours: Annotated[int, Meta(ge=1, le=720)] = 24
    draft_megabytes: Annotated[int, Meta(ge=1, le=10_000)] = 200
    at_once: Annotated[int, Meta(ge=1, le=32)] = 2
    memory_megabytes: Annotated[int, Meta(ge=128, le=16_384)] = 1_024
    cpu_seconds: Annotated[int, Meta(ge=1, le=300)] = 10
    unpacked_megabytes: Annotated[int, Meta(ge=1, le=16_384)] = 500
    answer_seconds: Annotated[float, Meta(ge=0, le=60)] = 10
    scan_seconds: Annotated[float, Meta(ge=0.05, le=600)] = 20
    again_minutes: Annotated[int, Meta(ge=1, le=1_440)] = 5
    part_kilobytes: Annotated[int, Meta(ge=1, le=4_096)] = 256

    @property
    def bytes_most(self) -> int:
        """The most bytes of one file."""
        return self.megabytes * MEGA


KILO, MEGA = 1_024, 1_000_000
