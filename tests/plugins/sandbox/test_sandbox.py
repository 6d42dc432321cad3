"""The sandbox: sign in as an invented person and move the clock, in a demo and nowhere else."""

from __future__ import annotations

import re

import pytest
from ledstang_sandbox.persons import read_cast

DAG = next(person for person in read_cast().persons if person.name.startswith("Dag ")).identity


def token_on(page: str) -> str:
    """Return the token that the forms of a page carry."""
    return re.search(r'name="_csrf" value="([^"]*)"', page)[1]


def sign_in(demo, next_: str = "/sandbox/clock"):
    """Press Dag's button."""
    return demo.post("/sandbox/signin", data={"number": DAG.number, "next": next_}, follow_redirects=False)


def test_the_way_in_is_offered_in_a_demo(demo) -> None:
    """The sign-in page leads to the list of persons, and keeps where one was going."""
    page = demo.get("/signin?next=/sandbox/clock").text
    assert "/sandbox/?next=/sandbox/clock" in page
    listed = demo.get("/sandbox/?next=/sandbox/clock").text
    assert "Dag Nordin" in listed
    assert f"{DAG.age(demo.clock.today())} år" in listed
    assert "Region Norra" in listed
    assert listed.count('action="/sandbox/signin"') == len(read_cast().persons)


def test_one_button_signs_in(demo) -> None:
    """After the button one is Dag, at the page one wanted."""
    answer = sign_in(demo)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sandbox/clock"
    assert "Dag Nordin" in demo.get("/sandbox/clock").text


def test_only_the_demo_s_persons_can_be_signed_in(demo) -> None:
    """A number that is not in the list signs nobody in, however right it is."""
    for number in ("198505069830", "", "x", "19850506980å"):
        answer = demo.post("/sandbox/signin", data={"number": number})
        assert answer.status_code == 404
    assert not demo.cookies


def test_the_path_that_comes_along_is_not_trusted(demo) -> None:
    """A forged list cannot send the person to another site."""
    assert sign_in(demo, "//evil.example").headers["location"] == "/"


@pytest.mark.parametrize("days", [1, 7, 30])
def test_the_clock_moves_forward(demo, days: int) -> None:
    """A press moves the demo's day, and whoever is signed in stays so."""
    sign_in(demo)
    page = demo.get("/sandbox/clock").text
    before = demo.clock.today()
    assert before.isoformat() in page
    moved = demo.post("/sandbox/clock", data={"_csrf": token_on(page), "days": str(days)}, follow_redirects=True)
    assert (demo.clock.today() - before).days == days
    assert "Dag Nordin" in moved.text
    assert demo.clock.today().isoformat() in moved.text


@pytest.mark.parametrize("days", ["-1", "0", "1000", "1.5", "", "now", "１"])
def test_the_clock_never_goes_back_nor_far(demo, days: str) -> None:
    """Only the steps that are offered are taken: what has happened has happened."""
    before = demo.clock.now()
    assert demo.post("/sandbox/clock", data={"days": days}).status_code == 400
    assert demo.clock.now() == before


def test_somebody_who_is_not_signed_in_may_move_it(demo) -> None:
    """The clock is the demo's, not a person's."""
    before = demo.clock.today()
    answer = demo.post("/sandbox/clock", data={"days": "7"}, follow_redirects=False)
    assert answer.status_code == 303
    assert (demo.clock.today() - before).days == 7
