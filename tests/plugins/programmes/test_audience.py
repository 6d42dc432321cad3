"""For whom in a family a programme is: who finds it, who may begin, and what the others are told."""

from __future__ import annotations

from typing import Any

import pytest

MODULE = """
=== 01-ett.md
modul: ett
titel: Ett

# Ett

Läs.
"""
FRONT = """
=== programme.md
program: {key}
titel: {title}
målgrupp: {audience}
till ålder: 12
"""
AUDIENCES = {
    "barnets": ("Barnets eget", "barn"),
    "foraldrars": ("Föräldrars program", "vårdnadshavare för barn"),
    "familjens": ("Familjens program", "barn och vårdnadshavare"),
    "egna": ("Egna programmet", "invånare"),
}
PROGRAMMES = tuple(FRONT.format(key=key, title=title, audience=to) + MODULE for key, (title, to) in AUDIENCES.items())


def found(device: Any) -> set[str]:
    """Return which of the programmes a device's catalogue lists."""
    text = device.open("/programmes/").text
    return {key for key, (title, _) in AUDIENCES.items() if title in text}


def test_who_finds_what(village: Any) -> None:
    """A guardian for a child finds what is for children, a child what it takes part in; a grown-up may read of all."""
    family = village.family()
    assert found(family.device(family.asta)) == {"barnets", "foraldrars", "familjens"}
    assert found(village.device()) == set(AUDIENCES)
    child = village.device(born="2015-01-01")
    assert found(child) == {"barnets", "familjens", "egna"}


@pytest.mark.parametrize("key", ["barnets", "foraldrars", "familjens"])
def test_a_guardian_begins_for_the_child(village: Any, key: str) -> None:
    """It is the child who takes part, by the child's age, and there is one participation, whoever begins."""
    family = village.family()
    asta = family.device(family.asta)
    home = asta.begin(key).path
    assert family.device(family.bo).begin(key).path == home


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("egna", "du kan inte delta i det åt någon annan"),
        ("barnets", "Gå över till ditt barn från din startsida"),
        ("foraldrars", "Det är din vårdnadshavare som går det"),
    ],
)
def test_those_whom_it_is_not_for_are_told_so(village: Any, key: str, said: str) -> None:
    """For another in a programme for oneself, a grown-up in a child's, a child in a guardian's: kindly, and never begun."""
    family = village.family()
    who = {"egna": family.device(family.asta), "barnets": village.device()}
    device = who.get(key) or village.device(born="2015-01-01")
    before = village.rows("select count(*) as n from programmes_participation")
    assert said in device.open(f"/programmes/{key}").text
    for answer in (device.open(f"/programmes/{key}/begin"), device.open("/urgent")):
        assert answer.status == (403 if answer.path.endswith("begin") else 200)
    posted = device.browser.post(f"/programmes/{key}/begin")
    assert posted.status_code == 403
    assert village.rows("select count(*) as n from programmes_participation") == before


def test_a_programme_says_whom_it_is_for(village: Any) -> None:
    """The page that is open to everybody names the audience."""
    text = village.device().open("/programmes/egna").text
    assert "Barn" not in text.partition("För vem")[2].partition("Ansvarig")[0]
    family = village.family()
    assert "Vårdnadshavare, för sitt barn" in family.device(family.asta).open("/programmes/foraldrars").text


def test_a_child_who_is_too_young_to_act_begins_nothing(village: Any) -> None:
    """The region's own rules say from which age a child acts for itself, also where a programme would be for it."""
    child = village.device(born="2017-05-05")
    before = village.rows("select count(*) as n from programmes_participation")
    assert child.open("/programmes/barnets/begin").status == 404
    assert child.browser.post("/programmes/barnets/begin").status_code == 404
    assert village.rows("select count(*) as n from programmes_participation") == before
