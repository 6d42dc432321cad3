"""A form to several people, and on several occasions: queued, asked anew when each goes out, stopped where it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ..village import BOTH, Page, address
from .conftest import Answering, settled
from .test_sending import Ward, known, ward

WANTED = {"form": "skickas", "first": ["", "", ""], "days": "10", "times": "1", "every": "7"}


@pytest.fixture(params=["sqlite"])
def village(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An instance of the test's own: the outbox of one whose clock has been moved ahead never goes back."""
    with settled(tmp_path, address(request)) as made:
        yield made


def sends(staff: Ward, people: list[Any], **fields: Any) -> Page:
    """Fill in the page for several and confirm it; where something is wrong, return the page that says so."""
    numbers = "\n".join(one.number for one in people)
    page = staff.open("/forms/staff/send-many").submit({"numbers": numbers, **WANTED, **fields})
    if page.status == 200:
        page = page.submit()
        staff.home = page.path
    return page


def states(village: Any, *people: Any) -> list[str]:
    village.place.work()
    return [row["state"] for one in people for row in village.sendings(one)]


def test_each_of_a_list_gets_it_alone(village: Any) -> None:
    """In their own inbox; posted twice it is sent once; and the page that follows it names nobody."""
    staff, ada, bea = ward(village), known(village, name="Ada Nilsson"), known(village, name="Bea Nilsson")
    check = staff.open("/forms/staff/send-many").submit(
        {"numbers": f"{ada.person.number}\n{bea.person.number}", **WANTED}
    )
    assert "Ada Nilsson" in check.text
    assert check.submit().path == check.submit().path
    assert states(village, ada.person, bea.person) == ["ongoing", "ongoing"]
    assert "Det som skickas" in ada.open("/inbox/").text
    page = check.submit()
    assert "Utskickat, inte besvarat 2" in page.text
    assert "Nilsson" not in page.text


@pytest.mark.parametrize("village", BOTH, indirect=True)
def test_it_comes_back_and_each_time_is_its_own(village: Any) -> None:
    """Three times a week apart, at nine: what has not gone out nobody sees, not at its address either."""
    staff, ada = ward(village), known(village)
    sends(staff, [ada.person], first=["2026", "11", "30"], times="3")
    assert states(village, ada.person) == ["queued"] * 3
    queued = village.sendings(ada.person)[0]["id"]
    assert ada.open(f"/forms/mine/{queued}").status == 404
    assert "Det som skickas" not in ada.open("/forms/").text
    village.at("2026-11-30T09:00:00+01:00")
    assert sorted(states(village, ada.person)) == ["ongoing", "queued", "queued"]
    village.at("2026-12-07T09:00:00+01:00")
    assert sorted(states(village, ada.person)) == ["ongoing", "ongoing", "queued"]
    ada.comes_back()
    assert "9 december" not in ada.open("/forms/").text
    assert "10 december 2026" in ada.open("/forms/").text


@pytest.mark.parametrize(
    ("born", "key", "facts", "says"),
    [
        ("1950-05-05", "skickas", {"deceased": date(2026, 11, 28)}, "har personen avlidit"),
        ("2013-11-28", "barn", {}, "för gammal"),
        ("2019-05-05", "barn", {"protection": "protected-registration"}, "Ingen kan svara för barnet"),
    ],
)
def test_who_changes_while_it_is_queued_is_not_sent_it(
    village: Any, born: str, key: str, facts: Any, says: str
) -> None:
    """Somebody who dies, turns thirteen or is protected in between: nothing goes out, and the unit is told why."""
    staff, guardian = ward(village), village.person(name="Asta Testsson")
    person = village.town.child("Cilla", born=born, guardians=[guardian])
    page = sends(staff, [person], form=key, first=["2026", "11", "30"])
    assert "Inte utskickat än 1" in page.text, page.text
    village.town.registry.put(person, **facts)
    village.at("2026-11-30T09:00:00+01:00")
    assert states(village, person) == ["stopped"]
    staff.browser = village.place.at_work(staff.person, village.place.appoint(staff.person, "treater"))
    rows = re.findall(r'href="(/forms/staff/[0-9a-f-]{36})"', staff.open("/staff/lists/forms/stopped").html)
    stopped = staff.open(next(row for row in rows if row.endswith(village.sendings(person)[0]["id"])))
    assert says in stopped.text
    stopped.submit()
    assert stopped.path not in staff.open("/staff/lists/forms/stopped").html
    guardian_s = Answering(village, guardian)
    assert "Om ditt barn" not in guardian_s.open("/inbox/").text


def test_a_form_that_is_archived_while_it_is_queued_is_not_sent(village: Any) -> None:
    """The unit finds it in its list, with the reason."""
    staff, ada = ward(village), known(village)
    sends(staff, [ada.person], first=["2026", "11", "30"])
    editions = village.place.house.published.of("forms")
    current = editions._current.pop("skickas")
    try:
        village.at("2026-11-30T09:00:00+01:00")
        assert states(village, ada.person) == ["stopped"]
    finally:
        editions._current["skickas"] = current
    assert village.sendings(ada.person)[0]["reason"] == "archived"


def test_what_has_not_gone_out_can_be_stopped(village: Any) -> None:
    """What has is not touched; the errands of the others are gone."""
    staff, ada = ward(village), known(village)
    sends(staff, [ada.person], times="3")
    assert sorted(states(village, ada.person)) == ["ongoing", "queued", "queued"]
    page = staff.open(staff.home).submit()
    assert "Taget tillbaka 2" in page.text
    village.at("2026-12-20T09:00:00+01:00")
    assert sorted(states(village, ada.person)).count("cancelled") == 2


def test_what_is_wrong_with_a_list_is_told_number_by_number(village: Any) -> None:
    """Each that nothing can be sent to, and nothing is sent to the others before they are put right."""
    staff, ada, nobody = ward(village), known(village), village.person()
    page = sends(staff, [ada.person, nobody])
    assert page.status == 422
    assert f"{nobody.number}: Folkbokföringen känner inte till" in page.text
    assert village.sendings(ada.person) == []
    assert sends(staff, [], times="99").status == 422


def test_another_unit_sees_no_batch(village: Any) -> None:
    """Nor does anybody without the role."""
    staff, ada = ward(village), known(village)
    sends(staff, [ada.person])
    assert ward(village, "access-administrator", name="Per Behörig").open(staff.home).status == 404
    assert ada.open(staff.home).status == 404
