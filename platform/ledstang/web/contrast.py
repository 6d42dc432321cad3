"""Contrast as WCAG reckons it, and the pairs of tokens that lie on each other somewhere in our stylesheet."""

from __future__ import annotations

TEXT, UI = 4.5, 3.0


def luminance(colour: str) -> float:
    """Return the relative luminance, 0 to 1, of a colour written `#rrggbb`."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


GROUNDS = ("background", "surface", "quiet", "rail-tint", "error-tint", "success-tint", "info-tint")
PAIRS = (
    *(("text", ground, TEXT) for ground in GROUNDS),
    *(("muted", ground, TEXT) for ground in GROUNDS),
    *(("link", ground, TEXT) for ground in GROUNDS),
    *(("error", ground, TEXT) for ground in ("background", "surface", "error-tint")),
    ("success", "success-tint", TEXT),
    ("info", "info-tint", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    *(("focus", ground, UI) for ground in GROUNDS),
    *(("border", ground, UI) for ground in ("background", "surface", "quiet")),
    *(("primary", ground, UI) for ground in ("background", "surface", "success-tint")),
    *(("rail", ground, UI) for ground in ("background", "surface", "quiet", "rail-tint")),
    ("info", "background", UI),
    ("success", "background", UI),
)
"""(front, behind, least contrast): 4.5 for text (WCAG 1.4.3), 3 for what a control is known by (1.4.11)."""
