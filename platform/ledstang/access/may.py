"""The one question that every access goes through: may this visit do this to that?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ledstang.access.calendar import Door, calendar
from ledstang.access.caller import Caller, Everyone, Someone
from ledstang.access.facts import GRANTED, Fact, decide
from ledstang.access.permissions import Decision, Permission, no_objection
from ledstang.access.policies import SELF, PolicyRow, governing
from ledstang.access.visit import STAFF, Visit
from ledstang.clock import Clock
from ledstang.isolation import Gap, Isolation
from ledstang.people.persons import Person

if TYPE_CHECKING:
    from ledstang.access.log.log import AccessLog

ALLOWED = Decision(True, "allowed")


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
        self._same_unit = same_unit
        self._policies, self._clock, self._isolation = tuple(policies), clock, isolation or Isolation()
        self._day: date | None = None
        self._governing: dict[tuple[str, str, str | None, str | None], tuple[PolicyRow, ...]] = {}
        self.log: AccessLog | None = None

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
        return ALLOWED

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
        """Say whether a citizen's visit may do something with what is the subject's own.

        For links that would lead nowhere: nothing is accessed, so nothing is logged, and no plugin's check is asked.
        """
        about = (visit.actor.id, visit.subject, visit.region, visit.unit, visit.facts)
        return bool(self._stands(action, visit.ground, *about))

    def ahead(self, subject: Person, until: date, region: str | None = None) -> tuple[Door, ...]:
        """Return the doors that open and close for somebody after today and no later than a day."""
        return calendar(self._policies, subject.born, self._clock.today(), until, region)

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
            rows = self._governing[key] = governing(self._policies, action, ground, on, region, unit)
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
        if not isinstance(unit, str) or not self._same_unit(unit, assignment.unit):
            return Decision(False, "other-unit")
        return ALLOWED

    async def _checked(self, permission: Permission, visit: Visit | Caller | None, resource: Any) -> Decision:
        """Ask a plugin's own check. One that raises, hangs, or is left alone for having done so, denies."""
        if permission.check is no_objection:
            return ALLOWED
        answer = await self._isolation.ask(
            permission.action.partition(".")[0],
            f"register_permissions {permission.action}",
            permission.check,
            visit,
            resource,
            milliseconds=self._isolation.patience.may_ms,
            forgiving=True,
        )
        if isinstance(answer, Gap):
            return Decision(False, "failed")
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
