"""Another plugin asks for a form about a thing of its own, written from plugins/README.md alone, and hears of it."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from ledstang_forms.tables import Sending

from ..village import BOTH, address
from .conftest import UNIT, settled
from .test_sending import known, ward

FORMER, LATTER = date(2026, 12, 10), date(2026, 12, 20)


class Bookings:
    """The made-up plugin, asked from outside its instance."""

    def __init__(self, village: Any) -> None:
        self.village, self.module = village, sys.modules["ledstang_local.visits"]

    def book(self, person: UUID, booking: UUID, last: date = FORMER, **more: str) -> UUID:
        made: UUID = self.village.place.run(self.module.ASKS["bookings"].book(person, booking, last, **more))
        return made

    def cancel(self, booking: UUID) -> int:
        taken: int = self.village.place.run(self.module.ASKS["bookings"].cancel(booking))
        return taken


@pytest.fixture
def bookings(village: Any) -> Bookings:
    """The plugin that has something that a form belongs to."""
    return Bookings(village)


def invited(village: Any, bookings: Bookings) -> tuple[Any, UUID, UUID]:
    """Return somebody with a booking, their id and the booking's, with the form asked for."""
    citizen, booking = known(village), uuid4()
    person = village.place.visit(citizen.person).subject.id
    citizen.home = f"/forms/mine/{bookings.book(person, booking)}"
    return citizen, person, booking


def test_a_form_about_a_booking_leads_back_to_it_and_says_that_it_was_answered(village: Any, bookings: Any) -> None:
    """The inbox says what it is for, the person's page links to it, staff see it, and the plugin hears which it was."""
    citizen, person, booking = invited(village, bookings)
    assert "Det som skickas" in citizen.open("/inbox/").text
    page = citizen.open("")
    assert f'href="/booking/{booking}"' in page.html
    assert "10 december 2026" in page.text
    staff = ward(village)
    assert citizen.home.replace("mine", "staff") in staff.open("/staff/lists/forms/unanswered").html
    citizen.fills().submit()
    assert "Your time" in staff.open(citizen.home.replace("mine", "staff")).text
    village.place.work()
    (heard,) = [one for one in bookings.module.HEARD if one.person == person]
    assert (heard.kind, heard.about, heard.form) == ("booking", booking, "skickas")
    assert bookings.cancel(booking) == 0, "what is answered stays"
    assert "Tack. Formuläret är skickat." in citizen.open("").text


def test_those_at_work_and_a_correction_are_led_to_the_booking_too(village: Any, bookings: Any) -> None:
    """The staff's pages link to where staff have it; what is corrected belongs to the same booking, and says so when sent."""
    citizen, person, booking = invited(village, bookings)
    staff, sending = ward(village), citizen.home.replace("mine", "staff")
    theirs = f'href="/booking/staff/{booking}"'
    assert theirs in staff.open(sending).html
    citizen.fills().submit()
    assert theirs in staff.open(f"{sending}/answers").html
    citizen.home = citizen.browser.post(f"{citizen.home}/correct").url.path.removesuffix("/check")
    assert f'href="/booking/{booking}"' in citizen.open("").html
    citizen.open("check").submit()
    village.place.work()
    heard = [(one.kind, one.about) for one in bookings.module.HEARD if one.person == person]
    assert heard == [("booking", booking)] * 2


def test_twice_is_once(village: Any, bookings: Any) -> None:
    """Asked for again, also when it is answered, it is the same; one item lies in the inbox."""
    citizen, person, booking = invited(village, bookings)
    again = bookings.book(person, booking)
    assert str(again) in citizen.home
    assert len(village.sendings(citizen.person)) == 1
    citizen.fills().submit()
    assert bookings.book(person, booking, LATTER) == again
    assert len(village.sendings(citizen.person)) == 1


def test_a_booking_that_moves_takes_the_last_day_along(village: Any, bookings: Any) -> None:
    """One form, one item in the inbox, with the later day; it is open past the first one, and reminded of by the new."""
    citizen, person, booking = invited(village, bookings)
    bookings.book(person, booking, LATTER)
    assert citizen.open("/inbox/").text.count("Det som skickas") == 1
    assert "20 december 2026" in citizen.open("").text
    due = village.rows(
        "select due from outbox where done is null and dedupe like ?", f"%reminded/{citizen.home[-36:]}%"
    )
    assert {str(row["due"])[:10] for row in due} == {"2026-12-17"}
    village.at("2026-12-15T12:00:00+01:00")
    citizen.comes_back()
    assert "Formuläret är skickat" in citizen.fills().submit().text


def test_a_booking_that_is_cancelled_takes_the_form_back(village: Any, bookings: Any) -> None:
    """It lies in nobody's inbox, nobody is reminded, and whoever has it open is told; booked anew it is asked for anew."""
    citizen, person, booking = invited(village, bookings)
    assert bookings.cancel(booking) == 1
    assert bookings.cancel(booking) == 0
    assert "Det som skickas" not in citizen.open("/inbox/").text
    assert "Det har tagits tillbaka" in citizen.open("").text
    assert village.rows("select id from outbox where done is null and dedupe like ?", f"%{citizen.home[-36:]}%") == []
    assert str(bookings.book(person, booking)) not in citizen.home


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"form": "finnsinte"}, "form"),
        ({"unit": "SE2321000016-9999"}, "unit"),
        ({"form": "barn"}, "too-old"),
        ({"form": "soder"}, "elsewhere"),
        ({"last": date(2026, 11, 22)}, "past"),
    ],
)
def test_what_cannot_be_asked_for_says_why(village: Any, bookings: Any, more: Any, why: str) -> None:
    """A form or unit that there is not, somebody whom it is not for, a day that has passed: nothing is sent."""
    citizen = known(village)
    person = village.place.visit(citizen.person).subject.id
    with pytest.raises(ValueError, match=r"\w+ .+\.") as refused:
        bookings.book(person, uuid4(), **more)
    assert refused.value.why == why
    assert citizen.person.name not in str(refused.value)
    assert village.sendings(citizen.person) == []


def test_of_nobody_and_of_the_dead_nothing_is_asked(village: Any, bookings: Any) -> None:
    """An id that nobody has, and somebody whom the register says has died."""
    with pytest.raises(ValueError, match="nobody here") as refused:
        bookings.book(uuid4(), uuid4())
    assert refused.value.why == "person"
    citizen = known(village)
    person = village.place.visit(citizen.person).subject.id
    village.town.registry.put(citizen.person, deceased=date(2026, 11, 20))
    village.place.run(village.place.house.checking.changed(citizen.person.number))
    with pytest.raises(ValueError, match="has died") as refused:
        bookings.book(person, uuid4())
    assert refused.value.why == "died"


def test_a_red_one_is_first_past_any_number_of_older_ones_and_overdue_when_nobody_has_read_it(village: Any) -> None:
    """More older answers than the list reads stand before it in time; after a day it is overdue on the unit's pages."""
    staff, old, red = ward(village), village.answerer(), village.answerer()
    old.sends()
    (row,) = village.sendings(old.person)
    person, before = village.place.visit(old.person).subject.id, village.clock.now() - timedelta(days=9)
    others = [
        Sending(
            id=uuid4(), person=person, form="halsa", version=row["version"], unit=UNIT, created=before, changed=before,
            expires=before, state="completed", completed=before + timedelta(minutes=number),
        )
        for number in range(205)
    ]  # fmt: skip
    village.place.run(insert(others))
    red.sends(illa="true")
    page = staff.open("/staff/lists/forms/answered")
    assert page.html.index("/forms/staff/") == page.html.index(f"/forms/staff/{red.home[-36:]}/answers")
    assert "Försenad" not in page.text
    village.at("2026-11-24T12:01:00+01:00")
    staff.browser = village.place.at_work(staff.person, village.place.appoint(staff.person, "treater", unit=UNIT))
    assert staff.open("/staff/lists/forms/answered").text.count("Försenad") == 1


async def insert(rows: list[Sending]) -> None:
    """Write sendings down past the pages."""
    await Sending.insert(*rows)


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database of either kind."""
    return address(request)


def test_what_a_form_told_staff_is_kept_when_it_becomes_a_rank(tmp_path: Path, database: str) -> None:
    """A database from before the rank: each row has its own after the restart, and the words are gone."""
    with settled(tmp_path, database) as village:
        device = village.answerer()
        device.sends()
        village.place.run(go_back("ALTER TABLE forms_sending ADD COLUMN level VARCHAR(10) NOT NULL DEFAULT ''"))
        village.place.run(go_back("UPDATE forms_sending SET level = 'yellow'"))
        village.place.run(go_back("DELETE FROM migration WHERE name = '2026-11-27T17:42:37:203012'"))
    with settled(tmp_path, database) as village:
        (row,) = village.rows("select * from forms_sending")
        assert (row["rank"], "level" in row) == (1, False)


async def go_back(sql: str) -> None:
    """Change the database to what it was."""
    await Sending.raw(sql)
