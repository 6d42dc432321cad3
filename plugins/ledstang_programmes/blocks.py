"""The boxes of a programme that are answered. Their words are the host's; pages show the parts they become."""

from __future__ import annotations

from ledstang import Block

SETTINGS: dict[str, dict[str, str]] = {
    "title": {}, "shown when": {}, "schedule": {}, "blocks": {}, "answered by": {}, "read by guardian": {},
}  # fmt: skip

BLOCKS = tuple(
    Block(name=name, words={}, settings=SETTINGS, holds="form")
    for name in ("exercise", "diary", "homework", "quiz", "form")
)
