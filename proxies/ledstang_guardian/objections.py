"""An objection in words: one sentence, which the young person and the guardians read alike."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from babel.dates import format_date
from ledstang import Fact, Person, door_name, text

from ledstang_guardian.links import GUARDIAN

LOCALE = Path(__file__).parent / "locale"
SENTENCE = "Since {day}, {name} objects to guardians acting here. It is about: {what}. Only {name} can take it back."


def told(child: Person, facts: Iterable[Fact], language: str) -> list[str]:
    """Return the sentence of each objection of somebody's, the same for everybody who may read it."""
    said = text(SENTENCE, language, (LOCALE,))
    return [
        said.format(day=format_date(fact.since, "long", locale=language), name=child.called, what=_what(fact, language))
        for fact in facts
        if fact.kind == "objection" and fact.relation in ("*", GUARDIAN)
    ]


def _what(fact: Fact, language: str) -> str:
    everything = text("all services", language, (LOCALE,))
    return everything if fact.leads == ("*", "*") else door_name(*fact.leads, language)
