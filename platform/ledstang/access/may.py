"""The one question that every access goes through: may this visit do this to that?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ledstang.access.caller import Caller, Everyone, Someone
from ledstang.access.facts import WORDS
from ledstang.access.log.entries import subject_of
from ledstang.access.log.trail import TRAIL
from ledstang.access.permissions import ALLOWED, AtUnit, Decision, Permission, Whole, no_objection
from ledstang.access.policies import SELF, PolicyRow
from ledstang.access.rules import Rules
from ledstang.access.visit import STAFF, Visit
from ledstang.clock import Clock
from ledstang.isolation import Gap, Isolation

if TYPE_CHECKING:
    from ledstang.access.barring import Barring, Standing
    from ledstang.access.log.log import AccessLog

BLOCKED = WORDS["block"]


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
        by_name = {action for action, some in self._permissions.items() if any(one.by_name for one in some)}
        self.rules = Rules(policies, clock, self._permissions, by_name)
        self.same_unit, self._isolation = same_unit, isolation or Isolation()
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

    async def would(self, visit: Visit | None, action: str, resource: Any = None) -> bool:
        """Decide without a line in the log: for whether to show the way to something, never for what is behind it."""
        return bool(await self._decide(visit, action, resource))

    async def leads(self, visit: Visit, action: str) -> bool:
        """Say whether a page may lead staff to an action at their unit. It is no attempt of theirs: nothing is logged."""
        return bool(visit.unit) and await self.would(visit, action, AtUnit(visit.unit))

    async def everywhere(self, visit: Visit, action: str) -> bool:
        """Say whether a visit may do something to all that is its subject's, whatever unit it is from; with no line in the log.

        Where a policy row or a fact names a unit, it has to be open there too.
        """
        units = self.rules.units(visit.facts)
        return all([await self.would(visit, action, Whole(visit.subject.id, unit)) for unit in units])

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
        return self.rules.stands(
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
