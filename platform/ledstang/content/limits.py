"""The compiler's limits: numbers in `limits.toml`, so that none stands as a literal in code."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import msgspec


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes are bytes; `box_depth` and `nesting` count levels; `lix` is Björnsson's readability index."""

    document_bytes: int
    diagnostics: int
    box_depth: int
    nesting: int
    front_lines: int
    brackets: int
    image_bytes: int
    svg_bytes: int
    sound_bytes: int
    film_bytes: int
    captions_bytes: int
    image_pixels: int
    lix: int
    lix_words: int
    identifier: str


LIMITS = msgspec.convert(
    tomllib.loads(files("ledstang.content").joinpath("limits.toml").read_text(encoding="utf-8")), Limits
)
