"""What a guardian was writing to care when it ended: sealed, for the unit to decide on, and neither theirs nor the child's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from ledstang import Identity
from ledstang.testing import Browser

from .ward import PATH, Ward, autosave, fields, guardian, send

TEXT = "Halvskriven mening om Cilla"


class Home:
    """A guardian who acts for a child, and the child."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.cilla: Identity = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
        self.browser: Browser = guardian(ward, ward.asta, self.cilla)

    def ends(self) -> None:
        """Let the child object to everything."""
        self.ward.place.sign_in(self.cilla).post("/guardian/own/object", {"door": "*.*"})

    def at_the_unit(self) -> str:
        """Return the one text that waits at the unit, as its page has it."""
        eva = self.ward.staff("Eva")
        (path,) = set(re.findall(r"/staff/withheld/[0-9a-f-]{36}", eva.get("/staff/withheld").text))
        return eva.get(path).text


@pytest.fixture
def home(ward: Ward) -> Iterator[Home]:
    return Home(ward)


def nowhere(home: Home) -> None:
    """Assert that neither of them meets it."""
    child = home.ward.place.sign_in(home.cilla)
    pages = [child.get(path).text for path in (PATH, "/inbox/cases/", "/guardian/own")]
    assert TEXT not in " ".join([*pages, home.browser.get("/start").text])


def test_a_draft_goes_to_the_unit(home: Home) -> None:
    """Saved by the script and never sent: out of the draft, and the unit reads it."""
    autosave(home.browser, PATH, fields(home.browser.get(PATH), text=TEXT))
    home.ends()
    home.ward.place.work()
    assert TEXT in home.at_the_unit()
    nowhere(home)


@pytest.mark.parametrize("where", ["a new case", "a case that there is"])
def test_what_is_posted_a_second_too_late_goes_there_too(home: Home, where: str) -> None:
    """The page says that it was kept; nothing was sent."""
    path = PATH if where == "a new case" else send(home.browser, "Det här skickades").url.path
    page = fields(home.browser.get(path), text=TEXT, send="yes")
    home.ends()
    assert "förseglat" in home.browser.post(path, page).text
    assert TEXT in home.at_the_unit()
    nowhere(home)


def test_what_was_sent_stays_in_the_case(home: Home) -> None:
    """It is the unit's and the child's, whoever wrote it; the draft of a reply in it is withheld."""
    case = send(home.browser, "Det här skickades").url.path
    autosave(home.browser, case, fields(home.browser.get(case), text=TEXT))
    home.ends()
    home.ward.place.work()
    assert "Det här skickades" in home.ward.place.sign_in(home.cilla).get(case).text
    assert TEXT in home.at_the_unit()
    nowhere(home)
