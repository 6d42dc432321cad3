"""A child without an e-ID answers a form of its own on a guardian's telephone: it stays the child's."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from ledstang import NoticeWanted

from .conftest import Answering
from .test_families import acting
from .test_sending import ward

pytestmark = pytest.mark.parametrize("started", ["sqlite"], indirect=True, scope="module")
"""What these tests ask of a database, others have asked of both."""


@pytest.fixture
def asta(village: Any) -> Answering:
    """A guardian's device before a form that the child answers by itself, and the child is nine years old."""
    family = village.family()
    device = acting(village, family.asta, family.cilla)
    device.family = family
    device.open("/forms/eget").submit()
    device.home = f"/forms/mine/{village.sendings(family.cilla)[0]['id']}"
    return device


def hand_over(device: Answering) -> Any:
    """Hand the telephone over, and return the page that the child meets."""
    page = device.open("hand-over")
    assert "Lämna över till Cilla" in page.text
    device.village.clock.move(seconds=1)
    handed = page.submit()
    device.village.clock.move(seconds=1)
    device.token = handed.fields["_csrf"][0]
    return handed


def sign_in_again(device: Answering) -> None:
    """Sign in once more on the same device, as its owner does who has got it back, and go back to the child."""
    who = device.person
    fields = {"number": who.number, "name": who.name, "born": who.born.isoformat(), "county": "24"}
    device.browser.post("/testing/signin", fields | {"_csrf": device.token})
    device.acts_for(device.family.cilla)


def test_a_guardian_finds_it_and_begins_by_handing_over(village: Any) -> None:
    """It stands among the forms to choose, says how a child without an e-ID answers, and leads to handing over."""
    family = village.family()
    device = acting(village, family.asta, family.cilla)
    assert "Ditt eget" in device.open("/forms/").text
    page = device.open("/forms/eget")
    assert "Ett barn utan e-legitimation lånar din telefon" in page.text
    assert page.submit().path.endswith("/hand-over")
    assert device.open("/forms/eget").submit().path == device.open("/forms/eget").submit().path


def test_only_the_form_is_open_and_nothing_else_can_be_pressed(asta: Answering) -> None:
    """Neither what is the guardian's nor what is the child's, and no press leads out of it."""
    page = hand_over(asta)
    assert page.path == f"{asta.home}/1"
    assert "Cilla svarar själv" in page.text
    for path in ("/forms/", "/forms/eget", "/inbox/", "/start", "/guardian/", "/signin/sessions", "/staff/"):
        shut = asta.open(path)
        assert (shut.status, "Den här sidan är stängd just nu" in shut.text) == (403, True), path
    for path in ("/signin/own", "/forms/eget/begin"):
        assert asta.browser.post(path, {"_csrf": asta.token}).status_code == 403, path
    for ending in ("print", "hand-over"):
        assert asta.open(ending).path == f"{asta.home}/1", ending
    for ending in ("correct", "throw-away"):
        asta.browser.post(f"{asta.home}/{ending}", {"_csrf": asta.token})
    assert len(asta.village.sendings(asta.family.cilla)) == 1


def test_it_is_the_child_s_answer_and_staff_read_who_was_there(asta: Answering) -> None:
    """Sent on the lent device: kept as the child's with a guardian there, by the ground that staff read it with."""
    hand_over(asta)
    done = asta.fills("Kanarie").submit()
    assert "Lämna tillbaka telefonen" in done.text
    assert "Kanarie" not in done.text
    assert "Rätta svaren" not in done.text
    (row,) = asta.village.rows(
        "select a.person, a.actor, a.ground from answer a where a.owner = ? and a.item = 'text'",
        asta.home.rsplit("/", 1)[1],
    )
    child, lender = (asta.village.place.visit(who).subject.id for who in (asta.family.cilla, asta.person))
    assert (str(row["person"]).replace("-", ""), str(row["actor"]).replace("-", "")) == (child.hex, lender.hex)
    assert row["ground"] == "child-present"
    eva = ward(asta.village)
    answers = eva.open(f"/forms/staff/{asta.home.rsplit('/', 1)[1]}/answers")
    assert "Kanarie" in answers.text
    assert "en vårdnadshavare var med" in answers.text


def test_no_guardian_reads_it_afterwards(asta: Answering) -> None:
    """Signed in again, whoever lent the device sees that it is sent, and on no page a word of it; nor can it be lent again."""
    hand_over(asta)
    asta.fills("Kanarie").submit()
    sign_in_again(asta)
    assert "Formuläret är skickat" in asta.open("").text
    bo = acting(asta.village, asta.family.bo, asta.family.cilla)
    bo.home = asta.home
    for device in (asta, bo):
        for ending in ("", "1", "2", "check", "print", "next", "hand-over"):
            page = device.open(ending)
            assert "Kanarie" not in page.html, ending
            assert page.path == asta.home, ending


def test_what_was_saved_before_is_not_shown_when_it_is_handed_over_again(asta: Answering) -> None:
    """Else a guardian could hand it to themselves and read: it is kept, counts, and can be written over."""
    hand_over(asta)
    asta.open("1").submit({"form.text": "Kanarie", "form.illa": "false"})
    sign_in_again(asta)
    assert "Kanarie" not in hand_over(asta).html
    first = asta.open("1")
    assert "Kanarie" not in first.html
    assert "Några svar är redan sparade och visas inte här" in first.text
    asta.open("2").submit({"form.dag-oro": "2", "form.natt-oro": "0"})
    check = asta.open("check")
    assert "Kanarie" not in check.html
    assert "Formuläret är skickat" in check.submit().text


def test_what_the_child_wrote_when_the_session_died_is_put_in_place(asta: Answering) -> None:
    """The guardian never reads it, and the next handing over puts it into the form."""
    page = hand_over(asta)
    asta.village.clock.move(minutes=40)
    page.submit({"form.text": "Kanariefågel"})
    sign_in_again(asta)
    assert "Kanariefågel" not in hand_over(asta).html
    (row,) = asta.village.rows(
        "select ground from answer where owner = ? and item = 'text'", asta.home.rsplit("/", 1)[1]
    )
    assert row["ground"] == "child-present"


def test_crisis_help_comes_at_once_and_after_it_is_sent(asta: Answering) -> None:
    """The child reads whom to call; who takes the telephone back finds no page that tells what was answered."""
    hand_over(asta)
    shown = asta.open("1").submit({"form.text": "Nej", "form.illa": "true"})
    assert "90101" in shown.text
    asta.open("2").submit({"form.dag-oro": "0", "form.natt-oro": "0"})
    check = asta.open("check")
    assert "90101" in check.text
    assert "90101" in check.submit().text
    assert "90101" not in asta.open("").text


def test_whoever_acts_for_a_young_child_is_told_that_it_waits(village: Any) -> None:
    """A form that a nine-year-old answers lies in the guardian's inbox too; one of a sixteen-year-old's does not."""
    staff = ward(village)
    told = {}
    for born in ("2017-01-01", "2010-01-01"):
        family = village.family(born=born)
        staff.sends_out(family.cilla, "eget")
        id_ = village.sendings(family.cilla)[0]["id"]
        (item,) = village.rows("select audience from delivered_item where href = ?", f"/forms/mine/{id_}")
        village.place.work()
        told[born] = item["audience"], _alone(village, family.cilla)
        if item["audience"] == "both":
            asta = acting(village, family.asta, family.cilla)
            assert "Ett barn utan e-legitimation lånar din telefon" in asta.open("/inbox/").html + _items(asta)
    assert told == {"2017-01-01": ("both", {False}), "2010-01-01": ("subject", {True})}


def _alone(village: Any, child: Any) -> set[bool]:
    person = village.place.visit(child).subject.id
    heard = [one for one in sys.modules["ledstang_local.hearing"].HEARD if one.person == person]
    return {one.alone for one in heard if isinstance(one, NoticeWanted)}


def _items(device: Answering) -> str:
    return "".join(
        device.open(path).text for path in re.findall(r'href="(/inbox/[0-9a-f-]{36})"', device.open("/inbox/").html)
    )
