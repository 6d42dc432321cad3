"""What was decided for one person apart from the policy tables: exceptions, the child's own objection, and blocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from ledstang.access.policies import ANY, SELF

Kind = Literal["grant", "deny", "objection", "block"]
GRANTED = "granted"
WORDS = {"block": "blocked", "deny": "excepted", "objection": "objected", "grant": GRANTED}
"""The reason word of each kind, in the order in which one goes before another: every denial before the grant."""


class Fact(msgspec.Struct, frozen=True):
    """One thing that was decided for a subject.

    `grant` and `deny` are exceptions from the tables, an `objection` is the subject's own, a `block` shuts others out
    from all there is. `person` is the one other whom it is about, None for everybody in the `relation`, which is `*` for
    every relation. `service` and `action` are those of policy tables, and `unit` an HSA-id in capitals, None for all.
    It holds from `since` to `until`, both Swedish days and inclusive; None is until somebody ends it.
    """

    kind: Kind
    since: date
    until: date | None = None
    relation: str = ANY
    person: UUID | None = None
    service: str = ANY
    action: str = ANY
    unit: str | None = None

    @property
    def leads(self) -> tuple[str, str]:
        """What it is about: service and action."""
        return self.service, self.action

    def about(self, action: str, relation: str, actor: UUID, on: date, unit: str | None) -> bool:
        """Say whether it holds on a day for somebody who wants to do something at a unit."""
        service, _, what = action.partition(".")
        return (
            self.since <= on
            and (self.until is None or on <= self.until)
            and self.relation in (ANY, relation)
            and self.person in (None, actor)
            and (relation != SELF or self.kind not in ("objection", "block"))
            and (self.kind == "block" or (self.service in (ANY, service) and self.action in (ANY, what)))
            and (self.kind == "block" or self.unit is None or (unit is not None and self.unit == unit.upper()))
        )


def decide(
    facts: Iterable[Fact], action: str, relation: str, actor: UUID, on: date, unit: str | None, *, may_object: bool
) -> str:
    """Return the reason word of what was decided about this, empty where nothing was. Every denial goes before a grant.

    An objection counts only where the policy tables say that the subject may object.
    """
    said = {
        fact.kind
        for fact in facts
        if fact.about(action, relation, actor, on, unit) and (fact.kind != "objection" or may_object)
    }
    return next((word for kind, word in WORDS.items() if kind in said), "")
