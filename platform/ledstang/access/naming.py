"""What people call the doors of policy tables."""

from __future__ import annotations

from ledstang.access.policies import ANY
from ledstang.content.texts import text
from ledstang.content.words import load_words


def door_name(service: str, action: str, language: str) -> str:
    """Return what a service, and an action where the table names one, is called: `journal (läsa)`, `alla andra tjänster`."""
    words = load_words(language)
    named = words.written("services", service) if service != ANY else text("all other services", language)
    return named if action == ANY else f"{named} ({words.written('actions', action)})"
