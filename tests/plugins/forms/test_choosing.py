"""A form that somebody chooses: for whom it is, and a kind answer to all others."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.parametrize("started", ["sqlite"], indirect=True, scope="module")
"""What these tests ask of a database, others have asked of both."""


def test_the_list_is_public_and_holds_what_people_choose(village: Any) -> None:
    """Nobody needs to sign in to see what there is; what only care sends, and instruments, do not stand there."""
    text = village.place.browser().get("/forms/").text
    assert "Hur mår du?" in text
    assert "Det som skickas" not in text
    assert "GAD-7" not in text


def test_what_care_sends_nobody_chooses(village: Any) -> None:
    """Its page and its beginning are not found."""
    device = village.answerer()
    assert device.open("/forms/skickas").status == 404
    assert device.browser.post("/forms/skickas/begin").status_code == 404


@pytest.mark.parametrize(
    ("key", "born", "says"),
    [
        ("vuxna", "2010-05-05", "den som har fyllt 18"),
        ("soder", "1980-05-05", "Region Södra"),
        ("barn", "1980-05-05", "Gå över till ditt barn"),
        ("eget", "1980-05-05", "Gå över till ditt barn"),
    ],
)
def test_a_form_for_others_says_for_whom(village: Any, key: str, born: str, says: str) -> None:
    """A page with a reason and whom to contact, and nothing is begun, however it is posted."""
    device = village.answerer(born=born)
    page = device.open(f"/forms/{key}")
    assert says in page.text
    assert "Ring 1177" in page.text
    device.browser.post(f"/forms/{key}/begin")
    assert village.sendings(device.person) == []


def test_beginning_twice_is_beginning_once(village: Any) -> None:
    """The second press leads to the same form."""
    device = village.answerer()
    device.begins()
    first = device.home
    device.begins()
    assert device.home == first


def test_a_page_says_who_reads_the_answers(village: Any) -> None:
    """The unit by name; and where no unit of this instance owns the form, that nobody does."""
    device = village.answerer()
    assert "Testmottagningen" in device.open("/forms/halsa").text
    assert "Ingen, förrän du visar dem" in device.open("/forms/ingen").text
