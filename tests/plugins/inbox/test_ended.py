"""What a guardian was writing to care when it ended: sealed, for the unit to decide on, and neither theirs nor the child's."""

from __future__ import annotations

import re

import pytest
from ledstang import Identity
from ledstang.attachments.tables import Attachment, AttachmentPart
from ledstang.connectors import Connected
from ledstang.testing import Browser

from .test_attaching import NAME, Clean, begin
from .ward import PATH, Ward, autosave, fields, guardian, send

TEXT = "Halvskriven mening om Cilla"


class Home:
    """A guardian who acts for a child, and the child."""

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self.cilla: Identity = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
        self.browser: Browser = guardian(ward, ward.asta, self.cilla)

    def scans(self) -> None:
        """Let there be a scanner, without which nothing can be fetched."""
        house = self.ward.place.house
        house.connected = {**house.connected, "FileScanner": Connected("testing", Clean())}

    def ends(self) -> None:
        """Let the child object to everything."""
        self.ward.place.sign_in(self.cilla).post("/guardian/own/object", {"door": "*.*"})

    def at_the_unit(self) -> str:
        """Return the one text that waits at the unit, as its page has it."""
        eva = self.ward.staff("Eva")
        (path,) = set(re.findall(r"/staff/withheld/[0-9a-f-]{36}", eva.get("/staff/withheld").text))
        return eva.get(path).text


@pytest.fixture
def home(ward: Ward) -> Home:
    made = Home(ward)
    made.scans()
    return made


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


def test_files_that_were_added_go_to_the_unit(home: Home) -> None:
    """Whoever added them fetches them no more; the unit does and passes them on, and then the child does, also in the copy."""
    page = begin(home.browser, PATH)
    (own,) = set(re.findall(r'href="(/attachments/[0-9a-f-]{36})"', home.browser.get(page).text))
    home.ends()
    home.ward.place.work()
    eva, child = home.ward.staff("Eva"), home.ward.place.sign_in(home.cilla)
    assert home.browser.get(own).status_code == 403
    assert child.get(own).status_code == 404
    waiting = eva.get("/staff/withheld").text
    assert NAME not in waiting
    (path,) = [one for one in set(re.findall(r"/staff/withheld/[0-9a-f-]{36}", waiting)) if NAME in eva.get(one).text]
    assert eva.get(own).status_code == 200
    eva.post(path, {"outcome": "passed-on", "reason": "Cilla vill ha den"})
    assert eva.get(own).status_code == 404
    assert NAME in child.get("/guardian/own").text
    assert child.get(own).status_code == 200
    assert home.browser.get(own).status_code == 404
    files = next(one for _, one in home.ward.place.house.personal_data() if one.name == "files")
    told = home.ward.place.run(files.export(home.ward.place.visit(home.cilla).subject.id))
    assert [one["title"] for one in told] == [NAME]


def test_what_the_unit_discards_is_gone(home: Home) -> None:
    """The file with all its parts; nobody finds it afterwards."""
    begin(home.browser, PATH)
    home.ends()
    home.ward.place.work()
    eva = home.ward.staff("Eva")
    for path in set(re.findall(r"/staff/withheld/[0-9a-f-]{36}", eva.get("/staff/withheld").text)):
        eva.post(path, {"outcome": "discarded", "reason": "Skickat på annat sätt"})
    assert [home.ward.place.run(table.count().run()) for table in (Attachment, AttachmentPart)] == [0, 0]


def test_files_whose_hours_are_over_go_there_too_when_custody_has_ended_meanwhile(home: Home) -> None:
    """Where another guardian remains nobody is told that it ended: what is pruned is looked at. What may be sent still goes."""
    town = home.ward.town
    bo, rut = town.person("Bo", born="1986-09-12"), town.person("Rut", born="1986-09-13")
    liv = town.child("Liv", born="2017-01-01", guardians=[rut, bo])
    for who in (rut, bo):
        begin(guardian(home.ward, who, liv), PATH)
    town.registry.put(liv, guardians=(bo.number,))
    home.ward.place.clock.move(hours=25)
    home.ward.place.work()
    rows = home.ward.place.run(Attachment.select(Attachment.use, Attachment.owner).run())
    assert [row["use"] for row in rows] == ["withheld"]
    assert rows[0]["owner"] == home.ward.place.visit(rut).actor.id
