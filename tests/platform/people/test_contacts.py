"""Contact details and choices: in one form, sealed, each guardian's own, and never overwritten by an older page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from ledstang.access.visit import Visit
from ledstang.people.contact_form import email, phone
from ledstang.people.contacts import Contact, Kept, Stale
from ledstang.people.tables import PersonContact
from ledstang.testing import Browser, Place, Town

ALL = {
    "phone": "070-174 06 05",
    "email": "Dag@EXAMPLE.se",
    "language": "Jiddisch",
    "interpreter": "yes",
    "comment": "Nås 8–16",
    "digital": "yes",
    "no_paper": "yes",
}
CANARIES = ("+46701740605", "Dag@example.se", "Jiddisch", "Nås 8–16")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, town: Town) -> Iterator[Place]:
    """A running instance on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    with Town(town.folder, address).instance() as place:
        yield place


def version(browser: Browser) -> str:
    """Return the version that the page is made with."""
    found = re.search(r'name="version" value="(\d+)"', browser.get("/settings").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("070-174 06 05", "+46701740605"),
        ("0046 70 174 06 05", "+46701740605"),
        ("０７０-１７４ ０６ ０５", "+46701740605"),
        ("+47 21 99 00 00", "+4721990000"),
        ("070", None),
        ("070-174 06 05 ext. 12", None),
        ("tusen", None),
        ("9" * 40, None),
    ],
)
def test_a_phone_number_is_kept_in_one_form(written: str, kept: str | None) -> None:
    """E.164, Swedish where no country is told, whatever digits it is written with; what is none is refused."""
    assert phone(written, "SE") == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [("Dag@EXAMPLE.se", "Dag@example.se"), ("dag", None), ("dag@localhost", None), ("a@b.se\r\nBcc: c@d.se", None)],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str | None) -> None:
    """As RFC 5322 has it; no second line gets into a header."""
    assert email(written) == kept


def test_what_somebody_writes_stands_there_again_and_is_sealed(place: Place, town: Town) -> None:
    """From the next page on; the database holds none of it in words, and every save counts one."""
    dag = place.sign_in(town.person("Dag", born="1985-03-14"))
    assert version(dag) == "0"
    saved = dag.post("/settings", {**ALL, "version": "0"})
    assert "Det är sparat" in saved.text
    page = dag.get("/settings").text
    assert all(f'value="{word}"' in page for word in CANARIES)
    assert len(re.findall(r'type="checkbox"[^>]* checked', page)) == 3
    (row,) = place.run(PersonContact.select().run())
    assert not any(word.encode() in row["details"] for word in CANARIES)
    assert (version(dag), row["ground"], row["subject"]) == ("1", "self", row["holder"])
    dag.post("/settings", {"version": "1"})
    assert (version(dag), 'type="checkbox" checked' in dag.get("/settings").text) == ("2", False)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(place: Place, town: Town) -> None:
    """Each fault links to its field, what was written stands there still, and no paper without digital is refused."""
    dag = place.sign_in(town.person("Dag", born="1985-03-14"))
    wrong = {"phone": "tusen", "email": "dag", "language": "x" * 61, "comment": "två\nrader", "no_paper": "yes"}
    answer = dag.post("/settings", {**wrong, "version": "0"})
    assert answer.status_code == 422
    assert all(f'href="#f-{name}"' in answer.text for name in wrong)
    assert 'value="tusen"' in answer.text
    assert answer.text.count("Det här är inget telefonnummer") == 2
    assert "phone number" not in answer.text
    assert place.run(PersonContact.count().run()) == 0


def test_an_older_page_overwrites_nothing(place: Place, town: Town) -> None:
    """Two phones: the later one sees both, and may then save over what it has seen. A rubbish version is an old one."""
    identity = town.person("Dag", born="1985-03-14")
    here, there = place.sign_in(identity), place.sign_in(identity)
    here.post("/settings", {"comment": "Från den ena", "version": "0"})
    for stale in ("0", "7", "", "-1", "１", "9" * 30):
        met = there.post("/settings", {"comment": "Från den andra", "version": stale})
        assert met.status_code == 409
        assert "Från den ena" in met.text
        assert 'value="Från den andra"' in met.text
    assert 'value="Från den ena"' in here.get("/settings").text
    there.post("/settings", {"comment": "Från den andra", "version": "1"})
    assert 'value="Från den andra"' in here.get("/settings").text


def test_the_same_page_sent_twice_is_one_save(place: Place, town: Town) -> None:
    """A double press, or a browser that tries again, meets no conflict with itself."""
    dag = place.sign_in(town.person("Dag", born="1985-03-14"))
    for _ in range(2):
        assert dag.post("/settings", {**ALL, "version": "0"}).status_code == 200
    assert version(dag) == "1"


def test_two_saves_at_once_have_one_winner(place: Place, town: Town) -> None:
    """Whatever the order, of ten from one version one is kept and the others are told."""
    import asyncio

    visit = place.visit(town.person("Dag", born="1985-03-14"))

    async def race(base: int) -> list[Kept | Stale]:
        saves = (place.house.contacts.save(visit, Contact(comment=f"{base} {n}"), base) for n in range(10))
        return await asyncio.gather(*saves)

    for base in (0, 1):
        assert sum(isinstance(one, Kept) for one in place.run(race(base))) == 1


def test_neither_guardian_sees_the_others_nor_the_child_s(place: Place, town: Town) -> None:
    """A row for each of the child and two guardians; what one forgets is not another's; who acted is kept."""
    asta, bo = town.person("Asta", born="1988-03-03"), town.person("Bo", born="1986-09-12")
    cilla = place.visit(town.child("Cilla", born="2017-01-01", guardians=[asta, bo]))
    contacts = place.house.contacts
    for name, who in (("Asta", asta), ("Bo", bo)):
        own = place.visit(who)
        acting = Visit(own.actor, cilla.subject, "guardian", None, "own", None, None, "sv")
        assert place.run(contacts.of(cilla.subject.id, own.actor.id)) == Kept(Contact())
        place.run(contacts.save(acting, Contact(comment=name), 0))
    assert place.run(contacts.of(cilla.subject.id, cilla.subject.id)) == Kept(Contact())
    assert [one["comment"] for one in place.run(contacts.export(place.visit(bo).actor.id))] == ["Bo"]
    assert place.run(contacts.export(cilla.subject.id)) == []
    assert place.run(contacts.erase(place.visit(asta).actor.id)) == 1
    assert place.run(contacts.of(cilla.subject.id, place.visit(bo).actor.id)).contact.comment == "Bo"
    assert place.run(contacts.erase(cilla.subject.id)) == 1


def test_a_form_from_before_one_acted_for_another_writes_to_nobody(town: Town) -> None:
    """Two tabs: what was begun about oneself does not become the child's; and about the child the page says so."""
    asta = town.person("Asta", born="1988-03-03")
    cilla = town.child("Cilla", born="2017-01-01", guardians=[asta])
    with town.instance(at=datetime(2027, 1, 10, 10, tzinfo=UTC)) as place:
        browser = place.sign_in(asta)
        own = browser.token()
        browser.post("/guardian/add", {"number": cilla.number})
        act = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
        assert act
        browser.post(act[1])
        assert browser.post("/settings", {"_csrf": own, "comment": "Mitt", "version": "0"}).status_code != 500
        assert place.run(PersonContact.count().run()) == 0
        assert "Det här gäller Cilla" in browser.get("/settings").text
        browser.post("/settings", {"comment": "Om Cilla", "version": "0"})
        assert 'value="Om Cilla"' in browser.get("/settings").text
        (row,) = place.run(PersonContact.select().run())
        assert (row["subject"], row["holder"]) == (place.visit(cilla).actor.id, place.visit(asta).actor.id)
        assert (row["actor"], row["ground"]) == (row["holder"], "guardian")
        browser.post("/signin/own")
        assert "Om Cilla" not in browser.get("/settings").text


def test_nobody_comes_there_without_signing_in(place: Place) -> None:
    """Neither to read nor to write."""
    anybody = place.browser()
    assert anybody.get("/settings").url.path == "/signin"
    assert anybody.post("/settings", {"version": "0"}).url.path == "/signin"
    assert place.run(PersonContact.count().run()) == 0
