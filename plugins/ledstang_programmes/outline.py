"""What of a programme is the same for everybody: its steps in order, worked out once for each version."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import msgspec

from ledstang_programmes.document import FormPart, Module, Programme, Section, Step


class Spot(msgspec.Struct, frozen=True):
    """One step with its place among the others: `number` of `of` in the module, counted from 1.

    `name` is what the step is called: by its own heading, or else by what it stands in. `path` is its part of an
    address, below the participation's.
    """

    module: Module
    section: Section
    step: Step
    number: int
    of: int
    key: str
    name: str
    path: str


class Outline:
    """The modules of one version of a programme by their keys: their steps, these steps' keys, and their worksheets."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.steps = {module.key: _steps(module) for module in programme.modules}
        self.sheets = {key: [part for _, step in steps for part in _sheets(step)] for key, steps in self.steps.items()}
        self.keys = {key: frozenset((key, step.id) for _, step in steps) for key, steps in self.steps.items()}
        self.scheduled = {key: [part for part in sheets if part.schedule] for key, sheets in self.sheets.items()}
        self._varying = {key for key, sheets in self.sheets.items() if any(part.shown_when for part in sheets)}
        self._spots = {module.key: self._shown(module, lambda _: True) for module in programme.modules}

    def spots(self, module: Module, shows: Callable[[FormPart], bool]) -> list[Spot]:
        """Return the steps of a module in order, without those that hold nothing but worksheets that are not shown."""
        return self._shown(module, shows) if module.key in self._varying else self._spots[module.key]

    def _shown(self, module: Module, shows: Callable[[FormPart], bool]) -> list[Spot]:
        steps = [(section, step) for section, step in self.steps[module.key] if _has(step, shows)]
        return [_spot(module, section, step, number, len(steps)) for number, (section, step) in enumerate(steps, 1)]


def _steps(module: Module) -> list[tuple[Section, Step]]:
    return [(section, step) for section in module.sections for step in section.steps]


def _sheets(step: Step) -> list[FormPart]:
    return [part for part in step.parts if isinstance(part, FormPart)]


def _spot(module: Module, section: Section, step: Step, number: int, of: int) -> Spot:
    key, name = f"{module.key}/{step.id}", step.title or section.title or module.title
    return Spot(module, section, step, number, of, key, name, f"module/{quote(key)}")


def _has(step: Step, shows: Callable[[FormPart], bool]) -> bool:
    """Say whether a step has anything to show."""
    return any(not isinstance(part, FormPart) or shows(part) for part in step.parts)
