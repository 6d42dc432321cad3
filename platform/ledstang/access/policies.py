"""Policy tables: from which age, and on what basis, somebody may act: dated data with an owner, no literals in code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

SELF = "self"
ANY = "*"


class PolicyRow(msgspec.Struct, frozen=True):
    """One row of a table: who, in what relation to the subject, may do what, between which ages, since and until when.

    `service` and `action` are the two parts of a permission's action, or `*`. Both ages are inclusive and those of the
    person who acts for themselves; None is no bound. Both days are inclusive and Swedish. `basis` says why.
    """

    service: str
    action: str
    relation: str
    from_age: int | None
    to_age: int | None
    basis: str
    valid_from: date | None = None
    valid_to: date | None = None

    def governs(self, service: str, action: str, relation: str, on: date) -> bool:
        """Say whether the row is about this, on a day."""
        return (
            self.relation == relation
            and self.service in (ANY, service)
            and self.action in (ANY, action)
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
        )

    def admits(self, age: int) -> bool:
        """Say whether an age lies between the row's."""
        return (self.from_age is None or self.from_age <= age) and (self.to_age is None or age <= self.to_age)

    @property
    def weight(self) -> tuple[bool, bool]:
        """Tell how particular the row is: a row that names a service goes before one that does not, then the action."""
        return self.service != ANY, self.action != ANY


def allows_age(rows: Iterable[PolicyRow], action: str, relation: str, age: int, on: date) -> bool:
    """Say whether the tables admit an age to an action (`<service>.<what>`) on a day.

    The most particular rows decide and hide the more general ones, so that a service may ask for a higher age than all
    others do. Where no row is about it, nobody is admitted.
    """
    service, _, what = action.partition(".")
    governing = [row for row in rows if row.governs(service, what, relation, on)]
    if not governing:
        return False
    weight = max(row.weight for row in governing)
    return any(row.admits(age) for row in governing if row.weight == weight)
