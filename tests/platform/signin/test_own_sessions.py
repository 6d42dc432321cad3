"""One's own sessions: seen, and ended, one or all; and a page says how long one stays signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from ledstang.signin.sessions import id_of
from ledstang.signin.tables import Session
from ledstang.testing import Browser, Place, Town

COOKIE = "ledstang-development-sid"


@pytest.fixture
def place(town: Town) -> Iterator[Place]:
    with town.instance() as running:
        yield running


def session_of(browser: Browser) -> str:
    """Return the id of a browser's session."""
    return id_of(browser.cookies[COOKIE])


def test_v5_7_5_2_one_s_own_sessions_are_listed(town: Town, place: Place) -> None:
    """Every browser that one is signed in with, since when, and which one this is; nobody else's."""
    dag, asta = town.person("Dag Prov", born="1985-03-14"), town.person("Asta Prov", born="1988-03-03")
    phone = place.sign_in(dag)
    place.clock.move(minutes=5)
    desk, other = place.sign_in(dag), place.sign_in(asta)
    page = desk.get("/signin/sessions").text
    assert page.count("Här, där du läser detta") == 1
    assert page.count("Någon annanstans") == 1
    assert "23 november 2026, 12:00" in page
    assert session_of(phone) in page
    assert session_of(other) not in page
    assert desk.cookies[COOKIE] not in page


def test_v5_7_4_1_one_of_them_is_ended(town: Town, place: Place) -> None:
    """The telephone that was left somewhere is signed out; here one goes on."""
    dag = town.person("Dag Prov", born="1985-03-14")
    phone, desk = place.sign_in(dag), place.sign_in(dag)
    page = desk.post(f"/signin/sessions/{session_of(phone)}/end")
    assert "Någon annanstans" not in page.text
    assert phone.get("/start", follow_redirects=False).status_code == 303
    assert desk.get("/start", follow_redirects=False).status_code == 200


def test_v5_8_2_2_nobody_ends_another_s(town: Town, place: Place) -> None:
    """Another's session is not found, as one that there is not, and goes on."""
    dag = place.sign_in(town.person("Dag Prov", born="1985-03-14"))
    asta = place.sign_in(town.person("Asta Prov", born="1988-03-03"))
    for id_ in (session_of(asta), "0" * 64, "x", "'"):
        assert dag.post(f"/signin/sessions/{id_}/end").status_code == 404
    assert asta.get("/start", follow_redirects=False).status_code == 200


def test_v5_7_4_5_all_are_ended_at_once(town: Town, place: Place) -> None:
    """Signing out everywhere leaves no browser signed in."""
    dag = town.person("Dag Prov", born="1985-03-14")
    browsers = [place.sign_in(dag) for _ in range(3)]
    browsers[1].post("/signout", {"everywhere": "yes"})
    for browser in browsers:
        assert browser.get("/start", follow_redirects=False).status_code == 303


def test_a_child_may_sign_out_too(town: Town, place: Place) -> None:
    """No policy about ages stands between anybody and the end of their own session."""
    child = town.person("Elsa Prov", born="2019-03-14")
    phone, desk = place.sign_in(child), place.sign_in(child)
    desk.post(f"/signin/sessions/{session_of(phone)}/end")
    assert phone.get("/start", follow_redirects=False).status_code == 303


def test_v5_7_3_1_a_page_says_how_long_without_a_script_too(town: Town, place: Place) -> None:
    """Until when one is signed in stands on the page, and how many seconds that is for the script."""
    dag = place.sign_in(town.person("Dag Prov", born="1985-03-14"))
    page = dag.get("/start").text
    assert "Du är inloggad till 12:29" in page
    assert 'data-seconds="1740"' in page


def test_v5_7_3_2_the_warning_knows_the_end_of_the_day_too(town: Town, place: Place) -> None:
    """Near the absolute end what is left is what is told, however much one clicks."""
    dag = place.sign_in(town.person("Dag Prov", born="1985-03-14"))
    for _ in range(9):
        place.clock.move(minutes=25)
        page = dag.get("/start").text
    left = re.search(r'data-seconds="(\d+)"', page)
    assert left
    assert left[1] == str(15 * 60)
    assert dag.post("/signin/stay").json() == {"seconds": 15 * 60}


def test_a_cookie_from_another_instance_is_ignored(town: Town, place: Place, tmp_path) -> None:
    """What another instance gave out signs nobody in here, and is no fault."""
    stranger = place.browser()
    stranger.cookies.set(COOKIE, "a" * 43, domain="127.0.0.1", path="/")
    assert stranger.get("/start", follow_redirects=False).status_code == 303
    assert stranger.get("/").status_code == 200
    assert place.run(_count()) == 0


async def _count() -> int:
    return await Session.count()
