"""Care sends a form to somebody: it lies in the inbox with a last day, is reminded of, and what is answered is read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from ledstang.testing import TOML
from ledstang_forms.tables import Sending

from ..village import Page
from .conftest import UNIT, Answering, settled

OLD = "SE2321000016-0900"
LAST = {"last": ["2026", "12", "10"]}


class Ward(Answering):
    """Somebody at work at the unit."""

    def sends_out(self, recipient: Any, key: str = "skickas", **fields: Any) -> Page:
        """Fill in the page and confirm it; where something is wrong, return the page that says so."""
        page = self.open("/forms/staff/send").submit({"number": recipient.number, "form": key, **LAST, **fields})
        if page.path == "/forms/staff/send" and page.status == 200:
            page = page.submit()
        if page.status == 200:
            self.home = page.path
        return page

    @property
    def id(self) -> str:
        return self.home.rsplit("/", 1)[1]


def ward(village: Any, *roles: str, unit: str = UNIT, name: str = "Eva Behandlare") -> Ward:
    """Return the device of somebody new who works at a unit."""
    person = village.person(name=name)
    device = Ward(village, person)
    device.browser = village.place.at_work(person, village.place.appoint(person, *(roles or ("treater",)), unit=unit))
    return device


def known(village: Any, **about: str) -> Answering:
    """Return the device of somebody whom the register knows."""
    device = village.answerer(**about)
    village.town.registry.put(device.person)
    return device


@pytest.fixture
def asked(village: Any) -> tuple[Ward, Answering]:
    """Somebody at work who has sent a form, and whom it was sent to."""
    staff, citizen = ward(village), known(village)
    page = staff.sends_out(citizen.person)
    assert "Inte påbörjat" in page.text, page.text
    citizen.home = f"/forms/mine/{staff.id}"
    return staff, citizen


def test_what_is_sent_lies_in_the_inbox_and_waits_on_the_start_page_once(asked: Any) -> None:
    """With the unit's name, what to do and by when; and told of once, not by the inbox and the forms both."""
    _, citizen = asked
    start = citizen.open("/start")
    assert start.text.count("Hur mår du?") == 0
    assert start.text.count("Det som skickas") == 1
    inbox = citizen.open("/inbox/")
    assert "Det som skickas" in inbox.text
    item = citizen.open(re.findall(r'href="(/inbox/[0-9a-f-]{36})"', inbox.html)[0])
    assert "Testmottagningen ber dig svara på det här senast 10 december 2026" in item.text
    assert citizen.home in item.html


def test_a_unit_that_only_the_directory_knows_sends_and_reads(village: Any) -> None:
    """Its name stands in the inbox; what somebody chooses to send there is told and read as that of any unit."""
    staff, citizen = ward(village, unit="SE2321000016-7777"), known(village)
    staff.sends_out(citizen.person)
    inbox = citizen.open("/inbox/")
    item = citizen.open(re.findall(r'href="(/inbox/[0-9a-f-]{36})"', inbox.html)[0])
    assert "Kuratorn vid Älven ber dig svara" in item.text
    assert "Kuratorn vid Älven" in citizen.open("/forms/kurator").text
    citizen.answers("kurator")
    assert "Kuratorn vid Älven läser dina svar" in citizen.open("check").submit().text
    assert "Till kuratorn" in staff.open("/staff/lists/forms/answered").text


def test_what_was_sent_from_a_unit_that_was_merged_lies_at_the_new_one(tmp_path: Path) -> None:
    """From the day of the merging: waiting, answered and stopped, to be opened and taken off the lists."""
    merged = f'[[units]]\nhsa_id = "{OLD}"\nname = "Gamla"\nregion = "norra"\nvalid_to = 2026-11-30\nmerged_into = "{UNIT}"\n'
    with settled(tmp_path, toml=TOML + merged) as village:
        staff, waits, answers, stops = ward(village, unit=OLD), known(village), known(village), known(village)
        followed = {}
        for citizen in (waits, answers, stops):
            followed[citizen] = staff.sends_out(citizen.person).path
        answers.home = followed[answers].replace("/staff/", "/mine/")
        answers.fills().submit()
        village.place.run(Sending.update({Sending.state: "stopped"}).where(Sending.id == UUID(followed[stops][-36:])))
        lists = {"unanswered": waits, "answered": answers, "stopped": stops}
        for name in lists:
            assert "Inget väntar" in ward(village).open(f"/staff/lists/forms/{name}").text, name
        village.clock.move(days=9)
        new = ward(village)
        for name, citizen in lists.items():
            assert followed[citizen] in new.open(f"/staff/lists/forms/{name}").html, name
        assert "Jag är trött" in new.open(f"{followed[answers]}/answers").text
        assert followed[answers] not in new.open(f"{followed[answers]}/answers").submit().html
        assert followed[stops] not in new.open(followed[stops]).submit().html


def test_sending_twice_is_sending_once(village: Any) -> None:
    """The confirming page posted twice makes one form, one item in the inbox and one notice."""
    staff, citizen = ward(village), known(village)
    check = staff.open("/forms/staff/send").submit({"number": citizen.person.number, "form": "skickas", **LAST})
    assert "Stämmer det här?" in check.text
    assert check.submit().path == check.submit().path
    assert len(village.sendings(citizen.person)) == 1
    assert citizen.open("/inbox/").text.count("Det som skickas") == 1


@pytest.mark.parametrize("ending", ["answered", "taken back"])
def test_the_page_that_sent_it_sends_no_other_when_it_is_over(village: Any, ending: str) -> None:
    """A browser that is opened with its pages of yesterday leads to the form that was sent, answered or taken back."""
    staff, citizen = ward(village), known(village)
    check = staff.open("/forms/staff/send").submit({"number": citizen.person.number, "form": "skickas", **LAST})
    first = check.submit()
    citizen.home = first.path.replace("/staff/", "/mine/")
    if ending == "answered":
        citizen.fills().submit()
    else:
        first.submit()
    assert check.submit().path == first.path
    assert len(village.sendings(citizen.person)) == 1


def test_who_has_not_answered_is_told_once_and_reminded_once(village: Any, asked: Any) -> None:
    """At once, and at nine o'clock three days before the last one: in a notice without a word of what it is about."""
    _, citizen = asked
    assert village.heard(citizen.person) == ["NoticeWanted"]
    village.at("2026-12-07T08:59:00+01:00")
    assert village.heard(citizen.person) == ["NoticeWanted"]
    village.at("2026-12-07T09:00:00+01:00")
    assert village.heard(citizen.person) == ["NoticeWanted", "NoticeWanted"]


def test_when_it_is_answered_nobody_is_reminded_and_who_listens_is_told(village: Any, asked: Any) -> None:
    """Another plugin hears `FormCompleted` once, the reminder never goes out, and the start page is quiet."""
    _, citizen = asked
    citizen.fills().submit()
    assert "Det som skickas" not in citizen.open("/start").text
    citizen.open("check").submit()
    village.at("2026-12-08T09:00:00+01:00")
    assert village.heard(citizen.person) == ["FormCompleted"], "answered before the notice had gone out"


def test_following_a_form_is_no_reading_of_its_answers(village: Any, asked: Any) -> None:
    """Its page leads to them, where one may, and the log does not say to the citizen that anybody has read them."""
    staff, citizen = asked
    citizen.fills().submit()
    person = village.place.visit(citizen.person).subject.id
    read = "select id from access_log_entry where subject = ? and action = 'forms.read'"
    assert f"{staff.home}/answers" in staff.open(staff.home).html
    assert village.rows(read, person) == []
    assert f"{staff.home}/answers" not in ward(village, "citizen-administrator").open(staff.home).html
    assert "Jag är trött" in staff.open(f"{staff.home}/answers").text
    assert len(village.rows(read, person)) == 1


def test_staff_read_the_answers_with_scores_version_and_flags(village: Any, asked: Any) -> None:
    """What was answered, what it came to under which version, who gave it, and red first; that they looked is logged."""
    staff, citizen = asked
    assert staff.home in staff.open("/staff/lists/forms/unanswered").html
    assert staff.open(f"{staff.home}/answers").path == staff.home, "what is not sent is not read"
    citizen.fills("Mina ord", illa="true", oro="2").submit()
    assert staff.home not in staff.open("/staff/lists/forms/unanswered").html
    assert staff.home in staff.open("/staff/lists/forms/answered").html
    page = staff.open(f"{staff.home}/answers")
    for words in ("Mina ord", "Oro 4 mycket 2 av 2", "Mår mycket dåligt.", "Version av formuläret 1.0"):
        assert words in page.text, page.text
    assert page.text.index("Mår mycket dåligt.") < page.text.index("Mina ord")
    page.submit()
    assert staff.home not in staff.open("/staff/lists/forms/answered").html
    assert "Testmottagningen" in citizen.open("/access-log/").text


def test_red_answers_come_before_older_ones(village: Any) -> None:
    """The list sorts by what presses most, then by age."""
    staff, first, second = ward(village), village.answerer(), village.answerer()
    first.sends()
    second.sends(illa="true")
    html = staff.open("/staff/lists/forms/answered").html
    assert html.index(second.home.rsplit("/", 1)[1]) < html.index(first.home.rsplit("/", 1)[1])


def test_another_unit_and_another_role_read_nothing(village: Any, asked: Any) -> None:
    """Staff of another unit find nothing; who only sends, does not read."""
    staff, citizen = asked
    citizen.fills("Mina ord").submit()
    elsewhere = ward(village, "treater", unit="SE2321000016-1003", name="Annan Roll")
    assert elsewhere.open(staff.home).status == 200
    sender = ward(village, "citizen-administrator", name="Sara Sändare")
    assert "Läs svaren" not in sender.open(staff.home).text
    assert sender.open(f"{staff.home}/answers").status == 404
    nobody = ward(village, "access-administrator", name="Per Behörig")
    assert nobody.open(staff.home).status == 404
    assert nobody.open("/forms/staff/send").status == 404


def test_what_is_taken_back_is_gone(village: Any, asked: Any) -> None:
    """It leaves the inbox, nobody is reminded, and whoever has it open is told kindly."""
    staff, citizen = asked
    citizen.open("1").submit({"form.text": "Halvvägs"})
    staff.open(staff.home).submit()
    assert "Det som skickas" not in citizen.open("/inbox/").text
    page = citizen.open("")
    assert "Det har tagits tillbaka" in page.text
    assert "Halvvägs" in page.text
    assert village.rows("select id from outbox where done is null and dedupe like ?", f"%{staff.id}%") == []


def test_its_last_day_closes_it_and_takes_it_out_of_the_inbox(village: Any, asked: Any) -> None:
    """At midnight after the last day nothing more can be answered, and the job takes it out of the inbox."""
    _, citizen = asked
    village.at("2026-12-10T23:58:00+01:00")
    citizen.comes_back()
    old = citizen.open("1")
    assert old.status == 200
    village.at("2026-12-11T00:00:00+01:00")
    citizen.comes_back()
    late = citizen.browser.post(
        old.action, {**old.written({"form.text": "För sent"}), "_csrf": citizen.browser.token()}
    )
    assert late.status_code == 409
    assert "För sent" in late.text
    village.at("2026-12-11T01:00:00+01:00")
    village.place.work()
    citizen.comes_back()
    assert "Sista dagen har passerat" in citizen.open("").text
    assert "Det som skickas" not in citizen.open("/inbox/").text


@pytest.mark.parametrize(
    ("facts", "born", "key", "says"),
    [
        ({"deceased": date(2026, 11, 20)}, "1950-05-05", "skickas", "har personen avlidit"),
        ({}, "1980-05-05", "barn", "i den här åldern"),
        ({}, "2012-05-05", "barn", "i den här åldern"),
        ({}, "1980-05-05", "soder", "inte där personen bor"),
        ({}, "2020-05-05", "barn", "Ingen kan svara för barnet"),
    ],
)
def test_what_cannot_be_answered_is_not_sent(village: Any, facts: Any, born: str, key: str, says: str) -> None:
    """Somebody who has died, a child who has turned thirteen, who lives elsewhere, or whom nobody acts for: staff are told."""
    staff, person = ward(village), village.person(born=born)
    village.town.registry.put(person, **facts)
    page = staff.sends_out(person, key)
    assert page.status == 422
    assert says in page.text
    assert village.sendings(person) == []


def test_a_child_who_turns_thirteen_before_it_is_answered_is_not_answered_for(village: Any) -> None:
    """The guardian meets nothing any more; the young person is told whose it was to answer, and sees none of it."""
    village.at("2026-11-24T12:00:00+01:00")
    family = village.family(born="2013-11-25")
    staff = ward(village)
    staff.sends_out(family.cilla, "barn")
    asta = Answering(village, family.asta)
    asta.acts_for(family.cilla)
    asta.home = f"/forms/mine/{staff.id}"
    asta.open("1").submit({"form.text": "Astas text"})
    village.at("2026-11-25T00:00:00+01:00")
    assert "Astas" not in asta.open("1").text
    child = Answering(village, family.cilla, asta.home)
    page = child.open("1")
    assert "Det är din vårdnadshavare som svarar" in page.text
    assert "Astas" not in page.text


def test_a_number_that_nobody_has_is_told(village: Any) -> None:
    """A sentence by its field, and the number stays where it was written."""
    staff, nobody = ward(village), village.person()
    page = staff.sends_out(nobody)
    assert page.status == 422
    assert "känner inte till någon" in page.text
    assert page.value("number") == nobody.number
    assert "tolv siffror" in staff.open("/forms/staff/send").submit({"number": "hej", "form": "skickas", **LAST}).text


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (["2026", "11", "23"], "efter i dag"),
        (["2030", "1", "1"], "senast 2027"),
        (["", "", ""], "siffror"),
        (["2026", "2", "30"], "siffror"),
    ],
)
def test_a_last_day_that_cannot_be_is_told(village: Any, day: list[str], says: str) -> None:
    """Today, far ahead, none at all, or one that does not exist."""
    page = ward(village).sends_out(known(village).person, last=day)
    assert page.status == 422
    assert says in page.text
