"""The rules: what the policy tables, and what was decided for somebody, leave of an action to a relation on this day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from ledstang.access.calendar import Door, Doorway, calendar, doorways
from ledstang.access.facts import GRANTED, Fact, decide
from ledstang.access.permissions import ALLOWED, Decision
from ledstang.access.policies import ANY, NOBODY, SELF, PolicyRow, governing
from ledstang.access.visit import Visit
from ledstang.clock import Clock
from ledstang.people.persons import Person

NO_ONE = UUID(int=0)
"""The actor where only a relation is asked about: no decision is about them alone."""


class Rules:
    """The policy tables of an instance, asked about the present day. Nothing is accessed here, so nothing is logged.

    `actions` are all that there are, and `by_name` those that the tables must name to open them for another.
    """

    def __init__(
        self, told: Iterable[PolicyRow], clock: Clock, actions: Collection[str], by_name: Collection[str]
    ) -> None:
        self._told = tuple(told)  # also that a gap is meant, by which nothing is decided
        self.policies = tuple(row for row in self._told if row.relation != NOBODY)
        self._clock, self._actions, self._by_name = clock, actions, by_name
        self._day: date | None = None
        self._governing: dict[tuple[str, str, str | None, str | None], tuple[PolicyRow, ...]] = {}

    def stands(
        self,
        action: str,
        ground: str,
        actor: UUID,
        subject: Person,
        region: str | None,
        unit: str | None,
        facts: tuple[Fact, ...],
    ) -> Decision:
        """Decide by what was decided for the subject, then by the policy tables."""
        today = self._clock.today()
        age = subject.age(today)
        rows = [row for row in self._rows(action, ground, today, region, unit) if row.admits(age)]
        if ground != SELF and action in self._by_name:
            facts = tuple(fact for fact in facts if fact.kind != "grant" or fact.service != ANY)
        if facts:
            may_object = any(row.objection for row in rows)
            said = decide(facts, action, ground, actor, today, unit, may_object=may_object)
            if said:
                return ALLOWED if said == GRANTED else Decision(False, said)
        return ALLOWED if rows else Decision(False, "outside-ages")

    def opens(self, visit: Visit, action: str) -> bool:
        """Say whether a citizen's visit may do something with what is the subject's own, at any unit at all.

        For links that would lead nowhere: nothing is accessed, so nothing is logged, and no plugin's check is asked.
        """
        who, units = (visit.ground, visit.actor.id), {None, visit.unit, *(fact.unit for fact in visit.facts)}
        return any(self.stands(action, *who, visit.subject, visit.region, unit, visit.facts) for unit in units)

    def opens_any(
        self, ground: str, subject: Person, region: str | None, actor: UUID, facts: tuple[Fact, ...] = ()
    ) -> bool:
        """Say whether there is anything at all that an actor may do for somebody of a region on a ground today."""
        units = {None, *(fact.unit for fact in facts)}
        return any(
            self.stands(action, ground, actor, subject, region, unit, facts)
            for action in self._actions
            for unit in units
        )

    def leaves_to(self, relation: str, visit: Visit, action: str, unit: str | None = None) -> bool:
        """Say whether the rules, and what the subject of a visit has decided, leave a relation anything of an action.

        With a `unit`, of what is that unit's.
        """
        given = (NO_ONE, visit.subject, visit.region)
        return bool(self.stands(action, relation, *given, unit, visit.facts))

    def admits_any(self, relation: str, subject: Person, region: str | None = None) -> bool:
        """Say whether any row at all, of one unit too, admits a relation to anything of somebody's today."""
        today = self._clock.today()
        age = subject.age(today)
        return any(
            row.admits(age) and row.governs(row.service, row.action, relation, today, region, row.unit)
            for row in self.policies
        )

    def doors(self, subject: Person, after: date, until: date, region: str | None = None) -> tuple[Door, ...]:
        """Return the doors that open and close for somebody after a day and no later than another."""
        return calendar(self._told, subject.born, after, until, region)

    def doorways(self, relation: str, subject: Person, on: date, region: str | None = None) -> tuple[Doorway, ...]:
        """Return how the doors of a relation to somebody stand on a day, by the policy tables alone."""
        return doorways(self.policies, relation, subject.born, on, region)

    def units(self, facts: Iterable[Fact]) -> set[str | None]:
        """Return the units that a row or one of the facts names, and None for all others."""
        return {None, *(fact.unit for fact in facts), *(row.unit for row in self.policies)}

    def _rows(self, action: str, ground: str, on: date, region: str | None, unit: str | None) -> tuple[PolicyRow, ...]:
        """Return the rows that decide a question, which stay the same all day."""
        if self._day != on:
            self._day, self._governing = on, {}
        key = (action, ground, region, unit)
        rows = self._governing.get(key)
        if rows is None:
            named = ground != SELF and action in self._by_name
            policies = (row for row in self.policies if row.service != ANY or not named)
            rows = self._governing[key] = governing(policies, action, ground, on, region, unit)
        return rows
