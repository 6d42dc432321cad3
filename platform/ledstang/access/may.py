"""The one question that every access goes through: may this visit do this to that?"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ledstang.access.permissions import Decision, Permission
from ledstang.access.policies import SELF, PolicyRow, allows_age
from ledstang.access.visit import Visit
from ledstang.clock import Clock

log = logging.getLogger("ledstang")

ALLOWED = Decision(True, "allowed")
BUDGET = 2.0
"""Seconds that one permission's check may take before it counts as a denial."""


class Access:
    """Decides from all plugins' permissions, the policy tables and the present day; what nobody allows is denied."""

    def __init__(
        self, permissions: Iterable[Permission], policies: Iterable[PolicyRow], clock: Clock, *, budget: float = BUDGET
    ) -> None:
        self._permissions: dict[str, list[Permission]] = defaultdict(list)
        for permission in permissions:
            self._permissions[permission.action].append(permission)
        self._policies, self._clock, self._budget = tuple(policies), clock, budget

    async def may(self, visit: Visit | None, action: str, resource: Any = None) -> Decision:
        """Decide. `visit` is None for somebody who is not signed in; `resource.person` is whose the thing is.

        Every permission for the action must allow it: one denial wins.
        """
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

    def _default(self, permission: Permission, visit: Visit | None, resource: Any) -> Decision:
        """Decide by who may do it, before anybody is asked."""
        if permission.who == "anyone":
            return ALLOWED
        if visit is None:
            return Decision(False, "not-signed-in")
        if visit.ground != SELF or visit.actor.id != visit.subject.id:
            return Decision(False, "unknown-ground")
        owner = getattr(resource, "person", None)
        if owner is None:
            return Decision(False, "no-owner")
        if owner != visit.subject.id:
            return Decision(False, "not-owner")
        today = self._clock.today()
        if not allows_age(self._policies, permission.action, SELF, visit.actor.age(today), today):
            return Decision(False, "outside-ages")
        return ALLOWED

    async def _checked(self, permission: Permission, visit: Visit | None, resource: Any) -> Decision:
        """Ask a plugin's own check. What it raises is a denial and a line in the log that names the action only."""
        try:
            async with asyncio.timeout(self._budget):
                answer = await permission.check(visit, resource)
        except (Exception, SystemExit) as fault:
            frame = traceback.extract_tb(fault.__traceback__)[-1]
            kind = type(fault).__name__
            log.error("the check of `%s` failed: %s at %s:%s", permission.action, kind, frame.filename, frame.lineno)
            return Decision(False, "failed")
        return ALLOWED if answer is None or answer is True else Decision(False, "denied")
