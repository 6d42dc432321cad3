"""The staff's page about one child: a block, an exception, its end, what is to be thought over, and who may at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ledstang.access.tables import AccessFact
from ledstang.testing import Browser

from .family import AHEAD, ENDED, Family, add

UNIT, OTHER = "SE2321000016-1003", "SE2321000016-2004"
WHY = "Orosanmälan i dag"


def looked(browser: Browser, family: Family) -> str:
    """Return the page about Cilla."""
    answer = browser.post("/guardian/unit", {"number": family.cilla.number})
    assert answer.status_code == 200, answer.text
    return answer.text


def block(browser: Browser, family: Family, who: object, **fields: object):
    """Block a guardian, as the form on the page does."""
    person = family.place.visit(who).subject.id
    given = {"number": family.cilla.number, "guardian": str(person), "reason": WHY, "review": ["2029", "12", "1"]}
    return browser.post("/guardian/unit/block", given | fields)


def grant(browser: Browser, family: Family, **fields: object):
    """Make an exception, as the form on the page does."""
    given = {
        "number": family.cilla.number, "door": "journal.read", "relation": "guardian", "until": ["2030", "3", "1"],
        "why": "Avtalat med Cilla", "again": ["2029", "12", "1"],
    }  # fmt: skip
    return browser.post("/guardian/unit/grant", given | fields)


def facts(family: Family) -> list[dict]:
    """Return what is written down."""
    return family.place.run(AccessFact.select().run())


def test_a_block_has_decider_reason_review_and_an_entry_in_the_log(family: Family) -> None:
    """Scenario S8: Eva blocks Bo. His next page ends it, Asta goes on, and Cilla can read that it was decided, not why."""
    asta, bo = family.guardian(family.asta), family.guardian(family.bo)
    eva = family.at_work("treater")
    assert "/guardian/unit" in eva.get("/staff/").text
    assert "Bo Test" in looked(eva, family)
    page = block(eva, family, family.bo).text
    assert "Spärrad: Bo Test" in page
    assert WHY in page
    assert "Eva Test" in page
    assert ENDED in bo.get("/start").text
    assert "Cilla" not in bo.get("/guardian/").text.partition("<main")[2]
    assert add(bo, family.cilla).status_code == 422
    assert "Du är ombud för Cilla" in asta.get("/start").text
    (row,) = facts(family)
    assert (row["kind"], row["at_unit"], row["review"].isoformat()) == ("block", UNIT, "2029-12-01")
    assert WHY.encode() not in row["reason"]
    family.place.clock.set(datetime(2030, 1, 1, 10, tzinfo=UTC))
    young = family.place.sign_in(family.cilla)
    log = young.get("/access-log/").text
    assert "Besluta att någon inte får vara ombud för dig" in log
    for page in (log, young.get("/guardian/own").text):
        assert WHY not in page
        assert "Bo Test" not in page
    assert "En vårdnadshavare, eller alla, kan inte vara ombud för dig" in young.get("/guardian/own").text


def test_staff_see_what_comes_for_a_named_child(family: Family) -> None:
    """The same sentences that guardians and the young person read, the gap that is meant with the unit's part in it."""
    page = looked(family.at_work("treater"), family)
    for told in AHEAD:
        assert told in page, told


def test_a_second_press_is_the_first(family: Family) -> None:
    """A block that is posted twice is one block."""
    eva = family.at_work("treater")
    for _ in range(2):
        assert block(eva, family, family.bo).status_code == 200
    assert len(facts(family)) == 1


def test_ending_a_block_lets_the_guardian_add_the_child_again(family: Family) -> None:
    """By the button on the page; another unit's staff find no such decision, neither to see nor to end."""
    eva = family.at_work("citizen-administrator")
    path = re.findall(r"/guardian/unit/[0-9a-f-]{36}/end", block(eva, family, family.bo).text)[0]
    bo = family.place.sign_in(family.bo)
    assert add(bo, family.cilla).status_code == 422
    assert "Beslutet är avslutat" in eva.post(path, {"number": family.cilla.number}).text
    assert add(bo, family.cilla).status_code == 200
    assert eva.post(path, {"number": family.cilla.number}).status_code == 404


def test_a_grant_holds_at_the_unit_until_its_day(family: Family) -> None:
    """It opens what was chosen, has a last day and a day to think it over, and the young person reads why."""
    eva = family.at_work("treater")
    page = grant(eva, family, relation="self").text
    assert "Öppnat för barnet: journal (läsa)" in page
    (row,) = facts(family)
    assert (row["kind"], row["unit"], row["until"].isoformat()) == ("grant", UNIT, "2030-03-01")
    family.place.clock.set(datetime(2030, 1, 1, 10, tzinfo=UTC))
    assert "Avtalat med Cilla" in family.place.sign_in(family.cilla).get("/guardian/own").text


def test_what_is_to_be_thought_over_is_shown_on_its_day(family: Family) -> None:
    """Not before; from the day on, without a name, with a way to the child; and it goes on until somebody ends it."""
    bo = family.guardian(family.bo)
    block(family.at_work("treater"), family, family.bo)
    family.place.clock.set(datetime(2029, 11, 30, 12, tzinfo=UTC))
    assert "Inget ska omprövas i dag." in family.at_work("treater").get("/guardian/unit").text
    family.place.clock.set(datetime(2029, 12, 1, 12, tzinfo=UTC))
    eva = family.at_work("treater")
    page = eva.get("/guardian/unit").text
    assert "Skulle omprövas den 1 december 2029" in page
    assert "Cilla" not in page
    id_ = re.findall(r'name="decision" value="([0-9a-f-]{36})"', page)[0]
    child = eva.post("/guardian/unit", {"decision": id_}).text
    assert "Cilla" in child
    assert "Ska omprövas" in child
    assert eva.post("/guardian/unit", {"decision": "0"}).status_code == 404
    bo = family.place.sign_in(family.bo)
    assert add(bo, family.cilla).status_code == 422


def test_a_protected_child_is_neutral(family: Family) -> None:
    """*Protected, no proxy*: no guardian is named, and there is nobody to block and nothing to open."""
    family.register(protection="fictitious-data")
    page = looked(family.at_work("treater"), family)
    assert "Skyddad, inget ombud." in page
    for text in ("Asta", "Bo Test", "Spärra en vårdnadshavare", "fingerad"):
        assert text not in page


def test_other_roles_neither_look_nor_decide(family: Family) -> None:
    """Only who treats, and who sees to it meanwhile."""
    other = family.at_work("access-administrator", "data-administrator", "author")
    assert "/guardian/unit" not in other.get("/staff/").text
    assert other.get("/guardian/unit").status_code == 404
    assert other.post("/guardian/unit", {"number": family.cilla.number}).status_code == 404
    assert block(other, family, family.bo).status_code == grant(other, family).status_code == 404
    assert facts(family) == []


def test_citizens_never_see_it(family: Family) -> None:
    """Neither a guardian, for themselves or for the child, nor anybody else."""
    for browser in (family.guardian(), family.place.sign_in(family.dag), family.place.browser()):
        assert "Barn och vårdnadshavare" not in browser.get("/guardian/unit").text
        assert block(browser, family, family.bo).status_code in (401, 403, 404) or facts(family) == []
    assert facts(family) == []


WRONG = [
    {"guardian": ""},
    {"guardian": "nobody"},
    {"reason": " "},
    {"reason": "x" * 2001},
    {"review": ["2029", "10", "1"]},
    {"review": ["", "", ""]},
    {"review": ["2029", "2", "30"]},
]


def test_what_is_wrong_is_told_at_its_field(family: Family) -> None:
    """A guardian who is none, no reason, a day that is no day or has been: nothing is written."""
    eva = family.at_work("treater")
    for fields in WRONG:
        assert block(eva, family, family.bo, **fields).status_code == 422, fields
    assert facts(family) == []


def test_an_exception_opens_what_the_tables_name(family: Family) -> None:
    """Nothing else, for nobody else, and never without an end."""
    eva = family.at_work("treater")
    for fields in ({"door": "*.*"}, {"door": "signin.end"}, {"relation": "staff"}, {"until": [""]}):
        assert grant(eva, family, **fields).status_code == 422, fields
    assert facts(family) == []


def test_guardians_read_no_longer_than_the_gap_that_is_meant(family: Family) -> None:
    """Through the last day of fifteen, since the journal is Cilla's own from sixteen; her own door has no such end."""
    eva = family.at_work("treater")
    page = grant(eva, family, until=["2033", "1", "1"])
    assert page.status_code == 422
    assert "Skriv en tidigare dag" in page.text
    assert facts(family) == []
    assert grant(eva, family, until=["2032", "12", "31"]).status_code == 200
    assert grant(eva, family, relation="self", until=["2033", "6", "1"]).status_code == 200


def test_a_number_without_guardians_is_told_so(family: Family) -> None:
    """An adult's number tells neither a name nor anything else."""
    eva = family.at_work("treater")
    for number in ("", "abc", "198505069999"):
        assert eva.post("/guardian/unit", {"number": number}).status_code == 422
    answer = eva.post("/guardian/unit", {"number": family.dag.number})
    assert answer.status_code == 422
    assert "Folkbokföringen anger ingen vårdnadshavare" in answer.text
    assert "Dag" not in answer.text.partition("<main")[2]


def test_a_guardian_whose_identity_is_protected_is_not_named(family: Family) -> None:
    """Bo, who is protected from now on, acts for nobody here: there is nobody to block, and no name to read."""
    eva = family.at_work("treater")
    assert "Bo Test" in looked(eva, family)
    family.town.registry.put(family.bo, protection="protected-registration")
    family.place.run(family.place.house.checking.changed(family.bo.number))
    page = looked(eva, family)
    assert ("Bo Test" in page, "Asta Test" in page) == (False, True)
