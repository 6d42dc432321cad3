"""Reckoned figures as people read them: one decimal at most, as the language writes it."""

from __future__ import annotations

from babel.numbers import format_decimal


def figure(value: float, language: str) -> str:
    """Return a score for a text: `6,7` in Swedish, `6.7` in English."""
    return format_decimal(value, "#,##0.#", locale=language)
