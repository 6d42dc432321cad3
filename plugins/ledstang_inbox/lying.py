"""What lies on a unit's desk: the queries of its lists, in which what lay at a unit that has gone into it lies too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from inspect import Parameter, Signature
from typing import Any
from uuid import UUID

from ledstang import Bound, prepared

from ledstang_inbox.statements import COLUMNS
from ledstang_inbox.tables import Case
from ledstang_inbox.threads import CARE

MOST = 1000
"""Cases of a list that are read: more than any page shows."""


def bound_list(name: str, units: Sequence[str], who: UUID, now: datetime) -> Bound:
    """Return the query of a list of somebody's at work, at a unit that is known by these HSA-ids."""
    more = {"mine": (who,), "begun": (who,), "overdue": (now,)}.get(name, ())
    return _list(name, len(units), len(more)).bind(*units, *more)


@lru_cache(64)
def _list(name: str, units: int, more: int) -> Any:
    """Prepare the query for so many units: nearly always one."""

    def build(*given: Any) -> Any:
        return _query(name, given[:units], *given[units:])

    names = (f"given{number}" for number in range(units + more))
    build.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(one, Parameter.POSITIONAL_OR_KEYWORD) for one in names]
    )
    return prepared(build)


def _query(name: str, units: Sequence[Any], given: Any = None) -> Any:
    rows, lies = Case.select(*COLUMNS).limit(MOST), Case.desk.is_in(list(units))
    if name == "new":
        return rows.where(lies & Case.assigned.is_null() & Case.due.is_not_null()).order_by(Case.due)
    if name == "mine":
        return rows.where(lies & (Case.assigned == given) & Case.due.is_not_null()).order_by(Case.due)
    if name == "overdue":
        return rows.where(lies & (Case.due < given)).order_by(Case.due)
    if name == "begun":
        begun = (Case.author == given) & (Case.begun_by == CARE) & Case.draft.is_not_null()
        return rows.where(begun & Case.unit.is_in(list(units))).order_by(Case.moved)
    return rows.where(lies).order_by(Case.moved)
