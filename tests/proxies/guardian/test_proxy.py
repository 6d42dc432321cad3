"""A guardian acts for a child: by the register's word, within the ages of the policies, and until the second it ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from ledstang import Fact, Host
from ledstang.access.tables import AccessFact
from ledstang.signin.tables import WithheldText
from litestar.exceptions import NotFoundException

from .family import AHEAD, ENDED, Family, add, first, taking_part


def test_register_proxies(family: Family) -> None:
    """Both guardians add the child by number; every page says for whom, the title too, and each confirming button."""
    for who in (family.asta, family.bo):
        browser = family.guardian(who)
        page = browser.get("/programmes/barn").text
        assert "för Cilla – " in page.partition("</title>")[0]
        start = browser.get("/start").text
        assert "Att göra för Cilla" in start
        assert "Ombud för barn" not in start
        assert browser.get("/guardian/").url.path == "/start"
        step = browser.get(taking_part(browser)).text
        assert 'aria-label="Du agerar för någon annan"' in step or "Du är ombud för Cilla" in step
        assert re.search(r"<button[^>]*>[^<]* för Cilla</button>", step)
        back = browser.post("/signin/own")
        assert back.url.path == "/start"
        assert "Cilla" not in back.text.partition("<main")[2].partition("</main>")[0]


def test_the_child_s_answers_know_who_gave_them(family: Family) -> None:
    """Whose, by whom and on what ground; and the child's participation is one, whoever began it."""
    from ledstang.content.tables import Answer

    browser = family.guardian()
    step = taking_part(browser)
    browser.post(step, {"kvall.text": "Lugn"})
    (row,) = family.place.run(Answer.select(Answer.person, Answer.actor, Answer.ground).run())
    assert row["person"] == family.place.visit(family.cilla).subject.id
    assert row["actor"] == family.place.visit(family.asta).subject.id
    assert row["ground"] == "guardian"
    other = family.guardian(family.bo)
    assert "Lugn" in other.get(step).text


@pytest.mark.parametrize("who", ["stranger", "unknown number", "protected", "thirteen", "dead"])
def test_whoever_may_not_is_told_the_same(family: Family, who: str) -> None:
    """A third adult, a number that nobody has, a protected child, one that is too old: one sentence, and no link."""
    browser = family.place.sign_in(family.dag if who == "stranger" else family.asta)
    child = family.cilla
    if who == "unknown number":
        child = family.town.person("Ingen", born="2018-02-02")
    elif who == "protected":
        family.register(protection="confidentiality-marking")
    elif who == "dead":
        family.register(deceased=datetime(2029, 9, 1, tzinfo=UTC).date())
    elif who == "thirteen":
        child = family.town.child("Alva", born="2016-01-01", guardians=[family.asta])
    answer = add(browser, child)
    assert answer.status_code == 422
    assert "Det gick inte att lägga till ett barn med det här numret." in answer.text
    assert child.number not in str(answer.url)
    assert "Du har inte lagt till något barn än." in browser.get("/guardian/").text


@pytest.mark.parametrize(
    "number", ["", "abc", "20170101", "２０１７０１０１９８０２", "201701019802\n1", "201701019999", "9" * 1000]
)
def test_a_number_that_is_none_is_told_so(family: Family, number: str) -> None:
    """Full-width digits, a line break, a wrong check digit: a sentence at the field, never an error page."""
    answer = family.place.sign_in(family.asta).post("/guardian/add", {"number": number})
    assert answer.status_code == 422
    assert "Skriv barnets personnummer med tolv siffror" in answer.text


def test_ends_at_local_midnight(family: Family) -> None:
    """Scenario S7: at 23:58 Asta writes; at 00:00:00 access has ended, nothing of Cilla's shows, and the text is kept."""
    browser = family.guardian()
    step = taking_part(browser)
    browser.post(step, {"kvall.text": "Sparat i tid"})
    family.place.clock.set(datetime(2029, 12, 31, 22, 58, tzinfo=UTC))
    again = family.guardian()
    token = again.token()
    assert "Sparat i tid" in again.get(step).text
    family.place.clock.set(datetime(2029, 12, 31, 22, 59, 59, tzinfo=UTC))
    assert again.get(step).status_code == 200
    family.place.clock.set(datetime(2029, 12, 31, 23, 0, 0, tzinfo=UTC))
    answer = again.post(step, {"_csrf": token, "kvall.text": "Halvskriven mening"})
    assert answer.status_code == 403
    assert ENDED in answer.text
    assert "Cilla" not in answer.text
    assert "Sparat i tid" not in answer.text
    assert "förseglat" in answer.text
    (kept,) = family.place.run(WithheldText.select().run())
    assert b"Halvskriven" not in kept["fields"]
    assert kept["subject"] == family.place.visit(family.cilla).subject.id
    assert "Cilla" not in again.get("/start").text
    assert again.get(step).status_code == 404
    young = family.place.sign_in(family.cilla)
    assert "Sparat i tid" in young.get(step).text
    assert "Halvskriven" not in young.get(step).text


@pytest.mark.parametrize(
    "facts",
    [
        {"protection": "protected-registration"},
        {"guardians": ()},
        {"deceased": datetime(2029, 10, 1, tzinfo=UTC).date()},
    ],
    ids=["protected", "custody ended", "dead"],
)
def test_ends_in_open_pages(family: Family, facts: dict[str, object]) -> None:
    """Scenario S8: what the register tells ends it in the next request, for reading and for posting, without the reason."""
    for act in ("get", "post"):
        family.register(protection="none", deceased=None, guardians=(family.asta.number, family.bo.number))
        browser = family.guardian()
        step = taking_part(browser)
        token = browser.token()
        family.register(**facts)
        answer = browser.get(step) if act == "get" else browser.post(step, {"_csrf": token, "kvall.text": "x"})
        assert (answer.status_code, ENDED in answer.text) == (403, True)
        assert "skydd" not in answer.text.lower()
        assert "Cilla" not in browser.get("/guardian/").text.partition("<main")[2]
        assert browser.get(step).status_code == 404


@pytest.mark.parametrize(
    "path", ["{mine}/print", "/access-log/access-log.csv", "/access-log/access-log.json", "/inbox/"]
)
def test_ends_in_downloads_too(family: Family, path: str) -> None:
    """What is fetched to keep is asked for like a page, and answered with that it has ended: nothing of Cilla's is in it."""
    asta = family.guardian()
    mine = taking_part(asta).partition("/module")[0]
    family.place.clock.set(datetime(2029, 12, 31, 22, 59, 59, tzinfo=UTC))
    asta = family.guardian()
    assert asta.get(f"{mine}/print").status_code == 200
    family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
    answer = asta.get(path.format(mine=mine))
    assert (answer.status_code, ENDED in answer.text) == (403, True)
    assert "Cilla" not in answer.text
    assert "Lugna kvällar" not in answer.text


def test_a_second_stale_tab_reaches_nobody(family: Family) -> None:
    """After it has ended, a form of another tab, made for the child, is not sent in one's own name."""
    browser = family.guardian()
    step = taking_part(browser)
    token = browser.token()
    family.register(guardians=())
    assert ENDED in browser.get(step).text
    answer = browser.post(step, {"_csrf": token, "kvall.text": "Till Cilla"})
    assert answer.status_code == 409
    answer = browser.post("/programmes/barn/begin", {"_csrf": token})
    assert answer.status_code == 409


def test_custody_of_one_leaves_the_other(family: Family) -> None:
    """When Bo's custody ends, Asta's goes on."""
    asta, bo = family.guardian(family.asta), family.guardian(family.bo)
    family.register(guardians=(family.asta.number,))
    assert ENDED in bo.get("/start").text
    assert "Du är ombud för Cilla" in asta.get("/start").text


def test_protection_that_is_lifted_restores_nothing_by_itself(family: Family) -> None:
    """The session has gone back to its own person; going over anew is asked anew."""
    browser = family.guardian()
    family.register(protection="fictitious-data")
    assert ENDED in browser.get("/start").text
    family.register(protection="none")
    assert "Du är ombud" not in browser.get("/start").text


def test_an_old_register_fails_closed(family: Family) -> None:
    """With the register down for longer than its word is good, proxies end; one's own services go on."""
    browser = family.guardian()
    step = taking_part(browser)
    family.town.registry.down = True
    assert browser.get(step).status_code == 200
    family.place.clock.move(minutes=20)
    assert browser.get(step).status_code == 200
    family.place.clock.move(minutes=25)
    browser.get("/urgent")
    family.place.clock.move(minutes=20)
    assert ENDED in browser.get(step).text
    assert browser.get("/start").status_code == 200
    assert "visas inte just nu" in browser.get("/guardian/").text
    assert "Folkbokföringen svarar inte" in add(browser, family.cilla).text


def test_two_tabs_with_different_children(family: Family) -> None:
    """A stale form, posted after going over to another child, reaches neither; what was written is kept for whom it was."""
    liam = family.town.child("Liam", born="2020-05-05", guardians=[family.asta])
    browser = family.guardian()
    step = taking_part(browser)
    stale = browser.token()
    browser.post("/signin/own")
    add(browser, liam)
    acts = re.findall(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
    browser.post(acts[1])
    assert "Du är ombud för Liam" in browser.get("/start").text
    answer = browser.post(step, {"_csrf": stale, "kvall.text": "Till Cilla"})
    assert answer.status_code == 409
    assert "Till Cilla" not in answer.text
    assert "Du är ombud för Liam nu" in answer.text
    kept = re.findall(r"/signin/rescued/[0-9a-f-]{36}", answer.text)[0]
    assert "Du skrev det för Cilla." in browser.get(kept).text
    assert "Till Cilla" not in browser.get(kept).text
    back = browser.post(kept)
    assert "Till Cilla" in back.text
    assert "Du är ombud för Cilla" in back.text


def test_what_one_wrote_for_oneself_is_one_press_away(family: Family) -> None:
    """A text of one's own, met while acting for a child: back to one's own things, and there it is."""
    browser = family.place.sign_in(family.asta)
    visit = family.place.visit(family.asta)
    kept = family.place.run(
        family.place.client.app.state.rescued.keep(visit.actor.id, "/start", [("text", "Till mig")])
    )
    browser = family.guardian()
    path = f"/signin/rescued/{kept}"
    assert "Till mig" not in browser.get(path).text
    assert "Du skrev det för dig själv" in browser.get(path).text
    assert "Till mig" in browser.post("/signin/own", {"next": path}).text


def test_another_s_link_is_not_found(family: Family) -> None:
    """The card, going over and taking away are each guardian's own."""
    family.guardian()
    mine = family.place.sign_in(family.asta)
    link = first(mine, r'href="(/guardian/[0-9a-f-]{36})"')
    stranger = family.place.sign_in(family.bo)
    assert stranger.get(link).status_code == 404
    assert stranger.post(f"{link}/act").status_code == 404
    assert stranger.post(f"{link}/remove").status_code == 404
    assert mine.get(link).status_code == 200
    mine.post(f"{link}/remove")
    assert mine.get(link).status_code == 404
    assert "Du har inte lagt till något barn än." in mine.get("/guardian/").text


def test_a_newborn_without_a_name_is_shown_by_number(family: Family) -> None:
    """It can be added from the first day."""
    born = family.town.child("", born="2029-09-20", guardians=[family.asta])
    browser = family.place.sign_in(family.asta)
    assert f"{born.number[:8]}-{born.number[8:]}" in add(browser, born).text


def test_what_may_be_the_matter_is_said(family: Family) -> None:
    """*Mitt barn syns inte*: open to everybody, with what to do tonight and whom to ring."""
    page = family.place.browser().get("/guardian/not-shown").text
    for text in ("1177", "112", "Skatteverket", "reservnummer"):
        assert text in page


def test_proving_once_more_who_one_is_goes_on_for_the_child(family: Family) -> None:
    """A guardian who signs in again still acts for the child; on another device, as another, or without the ground not."""
    browser = family.guardian()
    fields = {
        "number": family.asta.number,
        "name": family.asta.name,
        "born": family.asta.born.isoformat(),
        "county": "24",
    }
    browser.post("/testing/signin", fields)
    assert "Du är ombud för Cilla" in browser.get("/start").text
    assert "Du är ombud" not in family.place.sign_in(family.asta).get("/start").text
    family.guardian(family.bo)
    browser.post("/testing/signin", fields | {"number": family.bo.number, "name": family.bo.name})
    assert "Du är ombud" not in browser.get("/start").text
    ended = family.guardian()
    family.register(guardians=())
    ended.post("/testing/signin", fields)
    assert "Du är ombud" not in ended.get("/start").text


def test_a_block_of_one_guardian_leaves_the_other(family: Family) -> None:
    """Scenario S8: Bo's session ends at his next request, he cannot add her again, and Asta's goes on; ending it opens anew."""
    asta, bo = family.guardian(family.asta), family.guardian(family.bo)
    people, visit = Host(family.place.house, "guardian").people, family.place.visit
    child, staff = visit(family.cilla).subject.id, family.staff("treater")
    block = Fact("block", family.place.clock.today(), person=visit(family.bo).subject.id)
    decided = family.place.run(people.decide(staff, child, block, reason="Kanariefågel"))
    assert ENDED in bo.get("/start").text
    assert "Cilla" not in bo.get("/guardian/").text.partition("<main")[2]
    assert add(bo, family.cilla).status_code == 422
    assert "Du är ombud för Cilla" in asta.get("/start").text
    (row,) = family.place.run(AccessFact.select().run())
    assert "Kanariefågel".encode() not in row["reason"]
    assert family.place.run(people.end_decision(staff, child, decided))
    with pytest.raises(NotFoundException):
        family.place.run(people.end_decision(staff, child, decided))
    assert add(bo, family.cilla).status_code == 200


def test_the_card_tells_the_days_ahead(family: Family) -> None:
    """What ends on which birthday, and for whom something begins, is told before it comes: by name, and as a gap is meant."""
    browser = family.guardian()
    browser.post("/signin/own")
    card = browser.get(first(browser, r'href="(/guardian/[0-9a-f-]{36})"')).text
    for told in AHEAD:
        assert told in card, told
