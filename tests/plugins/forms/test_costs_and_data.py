"""What a page costs the database, and that all that is kept of a person can be handed out and forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from .test_sending import known, ward


@pytest.mark.parametrize("path", ["", "1", "check", "print", "/forms/", "/forms/halsa", "/start"])
def test_a_page_asks_the_database_three_times_at_most(village: Any, hops: list[str], path: str) -> None:
    """One round trip for the session, one for all that the page shows, and one in reserve."""
    device = village.answerer()
    device.answers()
    device.open(path)
    hops.clear()
    assert device.open(path).status == 200
    assert len(hops) <= 3, hops


def test_what_was_sent_costs_no_more(village: Any, hops: list[str]) -> None:
    """The receipt also asks whether there is a later version."""
    device = village.answerer()
    device.sends()
    hops.clear()
    assert device.open("").status == 200
    assert len(hops) <= 3, hops


def kept(village: Any, device: Any, name: str) -> list[dict[str, Any]]:
    offers = village.place.house.offers.get("register_personal_data")
    data = {one.name: one for owner, one in offers if owner == "forms"}
    found: list[dict[str, Any]] = village.place.run(data[name].export(village.place.visit(device.person).subject.id))
    return found


def test_a_copy_holds_the_questions_in_words_and_what_they_came_to(village: Any) -> None:
    """What was sent is in the record, with the form's title, each question and answer, and the score."""
    device = village.answerer()
    device.sends(text="Mina ord", oro="2")
    (one,) = kept(village, device, "record")
    assert one["title"] == "Hur mår du?"
    assert {"question": "Vad vill du berätta?", "answer": "Mina ord"}.items() <= one["answers"][0].items()
    assert one["results"] == [{"title": "Oro", "points": 4, "band": "mycket"}]
    assert kept(village, device, "drafts") == []


def test_a_draft_is_one_s_own_and_goes_when_asked(village: Any) -> None:
    """Erased at once; what was sent stays, and is answered with the rule."""
    device = village.answerer()
    device.sends()
    device.begins("vuxna")
    device.open("1").submit({"form.text": "Utkast"})
    assert [one["title"] for one in kept(village, device, "drafts")] == ["För vuxna"]
    device.browser.post("/settings/data/erase", {"what": "forms.drafts", "sure": "yes"})
    assert kept(village, device, "drafts") == []
    assert [row["state"] for row in village.sendings(device.person)] == ["completed"]


def test_what_a_child_answers_by_itself_is_in_no_guardian_s_copy(village: Any) -> None:
    """It has no action by which somebody who acts for the child could get it."""
    family = village.family(born="2011-01-01")
    device = type(village.answerer())(village, family.cilla)
    device.sends("eget", text="Min hemlighet")
    assert [one["title"] for one in kept(village, device, "alone")] == ["Ditt eget"]
    assert kept(village, device, "record") == []


def test_when_somebody_is_forgotten_nothing_is_left(village: Any) -> None:
    """Sendings, answers, what lies in the inbox, and what was to remind."""
    staff, citizen = ward(village), known(village)
    staff.sends_out(citizen.person)
    citizen.home = f"/forms/mine/{staff.id}"
    citizen.open("1").submit({"form.text": "Hej"})
    person = village.place.visit(citizen.person).subject.id
    for owner, one in village.place.house.offers.get("register_personal_data"):
        if owner == "forms":
            village.place.run(one.erase(person, "test"))
    assert village.sendings(citizen.person) == []
    assert village.rows("select id from answer where person = ?", person) == []
    assert village.rows("select id from outbox where done is null and dedupe like ?", f"%{staff.id}%") == []
    assert "Det som skickas" not in citizen.open("/inbox/").text


def test_what_is_old_is_due_for_retention_and_what_goes_on_is_not(village: Any) -> None:
    """By the day on which it was sent or ended."""
    device = village.answerer()
    device.sends()
    device.begins("vuxna")
    record = next(
        one
        for owner, one in village.place.house.offers.get("register_personal_data")
        if owner == "forms" and one.ageing
    )
    village.at("2036-11-23T12:00:00+01:00")
    before, zero = village.clock.now(), UUID(int=0)
    due = village.place.run(record.ageing.due(before, zero, 10_000))
    person = village.place.visit(device.person).subject.id
    mine = [id_ for id_, whose in due if whose == person]
    assert len(mine) == 1
    assert village.place.run(record.ageing.remove(mine, before)) == 1
    assert [row["form"] for row in village.sendings(device.person)] == ["vuxna"]
