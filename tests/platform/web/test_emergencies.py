"""What a citizen has blocked: staff see that it is there; in an emergency they open it, and somebody else looks at why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from ledstang.testing import Browser, Town

from .ward import OTHER, REVIEWS, UNIT, Ward, ward

REASON = "Medvetslös på akuten, behöver veta vad hon har gått igenom"


@pytest.fixture
def unit(town: Town, tmp_path: Path) -> Iterator[Ward]:
    """The unit."""
    with ward(town, tmp_path) as made:
        yield made


def way_in(page: str) -> str:
    """Return the address behind the button of the page about a block."""
    found = re.search(r'href="(/staff/emergency\?thing=[^"]+)"', page)
    assert found, page
    return unescape(found[1])


def open_it(browser: Browser, path: str, reason: str = REASON) -> object:
    """Press the button, write a reason and send it."""
    form = browser.get(way_in(browser.get(path).text)).text
    thing = re.search(r'name="thing" value="([^"]+)"', form)
    assert thing
    return browser.post("/staff/emergency", {"thing": thing[1], "reason": reason})


def test_a_block_lets_staff_see_that_it_is_there_and_no_more(unit: Ward) -> None:
    """403 with a way in for treaters; the name is nowhere; ended, the page is back at the next request."""
    path = unit.takes_part(unit.dag)
    tea = unit.at_work(unit.tea)
    assert "Dag Test" in tea.get(path).text
    block = unit.block(unit.dag)
    page = tea.get(path)
    assert page.status_code == 403
    assert "Det här är spärrat" in page.text
    assert "Dag Test" not in page.text
    assert "Dag Test" not in tea.get(way_in(page.text)).text
    assert tea.get(path, headers={"accept": "application/json"}).status_code == 403
    unit.place.run(unit.place.house.facts.end(unit.id_of(unit.dag), block))
    assert tea.get(path).status_code == 200


def test_a_block_of_another_unit_or_person_stops_nobody_here(unit: Ward) -> None:
    """One towards another unit, one of a guardian; but one of the very person stops them at work too."""
    path = unit.takes_part(unit.dag)
    tea = unit.at_work(unit.tea)
    unit.block(unit.dag, unit=OTHER)
    unit.block(unit.dag, person=unit.id_of(unit.frida))
    assert tea.get(path).status_code == 200
    unit.block(unit.dag, person=unit.id_of(unit.tea))
    assert tea.get(path).status_code == 403


def test_an_emergency_is_opened_with_a_reason_and_ends_by_itself(unit: Ward) -> None:
    """Logged and put before somebody else before it is shown; for the one who opened it, for an hour, then shut again."""
    path, other = unit.takes_part(unit.dag), unit.hire("Tom Test", "treater")
    unit.block(unit.dag, unit=UNIT)
    tea = unit.at_work(unit.tea)
    short = open_it(tea, path, "bråttom")
    assert short.status_code == 422
    assert "Skriv med ord varför" in short.text
    assert unit.sql("SELECT id FROM access_review") == []
    opened = open_it(tea, path)
    assert opened.url.path == path
    assert "Dag Test" in opened.text
    outcomes = [row["outcome"] for row in unit.sql("SELECT outcome FROM access_log_entry ORDER BY at, id")]
    assert outcomes.index("emergency") < outcomes.index("allowed", outcomes.index("emergency"))
    assert "Medvetsl" not in str(unit.sql("SELECT * FROM access_review"))
    assert unit.at_work(other).get(path).status_code == 403
    assert "kunde vänta" in unit.place.sign_in(unit.dag).get("/access-log/").text
    unit.place.clock.move(minutes=61)
    assert unit.at_work(unit.tea).get(path).status_code == 403


def test_the_way_in_is_nobody_else_s(unit: Ward) -> None:
    """Not another's, not in another assignment, not an hour later, not made up; nor has who is no treater any."""
    path, other = unit.takes_part(unit.dag), unit.hire("Tom Test", "treater")
    unit.block(unit.dag)
    way = way_in(unit.at_work(unit.tea).get(path).text)
    for browser in (unit.at_work(other), unit.at_work(unit.frida), unit.place.sign_in(unit.tea)):
        assert browser.get(way).status_code == 404
        assert browser.post("/staff/emergency", {"thing": way.partition("=")[2], "reason": REASON}).status_code == 404
    tea = unit.at_work(unit.tea)
    for wrong in ("", "x", "å" * 40, way.partition("=")[2][:-3]):
        assert tea.get("/staff/emergency", params={"thing": wrong}).status_code == 404
    unit.place.clock.move(minutes=61)
    assert unit.at_work(unit.tea).get(way).status_code == 404
    assert unit.sql("SELECT id FROM access_review") == []


def test_somebody_else_looks_at_an_opening(unit: Ward) -> None:
    """On the list of the access administrator until it is judged, with the reason; the note is sealed; then it is gone."""
    unit.block(unit.dag)
    open_it(unit.at_work(unit.tea), unit.takes_part(unit.dag))
    frida = unit.at_work(unit.frida)
    assert "1 väntar" in frida.get("/staff/").text
    rows = frida.get(REVIEWS).text
    assert "Nödöppning" in rows
    review = re.search(r'href="(/staff/reviews/[^"]+)"', rows)[1]
    page = frida.get(review).text
    for told in (REASON, "Tea Test", "Psykolog", "Dag Test"):
        assert told in page
    assert "Granska vem som har läst" in unit.place.sign_in(unit.dag).get("/access-log/").text
    assert unit.at_work(unit.tea).get(review).status_code == 404
    nothing = frida.post(review)
    assert nothing.status_code == 422
    assert "Välj vad du har kommit fram till" in nothing.text
    assert "Skriv vad som behöver" in frida.post(review, {"outcome": "follow-up"}).text
    done = frida.post(review, {"outcome": "follow-up", "note": "Fråga Tea om läget"})
    assert done.url.path == REVIEWS
    assert "Inget väntar" in done.text
    kept = unit.sql("SELECT outcome, note, reviewer FROM access_review")[0]
    assert (kept["outcome"], str(kept["reviewer"])) == ("follow-up", str(unit.id_of(unit.frida)))
    assert b"Tea" not in kept["note"]
    assert frida.post(review, {"outcome": "in-order"}).status_code == 404


def test_nobody_judges_their_own(unit: Ward) -> None:
    """Neither an opening of one's own nor one of what is about oneself: the page says that somebody else has to."""
    both = unit.hire("Bo Test", "treater", "access-administrator")
    unit.block(unit.dag)
    unit.block(unit.frida)
    open_it(unit.at_work(both), unit.takes_part(unit.dag))
    open_it(unit.at_work(both), unit.takes_part(unit.frida))
    reviews = {
        str(row["subject"]): f"/staff/reviews/{row['id']}" for row in unit.sql("SELECT id, subject FROM access_review")
    }
    hers = reviews[str(unit.id_of(unit.frida))]
    tried = [(unit.at_work(both), one) for one in reviews.values()] + [(unit.at_work(unit.frida), hers)]
    for browser, review in tried:
        assert "Någon annan måste granska" in browser.get(review).text
        assert browser.post(review, {"outcome": "in-order"}).status_code == 404
    assert unit.sql("SELECT id FROM access_review WHERE reviewed IS NOT NULL") == []


def test_spot_checks_come_as_often_as_the_region_says(town: Town, tmp_path: Path) -> None:
    """Every so many days so many of what was read, on the list with a day; overdue after as many days as are data."""
    said = "[access_log]\nspot_check_days = 7\nspot_checks = 2\nreview_days = 5\n"
    with ward(town, tmp_path, said) as unit:
        paths = [unit.takes_part(town.person(f"Nr {n}", born="1985-05-06")) for n in range(4)]
        for path in paths:
            unit.at_work(unit.tea).get(path)
        counts = []
        for _ in range(16):
            unit.place.clock.move(days=1)
            unit.place.work()
            counts.append(len(unit.sql("SELECT id FROM access_review")))
        assert sorted(set(counts)) == [0, 2]
        assert counts.index(2) < 7
        frida = unit.at_work(unit.frida)
        assert "2 väntar, 2 försenade" in frida.get("/staff/").text
        rows = frida.get(REVIEWS).text
        assert rows.count("Stickprov på det som har lästs") == 2
        assert "Försenad" in rows
        review = re.search(r'href="(/staff/reviews/[^"]+)"', rows)[1]
        assert "Följa hur det går i ett program" in frida.get(review).text
        assert "Försenad" in frida.get(review).text
        frida.post(review, {"outcome": "in-order"})
        assert "1 väntar, 1 försenade" in frida.get("/staff/").text


def test_what_waits_follows_a_unit_that_goes_into_another(town: Town, tmp_path: Path) -> None:
    """After a merger the reviews of the unit that is gone wait at the one that goes on."""
    said = '[[units]]\nhsa_id = "SE2321000016-9009"\nname = "Gamla"\nregion = "norra"\nvalid_to = 2026-11-24\n'
    said += f'merged_into = "{UNIT}"\n'
    with ward(town, tmp_path, said) as unit:
        old = unit.hire("Ola Test", "treater", unit="SE2321000016-9009")
        unit.place.run(unit.place.house.log.open_in_emergency(_visit(unit, old), _Note(unit.id_of(unit.dag)), REASON))
        unit.place.clock.move(days=2)
        frida = unit.at_work(unit.frida)
        review = re.search(r'href="(/staff/reviews/[^"]+)"', frida.get(REVIEWS).text)[1]
        assert frida.post(review, {"outcome": "in-order"}).url.path == REVIEWS


class _Note:
    id = None

    def __init__(self, person: object) -> None:
        self.person = person


def _visit(unit: Ward, who: object) -> object:
    visit = unit.place.visit(who)
    return visit.at_work(unit.place.run(unit.place.house.staff.acting(unit.works[who.number], visit.actor.id)))
