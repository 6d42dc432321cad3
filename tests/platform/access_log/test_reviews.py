"""Openings in an emergency, and spot checks: what a human is to look at."""

from __future__ import annotations

from uuid import uuid4

import pytest
from ledstang.access.log.reviews import ReasonNeeded
from ledstang.access.log.verifying import verify
from ledstang.access.log.writing import PURPOSE
from ledstang.sealing.columns import columns_of

from .conftest import Note, Ward

ELSEWHERE = "SE2321000016-9999"
REASON = "Medvetslös, läkemedel behöver kontrolleras."


def test_an_emergency_opening_needs_a_reason_is_logged_and_waits_to_be_looked_at(ward: Ward) -> None:
    """The reason is sealed; the opening is in force for an hour, for that person and unit only; its subject sees it."""
    visit, note = ward.at_work(ELSEWHERE), ward.note()
    run, log = ward.place.run, ward.log
    for short in ("", "   ", "kort"):
        with pytest.raises(ReasonNeeded):
            run(log.open_in_emergency(visit, note, short))
    assert not run(log.reviews.opened(visit, note))
    assert ward.rows() == []
    id_ = run(log.open_in_emergency(visit, note, REASON))
    (row,) = ward.rows()
    assert (row["id"], row["outcome"], row["subject"], row["unit"]) == (id_, "emergency", ward.subject, ELSEWHERE)
    assert "Medvetsl" not in str(ward.sql("SELECT * FROM access_review"))
    (waiting,) = run(log.reviews.waiting(ELSEWHERE))
    assert (waiting.id, waiting.cause, waiting.reason) == (id_, "emergency", REASON)
    assert "Medvetsl" not in repr(waiting)
    assert run(log.reviews.opened(visit, note))
    assert not run(log.reviews.opened(ward.at_work(), note))
    assert not run(log.reviews.opened(visit, Note(uuid4(), visit.actor.id)))
    ward.place.clock.move(minutes=61)
    assert not run(log.reviews.opened(visit, note))
    assert "kunde vänta" in ward.place.sign_in(ward.dag).get("/access-log/").text


def test_only_staff_open_in_an_emergency_and_only_what_is_somebody_s(small: Ward) -> None:
    """A citizen cannot, whatever they write; nor is there an opening of nobody's thing."""
    with pytest.raises(PermissionError):
        small.place.run(small.log.open_in_emergency(small.place.visit(small.eva), small.note(), REASON))
    with pytest.raises(ValueError, match="of a person's"):
        small.place.run(small.log.open_in_emergency(small.at_work(), Note(uuid4(), None), REASON))
    assert small.rows() == []


def test_nobody_looks_at_their_own_opening_nor_twice(small: Ward) -> None:
    """Somebody else says what came of it, once."""
    run, reviews = small.place.run, small.log.reviews
    id_ = run(small.log.open_in_emergency(small.at_work(), small.note(), REASON))
    assert not run(reviews.look_at(id_, small.at_work().actor.id, "in-order"))
    assert not run(reviews.look_at(id_, small.subject, "in-order"))
    assert run(reviews.look_at(id_, uuid4(), "follow-up", "Fråga vidare"))
    assert not run(reviews.look_at(id_, uuid4(), "in-order"))
    assert run(reviews.waiting("SE2321000016-1003")) == []


def test_a_reason_that_was_taken_away_is_found(small: Ward) -> None:
    """And it is sealed again with the other sealed columns when a key is replaced."""
    small.place.run(small.log.open_in_emergency(small.at_work(), small.note(), REASON))
    house = small.place.house
    assert "access_review" in [column.name for column in columns_of(house.keys, house.register)]
    small.sql("UPDATE access_review SET reason = NULL")
    found = small.place.run(verify(house.keys.mac_keys(PURPOSE))).findings
    assert [one.code for one in found] == ["no-reason"]


def test_spot_checks_are_drawn_each_night_a_few_of_each_unit(ward: Ward) -> None:
    """What staff read the day before; drawing again draws the same, and nothing of one's own or refused is drawn."""
    for _ in range(5):
        ward.may(ward.at_work())
    ward.may(ward.at_work(ELSEWHERE))
    ward.place.sign_in(ward.dag).get("/ward/own")
    day = ward.place.clock.today()
    ward.place.clock.move(days=1)
    ward.place.work()
    waiting = ward.place.run(ward.log.reviews.waiting("SE2321000016-1003"))
    assert [one.cause for one in waiting] == ["spot-check"] * 3
    again = ward.place.run(ward.log.sample(day, "norra"))
    assert sorted(again) == sorted(one.id for one in waiting)
    assert ward.place.run(ward.log.reviews.waiting(ELSEWHERE)) == []
    assert len(ward.place.run(ward.log.sample(day, "norra", 4))) == 4
