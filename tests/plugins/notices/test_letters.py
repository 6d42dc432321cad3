"""A letter is for whoever nothing else reaches: it says no more than the other channels do, and a no is a no."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from ledstang.people.contacts import Contact

from .conftest import ADDRESS, Mailbox, Telling, Town, toml_with


@pytest.fixture
def posting(town: Town, mailbox: Mailbox, texting: Path) -> Iterator[Telling]:
    """A region that sends letters too, and somebody who has confirmed nothing."""
    with town.instance(plugins=texting, toml=toml_with(mailbox, "letters = true")) as place:
        yield Telling(town, place, mailbox, town.person("Bo Test", born="1939-01-01"))


def test_whoever_nothing_else_reaches_gets_a_letter(posting: Telling) -> None:
    """To the number, with the address of the start page to type in, and nothing of what it is about; also at night."""
    posting.place.clock.move(hours=12)
    posting.tell(posting.dag, path="/programmes/")
    (letter,) = posting.letters
    assert (letter.to, letter.subject) == (posting.dag.number, "Något nytt att läsa")
    assert letter.text == f"Du har något nytt att läsa. Logga in här: {ADDRESS}"
    assert posting.states() == {"letter": "accepted"}
    assert "Med brev: Skickat" in posting.place.sign_in(posting.dag).get("/notices/").text


def test_whom_an_sms_reaches_gets_none(posting: Telling) -> None:
    """Nor by e-mail; but whoever has said no to both, and not to letters, does."""
    posting.reach(posting.dag)
    posting.tell(posting.dag)
    assert (posting.letters, len(posting.texts)) == ([], 1)
    posting.place.sign_in(posting.dag).post("/notices/", {"letter": "yes", "language": "sv"})
    posting.tell(posting.dag, "2")
    assert (len(posting.letters), len(posting.texts)) == (1, 1)


def test_nobody_who_said_no_gets_one(posting: Telling) -> None:
    """No to letters on one page, or to paper on the other."""
    posting.place.sign_in(posting.dag).post("/notices/", {"email": "yes", "sms": "yes", "language": "sv"})
    posting.tell(posting.dag)
    other = posting.town.person("Eva Test", born="1941-01-01")
    visit = posting.place.visit(other)
    posting.place.run(posting.place.house.contacts.save(visit, Contact(no_paper=True), 0))
    posting.tell(other, "2")
    assert posting.letters == []


@pytest.mark.parametrize("fact", ["protected-registration", "young", "reserve"])
def test_nor_does_whoever_must_not(posting: Telling, fact: str) -> None:
    """Somebody protected, a child to whose home it would come, and whoever no register of addresses knows."""
    born = "2014-01-01" if fact == "young" else "1950-01-01"
    one = posting.town.person("Cilla Test", born=born)
    if fact == "reserve":
        one = msgspec.structs.replace(one, number="20141231R001")
    if fact == "protected-registration":
        posting.town.registry.put(one, protection=fact)
        posting.place.run(posting.place.house.checking.changed(one.number))
    posting.tell(one)
    assert (posting.letters, posting.rows()) == ([], [])
