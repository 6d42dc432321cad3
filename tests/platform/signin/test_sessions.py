"""Sessions: new at each sign-in, over after a while, and never back once they have ended."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from ledstang.people.tables import Person
from ledstang.signin.sessions import Sessions, id_of
from ledstang.signin.tables import Session


async def test_signing_in_tells_who_and_where_from(place) -> None:
    """After a sign-in the pages know the person and the region of their county."""
    dag = await place.signed_in()
    answer = await dag.get("/me")
    assert answer.status_code == 200
    assert "Dag Test" in answer.text
    assert "norra" in answer.text


async def test_nothing_is_stored_for_a_visitor(place) -> None:
    """Fifty visits without signing in leave no row and set no cookie."""
    browser = place.browser()
    for _ in range(50):
        answer = await browser.get("/open")
        assert "set-cookie" not in answer.headers
    assert await Session.count() == 0


async def test_v5_7_2_4_a_planted_cookie_is_never_adopted(place) -> None:
    """Whoever signs in gets a new token; the planted one is worth nothing, before and after."""
    planted = "planted-by-somebody"
    victim = place.browser()
    victim.cookies.set("__Host-sid", planted, domain="test.example", path="/")
    await victim.post("/login")
    attacker = place.browser()
    attacker.cookies.set("__Host-sid", planted, domain="test.example", path="/")
    assert victim.cookies.get("__Host-sid", domain="test.example", path="/") != planted
    assert (await attacker.get("/me")).status_code == 303
    assert (await attacker.get("/me", headers={"accept": "application/json"})).status_code == 401


async def test_v5_7_2_4_signing_in_again_ends_the_session_before(place) -> None:
    """The token that a browser had before signing in anew is dead afterwards."""
    browser = await place.signed_in()
    before = browser.cookies["__Host-sid"]
    await browser.post("/login", data={"who": "asta", "_csrf": await browser.token()})
    assert browser.cookies["__Host-sid"] != before
    thief = place.browser()
    thief.cookies.set("__Host-sid", before)
    assert (await thief.get("/me")).status_code == 303
    assert "Asta" in (await browser.get("/me")).text


async def test_the_token_is_nowhere_in_the_database(place) -> None:
    """Who reads the table cannot sign in by it: only the token's hash is kept."""
    dag = await place.signed_in()
    token = dag.cookies["__Host-sid"]
    row = await Session.select().first()
    assert row["id"] == id_of(token)
    assert token not in str(row)


async def test_v5_7_3_1_idle_for_half_an_hour(place) -> None:
    """Twenty-nine minutes of silence are fine, thirty are not."""
    dag = await place.signed_in()
    place.clock.move(minutes=29)
    assert (await dag.get("/me")).status_code == 200
    place.clock.move(minutes=30)
    assert (await dag.get("/me")).status_code == 303


async def test_v5_7_3_2_four_hours_in_all(place) -> None:
    """Who clicks every ten minutes is signed out all the same after four hours."""
    dag = await place.signed_in()
    for _ in range(23):
        place.clock.move(minutes=10)
        assert (await dag.get("/me")).status_code == 200
    place.clock.move(minutes=10)
    assert (await dag.get("/me")).status_code == 303


@pytest.mark.parametrize("back", [10, 60])
@pytest.mark.parametrize("seen_dead", [True, False])
async def test_a_clock_set_back_revives_nothing(place, seen_dead: bool, back: int) -> None:
    """A session that has timed out stays dead when the clock goes back, also in a process that starts afterwards."""
    dag = await place.signed_in()
    place.clock.move(minutes=31)
    if seen_dead:
        await dag.get("/me")
    else:
        place.sessions.now()
    place.clock.move(minutes=-back)
    assert (await dag.get("/me")).status_code == 303
    fresh = Sessions(place.sessions._database, place.clock, place.sessions._register)
    session, _ = await fresh.read(dag.cookies["__Host-sid"])
    assert not fresh.alive(session)


async def test_a_session_from_the_future_is_refused(place) -> None:
    """After a restart under a clock set back, a session that was last seen later than now is not trusted."""
    dag = await place.signed_in()
    place.clock.move(hours=-1)
    fresh = Sessions(place.sessions._database, place.clock, place.sessions._register)
    session, _ = await fresh.read(dag.cookies["__Host-sid"])
    assert not fresh.alive(session)


async def test_signs_of_life_are_written_once_a_minute(place) -> None:
    """Many requests in a minute change the row once; the minute after, once more."""
    dag = await place.signed_in()
    begun = (await Session.select(Session.seen).first())["seen"]
    place.clock.move(seconds=59)
    await dag.get("/me")
    assert (await Session.select(Session.seen).first())["seen"] == begun
    place.clock.move(seconds=1)
    await dag.get("/me")
    assert (await Session.select(Session.seen).first())["seen"] == begun + timedelta(seconds=60)


async def test_v5_7_4_1_signing_out_beats_a_slow_request(place) -> None:
    """A request that is under way when its person signs out does not bring the session back."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=5)
    slow = asyncio.create_task(dag.get("/slow"))
    await place.gate.reached.wait()
    copy = dag.cookies["__Host-sid"]
    assert (await dag.post("/signout", data={"_csrf": token})).status_code == 303
    place.gate.opened.set()
    assert (await slow).status_code == 200
    thief = place.browser()
    thief.cookies.set("__Host-sid", copy)
    assert (await thief.get("/me", headers={"accept": "application/json"})).status_code == 401
    session, _ = await place.sessions.read(copy)
    place.clock.move(minutes=5)
    await place.sessions.touch(session)
    assert (await thief.get("/me")).status_code == 303


async def test_signing_out_tells_the_browser_to_forget(place) -> None:
    """The cookie goes, and so does what the browser has kept of the pages."""
    dag = await place.signed_in()
    answer = await dag.post("/signout", data={"_csrf": await dag.token()})
    assert '"storage"' in answer.headers["clear-site-data"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert "__Host-sid" not in dag.cookies
    assert (await dag.get("/signout")).status_code == 200


async def test_v5_7_4_5_signing_out_everywhere(place) -> None:
    """One request ends the person's sessions on every device, and nobody else's."""
    phone, computer, asta = await place.signed_in(), await place.signed_in(), await place.signed_in("asta")
    await phone.post("/signout", data={"_csrf": await phone.token(), "everywhere": "yes"})
    assert (await computer.get("/me")).status_code == 303
    assert (await asta.get("/me")).status_code == 200


async def test_signing_out_here_leaves_the_other_device(place) -> None:
    """An ordinary sign-out ends one session only."""
    phone, computer = await place.signed_in(), await place.signed_in()
    await phone.post("/signout", data={"_csrf": await phone.token()})
    assert (await phone.get("/me")).status_code == 303
    assert (await computer.get("/me")).status_code == 200


async def test_a_person_is_one_row_however_often_they_sign_in(place) -> None:
    """The number tells who it is; a new name or county is written over the old."""
    await place.signed_in()
    await place.signed_in()
    await place.signed_in("asta")
    assert await Person.count() == 2


async def test_the_secure_cookie(place) -> None:
    """Over HTTPS the cookie has the prefix that no other host or plain HTTP can set."""
    browser = place.browser()
    cookie = (await browser.post("/login")).headers["set-cookie"]
    assert cookie.startswith("__Host-sid=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_plain_loopback_has_a_cookie_of_its_own(place) -> None:
    """On a developer's machine the cookie has another name, and one can sign in by it."""
    for host in ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"):
        dag = await place.signed_in(base=host)
        assert list(dag.cookies) == ["ledstang-development-sid"]
        assert (await dag.get("/me")).status_code == 200


async def test_https_on_loopback_has_the_secure_cookie(place) -> None:
    """Where there is HTTPS, the cookie is the secure one, on a developer's machine too."""
    answer = await place.browser("https://localhost:8443").post("/login")
    assert answer.headers["set-cookie"].startswith("__Host-sid=")


async def test_plain_http_elsewhere_gets_the_secure_cookie(place) -> None:
    """A cookie that plain HTTP could carry is never given to a host that is not loopback."""
    for host in ("http://test.example", "http://127.0.0.1.test.example", "http://localhost.test.example"):
        answer = await place.browser(host).post("/login")
        assert answer.headers["set-cookie"].startswith("__Host-sid=")


async def test_production_refuses_the_development_cookie(production) -> None:
    """A right token in the development cookie is not read in production, and none is ever set."""
    browser = production.browser("http://127.0.0.1:8000")
    answer = await browser.post("/login")
    assert answer.headers["set-cookie"].startswith("__Host-sid=")
    token = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    browser.cookies.clear()
    headers = {"cookie": f"ledstang-development-sid={token}"}
    assert (await browser.get("/me", headers=headers)).status_code == 303
    assert (await browser.get("/me", headers={"cookie": f"__Host-sid={token}"})).status_code == 200


async def test_files_and_health_ask_nothing_of_the_database(place) -> None:
    """Static files and the health check are served without looking up a session, even with the database down."""
    dag = await place.signed_in()
    await place.sessions._database.stop()
    assert (await dag.get("/static/x.css")).status_code == 404
    assert (await dag.get("/health")).status_code == 404
    assert (await dag.get("/me")).status_code == 500


@pytest.mark.parametrize("cookie", ["", "x", "å", "a" * 5000, "\udcff", '"', "=", "a=b; __Host-sid"])
async def test_a_broken_cookie_is_nobody(place, cookie: str) -> None:
    """Whatever stands in the cookie, the answer is the sign-in page and never an error."""
    raw = f"__Host-sid={cookie}".encode("utf-8", "surrogateescape")
    answer = await place.browser().get("/me", headers=[(b"cookie", raw)])
    assert answer.status_code == 303


async def test_old_sessions_are_pruned(place) -> None:
    """A row stays for the day in which its text can be rescued, and goes afterwards."""
    await place.signed_in()
    place.clock.move(hours=20)
    await place.sessions.prune()
    assert await Session.count() == 1
    place.clock.move(hours=9)
    await place.sessions.prune()
    assert await Session.count() == 0


async def test_staying_signed_in_is_one_action(place) -> None:
    """Asking gives the idle time anew, less a minute between signs of life, and no more than is left of four hours."""
    dag = await place.signed_in()
    token = await dag.token()
    place.clock.move(minutes=25)
    answer = await dag.post("/signin/stay", headers={"x-csrf-token": token})
    assert answer.json() == {"seconds": 1740}
    place.clock.move(minutes=25)
    assert (await dag.get("/me")).status_code == 200
    for _ in range(7):
        place.clock.move(minutes=25)
        await dag.get("/me")
    answer = await dag.post("/signin/stay", headers={"x-csrf-token": token})
    assert answer.json() == {"seconds": 900}
