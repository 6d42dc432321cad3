"""Policy rows: ages both inclusive, days both inclusive, the particular before the general."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledstang.access.policies import SELF, PolicyRow, admits

DAY = date(2026, 11, 22)
GENERAL = PolicyRow("*", "*", "self", 13, None, "practice")
JOURNAL = PolicyRow("journal", "read", "self", 16, None, "practice")


def row(from_age: int | None, to_age: int | None, **more) -> PolicyRow:
    """Make a row for everything."""
    return PolicyRow("*", "*", "self", from_age, to_age, "b", **more)


@given(st.integers(0, 120), st.integers(0, 120), st.integers(0, 120))
def test_both_ages_are_inclusive(low: int, high: int, age: int) -> None:
    """The start of a policy age is inclusive, and so is its end."""
    assert admits([row(low, high)], "a.b", SELF, age, DAY) == (low <= age <= high)


def test_an_open_end_is_no_bound() -> None:
    """A row without an upper age holds for life, one without a lower from birth."""
    assert admits([row(13, None)], "a.b", SELF, 120, DAY)
    assert admits([row(None, 12)], "a.b", SELF, 0, DAY)
    assert not admits([row(None, 12)], "a.b", SELF, 13, DAY)


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
    assert admits(rows, "a.b", SELF, 41, DAY) == admitted


def test_the_particular_row_goes_before_the_general() -> None:
    """Reading the journal from sixteen, all else from thirteen: the general row does not open the journal."""
    rows = [GENERAL, JOURNAL]
    assert not admits(rows, "journal.read", SELF, 15, DAY)
    assert admits(rows, "journal.read", SELF, 16, DAY)
    assert admits(rows, "journal.write", SELF, 13, DAY)
    assert admits(rows[::-1], "programmes.take-part", SELF, 13, DAY)


def test_a_row_for_a_service_goes_before_one_for_an_action() -> None:
    """Service first, then action: the order is fixed, so that a table reads one way only."""
    rows = [PolicyRow("journal", "*", "self", 16, None, "b"), PolicyRow("*", "read", "self", 10, None, "b")]
    assert not admits(rows, "journal.read", SELF, 12, DAY)
    assert admits(rows, "inbox.read", SELF, 12, DAY)


def test_an_expired_particular_row_hides_nothing() -> None:
    """When the particular row's time is over, the general one holds again."""
    expired = PolicyRow("journal", "read", "self", 16, None, "b", valid_to=date(2025, 12, 31))
    assert admits([GENERAL, expired], "journal.read", SELF, 13, DAY)


def test_nothing_about_it_is_a_denial() -> None:
    """Where no row speaks of the action, nobody is admitted, however old."""
    assert not admits([JOURNAL], "programmes.take-part", SELF, 41, DAY)
    assert not admits([], "journal.read", SELF, 41, DAY)
    assert not admits([GENERAL], "journal.read", "guardian", 41, DAY)


def test_a_unit_s_row_goes_before_a_region_s_before_all() -> None:
    """Each place hides the wider one, whatever services and actions the wider rows name."""
    rows = [
        PolicyRow("journal", "read", "self", 16, None, "b"),
        PolicyRow("*", "*", "self", 14, None, "b", region="norra"),
        PolicyRow("*", "*", "self", 12, None, "b", unit="SE2321000016-1003"),
    ]
    for order in (rows, rows[::-1]):
        assert not admits(order, "journal.read", SELF, 15, DAY, "sodra")
        assert admits(order, "journal.read", SELF, 14, DAY, "norra")
        assert not admits(order, "journal.read", SELF, 13, DAY, "norra", "SE2321000016-9999")
        assert admits(order, "journal.read", SELF, 12, DAY, "norra", "se2321000016-1003")


def test_the_rows_of_a_set_count_where_it_was_chosen() -> None:
    """One region's rules say nothing in another; None stands for whoever lives in no region here."""
    chosen = [row(13, None, chosen_by=frozenset({"norra", None}))]
    assert admits(chosen, "a.b", SELF, 13, DAY, "norra")
    assert admits(chosen, "a.b", SELF, 13, DAY)
    assert not admits(chosen, "a.b", SELF, 13, DAY, "sodra")
