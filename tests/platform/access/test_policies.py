"""Policy rows: ages both inclusive, days both inclusive, the particular before the general."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledstang.access.policies import SELF, PolicyRow, allows_age

DAY = date(2026, 11, 22)
GENERAL = PolicyRow("*", "*", "self", 13, None, "practice")
JOURNAL = PolicyRow("journal", "read", "self", 16, None, "practice")


def row(from_age: int | None, to_age: int | None, **more) -> PolicyRow:
    """Make a row for everything."""
    return PolicyRow("*", "*", "self", from_age, to_age, "b", **more)


@given(st.integers(0, 120), st.integers(0, 120), st.integers(0, 120))
def test_both_ages_are_inclusive(low: int, high: int, age: int) -> None:
    """The start of a policy age is inclusive, and so is its end."""
    assert allows_age([row(low, high)], "a.b", SELF, age, DAY) == (low <= age <= high)


def test_an_open_end_is_no_bound() -> None:
    """A row without an upper age holds for life, one without a lower from birth."""
    assert allows_age([row(13, None)], "a.b", SELF, 120, DAY)
    assert allows_age([row(None, 12)], "a.b", SELF, 0, DAY)
    assert not allows_age([row(None, 12)], "a.b", SELF, 13, DAY)


@pytest.mark.parametrize(
    ("first", "last", "admitted"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (date(2026, 11, 23), None, False),
        (None, date(2026, 11, 21), False),
        (date(2022, 1, 1), None, True),
    ],
)
def test_a_row_holds_on_its_days(first: date | None, last: date | None, admitted: bool) -> None:
    """A row is valid from its first day to its last, and before and after it is as if it were not there."""
    rows = [row(13, None, valid_from=first, valid_to=last)]
    assert allows_age(rows, "a.b", SELF, 41, DAY) == admitted


def test_the_particular_row_goes_before_the_general() -> None:
    """Reading the journal from sixteen, all else from thirteen: the general row does not open the journal."""
    rows = [GENERAL, JOURNAL]
    assert not allows_age(rows, "journal.read", SELF, 15, DAY)
    assert allows_age(rows, "journal.read", SELF, 16, DAY)
    assert allows_age(rows, "journal.write", SELF, 13, DAY)
    assert allows_age(rows[::-1], "programmes.take-part", SELF, 13, DAY)


def test_a_row_for_a_service_goes_before_one_for_an_action() -> None:
    """Service first, then action: the order is fixed, so that a table reads one way only."""
    rows = [PolicyRow("journal", "*", "self", 16, None, "b"), PolicyRow("*", "read", "self", 10, None, "b")]
    assert not allows_age(rows, "journal.read", SELF, 12, DAY)
    assert allows_age(rows, "inbox.read", SELF, 12, DAY)


def test_an_expired_particular_row_hides_nothing() -> None:
    """When the particular row's time is over, the general one holds again."""
    expired = PolicyRow("journal", "read", "self", 16, None, "b", valid_to=date(2025, 12, 31))
    assert allows_age([GENERAL, expired], "journal.read", SELF, 13, DAY)


def test_nothing_about_it_is_a_denial() -> None:
    """Where no row speaks of the action, nobody is admitted, however old."""
    assert not allows_age([JOURNAL], "programmes.take-part", SELF, 41, DAY)
    assert not allows_age([], "journal.read", SELF, 41, DAY)
    assert not allows_age([GENERAL], "journal.read", "guardian", 41, DAY)
