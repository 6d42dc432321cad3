"""Where a participant is: which modules are open, why the others are closed, and what comes next. Pure: no database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from ledstang import STOCKHOLM, Filled

from ledstang_programmes.document import FormPart, Module, Release, Schedule
from ledstang_programmes.occasions import MORNING, Occasions, last_day
from ledstang_programmes.outline import Outline, Spot
from ledstang_programmes.participation import COMPLETED, Part
from ledstang_programmes.series import ANYBODY, Viewer
from ledstang_programmes.states import Closed, Conditions, ModuleState


def by_page(part: FormPart) -> bool:
    """Say whether a form is filled in page by page and sent, rather than written on its step like a worksheet."""
    return part.schedule is not None or (part.block == "form" and len(part.form.pages) > 1)


class Course:
    """A participation held against its programme at one instant."""

    def __init__(
        self,
        outline: Outline,
        part: Part,
        done: Mapping[tuple[str, str], datetime],
        responses: Mapping[str, Filled],
        now: datetime,
        conditions: Conditions,
        viewer: Viewer = ANYBODY,
        elsewhere: Collection[str] = (),
        *,
        shut: bool = False,
    ) -> None:
        """Hold it against what a viewer meets: `responses` are theirs, `elsewhere` the places others have answered at.

        With `shut` nothing is open yet: guardians have to consent first.
        """
        self.outline, self.programme, self.part, self.done = outline, outline.programme, part, done
        self.responses, self.now, self._conditions = responses, now, conditions
        self._viewer, self._elsewhere, self.shut = viewer, elsewhere, shut
        self._written = {place.partition("/")[0] for place in responses}
        self._spots: dict[str, list[Spot]] = {}
        self._waiting: dict[str, Spot | None] = {}
        self.modules = self._states()

    @property
    def before_due(self) -> bool:
        """Say whether the measure before is still to be answered, which closes every module."""
        return bool(self.programme.measure_before) and self._measures and not self.shut and not self.measured("before")

    @property
    def after_due(self) -> bool:
        """Say whether only the closing measure is left."""
        open_ = not self.part.ended or (self.completed and self.programme.answered_by == "each guardian")
        if not open_ or not self._measures or not self.programme.measure_after or self.measured("after"):
            return False
        return self._all_done

    @property
    def finished(self) -> bool:
        """Say whether everything is done."""
        measured = not self.programme.measure_after or self.measured("after")
        return measured and self._all_done

    @property
    def _measures(self) -> bool:
        """Say whether the measures are for this viewer, to answer or to hand over."""
        return self._viewer.waits_for(self.programme.answered_by)

    @property
    def _all_done(self) -> bool:
        """Say whether no module is left, other than those that the participant's answers keep closed."""
        states = [one.state for one in self.modules if not (one.closed and one.closed.code == "never")]
        return bool(states) and all(state == "done" for state in states)

    @property
    def read_until(self) -> date | None:
        """Return the last Swedish day on which an ended course may be read; None while it runs or when there is no limit."""
        if self.part.ended is None or self.programme.readable_days is None:
            return None
        return last_day(self.part.ended, self.programme.readable_days)

    @property
    def readable(self) -> bool:
        """Say whether the participant may still read."""
        return self.read_until is None or self.now.astimezone(STOCKHOLM).date() <= self.read_until

    @property
    def completed(self) -> bool:
        return self.part.reason == COMPLETED

    def measured(self, which: str) -> bool:
        """Say whether the measure `before` or `after` has been sent; by any guardian, if it is not this viewer's."""
        response = self.responses.get(f"@{which}")
        return bool(response and response.completed) or (not self._measures and f"@{which}" in self._elsewhere)

    def state(self, module: str) -> ModuleState | None:
        """Return one module's state by its key."""
        return next((one for one in self.modules if one.module.key == module), None)

    def spots(self, module: Module) -> list[Spot]:
        """Return the steps of a module in order, without those whose worksheets are not for this participant."""
        if module.key not in self._spots:
            self._spots[module.key] = self.outline.spots(module, self.shows)
        return self._spots[module.key]

    def spot(self, module: str, step: str) -> Spot | None:
        """Return a step by the keys of its address."""
        state = self.state(module)
        spots = self.spots(state.module) if state else []
        return next((spot for spot in spots if spot.step.id == step), None)

    def was_done(self, spot: Spot) -> bool:
        """Say whether the participant has gone on from a step."""
        return (spot.module.key, spot.step.id) in self.done

    def shows(self, part: FormPart) -> bool:
        """Say whether a worksheet's own condition holds; what ends unknown is not shown."""
        return part.shown_when is None or self._conditions.holds(part.shown_when) is True

    def _asks(self, part: FormPart) -> bool:
        """Say whether a worksheet is shown, and this viewer is to see that it is answered."""
        return self._viewer.waits_for(part.answered_by) and self.shows(part)

    def answered(self, part: FormPart) -> bool:
        """Say whether a form has been sent, or a worksheet has something in it; of one that comes back, that none is due."""
        if part.schedule is not None:
            return self.occasions(part).due is None
        if by_page(part):
            return part.id in self.responses and self.responses[part.id].completed is not None
        return part.id in self._written

    def occasions(self, part: FormPart) -> Occasions:
        """Return the occasions of a form that has a schedule. Without a first day they count from when its module was begun."""
        schedule = part.schedule or Schedule()
        first = self._began(part) if schedule.day is None else self._started() + timedelta(days=schedule.day - 1)
        return Occasions(schedule, part.id, first, self.responses, self.now)

    def scheduled(self) -> list[tuple[Spot, FormPart, Occasions]]:
        """Return the forms that come back, each with its step, as far as the way to them is open."""
        found = []
        for one in self.modules if not (self.part.ended or self.before_due) else []:
            if one.state != "closed" and self.outline.scheduled[one.module.key]:
                for spot in self.spots(one.module):
                    parts = [part for part in self.outline.scheduled[one.module.key] if part in spot.step.parts]
                    if not self.blocker(spot):
                        found += [(spot, part, self.occasions(part)) for part in parts if self._asks(part)]
        return found

    def waits(self, spot: Spot) -> bool:
        """Say whether a step has a form that must be answered before what comes after it."""
        blocking = [part for part in spot.step.parts if isinstance(part, FormPart) and part.blocks and self._asks(part)]
        return not all(self.answered(part) for part in blocking)

    def blocker(self, spot: Spot) -> Spot | None:
        """Return the step before this one that must be answered first, or None."""
        first = self.waiting(spot.module)
        return first if first and first.number < spot.number else None

    def waiting(self, module: Module) -> Spot | None:
        """Return the first step of a module that has a form to be answered before what comes after it, or None."""
        if module.key not in self._waiting:
            self._waiting[module.key] = next((one for one in self.spots(module) if self.waits(one)), None)
        return self._waiting[module.key]

    def after(self, spot: Spot) -> Spot | None:
        """Return where to go from a step: the next of its module, or one that was left out, or None when all are done."""
        spots = self.spots(spot.module)
        at = next((number for number, one in enumerate(spots, 1) if one.key == spot.key), len(spots))
        left = (one for one in spots if one.key != spot.key and not self.was_done(one))
        return next(iter(spots[at:]), None) or next(left, None)

    def spot_of(self, part: FormPart) -> Spot | None:
        """Return the step that a part stands in, when the way there is open."""
        for one in self.modules:
            if one.state != "closed":
                spots = self.spots(one.module)
                found = next((spot for spot in spots if part in spot.step.parts), None)
                if found:
                    return None if self.blocker(found) else found
        return None

    def next_spot(self) -> Spot | None:
        """Return where to go on: where the participant was, or the first step that is open and not done."""
        module, _, step = self.part.place.partition("/")
        was = self.spot(module, step)
        if was and self.is_open(module) and (module, step) not in self.done:
            return self.blocker(was) or was
        for one in self.modules:
            if one.state == "open":
                return self.first_left(one.module)
        return None

    def first_left(self, module: Module) -> Spot:
        """Return the first step of a module that is not done, or the last one."""
        spots = self.spots(module)
        return next((spot for spot in spots if self.waits(spot) or not self.was_done(spot)), spots[-1])

    def is_open(self, module: str) -> bool:
        """Say whether a module may be entered: open or done, or any that was when the course has ended."""
        state = self.state(module)
        return state is not None and state.state != "closed"

    def _states(self) -> list[ModuleState]:
        states: list[ModuleState] = []
        for module in self.programme.modules:
            spots = self.spots(module)
            done = sum(self.was_done(spot) for spot in spots) if self._gone(module) else 0
            if (module.key, "") in self.done:
                states.append(ModuleState(module, "done", done, len(spots)))
                continue
            first = Closed("consent") if self.shut else Closed("measure") if self.before_due else None
            closed = first or self._closed(module, empty=not spots)
            states.append(ModuleState(module, "closed" if closed else "open", done, len(spots), closed))
        return states

    def _closed(self, module: Module, *, empty: bool) -> Closed | None:
        """Return why a module is closed now, or None when it is open. What has been begun stays open."""
        if empty:
            return Closed("never")
        return None if self._begun(module) else self._kept(module.opens)

    def _begun(self, module: Module) -> bool:
        """Say whether the participant has gone on from a step of a module, or written something in it."""
        return self._gone(module) or any(part.id in self._written for part in self.outline.sheets[module.key])

    def _began(self, part: FormPart) -> date:
        """Return the Swedish day on which the participant first went on from a step of a part's module, or today."""
        inside = next((key for key, sheets in self.outline.scheduled.items() if part in sheets), "")
        gone = [at for (module, _), at in self.done.items() if module == inside]
        return min([*gone, self.now]).astimezone(STOCKHOLM).date()

    def _gone(self, module: Module) -> bool:
        return not self.outline.keys[module.key].isdisjoint(self.done)

    def _kept(self, rule: Release) -> Closed | None:
        """Return why a rule keeps its module closed now, or None."""
        if rule.rule == "after":
            return self._after(rule)
        if rule.rule == "day":
            return self._until(self._started() + timedelta(days=rule.days - 1))
        if rule.rule == "date" and rule.date:
            return self._until(rule.date)
        if rule.rule == "when":
            return self._when(rule.when or "")
        return Closed("treater") if rule.rule == "treater" else None

    def _when(self, condition: str) -> Closed | None:
        if self._conditions.holds(condition):
            return None
        return Closed("when" if self._conditions.may_hold(condition) else "never")

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
