"""The link leads, after sign-in, to the right thing for the right person, and going over to a child is confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ledstang import Identity, NoticeWanted
from ledstang.testing import Browser

from .conftest import Mailbox, Telling, Town, toml_with


class Family(Telling):
    """A guardian who has added her child, and a neighbour."""

    asta: Identity
    cilla: Identity

    def guardian(self) -> Browser:
        """Return a browser of hers, in which she has added the child and acts for herself."""
        browser = self.place.sign_in(self.asta)
        browser.post("/guardian/add", {"number": self.cilla.number})
        return browser

    def link(self) -> str:
        """Return the path of the link in the last text message."""
        return re.search(r"/notices/[0-9a-f-]{36}", self.texts[-1].text)[0]


@pytest.fixture
def family(town: Town, mailbox: Mailbox, texting: Path) -> Iterator[Family]:
    """A family whose guardian is reached."""
    asta = town.person("Asta Test", born="1988-03-03")
    cilla = town.child("Cilla", born="2017-01-01", guardians=[asta])
    with town.instance(plugins=texting, toml=toml_with(mailbox)) as place:
        family = Family(town, place, mailbox, town.person("Dag Test", born="1985-03-14"))
        family.asta, family.cilla = asta, cilla
        family.reach(asta)
        yield family


def test_one_s_own_leads_straight_there_and_nobody_else(family: Family) -> None:
    """After sign-in; to another who has the link it is not found, before sign-in it asks who one is."""
    family.tell(family.asta, path="/programmes/")
    link = family.link()
    assert family.place.sign_in(family.asta).get(link).url.path == "/programmes/"
    assert family.place.sign_in(family.dag).get(link).status_code == 404
    asked = family.place.browser().get(link, follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/signin?next={link}")


def test_a_child_s_is_shown_when_the_guardian_has_confirmed_for_whom(family: Family) -> None:
    """The page says for whom, nothing has changed until the button; then one acts for the child, at the right place."""
    browser = family.guardian()
    family.tell(family.cilla, path="/programmes/")
    link = family.link()
    page = browser.get(link)
    assert "Det här gäller Cilla" in page.text
    assert "Du är ombud för" not in browser.get("/start").text
    there = browser.post(link)
    assert there.url.path == "/programmes/"
    assert "Du är ombud för Cilla" in there.text
    assert browser.get(link).url.path == "/programmes/"
    assert family.place.sign_in(family.dag).post(link).status_code == 404


def test_one_s_own_while_acting_for_a_child_asks_first(family: Family) -> None:
    """By one press back to one's own things, and to the place, not only to the start page."""
    browser = family.guardian()
    family.tell(family.cilla)
    browser.post(family.link())
    family.tell(family.asta, "2", path="/programmes/")
    page = browser.get(family.link())
    assert "Det här gäller dig själv" in page.text
    there = browser.post("/signin/own", {"next": "/programmes/"})
    assert (there.url.path, "Du är ombud för" in there.text) == ("/programmes/", False)
    assert browser.post("/signin/own", {"next": "https://example.com/"}).url.path == "/"


def test_whoever_may_no_longer_act_is_neither_told_nor_let_in(family: Family) -> None:
    """The child is protected, or has turned thirteen, between the wanting at night and the morning, or after the sending."""
    family.guardian()
    family.tell(family.cilla)
    link, before = family.link(), len(family.texts)
    family.place.clock.move(hours=10)
    family.tell(family.cilla, "2")
    family.town.registry.put(family.cilla, protection="protected-registration", guardians=())
    family.place.run(family.place.house.checking.changed(family.cilla.number))
    family.place.clock.move(hours=12)
    family.place.work()
    assert len(family.texts) == before
    browser = family.place.sign_in(family.asta)
    over = browser.get(link)
    assert (over.status_code, "Cilla" in over.text) == (403, False)
    assert browser.post(link).status_code == 404


def test_what_is_for_those_who_act_is_told_to_them_alone(family: Family) -> None:
    """The child has a telephone too; of a case that is for her guardians only, Asta's alone says something."""
    family.guardian()
    family.reach(family.cilla, phone="+46701740606", email="cilla@example.se")
    family.tell(family.cilla, for_proxies=True)
    assert [text.to for text in family.texts] == ["+46701740605"]


def test_what_is_called_off_for_a_child_is_called_off_for_its_guardians(family: Family) -> None:
    """It was passed on in the evening, and what it told of is over before the morning."""
    family.guardian()
    family.place.clock.move(hours=10)
    family.tell(family.cilla, "1")
    family.tell(family.cilla, "2")
    family.place.run(family.place.house.outbox.call_off(NoticeWanted, "1"))
    family.place.clock.move(hours=12)
    family.place.work()
    assert (len(family.texts), len(family.mailbox.mails)) == (1, 1)


def test_the_words_are_the_same_for_a_child(family: Family) -> None:
    """Nobody who reads over a shoulder learns that it is about a child, or which."""
    family.guardian()
    family.tell(family.asta)
    family.tell(family.cilla, "2")
    assert len({text.text.partition("https")[0] for text in family.texts}) == 1
    assert len(family.texts) == 2


def test_what_the_house_tells_of_leads_to_the_thing_itself(family: Family) -> None:
    """A copy that is ready, and an end ahead: each link comes to its page."""
    browser = family.guardian()
    browser.post("/settings/data")
    family.place.work()
    assert browser.get(family.link()).url.path == "/settings/data"
    family.place.clock.set(datetime(2029, 12, 20, 8, 30, tzinfo=UTC))
    family.place.work()
    again = family.place.sign_in(family.asta)
    assert re.fullmatch(r"/guardian/[0-9a-f-]{36}", again.get(family.link()).url.path)
