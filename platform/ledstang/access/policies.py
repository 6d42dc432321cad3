"""Policy tables: from which age, and on what basis, somebody may act: dated data with an owner, no literals in code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

SELF = "self"
ANY = "*"
NOBODY = "nobody"
"""The relation of a row that says that a gap is meant. It admits nobody: it is only told of."""


class PolicyRow(msgspec.Struct, frozen=True):
    """One row of a table: who, in what relation to the subject, may do what, between which ages, since and until when.

    `service` and `action` are the two parts of a permission's action, or `*`. Both ages are inclusive and the subject's,
    which for whoever acts for themselves is their own; None is no bound. Both days are inclusive and Swedish. `basis`
    says why. `region` is the id of the only region, and `unit` the HSA-id, in capitals, of the only unit that the row is
    about. `chosen_by` are the regions that chose the set which the row is of, None among them for whoever lives in no
    region here; where it is None itself, nobody has to choose it. `objection` says
    that what the row opens ends where the subject objects.
    """

    service: str
    action: str
    relation: str
    from_age: int | None
    to_age: int | None
    basis: str
    valid_from: date | None = None
    valid_to: date | None = None
    region: str | None = None
    unit: str | None = None
    chosen_by: frozenset[str | None] | None = None
    objection: bool = False

    def governs(
        self, service: str, action: str, relation: str, on: date, region: str | None = None, unit: str | None = None
    ) -> bool:
        """Say whether the row is about this, on a day, for somebody of a region, at a unit."""
        return (
            self.relation == relation
            and self.service in (ANY, service)
            and self.action in (ANY, action)
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
            and (self.region is None or self.region == region)
            and (self.unit is None or (unit is not None and self.unit == unit.upper()))
            and (self.chosen_by is None or region in self.chosen_by)
        )

    def admits(self, age: int) -> bool:
        """Say whether an age lies between the row's."""
        return (self.from_age is None or self.from_age <= age) and (self.to_age is None or age <= self.to_age)

    @property
    def weight(self) -> tuple[bool, bool, bool, bool]:
        """Tell how particular the row is: a unit's before a region's before all; then who names a service, an action."""
        return self.unit is not None, self.region is not None, self.service != ANY, self.action != ANY


def governing(
    rows: Iterable[PolicyRow], action: str, relation: str, on: date, region: str | None = None, unit: str | None = None
) -> tuple[PolicyRow, ...]:
    """Return the most particular of the rows about an action (`<service>.<what>`) on a day: they alone decide."""
    service, _, what = action.partition(".")
    about = [row for row in rows if row.governs(service, what, relation, on, region, unit)]
    weight = max((row.weight for row in about), default=None)
    return tuple(row for row in about if row.weight == weight)


def admits(
    rows: Iterable[PolicyRow],
    action: str,
    relation: str,
    age: int,
    on: date,
    region: str | None = None,
    unit: str | None = None,
) -> bool:
    """Say whether the tables admit somebody to an action on a day, by the age of the subject.

    The most particular rows decide and hide the more general ones, so that a service, a region or a unit may ask for a
    higher age than all others do. Where no row is about it, nobody is admitted.
    """
    return any(row.admits(age) for row in governing(rows, action, relation, on, region, unit))
