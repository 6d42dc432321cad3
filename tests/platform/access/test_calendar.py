"""The authority calendar: which doors open and close on which day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from ledstang.access.calendar import DAY, calendar
from ledstang.access.policies import PolicyRow, admits
from ledstang.cli import ledstang
from ledstang.people.persons import age

ROWS = (
    PolicyRow("*", "*", "guardian", 0, 12, "practice"),
    PolicyRow("*", "*", "self", 13, None, "practice"),
    PolicyRow("journal", "read", "self", 16, None, "practice"),
)


def told(rows, born: date, region: str | None = None) -> list[tuple[str, str, str, bool]]:
    doors = calendar(rows, born, born - DAY, born + timedelta(days=366 * 20), region)
    return [(door.on.isoformat(), door.relation, door.service, door.opens) for door in doors]


def test_a_childhood() -> None:
    """From birth the guardian; at thirteen oneself; the journal at sixteen, and not before."""
    assert told(ROWS, date(2017, 1, 1)) == [
        ("2017-01-01", "guardian", "*", True),
        ("2030-01-01", "guardian", "*", False),
        ("2030-01-01", "self", "*", True),
        ("2033-01-01", "self", "journal", True),
    ]


def test_born_on_the_leap_day() -> None:
    """Thirteen on the first of March 2029, a year without the day; sixteen on the day itself in 2032."""
    days = [day for day, *_ in told(ROWS, date(2016, 2, 29))]
    assert days == ["2016-02-29", "2029-03-01", "2029-03-01", "2032-02-29"]


def test_rules_that_change_in_mid_childhood() -> None:
    """A row's own days open and close doors too, and the day after the last is the one that closes."""
    row = PolicyRow("*", "*", "guardian", 0, 17, "b", date(2020, 5, 1), date(2021, 4, 30))
    assert told([row], date(2017, 1, 1)) == [
        ("2020-05-01", "guardian", "*", True),
        ("2021-05-01", "guardian", "*", False),
    ]


DAYS = st.dates(date(2010, 1, 1), date(2012, 12, 31))
TABLES = st.lists(
    st.builds(
        PolicyRow,
        st.sampled_from(["*", "journal"]), st.sampled_from(["*", "read"]), st.sampled_from(["self", "guardian"]),
        st.sampled_from([None, 0, 2, 3]), st.sampled_from([None, 2, 4]), st.just("b"),
        st.sampled_from([None, date(2013, 6, 1)]), st.sampled_from([None, date(2014, 2, 28)]),
        st.sampled_from([None, "norra"]),
    ),
    max_size=5,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(TABLES, DAYS, st.sampled_from([None, "norra"]))
def test_walking_day_by_day_says_the_same(rows: list[PolicyRow], born: date, region: str | None) -> None:
    """Opening and closing the doors of the calendar one after the other comes to what `admits` says on every day."""
    until = born + timedelta(days=366 * 6)
    doors = calendar(rows, born, born - DAY, until, region)
    for relation, service, action in {(row.relation, row.service, row.action) for row in rows}:
        turns = {
            door.on: door.opens
            for door in doors
            if (door.relation, door.service, door.action) == (relation, service, action)
        }
        is_open, day = False, born
        while day <= until:
            is_open = turns.get(day, is_open)
            assert is_open == admits(rows, f"{service}.{action}", relation, age(born, day), day, region)
            day += DAY


def test_policy_explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an instance, in either language, with another set, and as JSON; a set that there is not is misuse."""
    monkeypatch.chdir(tmp_path)

    def run(*more: str, code: int = 0) -> str:
        result = CliRunner().invoke(ledstang, ["policy", "explain", "--born", "2017-01-01", *more])
        assert result.exit_code == code, result.output
        return result.output

    assert "2030-01-01, 13 år: stängs för vårdnadshavare: alla andra tjänster. " in run()
    assert "2033-01-01, 16 år: öppnas för själv: journal (läsa). " in run()
    assert "2030-01-01, 13 år: stängs för alla, och det är meningen: journal (läsa). " in run()
    assert "2033-01-01, 16 år: är inte längre stängt för alla: journal (läsa). " in run("--set", "1177-2022")
    assert "2030-01-01, 13 years: closes for guardian: all other services. " in run("--language", "en")
    doors = json.loads(run("--set", "shared-early-teens", "--json"))["doors"]
    ends = [door for door in doors if not door["opens"] and door["service"] == "*"]
    assert [(door["on"], door["age"], door["relation"]) for door in ends] == [("2033-01-01", 16, "guardian")]
    assert "1177-2022" in run("--set", "1177-2023", code=2)
    assert "norra" in run("--region", "norra", code=2)
