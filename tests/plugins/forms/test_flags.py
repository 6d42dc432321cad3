"""What a form tells staff (`larm`): for whom, how pressing it is, and by when somebody is to have acted on it."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import UNIT
from .test_sending import Ward, ward

pytestmark = pytest.mark.parametrize("started", ["sqlite"], indirect=True, scope="module")
"""What these tests ask of a database, others have asked of both."""


def comes_back(staff: Ward) -> Ward:
    """Sign in at work again, after hours or days."""
    place = staff.village.place
    staff.browser = place.at_work(staff.person, place.appoint(staff.person, "treater", unit=UNIT))
    return staff


def test_each_says_for_whom_it_is_and_by_when(village: Any) -> None:
    """Yellow within two weekdays of the Monday, red within four hours, and red without a limit within the unit's own."""
    staff, device = ward(village), village.answerer()
    device.sends("larmar", oro="2", illa="true")
    text = staff.open(f"/forms/staff/{device.home[-36:]}/answers").text
    red, soon, yellow = (text.index(word) for word in ("Mår mycket dåligt", "Orolig på natten", "Orolig på dagen"))
    assert "senast 24 november 2026, 12:00" in text[red:soon]
    assert "senast 23 november 2026, 16:00" in text[soon:yellow]
    assert "Till: kuratorn. Ta hand om det senast 25 november 2026, 23:59" in text[yellow:]


def test_it_is_overdue_at_the_unit_once_the_first_limit_has_passed(village: Any) -> None:
    """Not a minute before; what raised no flag with a limit never is."""
    staff, calm, device = ward(village), village.answerer(), village.answerer()
    calm.sends()
    device.sends("larmar", oro="2")
    row = f"/forms/staff/{device.home[-36:]}/answers"
    village.at("2026-11-23T15:59:00+01:00")
    assert "Försenad" not in _row(comes_back(staff), row)
    village.at("2026-11-23T16:01:00+01:00")
    assert "Försenad" in _row(comes_back(staff), row)
    assert "Försenad" not in _row(staff, f"/forms/staff/{calm.home[-36:]}/answers")


def _row(staff: Ward, href: str) -> str:
    """Return what the list shows with one row."""
    html = staff.open("/staff/lists/forms/answered").html
    return next(card for card in html.split("<li>") if href in card)
