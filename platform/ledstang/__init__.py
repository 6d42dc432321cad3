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
    "content.answers": ("Answers", "Conflict", "Filled", "Given", "Saved", "Value"),
    "content.blocks": ("Block",),
    "content.diagnostics": ("Diagnostic", "error", "warning"),
    "content.kinds": ("Compiled", "ContentFolder", "ContentKind", "Library"),
    "content.nodes": ("Box", "Code", "Document", "Heading", "Item", "Items", "Node", "Place", "Prose", "Rule", "Setting"),
    "database": ("Bound", "Database", "prepared"),
    "host": ("Host",),
    "offers": ("Link", "Panel", "Task", "TaskSource"),
    "people.persons": ("Identity", "Person"),
    "people.personal_data": ("PersonalData",),
    "signin.methods": ("SignInMethod",),
}
_WHERE = {name: room for room, names in _ROOMS.items() for name in names}
_WHERE_AS = {"PersonTable": ("people.tables", "Person")}

__all__ = ["hookimpl", *_WHERE, *_WHERE_AS]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    room, inside = _WHERE_AS.get(name) or (_WHERE.get(name), name)
    if room is None:
        raise AttributeError(f"the front door of ledstang has no `{name}`")
    return getattr(import_module(f"ledstang.{room}"), inside)
