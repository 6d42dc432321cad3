"""A clock that is ahead for a while, under those who have a form before them: it opens again, and nobody is told too late."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from .test_sending import known, ward

AHEAD = pytest.mark.parametrize(
    ("ahead", "hour"),
    [("2026-12-11T00:30:00+01:00", 20), ("2026-12-12T12:00:00+01:00", 21), ("2027-12-11T12:00:00+01:00", 22)],
)
"""An hour after the last day, a day, and a year; and an hour of that day for each, since jobs are done once for each instant."""


def jumps(village: Any, moment: str, *devices: Any) -> None:
    """Set the clock, do what it asks for, and let people sign in again as they must."""
    village.at(moment)
    village.place.work()
    for device in devices:
        device.comes_back()


def told(village: Any, citizen: Any) -> list[Any]:
    """Return the notices that were wanted for somebody, in order."""
    person = village.place.visit(citizen.person).subject.id
    events = sys.modules["ledstang_local.hearing"].HEARD
    return [one for one in events if one.person == person and type(one).__name__ == "NoticeWanted"]


@AHEAD
def test_what_a_clock_ahead_has_closed_opens_again(village: Any, ahead: str, hour: int) -> None:
    """With all that was written, in the inbox and on the start page as before, and it can be answered and sent."""
    staff, citizen = ward(village), known(village)
    staff.sends_out(citizen.person)
    citizen.home = f"/forms/mine/{staff.id}"
    citizen.open("1").submit({"form.text": "Före hoppet"})
    jumps(village, f"2026-12-10T{hour}:50:00+01:00", citizen)
    jumps(village, ahead, citizen)
    assert "Sista dagen har passerat" in citizen.open("").text
    assert "Det som skickas" not in citizen.open("/inbox/").text
    jumps(village, f"2026-12-10T{hour + 1}:20:00+01:00", citizen)
    assert "Det som skickas" in citizen.open("/inbox/").text
    assert "Det som skickas" in citizen.open("/start").text
    assert citizen.open("1").value("form.text") == "Före hoppet"
    citizen.fills("Efter hoppet")
    assert "Formuläret är skickat" in citizen.open("check").submit().text
    jumps(village, ahead, citizen)
    assert "Efter hoppet" in citizen.open("").text, "what was sent is not closed"


@pytest.mark.parametrize(
    ("ahead", "hour"),
    [("2026-12-11T01:30:00+01:00", 20), ("2026-12-12T13:00:00+01:00", 21), ("2027-12-12T12:00:00+01:00", 22)],
)
def test_one_is_reminded_in_time_and_never_after_the_last_day(village: Any, ahead: str, hour: int) -> None:
    """What the clock ahead brings too late no channel tells; by the last day that is true one is reminded, once."""
    staff, citizen = ward(village), known(village)
    staff.sends_out(citizen.person)
    village.place.work()
    jumps(village, ahead)
    assert {one.until.isoformat() for one in told(village, citizen)} == {"2026-12-10T22:59:00+00:00"}
    known_then = len(told(village, citizen))
    jumps(village, f"2026-11-24T{hour}:00:00+01:00")
    assert len(told(village, citizen)) == known_then, "nothing is told anew only because a clock was wrong"
    for _ in range(2):
        jumps(village, "2026-12-09T12:00:00+01:00")
        assert len(told(village, citizen)) == known_then + 1
    jumps(village, ahead)
    assert len(told(village, citizen)) == known_then + 1


@pytest.mark.parametrize("anew", [False, True], ids=["left alone", "begun anew meanwhile"])
def test_what_one_has_chosen_oneself_opens_again_too(village: Any, anew: bool) -> None:
    """Beginning it leads to what one had; what was begun while the clock was ahead is kept beside it."""
    device = village.answerer()
    device.begins().submit({"form.text": "Före hoppet"})
    first = device.home
    jumps(village, "2027-12-11T12:00:00+01:00", device)
    if anew:
        device.begins().submit({"form.text": "Under hoppet"})
        assert device.home != first
    jumps(village, "2026-11-23T12:40:00+01:00", device)
    assert device.open(f"{first}/1").value("form.text") == "Före hoppet"
    device.begins()
    assert (device.home == first) is not anew
    assert device.open("1").value("form.text") == ("Under hoppet" if anew else "Före hoppet")
    assert device.open("/forms/").html.count(f'href="{first}"') == 1
