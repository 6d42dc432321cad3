"""The one question that every access goes through: may this visit do this to that?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledstang.access.calendar import Door, Doorway, calendar, doorways
from ledstang.access.caller import Caller, Everyone, Someone
from ledstang.access.facts import GRANTED, WORDS, Fact, decide
from ledstang.access.log.entries import subject_of
from ledstang.access.log.trail import TRAIL
from ledstang.access.permissions import AtUnit, Decision, Permission, Whole, no_objection
from ledstang.access.policies import ANY, NOBODY, SELF, PolicyRow, governing
from ledstang.access.visit import STAFF, Visit
from ledstang.clock import Clock
from ledstang.isolation import Gap, Isolation
from ledstang.people.persons import Person

if TYPE_CHECKING:
    from ledstang.access.barring import Barring, Standing
    from ledstang.access.log.log import AccessLog

ALLOWED = Decision(True, "allowed")
BLOCKED = WORDS["block"]
NO_ONE = UUID(int=0)
"""The actor where only a relation is asked about: no decision is about them alone."""


class Access:
    """Decides from all plugins' permissions, the policy tables and the present day; what nobody allows is denied."""

    def __init__(
        self,
        permissions: Iterable[Permission],
        policies: Iterable[PolicyRow],
        clock: Clock,
        isolation: Isolation | None = None,
        same_unit: Callable[[str, str], bool] = lambda one, other: one.upper() == other.upper(),
    ) -> None:
        self._permissions: dict[str, list[Permission]] = defaultdict(list)
        for permission in permissions:
            self._permissions[permission.action].append(permission)
        self._by_name = {action for action, some in self._permissions.items() if any(one.by_name for one in some)}
        self.same_unit = same_unit
        self._told = tuple(policies)  # also that a gap is meant, by which nothing is decided
        self._policies = tuple(row for row in self._told if row.relation != NOBODY)
        self._clock, self._isolation = clock, isolation or Isolation()
        self._day: date | None = None
        self._governing: dict[tuple[str, str, str | None, str | None], tuple[PolicyRow, ...]] = {}
        self.log: AccessLog | None = None
        self.barring: Barring | None = None

    @property
    def titles(self) -> dict[str, str]:
        """The message id of each action that somebody has registered."""
        return {action: some[0].title for action, some in self._permissions.items()}

    def title(self, action: str) -> str:
        """Return the message id that says what an action is; the action itself where nobody has registered it."""
        return next((permission.title for permission in self._permissions.get(action, ())), action)

    async def may(self, visit: Visit | Caller | None, action: str, resource: Any = None) -> Decision:
        """Decide. `visit` is None for somebody who is not signed in; `resource.person` is whose the thing is.

        A care system is a `Caller`, and asks about `Someone`.

        Every permission for the action must allow it: one denial wins. The answer is in the access log before it is
        given; what staff or a proxy may see is denied where it can be logged nowhere.
        """
        decision = await self._decide(visit, action, resource)
        if decision.reason == BLOCKED and (trail := TRAIL.get()) is not None:
            trail.blocked = resource
        return await self._logged(visit, action, resource, decision)

    async def leads(self, visit: Visit, action: str) -> bool:
        """Say whether a page may lead staff to an action at their unit. It is no attempt of theirs: nothing is logged."""
        return bool(visit.unit) and await self.would(visit, action, AtUnit(visit.unit))

    async def may_list(self, visit: Visit, action: str, rows: Sequence[tuple[Any, Standing]]) -> list[Decision]:
        """Decide which rows of a list of theirs staff see: each thing, with how things stand with whose it is.

        What is shown is in the access log before, all of it in one write. That a block keeps them from a row is no
        attempt of theirs, and is not written.
        """
        decided = await self._decide_each(visit, action, rows)
        seen = [resource for (resource, _), decision in zip(rows, decided, strict=True) if decision]
        if self.log and not await self.log.record_all(visit, action, seen):
            return [Decision(False, "log-full") if decision else decision for decision in decided]
        return decided

    async def _logged(self, visit: Visit | None, action: str, resource: Any, decision: Decision) -> Decision:
        if self.log and not await self.log.record(visit, action, resource, decision) and decision:
            return Decision(False, "log-full")
        return decision

    async def _decide(self, visit: Visit | Caller | None, action: str, resource: Any) -> Decision:
        permissions = self._permissions.get(action)
        if not permissions:
            return Decision(False, "unknown-action")
        for permission in permissions:
            decision = self._default(permission, visit, resource)
            if decision:
                decision = await self._checked(permission, visit, resource)
            if not decision:
                return decision
        return await self._unbarred(permissions, visit, resource)

    async def _decide_each(self, visit: Visit, action: str, rows: Sequence[tuple[Any, Standing]]) -> list[Decision]:
        """Decide as `_decide` does about each row, with one question to a plugin about all that are still open to it."""
        permissions = self._permissions.get(action)
        if not permissions:
            return [Decision(False, "unknown-action")] * len(rows)
        decided = [ALLOWED] * len(rows)
        for permission in permissions:
            default = self._default_of_each(permission, visit)
            decided = [before and default(row[0]) for before, row in zip(decided, rows, strict=True)]
            left = [at for at, decision in enumerate(decided) if decision]
            checked = await self._checked_each(permission, visit, [rows[at][0] for at in left])
            for at, decision in zip(left, checked, strict=True):
                decided[at] = decision
        if not self._heeds_blocks(permissions, visit):
            return decided
        return [
            self._shut(permissions, visit, standing) if decision and subject_of(visit, one) is not None else decision
            for decision, (one, standing) in zip(decided, rows, strict=True)
        ]

    def _default_of_each(self, permission: Permission, visit: Visit) -> Callable[[Any], Decision]:
        """Return how to decide by who may do it. Of a thing, staff are asked about the unit alone: each is decided once."""
        if permission.who != "staff":
            return lambda resource: self._default(permission, visit, resource)
        of_unit: dict[str, Decision] = {}

        def at_work(resource: Any) -> Decision:
            unit = getattr(resource, "unit", None)
            if not isinstance(unit, str):
                return self._default(permission, visit, resource)
            if unit not in of_unit:
                of_unit[unit] = self._default(permission, visit, resource)
            return of_unit[unit]

        return at_work

    async def _unbarred(self, permissions: list[Permission], visit: Visit | Caller | None, resource: Any) -> Decision:
        """Decide whether a block of the citizen's keeps staff out whom nothing else does. Asked last: it tells a little."""
        if not self._heeds_blocks(permissions, visit) or (subject := subject_of(visit, resource)) is None:
            return ALLOWED
        return self._shut(permissions, visit, await self.barring.standing(visit, subject))

    def _heeds_blocks(self, permissions: list[Permission], visit: Visit | Caller | None) -> bool:
        if self.barring is None or not isinstance(visit, Visit) or visit.assignment is None:
            return False
        return not all(permission.despite_blocks for permission in permissions)

    def _shut(self, permissions: list[Permission], visit: Visit, standing: Standing) -> Decision:
        return Decision(False, BLOCKED) if self.barring.shuts(visit, permissions[0].action, standing) else ALLOWED

    async def would(self, visit: Visit | None, action: str, resource: Any = None) -> bool:
        """Decide without a line in the log: for whether to show the way to something, never for what is behind it."""
        return bool(await self._decide(visit, action, resource))

    async def everywhere(self, visit: Visit, action: str) -> bool:
        """Say whether a visit may do something to all that is its subject's, whatever unit it is from; with no line in the log.

        Where a policy row or a fact names a unit, it has to be open there too.
        """
        units = {None, *(fact.unit for fact in visit.facts), *(row.unit for row in self._policies)}
        return all([await self.would(visit, action, Whole(visit.subject.id, unit)) for unit in units])

    def opens_any(
        self, ground: str, subject: Person, region: str | None, actor: UUID, facts: tuple[Fact, ...] = ()
    ) -> bool:
        """Say whether there is anything at all that an actor may do for somebody of a region on a ground today."""
        units = {None, *(fact.unit for fact in facts)}
        return any(
            self._stands(action, ground, actor, subject, region, unit, facts)
            for action in self._permissions
            for unit in units
        )

    def opens(self, visit: Visit, action: str) -> bool:
        """Say whether a citizen's visit may do something with what is the subject's own, at any unit at all.

        For links that would lead nowhere: nothing is accessed, so nothing is logged, and no plugin's check is asked.
        """
        who, units = (visit.ground, visit.actor.id), {None, visit.unit, *(fact.unit for fact in visit.facts)}
        return any(self._stands(action, *who, visit.subject, visit.region, unit, visit.facts) for unit in units)

    def leaves_to(self, relation: str, visit: Visit, action: str, unit: str | None = None) -> bool:
        """Say whether the rules, and what the subject of a visit has decided, leave a relation anything of an action.

        With a `unit`, of what is that unit's.
        """
        given = (NO_ONE, visit.subject, visit.region)
        return bool(self._stands(action, relation, *given, unit, visit.facts))

    def doors(self, subject: Person, after: date, until: date, region: str | None = None) -> tuple[Door, ...]:
        """Return the doors that open and close for somebody after a day and no later than another."""
        return calendar(self._told, subject.born, after, until, region)

    def doorways(self, relation: str, subject: Person, on: date, region: str | None = None) -> tuple[Doorway, ...]:
        """Return how the doors of a relation to somebody stand on a day, by the policy tables alone."""
        return doorways(self._policies, relation, subject.born, on, region)

    def admits_any(self, relation: str, subject: Person, region: str | None = None) -> bool:
        """Say whether any row at all, of one unit too, admits a relation to anything of somebody's today."""
        today = self._clock.today()
        age = subject.age(today)
        return any(
            row.admits(age) and row.governs(row.service, row.action, relation, today, region, row.unit)
            for row in self._policies
        )

    def _stands(
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

    def _rows(self, action: str, ground: str, on: date, region: str | None, unit: str | None) -> tuple[PolicyRow, ...]:
        """Return the rows that decide a question, which stay the same all day."""
        if self._day != on:
            self._day, self._governing = on, {}
        key = (action, ground, region, unit)
        rows = self._governing.get(key)
        if rows is None:
            named = ground != SELF and action in self._by_name
            policies = (row for row in self._policies if row.service != ANY or not named)
            rows = self._governing[key] = governing(policies, action, ground, on, region, unit)
        return rows

    def _default(self, permission: Permission, visit: Visit | Caller | None, resource: Any) -> Decision:
        """Decide by who may do it, before anybody is asked."""
        if isinstance(visit, Caller) or permission.who == "system":
            return _called(permission, visit, resource)
        if permission.who == "anyone":
            return ALLOWED
        if visit is None:
            return Decision(False, "not-signed-in")
        if permission.who == "staff":
            return self._at_work(permission, visit, resource)
        if (visit.ground == SELF) != (visit.actor.id == visit.subject.id):
            return Decision(False, "unknown-ground")
        owner = getattr(resource, "person", None)
        if owner is None:
            return Decision(False, "no-owner")
        if owner != visit.subject.id:
            return Decision(False, "not-owner")
        unit = getattr(resource, "unit", None)
        unit = unit if isinstance(unit, str) else visit.unit
        return self._stands(
            permission.action, visit.ground, visit.actor.id, visit.subject, visit.region, unit, visit.facts
        )

    def _at_work(self, permission: Permission, visit: Visit, resource: Any) -> Decision:
        """Decide for staff: by what they are at the unit that the thing belongs to, and nowhere else."""
        assignment = visit.assignment
        if visit.ground != STAFF or assignment is None or assignment.person != visit.actor.id:
            return Decision(False, "no-assignment")
        if assignment.roles.isdisjoint(permission.roles):
            return Decision(False, "wrong-role")
        unit = getattr(resource, "unit", None)
        if not isinstance(unit, str) or not self.same_unit(unit, assignment.unit):
            return Decision(False, "other-unit")
        return ALLOWED

    async def _checked(self, permission: Permission, visit: Visit | Caller | None, resource: Any) -> Decision:
        """Ask a plugin's own check. One that raises, hangs, or is left alone for having done so, denies."""
        if permission.check is no_objection:
            return ALLOWED
        answer = await self._asked(permission, permission.check, visit, resource)
        return Decision(False, "failed") if isinstance(answer, Gap) else _said(answer)

    async def _checked_each(self, permission: Permission, visit: Visit, resources: list[Any]) -> list[Decision]:
        """Ask a plugin's own check about several things at once; when that fails about each alone, to spare the others."""
        if permission.check is no_objection or not resources:
            return [ALLOWED] * len(resources)

        async def each() -> list[bool | None]:
            return [await permission.check(visit, one) for one in resources]

        answers = await self._asked(permission, each)
        if isinstance(answers, Gap):
            return [await self._checked(permission, visit, one) for one in resources]
        return [_said(answer) for answer in answers]

    async def _asked(self, permission: Permission, ask: Callable[..., Awaitable[Any]], *given: Any) -> Any:
        plugin, hook = permission.action.partition(".")[0], f"register_permissions {permission.action}"
        patience = self._isolation.patience.may_ms
        return await self._isolation.ask(plugin, hook, ask, *given, milliseconds=patience, forgiving=True)


def _said(answer: Any) -> Decision:
    """Read what a check says: True and None leave it at the default, all else denies."""
    return ALLOWED if answer is None or answer is True else Decision(False, "denied")


def _called(permission: Permission, caller: Visit | Caller | None, resource: Any) -> Decision:
    """Decide for a system: by its scopes, and never about anybody who is protected, locked, dead or of another region."""
    if permission.who != "system" or not isinstance(caller, Caller):
        return Decision(False, "no-system")
    if caller.scopes.isdisjoint(permission.roles):
        return Decision(False, "wrong-role")
    if isinstance(resource, Everyone):
        return ALLOWED
    found = resource.found if isinstance(resource, Someone) else None
    if found is None or found.protected or found.locked or found.deceased or resource.region not in caller.regions:
        return Decision(False, "nothing-there")
    return ALLOWED
