"""Who in a family answers: a guardian for the child, the child itself, and what happens when one grows out of it."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Answering

pytestmark = pytest.mark.parametrize("started", ["sqlite"], indirect=True, scope="module")
"""What these tests ask of a database, others have asked of both."""


def acting(village: Any, guardian: Any, child: Any) -> Answering:
    """Return the device of a guardian who acts for a child."""
    device = Answering(village, guardian)
    device.acts_for(child)
    return device


def test_a_guardian_answers_for_the_child(village: Any) -> None:
    """It is the child's form, and the pages say for whom."""
    family = village.family()
    asta = acting(village, family.asta, family.cilla)
    page = asta.sends("barn")
    assert "Formuläret är skickat" in page.text
    assert "Cilla" in page.html
    assert [row["state"] for row in village.sendings(family.cilla)] == ["completed"]
    assert village.sendings(family.asta) == []


def test_two_guardians_share_the_form_and_neither_learns_who_the_other_is(village: Any) -> None:
    """409: another guardian changed the page, with both texts, and no name, number or address."""
    family = village.family()
    asta, bo = (acting(village, one, family.cilla) for one in (family.asta, family.bo))
    asta.begins("barn")
    bo.begins("barn")
    assert asta.home == bo.home
    old = bo.open("1")
    asta.open("1").submit({"form.text": "Astas"})
    page = old.submit({"form.text": "Bos"})
    assert page.status == 409
    assert "En annan vårdnadshavare ändrade den här sidan" in page.text
    assert "Astas" in page.text
    assert family.asta.name not in page.html
    assert family.asta.number not in page.html


def test_what_a_child_answers_by_itself_no_guardian_reads_or_writes(village: Any) -> None:
    """The guardian is told that the child answers it; nothing of what stands there."""
    family = village.family(born="2011-01-01")
    child = Answering(village, family.cilla)
    child.sends("eget", text="Min hemlighet")
    younger = village.family()
    asta = acting(village, younger.asta, younger.cilla)
    assert "Barnet svarar på det här själv" in asta.open("/forms/eget").text
    assert asta.open(child.home).status == 404


def test_what_a_guardian_had_begun_is_no_answer_when_the_child_turns_thirteen(village: Any) -> None:
    """At midnight the guardian is out; the half-written text goes to the unit, sealed, and the child never sees it."""
    village.at("2026-11-24T23:58:00+01:00")
    family = village.family(born="2013-11-25")
    asta = acting(village, family.asta, family.cilla)
    asta.begins("halsa").submit({"form.text": "Astas halva text"})
    old = asta.open("1")
    village.at("2026-11-25T00:00:00+01:00")
    answer = asta.browser.post(old.action, old.written({"form.text": "Astas hela text"}))
    assert "Astas halva text" not in answer.text
    child = Answering(village, family.cilla)
    child.home = asta.home
    page = child.open("1")
    assert page.status == 200
    assert "Astas" not in page.html
    assert village.rows("select id from answer where owner = ?", asta.home.rsplit("/", 1)[1]) == []
    assert len(village.rows("select id from withheld_text where path like ?", f"%{asta.home.rsplit('/', 1)[1]}%")) >= 1


@pytest.mark.parametrize("ending", ["", "/1", "/check", "/print", "/next"])
def test_nobody_else_finds_it(village: Any, ending: str) -> None:
    """A stranger meets a page that is not there."""
    device, stranger = village.answerer(), village.answerer()
    device.answers()
    assert stranger.open(f"{device.home}{ending}").status == 404
