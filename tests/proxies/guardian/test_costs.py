"""What the pages of guardians, of the young and of units cost: three round trips to the database at most, for any family."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from ledstang import Fact
from ledstang.testing import Browser

from .family import Family, add, taking_part

AHEAD = datetime(2029, 12, 20, 10, tzinfo=UTC)
THIRTEEN = datetime(2030, 1, 1, 10, tzinfo=UTC)
MOST = 3
FOUND = 4
"""More for a child's page at a unit: the post is counted, the number is looked up, and whom it and its decisions name."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, family: Family) -> list[str]:
    """The round trips to the family's database since the list was last cleared."""
    engine, made = family.place.house.database.engine, []
    for name in ("run", "run_together"):
        real = getattr(engine, name)

        async def counting(*given: object, _real=real, _name=name) -> object:
            made.append(f"{_name} {str(given[0])[:300]}")
            return await _real(*given)

        monkeypatch.setattr(engine, name, counting)
    return made


def trips(made: list[str], browser: Browser, path: str, form: dict[str, object] | None = None) -> list[str]:
    """Return the round trips of a page, once all that is done once a day is done, without the access log's writing."""
    token = {"_csrf": browser.token()} if form is not None else {}
    ask = (lambda: browser.post(path, form | token)) if form is not None else (lambda: browser.get(path))
    ask()
    made.clear()
    assert ask().status_code == 200, path
    return [one for one in made if "access_log" not in one]


@pytest.fixture
def asta(family: Family) -> Browser:
    """Asta with three children, of whom two turn thirteen on the same day; she acts for nobody now."""
    for name, born in (("Cissi", "2017-01-01"), ("Liam", "2020-05-05")):
        add(family.place.sign_in(family.asta), family.town.child(name, born=born, guardians=[family.asta]))
    browser = family.place.sign_in(family.asta)
    add(browser, family.cilla)
    return browser


def test_a_guardian_s_pages_with_three_children(family: Family, asta: Browser, made: list[str]) -> None:
    """The list, a card, the start page with what ends soon, and the same pages in a child's name."""
    family.place.clock.set(AHEAD)
    asta = family.place.sign_in(family.asta)
    listed = asta.get("/guardian/").text
    assert all(name in listed for name in ("Cilla", "Cissi", "Liam"))
    assert asta.get("/start").text.count("Den 1 januari 2030 upphör något") == 2
    card = re.search(r'href="(/guardian/[0-9a-f-]{36})"', listed)[1]
    for path in ("/guardian/", card, "/start"):
        assert len(trips(made, asta, path)) <= MOST, (path, made)
    asta.post(f"{card}/act")
    assert len(trips(made, asta, "/start")) <= MOST, made


def test_the_young_person_s_pages(family: Family, made: list[str]) -> None:
    """Who it is with what is decided, the decisions with why, and what others have answered."""
    family.guardian()
    family.place.clock.set(THIRTEEN)
    young = family.place.sign_in(family.cilla)
    for path in ("/guardian/own", "/start"):
        assert len(trips(made, young, path)) <= MOST, (path, made)


def test_a_unit_s_pages(family: Family, made: list[str]) -> None:
    """However many guardians, decisions and texts there are."""
    taking_part(family.guardian())
    child = family.place.visit(family.cilla).subject.id
    staff = family.staff("treater")
    for guardian in (family.asta, family.bo):
        block = Fact("block", date(2029, 10, 1), relation="guardian", person=family.place.visit(guardian).subject.id)
        reason = {"reason": "Akut", "review": date(2029, 10, 1)}
        family.place.run(family.place.house.deciding.decide(staff, child, block, **reason))
    fields = [("a", "Halvskrivet")]
    for actor in (family.asta, family.bo):
        who = family.place.visit(actor).subject.id
        family.place.run(family.place.house.withheld.keep(child, who, "/programmes/x", fields, staff.unit))
    eva = family.at_work("treater")
    text = re.search(r"/staff/withheld/[0-9a-f-]{36}", eva.get("/staff/withheld").text)[0]
    for path in ("/guardian/unit", "/staff/withheld", text, "/staff/"):
        assert len(trips(made, eva, path)) <= MOST, (path, made)
    carl = family.at_work("access-administrator")
    carl.get("/staff/")
    made.clear()
    assert "/guardian/unit" not in carl.get("/staff/").text
    assert not [one for one in made if "access_log" in one], "nobody is refused what they were only not led to"
    shown = trips(made, eva, "/guardian/unit", {"number": family.cilla.number})
    assert len(shown) <= MOST + FOUND, shown
