"""Locking an account: by a citizen administrator, for a reason, at once; the person sees it and is told whom to call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ledstang.testing import Browser, Place, Town

PATH, REASON = "/staff/account", "Någon annan styr över hennes BankID"


@pytest.fixture
def place(town: Town) -> Iterator[Place]:
    """An instance with one unit."""
    with town.instance() as place:
        yield place


@pytest.fixture
def cia(place: Place, town: Town) -> Browser:
    """Cia, citizen administrator, at work."""
    person = town.person("Cia Test", born="1979-02-02")
    return place.at_work(person, place.appoint(person, "citizen-administrator"))


def test_a_locked_account_ends_open_sessions_and_lets_nobody_in(place: Place, town: Town, cia: Browser) -> None:
    """The next request is signed out, a new sign-in is refused with whom to call; unlocked, they are in again."""
    dag = town.person("Dag Test", born="1985-05-06")
    browser = place.sign_in(dag)
    assert "Lås ett konto" in cia.get("/staff/").text
    page = cia.post(PATH, {"number": dag.number})
    assert "Kontot är öppet" in page.text
    assert dag.number not in str(page.url)
    done = cia.post(PATH, {"number": dag.number, "locked": "yes", "reason": REASON})
    assert "Kontot är låst" in done.text
    assert browser.get("/start").url.path == "/signin"
    refused = place.browser().post("/testing/signin", _fields(dag))
    assert refused.status_code == 403
    assert "Ring 1177." in refused.text
    assert "Du kan inte nå Dag Test här" in cia.post(PATH, {"number": dag.number}).text
    cia.post(PATH, {"number": dag.number, "locked": "no", "reason": "Har fått ett nytt BankID"})
    assert place.sign_in(dag).get("/start").status_code == 200
    assert "Låsa och låsa upp konton" in place.sign_in(dag).get("/access-log/").text
    told = place.run(_exported(place, "When your account was locked or unlocked", place.visit(dag).subject.id))
    assert [row["locked"] for row in told] == [True, False]


def test_a_lock_needs_a_reason_and_a_number_that_is_known(place: Place, town: Town, cia: Browser) -> None:
    """A sentence for each; nothing is locked, and the reason stands sealed where it is kept."""
    dag = town.person("Dag Test", born="1985-05-06")
    assert "Skriv personnumret" in cia.post(PATH, {"number": "1234"}).text
    assert "Ingen är känd här" in cia.post(PATH, {"number": dag.number}).text
    place.sign_in(dag)
    answer = cia.post(PATH, {"number": dag.number, "locked": "yes", "reason": "nej"})
    assert answer.status_code == 422
    assert "Skriv varför" in answer.text
    assert place.sign_in(dag).get("/start").status_code == 200
    cia.post(PATH, {"number": dag.number, "locked": "yes", "reason": REASON})
    kept = place.run(place.house.database.engine.run("SELECT reason FROM account_lock", ()))
    assert b"BankID" not in kept[0]["reason"]


def test_only_a_citizen_administrator_locks(place: Place, town: Town) -> None:
    """To everybody else there is no such page, and nothing tells whether somebody has an account."""
    dag, tea = town.person("Dag Test", born="1985-05-06"), town.person("Tea Test", born="1980-01-01")
    browser = place.at_work(tea, place.appoint(tea, "treater", "access-administrator"))
    for one in (browser, place.sign_in(dag)):
        assert one.get(PATH).status_code == 404
        assert one.post(PATH, {"number": dag.number, "locked": "yes", "reason": REASON}).status_code == 404
    assert place.run(place.house.database.engine.run("SELECT id FROM account_lock", ())) == []


def test_a_lock_from_elsewhere_ends_a_session_too(place: Place, town: Town) -> None:
    """Whatever locks the account, the next request of a session that is open is signed out."""
    dag = town.person("Dag Test", born="1985-05-06")
    browser = place.sign_in(dag)
    place.run(place.house.register.lock(place.visit(dag).subject.id))
    assert browser.get("/start").url.path == "/signin"


def _fields(who: object) -> dict[str, str]:
    return {"number": who.number, "name": who.name, "born": str(who.born), "county": who.county}


async def _exported(place: Place, title: str, person: object) -> list[dict[str, object]]:
    return await next(data for _, data in place.house.personal_data() if data.title == title).export(person)
