"""Staff at work: they choose in what capacity, and it holds only as long as the facts do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ledstang.access.log.reading import entries_of
from ledstang.testing import TOML, Browser, Place, Town

UNIT, OTHER, SOUTH = "SE2321000016-1003", "SE2321000016-2004", "SE2321000024-3005"
UNITS = f"""
[[providers]]
hsa_id = "SE2321000016-0001"
name = "Region Norra vård"
[[units]]
hsa_id = "{OTHER}"
name = "Andra mottagningen"
region = "norra"
provider = "se2321000016-0001"
[[units]]
hsa_id = "{SOUTH}"
name = "Södra mottagningen"
region = "sodra"
"""
ADMIN = "access-administrator"


@pytest.fixture
def place(town: Town) -> Iterator[Place]:
    """An instance with three units in two regions."""
    with town.instance(toml=TOML.replace("[rates]", UNITS + "[rates]")) as place:
        yield place


@pytest.fixture
def frida(place: Place, town: Town) -> Browser:
    """Frida, who appoints at the first unit, at work."""
    person = town.person("Frida Test", born="1979-02-02")
    return place.at_work(person, place.appoint(person, ADMIN, title="Administratör"))


def number_of(place: Place, town: Town, name: str, born: str = "1988-04-04") -> str:
    """Return the number of somebody who has signed in once."""
    person = town.person(name, born=born)
    place.sign_in(person)
    return str(person.number)


def filled(number: str, **changed: object) -> dict[str, object]:
    """Return a form for appointing, filled in as it should be."""
    fields = {"number": number, "staff_hsa": "SE2321000016-EVA1", "title": "Psykolog", "roles": ["treater"]}
    return {**fields, "until": ["", "", ""], **changed}


def test_staff_choose_an_assignment_and_go_back(place: Place, town: Town) -> None:
    """One button each; the page says where one works, in banner and title, and one press leads home."""
    eva = town.person("Eva Test", born="1980-01-01")
    work = place.appoint(eva, "treater", title="Psykolog")
    place.appoint(eva, "author", unit=OTHER)
    browser = place.sign_in(eva)
    before = dict(browser.cookies)
    chosen = browser.get("/staff/").text
    assert "Testmottagningen" in chosen
    assert "Andra mottagningen" in chosen
    assert "Behandlare" in chosen
    at_work = browser.post("/staff/choose", {"assignment": str(work)})
    assert at_work.url.path == "/staff/"
    assert "<title>I arbetet – i arbetet, Testmottagningen" in at_work.text
    assert 'aria-label="Du är i arbetet"' in at_work.text
    assert dict(browser.cookies) != before
    assert browser.get("/start").url.path == "/staff/"
    home = browser.post("/staff/choose")
    assert home.url.path == "/start"
    assert "Du är i arbetet" not in home.text


def test_whoever_has_no_assignment_finds_no_staff_pages(place: Place, town: Town) -> None:
    """The pages are not there for a citizen, nor is another's assignment."""
    eva, dag = town.person("Eva Test", born="1980-01-01"), town.person("Dag Test", born="1985-05-06")
    work = place.appoint(eva, "treater")
    browser = place.sign_in(dag)
    assert browser.get("/staff/").status_code == 404
    assert browser.get("/staff/people").status_code == 404
    for given in (str(work), "nonsense", "0190b5f0-0000-7000-8000-000000000001"):
        assert browser.post("/staff/choose", {"assignment": given}).status_code == 404
    assert place.browser().get("/staff/").url.path == "/signin"


def test_one_s_own_things_and_work_are_kept_apart(place: Place, town: Town) -> None:
    """At work a citizen's page sends nobody in, neither to read nor to begin something of one's own."""
    eva = town.person("Eva Test", born="1980-01-01")
    browser = place.at_work(eva, place.appoint(eva, "treater"))
    for answer in (browser.post("/programmes/hantera-oro/begin"), browser.get("/programmes/hantera-oro/begin")):
        assert answer.status_code == 404
        assert "dina egna ärenden" in answer.text
    assert place.run(place.house.database.engine.run("select id from programmes_participation", ())) == []


@pytest.mark.parametrize("what", ["end", "absence"])
def test_what_ends_takes_effect_on_the_next_request(place: Place, town: Town, frida: Browser, what: str) -> None:
    """Ended, or absent: the next page is closed, and what was being posted is kept for later."""
    eva = town.person("Eva Test", born="1980-01-01")
    work = place.appoint(eva, ADMIN)
    browser = place.at_work(eva, work)
    assert browser.get("/staff/people").status_code == 200
    token = browser.token()
    path = f"/staff/people/{work}/{what}"
    today = {"first": ["2026", "11", "23"], "last": ["", "", ""]}
    assert frida.post(path, {} if what == "end" else today).status_code == 200
    answer = browser.post("/staff/appoint", {"_csrf": token, "title": "En lång text"})
    assert answer.status_code == 403
    assert "Du kan inte arbeta i det här uppdraget nu" in answer.text
    assert "finns kvar åt dig till i morgon" in answer.text
    assert browser.get("/staff/people").status_code == 403
    assert browser.post("/staff/choose", {"_csrf": token}).url.path == "/start"
    kept = place.run(place.house.database.engine.run("select id, assignment from rescued_text", ()))
    assert [str(row["assignment"]) for row in kept] == [str(work)]
    assert "i ett annat uppdrag än nu" in browser.get(f"/signin/rescued/{kept[0]['id']}").text
    if what == "absence":
        frida.post(path, {"back": "yes"})
        back = browser.post("/staff/choose", {"assignment": str(work), "next": f"/signin/rescued/{kept[0]['id']}"})
        assert "En lång text" in back.text


def test_a_tab_with_another_assignment_is_refused_and_nothing_is_lost(place: Place, town: Town) -> None:
    """Two tabs, two units: what the old tab posts is done in neither, and is there to read in the capacity it had."""
    eva = town.person("Eva Test", born="1980-01-01")
    here, there = place.appoint(eva, ADMIN), place.appoint(eva, ADMIN, unit=OTHER)
    browser = place.at_work(eva, here)
    old = browser.token()
    browser.post("/staff/choose", {"assignment": str(there)})
    fields = filled(number_of(place, town, "Gun Test"), sure="yes", title="Kurator", _csrf=old)
    answer = browser.post("/staff/appoint", fields)
    assert answer.status_code == 409
    assert "Du har gått över till något annat" in answer.text
    assert "Du är i arbetet på Andra mottagningen nu" in answer.text
    rows = place.run(place.house.database.engine.run("select title from assignment", ()))
    assert [row["title"] for row in rows] == ["Nurse", "Nurse"]
    kept = place.run(place.house.database.engine.run("select id from rescued_text", ()))[0]["id"]
    assert "Kurator" not in browser.get(f"/signin/rescued/{kept}").text
    seen = browser.post("/staff/choose", {"assignment": str(here), "next": f"/signin/rescued/{kept}"})
    assert 'value="Kurator"' in seen.text
    browser.post("/staff/choose")
    assert "I arbetet" not in browser.get(f"/signin/rescued/{kept}").text
    assert "Kurator" not in browser.get(f"/signin/rescued/{kept}").text


def test_an_access_administrator_appoints(place: Place, town: Town, frida: Browser) -> None:
    """By number, never in an address; asked whether it is right; then the person may work."""
    eva = town.person("Eva Test", born="1980-01-01")
    browser = place.sign_in(eva)
    check = frida.post("/staff/appoint", filled(eva.number))
    assert "Stämmer det här?" in check.text
    assert "Tolv siffror" in frida.get("/staff/appoint").text
    assert "Eva Test" in check.text
    assert eva.number not in str(check.url)
    assert browser.get("/staff/").status_code == 404
    done = frida.post("/staff/appoint", filled(eva.number, sure="yes"))
    assert done.url.path == "/staff/people"
    assert "Eva Test" in done.text
    assert "Psykolog · Behandlare" in done.text
    assert "Testmottagningen" in browser.get("/staff/").text
    again = frida.post("/staff/appoint", filled(eva.number, sure="yes"))
    assert again.text.count("Eva Test") == 1


def test_whose_name_is_shown_by_a_number_reads_who_has_seen_it(place: Place, town: Town, frida: Browser) -> None:
    """The page that asks whether it is right tells who has a number: that stands in the person's log, appointed or not."""
    dag = town.person("Dag Test", born="1985-05-06")
    person = place.visit(dag).subject.id
    assert "Dag Test" in frida.post("/staff/appoint", filled(dag.number)).text
    (seen,) = place.run(entries_of(person))
    assert (seen.who, seen.action, seen.purpose, seen.outcome) == (
        "staff",
        "staff.appoint",
        "administration",
        "allowed",
    )


def test_what_is_filled_in_wrongly_is_told_and_kept(place: Place, town: Town, frida: Browser) -> None:
    """An error summary with a sentence for each field; what was written is still there."""
    wrong = {"number": "1234", "staff_hsa": "nej", "title": "", "roles": [], "until": ["2026", "13", "1"]}
    answer = frida.post("/staff/appoint", {**wrong, "sure": "yes"})
    assert answer.status_code == 422
    for sentence in ("Skriv personnumret", "Skriv HSA-id för", "Skriv titeln", "Välj minst en roll", "Skriv en dag"):
        assert sentence in answer.text
    assert 'value="13"' in answer.text
    unknown = frida.post("/staff/appoint", filled(town.person("Okänd", born="1990-01-01").number))
    assert "Ingen är känd här" in unknown.text
    backwards = {"first": ["2026", "12", "2"], "last": ["2026", "12", "1"], "substitute": "x"}
    mine = place.run(place.house.database.engine.run("select id from assignment", ()))[0]["id"]
    answer = frida.post(f"/staff/people/{mine}/absence", backwards)
    assert "kan inte vara före den första" in answer.text
    assert "Välj någon som arbetar på enheten" in answer.text


def test_an_hsa_id_is_one_person_s(place: Place, town: Town, frida: Browser) -> None:
    """Nobody is appointed under the HSA-id of somebody else, not even of one who has left: the access log goes by it."""
    eva, gun = number_of(place, town, "Eva Test"), number_of(place, town, "Gun Test")
    assert "Eva Test" in frida.post("/staff/appoint", filled(eva, sure="yes")).text
    taken = filled(gun, staff_hsa="se2321000016-eva1", sure="yes")
    for _ in range(2):
        answer = frida.post("/staff/appoint", taken)
        assert answer.status_code == 422
        assert "Någon annan har det här HSA-id:t" in answer.text
        place.run(place.house.database.engine.run("update assignment set ended = at where title = 'Psykolog'", ()))
    assert "Gun Test" in frida.post("/staff/appoint", taken | {"staff_hsa": "SE2321000016-GUN1"}).text
    assert "Eva Test" in frida.post("/staff/appoint", filled(eva, title="Kurator", sure="yes")).text


def test_a_substitute_has_the_roles_while_it_lasts(place: Place, town: Town, frida: Browser) -> None:
    """From the first day to the last, beside their own, and not a day longer; the absent one has none meanwhile."""
    eva, gun = town.person("Eva Test", born="1980-01-01"), town.person("Gun Test", born="1981-01-01")
    away, stays = place.appoint(eva, ADMIN), place.appoint(gun, "treater")
    browser = place.at_work(gun, stays)
    who = str(place.visit(gun).actor.id)
    absence = {"first": ["2026", "11", "24"], "last": ["2026", "11", "25"], "substitute": who}
    assert "har rollerna under tiden" in frida.post(f"/staff/people/{away}/absence", absence).text
    seen = []
    for _ in range(4):
        browser = place.at_work(gun, stays)
        seen.append((browser.get("/staff/people").status_code, place.sign_in(eva).get("/staff/").status_code))
        place.clock.move(days=1)
    assert seen == [(404, 200), (200, 404), (200, 404), (404, 200)]


def test_too_few_people_are_noticed(place: Place, town: Town, frida: Browser) -> None:
    """One with a role is too few; two are enough, and the number is the instance's own."""
    notice = "För få här har rollen behörighetsadministratör"
    assert notice in frida.get("/staff/people").text
    place.appoint(town.person("Eva Test", born="1980-01-01"), ADMIN)
    assert notice not in frida.get("/staff/people").text


def test_a_closed_unit_is_nobody_s_and_a_merged_one_goes_on(town: Town) -> None:
    """After its last day nobody works at a unit; what has gone into another goes on there, with its people."""
    ends = UNITS.replace(
        'name = "Andra mottagningen"',
        f'name = "Andra mottagningen"\nvalid_to = 2026-11-24\nmerged_into = "{UNIT.lower()}"',
    ).replace('name = "Södra mottagningen"', 'name = "Södra mottagningen"\nvalid_to = 2026-11-24')
    eva, sven = town.person("Eva Test", born="1980-01-01"), town.person("Sven Test", born="1982-01-01")
    with town.instance(toml=TOML.replace("[rates]", ends + "[rates]")) as place:
        merged, closed = place.appoint(eva, ADMIN, unit=OTHER), place.appoint(sven, ADMIN, unit=SOUTH)
        assert "Andra mottagningen" in place.at_work(eva, merged).get("/staff/").text
        place.clock.move(days=2)
        people = place.at_work(eva, merged).get("/staff/people").text
        assert "Testmottagningen" in people
        assert "Eva Test" in people
        assert place.sign_in(sven).post("/staff/choose", {"assignment": str(closed)}).status_code == 404


def test_nobody_sees_to_another_unit_s_people(place: Place, town: Town, frida: Browser) -> None:
    """Another unit's assignments are not found, be it in the same region or another, nor by staff without the role."""
    eva = town.person("Eva Test", born="1980-01-01")
    for unit in (OTHER, SOUTH):
        work = place.appoint(eva, ADMIN, unit=unit)
        for ending in ("", "/end", "/absence"):
            assert frida.get(f"/staff/people/{work}{ending}").status_code == 404
        assert frida.post(f"/staff/people/{work}/end").status_code == 404
    treater = town.person("Tea Test", born="1983-01-01")
    work = place.appoint(treater, "treater", "citizen-administrator")
    browser = place.at_work(treater, work)
    for path in ("/staff/people", "/staff/appoint", f"/staff/people/{work}"):
        assert browser.get(path).status_code == 404


def test_whoever_comes_to_work_is_led_there(town: Town) -> None:
    """The page where one signs in says where to go on to work, and no more once one has chosen that."""
    with town.instance(demo=True) as place:
        nobody = place.browser()
        assert 'href="/signin?next=/staff/"' in nobody.get("/signin").text
        assert "/sandbox/?next=/staff/" in nobody.get("/signin?next=/staff/").text
        assert 'href="/signin?next=/staff/"' not in nobody.get("/signin?next=/staff/").text
