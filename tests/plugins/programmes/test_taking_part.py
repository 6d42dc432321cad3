"""Who may begin a programme, what they are told otherwise, and how it is begun."""

from __future__ import annotations

from typing import Any

import msgspec

PROGRAMMES = (
    """
=== programme.md
program: norrhjalp
titel: Norrhjälp
från ålder: 18
till ålder: 70
boende i: [24]

Lugn och ro för norrbor.

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

Läs detta.
""",
    """
=== programme.md
program: medsamtycke
titel: Med samtycke
samtycke: samtycke.md

=== samtycke.md
samtycke: medsamtycke
version: 1.3
titel: Innan du börjar
språk: sv

Vi sparar dina svar.

=== 01-ett.md
modul: ett
titel: Del ett

# Ett

Läs detta.
""",
)


def test_the_catalogue_is_public(village: Any) -> None:
    """Whoever comes by sees the programmes, without signing in."""
    answer = village.place.browser().get("/programmes/")
    assert answer.status_code == 200
    assert "Hantera oro" in answer.text
    assert "Norrhjälp" in answer.text


def test_a_programme_has_a_page_before_one_signs_in(village: Any) -> None:
    """Whoever comes by reads what a programme is and for whom; to begin, they sign in first."""
    page = village.place.browser().get("/programmes/norrhjalp")
    assert page.status_code == 200
    assert "18 till 70" in page.text
    assert "Region Norra" in page.text
    assert "Logga in och börja" in page.text
    assert village.place.browser().get("/programmes/norrhjalp/begin").url.path == "/signin"


def test_a_programme_that_is_not_there(village: Any) -> None:
    """A key that no programme has is not found."""
    assert village.place.browser().get("/programmes/finns-inte").status_code == 404


def test_those_who_are_too_young_are_told_kindly(village: Any) -> None:
    """Who turns 18 tomorrow gets a page that says for whom it is and whom to contact, and cannot begin."""
    young = village.device(born="2008-11-24")
    assert "fyllt 18" in young.open("/programmes/norrhjalp").text
    refused = young.open("/programmes/norrhjalp/begin")
    assert refused.status == 403
    assert "fyllt 18" in refused.text
    assert "Ring 1177." in refused.text
    assert young.browser.post("/programmes/norrhjalp/begin").status_code == 403
    assert village.rows("select * from programmes_participation where person = ?", _id(village, young)) == []


def test_a_birthday_counts_from_its_first_hour(village: Any) -> None:
    """Who turns 18 today may begin, from midnight in Sweden."""
    born = "2008-11-24"
    village.at("2026-11-23T23:59:59+01:00")
    young = village.device(born=born)
    assert young.open("/programmes/norrhjalp/begin").status == 403
    village.at("2026-11-24T00:00:00+01:00")
    assert young.open("/programmes/norrhjalp/begin").status == 200


def test_the_upper_age_is_inclusive(village: Any) -> None:
    """Up to 70 means until the day one turns 71."""
    assert village.device(born="1955-11-24").open("/programmes/norrhjalp/begin").status == 200
    old = village.device(born="1955-11-23").open("/programmes/norrhjalp/begin")
    assert old.status == 403
    assert "70 år eller yngre" in old.text


def test_elsewhere_it_is_not_found_by_searching(village: Any) -> None:
    """A resident of another region does not find it in the catalogue, nor by its title."""
    there, here = village.device(county="12"), village.device(county="24")
    assert "Norrhjälp" in here.open("/programmes/?q=norrhjälp").text
    for path in ("/programmes/", "/programmes/?q=norrhjälp"):
        assert "Norrhjälp</a>" not in there.open(path).html


def test_a_direct_link_from_elsewhere_says_to_whom_it_is_offered(village: Any) -> None:
    """A direct link answers with who it is for, not with 404 and not with the content."""
    there = village.device(county="12")
    page = there.open("/programmes/norrhjalp")
    assert page.status == 200
    assert "Region Norra" in page.text
    assert "Lugn och ro" not in page.text
    assert there.open("/programmes/norrhjalp/begin").status == 403
    assert there.browser.post("/programmes/norrhjalp/begin").status_code == 403


def test_nobody_without_a_county_lives_there(village: Any) -> None:
    """Who has no known county is told as those who live elsewhere."""
    assert village.device(county="").open("/programmes/norrhjalp/begin").status == 403


def test_nothing_begins_without_consent(village: Any) -> None:
    """The box must be ticked: without it the page comes back with a fault that leads to the box, and nothing is kept."""
    device = village.device()
    asked = device.open("/programmes/medsamtycke/begin")
    assert "Vi sparar dina svar." in asked.text
    again = asked.submit()
    assert again.status == 422
    assert 'href="#f-consent"' in again.html
    assert village.rows("select * from programmes_participation where person = ?", _id(village, device)) == []
    begun = again.submit({"consent": "1.3"})
    assert begun.path.startswith("/programmes/mine/")


def test_the_version_of_the_consent_is_kept(village: Any) -> None:
    """It is written down which text was agreed to; a yes to another version is no yes."""
    device = village.device()
    page = device.open("/programmes/medsamtycke/begin")
    assert device.browser.post(page.action, {"consent": "1.2"}).status_code == 422
    page.submit({"consent": "1.3"})
    rows = village.rows("select consent from programmes_participation where person = ?", _id(village, device))
    assert rows == [{"consent": "1.3"}]


def test_pressing_twice_begins_once(village: Any) -> None:
    """A double click, or a second device, leads to the one that has begun."""
    device = village.device()
    page = device.open("/programmes/norrhjalp/begin")
    assert page.submit().path == page.submit().path
    rows = village.rows("select id from programmes_participation where person = ?", _id(village, device))
    assert len(rows) == 1


def test_whoever_takes_part_is_led_on_from_everywhere(village: Any) -> None:
    """The start page has it among what needs one, and the programme's own page leads there too."""
    device = village.begins("norrhjalp")
    assert f'href="{device.home}"' in device.open("/start").html
    assert f'href="{device.home}"' in device.open("/programmes/norrhjalp").html
    assert f'href="{device.home}"' not in village.device().open("/start").html


def test_one_may_begin_again_after_the_end(village: Any) -> None:
    """Who has ended begins anew with a clean page; what was before stays where it was."""
    device = village.begins("norrhjalp")
    before = device.home
    device.open("end").submit()
    assert before not in device.open("/start").html
    device.begin("norrhjalp")
    assert device.home != before
    assert device.open(before).status == 200


def test_who_moves_may_finish(village: Any) -> None:
    """Who moves away, or grows too old, goes on with what they have begun."""
    device = village.begins("norrhjalp")
    moved = village.place.sign_in(_moved(device.person))
    assert moved.get(device.home).status_code == 200
    assert "Fortsätt" in moved.get("/programmes/norrhjalp").text


def _moved(person: Any) -> Any:
    return msgspec.structs.replace(person, county="12")


def _id(village: Any, device: Any) -> str:
    return str(village.place.visit(device.person).subject.id)
