"""The front door: all that a plugin may import. What leaves it is deprecated for a release first."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pluggy

hookimpl = pluggy.HookimplMarker("ledstang")

_ROOMS = {
    "access.permissions": ("Decision", "Permission"),
    "access.visit": ("Visit",),
    "clock": ("STOCKHOLM", "Clock", "MovableClock"),
    "content.answers": ("Answers", "Conflict", "Filled", "Given", "Saved"),
    "content.blocks": ("Block", "html_of", "unknown_settings"),
    "content.diagnostics": ("Diagnostic", "error", "warning"),
    "content.expressions": ("UNKNOWN", "Context", "check", "evaluate_truth", "names_of", "parse"),
    "content.forms.answers": ("AnswerFault", "Value", "present", "raw_answer", "read_answer"),
    "content.forms.compiling": ("compile_questions",),
    "content.forms.document": ("Flag", "Form", "Group", "Option", "Page", "Question", "Questions", "Show", "Sum", "Text"),
    "content.forms.evaluating": ("Result", "evaluate", "unanswered"),
    "content.forms.kind": ("compile_form",),
    "content.forms.scope": ("scope_of",),
    "content.forms.walking": ("parts_of", "questions_of"),
    "content.front": ("unknown_keys",),
    "content.kinds": ("Compiled", "ContentFolder", "ContentKind", "Library", "content_hash"),
    "content.lix": ("plain_text", "readability"),
    "content.media": ("MediaFile", "MediaFolder"),
    "content.nodes": (
        "Box",
        "Code",
        "Document",
        "Heading",
        "Item",
        "Items",
        "Node",
        "Place",
        "Prose",
        "Rule",
        "Setting",
    ),
    "content.texts": ("text",),
    "content.words": ("Words", "nearest"),
    "database": ("Bound", "Database", "prepared"),
    "host": ("Host",),
    "offers": ("Link", "Panel", "Task", "TaskSource"),
    "people.numbers": ("make_test_number",),
    "people.persons": ("Identity", "Person"),
    "people.personal_data": ("PersonalData",),
    "signin.methods": ("SignInMethod",),
    "web.charts": ("Level", "Point", "line_chart"),
    "web.filters": ("fill",),
}
_WHERE = {name: room for room, names in _ROOMS.items() for name in names}
_WHERE_AS = {"PersonTable": ("people.tables", "Person")}

__all__ = ["hookimpl", *_WHERE, *_WHERE_AS]


def __getattr__(name: str) -> Any:
    room, inside = _WHERE_AS.get(name) or (_WHERE.get(name), name)
    if room is None:
        raise AttributeError(f"the front door of ledstang has no `{name}`")
    return getattr(import_module(f"ledstang.{room}"), inside)
