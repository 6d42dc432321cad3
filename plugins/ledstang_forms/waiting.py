"""What the staff's lists read of a unit, which is known by these HSA-ids: what was a unit's that has gone into it, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from ledstang import Bound, Prepared, prepared

from ledstang_forms.statements import COLUMNS, COMPLETED, OPEN, STOPPED
from ledstang_forms.tables import Sending

MOST = 200
"""Rows of a list that are read: more than any page shows."""


def unseen(units: Sequence[str]) -> Bound:
    """Return the query of what has been answered and nobody has seen to: red before the oldest."""
    return _unseen(len(units)).bind(*units)


def unanswered(units: Sequence[str], now: datetime) -> Bound:
    """Return the query of what was sent and can still be answered: what is soon to be before the rest."""
    return _unanswered(len(units)).bind(*units, now)


def stopped(units: Sequence[str]) -> Bound:
    """Return the query of what could not be sent and nobody has seen to."""
    return _stopped(len(units)).bind(*units)


@lru_cache(16)
def _unseen(units: int) -> Prepared:
    return prepared(
        lambda *given: (
            Sending.select(*COLUMNS)
            .where(Sending.unit.is_in([*given]) & (Sending.state == COMPLETED) & Sending.seen.is_null())
            .order_by(Sending.rank, Sending.completed)
            .limit(MOST)
        ),
        takes=units,
    )


@lru_cache(16)
def _unanswered(units: int) -> Prepared:
    return prepared(
        lambda *given: (
            Sending.select(*COLUMNS)
            .where(Sending.unit.is_in([*given[:-1]]) & Sending.state.is_in(OPEN))
            .where(Sending.due.is_not_null() & (Sending.expires > given[-1]))
            .order_by(Sending.due)
            .limit(MOST)
        ),
        takes=units + 1,
    )


@lru_cache(16)
def _stopped(units: int) -> Prepared:
    return prepared(
        lambda *given: (
            Sending.select(*COLUMNS)
            .where(Sending.unit.is_in([*given]) & (Sending.state == STOPPED) & Sending.seen.is_null())
            .order_by(Sending.changed)
            .limit(MOST)
        ),
        takes=units,
    )
