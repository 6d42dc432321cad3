"""Where a participant is: which modules are open, why the others are closed, and what comes next. Pure: no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal
from urllib.parse import quote

import msgspec
from ledstang import STOCKHOLM, Filled

from ledstang_programmes.document import Module, Programme, Release, Section, Step
from ledstang_programmes.participation import COMPLETED, Part

State = Literal["done", "open", "closed"]
MORNING = time(6)
"""When modules open on their day, Swedish time: authoring language, "Release"."""


class Closed(msgspec.Struct, frozen=True):
    """Why a module is closed: `after` another (its title), `at` an instant, `treater`, `when` an answer, or a `measure`."""

    code: str
    title: str = ""
    at: datetime | None = None


class ModuleState(msgspec.Struct, frozen=True):
    """One module as the participant meets it now."""

    module: Module
    state: State
    done: int
    of: int
    closed: Closed | None = None


class Spot(msgspec.Struct, frozen=True):
    """One step with its place among the others: `number` of `of` in the module, counted from 1."""

    module: Module
    section: Section
    step: Step
    number: int
    of: int

    @property
    def key(self) -> str:
        return f"{self.module.key}/{self.step.id}"

    @property
    def name(self) -> str:
        """What the step is called: by its own heading, or else by what it stands in."""
        return self.step.title or self.section.title or self.module.title

    @property
    def path(self) -> str:
        """The step's part of an address, below the participation's."""
        return f"module/{quote(self.key)}"


class Course:
    """A participation held against its programme at one instant."""

    def __init__(
        self,
        programme: Programme,
        part: Part,
        done: Mapping[tuple[str, str], datetime],
        responses: Mapping[str, Filled],
        now: datetime,
        holds: Mapping[str, bool | None],
    ) -> None:
        """Make a course. `holds` tells of each `när` among the release rules whether it holds (None: unknown)."""
        self.programme, self.part, self.done = programme, part, done
        self.responses, self.now, self._holds = responses, now, holds
        self.modules = self._states()

    @property
    def before_due(self) -> bool:
        """Say whether the measure before is still to be answered, which closes every module."""
        return bool(self.programme.measure_before) and not self.measured("before")

    @property
    def after_due(self) -> bool:
        """Say whether only the closing measure is left."""
        if self.part.ended or not self.programme.measure_after or self.measured("after"):
            return False
        return all(one.state == "done" for one in self.modules)

    @property
    def finished(self) -> bool:
        """Say whether everything is done."""
        measured = not self.programme.measure_after or self.measured("after")
        return measured and all(one.state == "done" for one in self.modules)

    @property
    def read_until(self) -> date | None:
        """Return the last Swedish day on which an ended course may be read; None while it runs or when there is no limit."""
        if self.part.ended is None or self.programme.readable_days is None:
            return None
        return self.part.ended.astimezone(STOCKHOLM).date() + timedelta(days=self.programme.readable_days)

    @property
    def readable(self) -> bool:
        """Say whether the participant may still read."""
        return self.read_until is None or self.now.astimezone(STOCKHOLM).date() <= self.read_until

    @property
    def completed(self) -> bool:
        return self.part.reason == COMPLETED

    def measured(self, which: str) -> bool:
        """Say whether the measure `before` or `after` has been sent."""
        response = self.responses.get(f"@{which}")
        return bool(response and response.completed)

    def state(self, module: str) -> ModuleState | None:
        """Return one module's state by its key."""
        return next((one for one in self.modules if one.module.key == module), None)

    def spots(self, module: Module) -> list[Spot]:
        """Return the steps of a module in order."""
        steps = [(section, step) for section in module.sections for step in section.steps]
        return [Spot(module, section, step, number, len(steps)) for number, (section, step) in enumerate(steps, 1)]

    def spot(self, module: str, step: str) -> Spot | None:
        """Return a step by the keys of its address."""
        state = self.state(module)
        spots = self.spots(state.module) if state else []
        return next((spot for spot in spots if spot.step.id == step), None)

    def was_done(self, spot: Spot) -> bool:
        """Say whether the participant has gone on from a step."""
        return (spot.module.key, spot.step.id) in self.done

    def next_spot(self) -> Spot | None:
        """Return where to go on: where the participant was, or the first step that is open and not done."""
        module, _, step = self.part.place.partition("/")
        was = self.spot(module, step)
        if was and self.is_open(module) and (module, step) not in self.done:
            return was
        for one in self.modules:
            if one.state == "open":
                spots = self.spots(one.module)
                return next((spot for spot in spots if (one.module.key, spot.step.id) not in self.done), spots[-1])
        return None

    def is_open(self, module: str) -> bool:
        """Say whether a module may be entered: open or done, or any that was when the course has ended."""
        state = self.state(module)
        return state is not None and state.state != "closed"

    def _states(self) -> list[ModuleState]:
        states: list[ModuleState] = []
        for module in self.programme.modules:
            closed = Closed("measure") if self.before_due else self._closed(module.opens)
            spots = self.spots(module)
            done = sum((module.key, spot.step.id) in self.done for spot in spots)
            if (module.key, "") in self.done:
                states.append(ModuleState(module, "done", done, len(spots)))
            else:
                states.append(ModuleState(module, "closed" if closed else "open", done, len(spots), closed))
        return states

    def _closed(self, rule: Release) -> Closed | None:
        """Return why a rule keeps its module closed now, or None when it is open."""
        if rule.rule == "after":
            return self._after(rule)
        if rule.rule == "day":
            return self._until(self._started() + timedelta(days=rule.days - 1))
        if rule.rule == "date" and rule.date:
            return self._until(rule.date)
        if rule.rule == "when":
            return None if self._holds.get(rule.when or "") else Closed("when")
        return Closed("treater") if rule.rule == "treater" else None

    def _after(self, rule: Release) -> Closed | None:
        completed = self.done.get((rule.module or "", ""))
        if completed is None:
            return Closed("after", title=self._title(rule.module))
        if rule.hours:
            opens = completed + timedelta(hours=rule.hours)
            return Closed("at", at=opens) if self.now < opens else None
        if rule.days:
            return self._until(completed.astimezone(STOCKHOLM).date() + timedelta(days=rule.days))
        return None

    def _until(self, day: date) -> Closed | None:
        """Keep closed until the morning of a Swedish day."""
        opens = datetime.combine(day, MORNING, tzinfo=STOCKHOLM)
        return Closed("at", at=opens) if self.now < opens else None

    def _started(self) -> date:
        return self.part.started.astimezone(STOCKHOLM).date()

    def _title(self, key: str | None) -> str:
        return next((module.title for module in self.programme.modules if module.key == key), "")
