"""Care units: their days, what has gone into what, and a directory that knows better than the file."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ledstang.clock import MovableClock
from ledstang.connectors import Connected
from ledstang.instance import open_instance
from ledstang.isolation import Isolation
from ledstang.people.directory import CareUnit, UnitDirectory
from ledstang.people.units import Units
from ledstang.testing import TOML

A, B, C = "SE2321000016-1003", "SE2321000016-2004", "SE2321000016-3005"
MORE = f"""
[[providers]]
hsa_id = "se2321000016-0001"
name = "Region Norra"
[[units]]
hsa_id = "{B.lower()}"
name = "Andra"
region = "norra"
provider = "SE2321000016-0001"
valid_to = 2026-11-24
merged_into = "{A.lower()}"
[[units]]
hsa_id = "{C}"
name = "Tredje"
region = "norra"
valid_from = 2026-11-25
valid_to = 2026-11-26
"""


class Directory:
    """A directory that answers what a test says, and counts how often it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), 0

    async def units(self) -> Any:
        """Give the next answer, and the last one for ever."""
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> MovableClock:
    """Monday the 23rd."""
    return MovableClock(at=datetime(2026, 11, 23, 11, tzinfo=UTC))


@pytest.fixture
def units(tmp_path: Path, clock: MovableClock) -> Units:
    """Three units of one file."""
    (tmp_path / "ledstang.toml").write_text(TOML.replace("[rates]", MORE + "[rates]"), encoding="utf-8")
    return Units(open_instance(tmp_path), clock, Isolation())


def test_a_unit_is_found_whatever_its_letters(units: Units) -> None:
    """HSA-ids are compared without regard to case, and stand in capitals, with their provider's name."""
    for written in (B, B.lower(), "Se2321000016-2004"):
        found = units.find(written)
        assert found is not None
        assert (found.hsa_id, found.provider, found.provider_name) == (B, "SE2321000016-0001", "Region Norra")
    assert units.find("SE2321000016-9999") is None


def test_days_open_and_close_a_unit_and_a_merged_one_goes_on(units: Units, clock: MovableClock) -> None:
    """From the first day to the last one, at Swedish midnights; the day after, the other unit has taken over."""
    seen = []
    for _ in range(5):
        seen.append(tuple(found.hsa_id if (found := units.current(one)) else None for one in (A, B, C)))
        clock.move(days=1)
    assert seen == [(A, B, None), (A, B, None), (A, A, C), (A, A, C), (A, A, None)]
    assert units.same(B.lower(), A)
    assert not units.same(C, C), "what has closed is nobody's"
    assert units.names(A) == [A, B]


async def test_the_directory_counts_instead_and_what_it_cannot_tell_stays(
    units: Units, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Asked again only when it is time; down, garbage and an unknown region leave what was known."""
    new = CareUnit(A.lower(), "Nytt namn", "norra", valid_from=date(2020, 1, 1))
    lost = CareUnit(A, "Fel", "atlantis")
    directory = Directory([new], OSError("away"), [lost], ["nonsense"], None, [CareUnit("", "Fel", "norra")])
    assert isinstance(directory, UnitDirectory)
    units.connect(Connected("hsa", directory))
    with caplog.at_level(logging.ERROR):
        for asked in range(1, 7):
            await units.refresh()
            await units.refresh()
            found = units.current(A)
            assert found is not None
            assert (found.name, directory.asked) == ("Nytt namn", min(asked, 4)) or asked > 3
            clock.move(minutes=15)
    assert units.find(B) is not None
    assert "gives units that cannot be" in caplog.text
    assert "Fel" not in caplog.text


async def test_a_directory_that_has_never_answered_is_asked_each_time(units: Units, clock: MovableClock) -> None:
    """It was away for a moment when the process started: its units are there as soon as it is back, not at the next time."""
    directory = Directory(OSError("away"), ["nonsense"], [CareUnit(A, "Nytt namn", "norra")])
    units.connect(Connected("hsa", directory))
    assert [await units.refresh() for _ in range(4)] == [False, False, True, True]
    found = units.current(A)
    assert found is not None
    assert (found.name, directory.asked) == ("Nytt namn", 3)


def test_units_that_go_round_end_somewhere(tmp_path: Path, clock: MovableClock) -> None:
    """A directory that says that two units have gone into each other gets no unit, and no endless search."""
    (tmp_path / "ledstang.toml").write_text(TOML, encoding="utf-8")
    units = Units(open_instance(tmp_path), clock, Isolation())
    units._known = {A: CareUnit(A, "a", "norra", merged_into=B), B: CareUnit(B, "b", "norra", merged_into=A)}
    assert units.current(A) is None
    assert units.all() == []
