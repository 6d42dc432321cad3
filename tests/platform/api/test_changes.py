"""Changes for systems: who of those they know, in order, each once, and none ever missed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from ledstang.access.facts import Fact
from ledstang.api.problem import DETAILS
from ledstang.people.persons import Identity
from ledstang.testing import Place, Town

from .conftest import System, write

PAGES = 10
"""More than any test here has."""


@pytest.fixture(params=["sqlite", "postgres"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    """A town on each database."""
    return Town(tmp_path, request.getfixturevalue("postgres") if request.param == "postgres" else "")


def people(town: Town, place: Place, many: int) -> list[Identity]:
    """Make people who have said how to reach them."""
    found = [town.person(f"Test {n}", born="1970-01-01") for n in range(many)]
    for identity in found:
        town.registry.put(identity)
        write(place, identity, comment="a")
    return found


def all_of(system: System, since: str | None = None) -> tuple[list[tuple[str, str]], str]:
    """Ask until there is no more, and return all and where it ended."""
    found: list[tuple[str, str]] = []
    for _ in range(PAGES):
        page = system.changes(since)
        assert len(page["changes"]) <= 3
        found += [(one["id"], one["state"]) for one in page["changes"]]
        since = page["cursor"]
        if not page["more"]:
            return found, since
    raise AssertionError(f"there is still more after {PAGES} pages")


def test_whoever_changes_is_listed_once_at_the_latest_place(town: Town, place: Place, journal: System) -> None:
    """Seven people in pages of three; who changes again comes again, last; whom the system does not know never comes."""
    known = people(town, place, 7)
    ids = [journal.id_of(identity) for identity in known]
    assert all_of(journal) == ([], "c1-0")
    people(town, place, 1)
    for n, identity in enumerate(known):
        write(place, identity, comment=f"b{n}")
    write(place, known[2], comment="c")
    found, cursor = all_of(journal)
    assert found == [(ids[n], "changed") for n in (0, 1, 3, 4, 5, 6, 2)]
    assert all_of(journal, cursor) == ([], cursor)
    write(place, known[0], comment="c")
    assert all_of(journal, cursor)[0] == [(ids[0], "changed")]


def test_one_system_s_changes_are_not_another_s(town: Town, place: Place, journal: System, kallelser: System) -> None:
    """Each lists those that it has looked up itself, by its own ids; a token without the scope lists nobody."""
    (asta,) = people(town, place, 1)
    kallelser.id_of(asta)
    write(place, asta, comment="b")
    assert all_of(journal)[0] == []
    refused = kallelser.get("/api/v1/persons/changes")
    assert refused.status_code == 403
    assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


def test_changes_at_once_are_none_lost(town: Town, place: Place, journal: System) -> None:
    """Forty writers, and a reader who asks all the while: everybody was seen at their latest place, and no place is two's."""
    ids = {journal.id_of(identity): place.visit(identity).actor.id for identity in people(town, place, 10)}
    subjects, seen = place.house.subjects, set()

    async def read(cursor: int) -> int:
        for one in await subjects.since("journal", cursor, 3):
            cursor = one.sequence
            seen.add((str(one.id), one.sequence))
        return cursor

    async def race() -> list[tuple[str, int]]:
        writers = asyncio.gather(*(subjects.touch(person) for person in [*ids.values()] * 4))
        cursor = 0
        while not writers.done():
            cursor = await read(cursor)
        await writers
        for _ in range(10):
            cursor = await read(cursor)
        return [(str(one.id), one.sequence) for one in await subjects.since("journal", 0, 100)]

    latest = place.run(race())
    assert {id_ for id_, _ in latest} == ids.keys()
    assert len({sequence for _, sequence in latest}) == len(ids)
    assert seen >= set(latest)


def test_whoever_may_be_reached_through_others_changes_with_them(town: Town, place: Place, journal: System) -> None:
    """A guardian who is added, taken away by the register, blocked, protected or forgotten: the child is listed each time.

    An order in which the register happens to name the guardians is no change.
    """
    asta, bo = town.person("Asta", born="1988-03-03"), town.person("Bo", born="1986-09-12")
    cilla = town.child("Cilla", born="2019-01-01", guardians=[asta, bo])
    place.visit(cilla)
    id_ = journal.id_of(cilla)
    cursor = "c1-0"

    def listed() -> bool:
        nonlocal cursor
        place.work()
        found, cursor = all_of(journal, cursor)
        assert found in ([], [(id_, "changed")])
        return bool(found)

    listed()
    browser = place.sign_in(asta)
    browser.post("/guardian/add", {"number": cilla.number})
    assert listed()
    act = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
    assert act
    browser.post(act[1])
    browser.post("/settings", {"phone": "070-174 06 05", "version": "0"})
    assert listed()
    told = place.house.checking.changed
    town.registry.put(cilla, guardians=(bo.number, asta.number))
    place.run(told(cilla.number))
    assert not listed()
    town.registry.put(cilla, guardians=(asta.number,))
    place.run(told(cilla.number))
    assert listed()
    child, guardian = place.visit(cilla).actor.id, place.visit(asta).actor.id
    block = Fact("block", since=place.clock.today(), person=guardian)
    decision = place.run(place.house.facts.keep(child, block, decided_by=guardian))
    assert listed()
    assert journal.contact(id_).json()["representatives"] == []
    place.run(place.house.facts.end(child, decision))
    assert listed()
    only = Fact("deny", since=place.clock.today(), person=guardian, service="settings", action="contact")
    decision = place.run(place.house.facts.keep(child, only, decided_by=guardian))
    assert listed()
    assert journal.contact(id_).json()["representatives"] == [], "who acts, and not in this, is not reached for it"
    place.run(place.house.facts.end(child, decision))
    assert listed()
    assert len(journal.contact(id_).json()["representatives"]) == 1
    town.registry.put(asta, protection="protected-registration")
    place.run(told(asta.number))
    assert listed()
    place.run(place.house.contacts.erase(guardian))
    assert listed()
    place.sign_in(bo).post("/guardian/add", {"number": cilla.number})
    listed()


CURSORS = "", "x", "c1-", "c1-G", "c2-1", "c1-0123456789abcdef0", "c1--1", "c1-1\n", "１"


def test_a_cursor_that_is_none_is_said_to_be(journal: System) -> None:
    """400 and no fault of ours: nobody begins anew without knowing it."""
    for cursor in CURSORS:
        answer = journal.get("/api/v1/persons/changes", params={"since": cursor})
        assert (answer.status_code, answer.json().get("detail")) == (400, DETAILS[400]), cursor


def test_what_is_erased_when_asked_is_told(town: Town, place: Place, journal: System) -> None:
    """Dag has his contact details erased: the system hears that they have changed, and reads that there are none."""
    (dag,) = people(town, place, 1)
    id_ = journal.id_of(dag)
    browser = place.sign_in(dag)
    browser.post("/settings/data/erase", {"what": "host.contact", "sure": "yes"})
    place.work()
    assert journal.changes()["changes"] == [{"id": id_, "state": "changed"}]
    assert journal.contact(id_).json()["own"] is None


def test_a_guardian_who_erases_the_links_is_no_way_to_the_child_any_more(
    town: Town, place: Place, journal: System
) -> None:
    """The system hears that the child has changed, as it does when a link ends in another way."""
    asta = town.person("Asta", born="1988-03-03")
    cilla = town.child("Cilla", born="2019-01-01", guardians=[asta])
    browser = place.sign_in(asta)
    browser.post("/guardian/add", {"number": cilla.number})
    browser.post(browser.action("/guardian/", "/act"))
    browser.post("/settings", {"phone": "070-174 06 05", "version": "0"})
    id_ = journal.id_of(cilla)
    place.work()
    seen = journal.changes()["cursor"]
    assert len(journal.contact(id_).json()["representatives"]) == 1
    asked = place.sign_in(asta)
    asked.post("/settings/data/erase", {"what": "guardian.links", "sure": "yes"})
    place.work()
    assert journal.changes(seen)["changes"] == [{"id": id_, "state": "changed"}]
    assert journal.contact(id_).json()["representatives"] == []
