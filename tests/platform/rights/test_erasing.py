"""Having something erased: what one decides oneself goes at once, record material is answered with the rule."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from ledstang.access.log.reading import entries_of
from ledstang.content.tables import Answer, Response
from ledstang.people.personal_data import key_of
from ledstang.people.tables import PersonContact
from ledstang.rights import grounds
from ledstang.rights.grounds import WHY, Least, least_years
from ledstang.signin.rescue import Whose
from ledstang.signin.tables import RescuedText
from ledstang.testing import Town

from .conftest import Office
from .test_copies import FAILING, takes_part

HERE = "/settings/data/erase"
ROOT = Path(__file__).parents[3]


def test_a_setting_is_erased_at_once(office: Office) -> None:
    """After one more question; the other's stays, and the page says that it is gone."""
    dag, asta = office.town.person("Dag", born="1985-03-14"), office.town.person("Asta", born="1988-03-03")
    browsers = [office.place.sign_in(one) for one in (dag, asta)]
    for browser in browsers:
        browser.post("/settings", {"phone": "070-174 06 05", "version": "0"})
    asked = browsers[0].post(HERE, {"what": "host.contact"})
    assert "Radera det här?" in asked.text
    assert office.place.run(PersonContact.count().run()) == 2
    done = browsers[0].post(HERE, {"what": "host.contact", "sure": "yes"})
    assert "Det är raderat" in done.text
    assert "+4670" not in browsers[0].get("/settings").text
    assert "+46701740605" in browsers[1].get("/settings").text


def test_a_form_that_was_sent_is_answered_with_the_rule(office: Office) -> None:
    """However one asks: nothing goes, and one is told how long, by what law, who can decide, and how to correct."""
    dag = office.place.sign_in(office.town.person("Dag", born="1985-03-14"))
    takes_part(office, dag, "Mina tankar")
    before = [office.place.run(table.count().run()) for table in (Response, Answer)]
    for more in ({}, {"sure": "yes"}):
        told = dag.post(HERE, {"what": "programmes.record", **more}).text
        for words in ("patientdatalagen (2008:355) 3 kap. 17 §", "minst 10 år", "IVO", "rätta det med en anteckning",
                      "Ring 1177."):  # fmt: skip
            assert words in told, words
    assert [office.place.run(table.count().run()) for table in (Response, Answer)] == before == [2, 3]


def test_what_was_never_sent_is_erased_and_what_was_sent_stays(office: Office) -> None:
    """One press takes the worksheet and leaves the form, of this person only."""
    people = [office.town.person(name, born="1985-03-14") for name in ("Dag", "Rut")]
    browsers = [office.place.sign_in(one) for one in people]
    mine = [takes_part(office, browser, "Mina tankar") for browser in browsers]
    browsers[0].post(HERE, {"what": "programmes.drafts", "sure": "yes"})
    page = browsers[0].get(f"{mine[0]}/print").text
    assert (">Mina tankar<" in page, "Mer om Mina tankar" in page) == (False, True)
    assert ">Mina tankar<" in browsers[1].get(f"{mine[1]}/print").text


def test_asking_stands_in_the_log(small: Office) -> None:
    """Both what was erased and what was refused, each time, and the page of the log says which."""
    who = small.town.person("Dag", born="1985-03-14")
    dag = small.place.sign_in(who)
    for what in ("host.contact", "programmes.record"):
        dag.post(HERE, {"what": what, "sure": "yes"})
    seen = small.place.run(entries_of(small.place.visit(who).subject.id))
    assert [one.outcome for one in seen if one.action == "my-data.erase"][:2] == ["refused", "allowed"]
    page = dag.get("/access-log/").text
    assert "Be om att få något raderat, men det finns kvar." in page


def test_what_another_wrote_on_a_lent_telephone_is_not_one_s_own_to_erase(small: Office) -> None:
    """Texts that met a dead session: Asta's own go, and the child's, which waits to be put in its place, stays."""
    asta, cilla = small.town.person("Asta", born="1988-03-03"), small.town.person("Cilla", born="2019-01-01")
    me, child = (small.place.visit(one).subject.id for one in (asta, cilla))
    keep, path = small.place.house.rescued.keep, "/programmes/mine/x/form/y"
    small.place.run(keep(me, path, [("text", "Mitt")]))
    small.place.run(keep(me, path, [("text", "Cillas")], Whose(child, locked_to=path)))
    small.place.sign_in(asta).post(HERE, {"what": "host.rescued", "sure": "yes"})
    (left,) = small.place.run(RescuedText.select().run())
    assert left["locked_to"] == path


def test_nothing_is_chosen_or_something_unknown(small: Office) -> None:
    """The page says so at its field, and nothing is erased."""
    dag = small.place.sign_in(small.town.person("Dag", born="1985-03-14"))
    for fields in ({}, {"what": "host.nothing", "sure": "yes"}):
        answer = dag.post(HERE, fields)
        assert (answer.status_code, 'href="#f-what"' in answer.text) == (422, True)


def test_a_plugin_that_cannot_erase_is_not_said_to_have(town: Town, tmp_path: Path) -> None:
    """The page says that it could not be done."""
    source = FAILING.replace("    return 0", "    raise ValueError").replace(
        "export, erase)", 'export, erase, kept="own")'
    )
    (tmp_path / "notes.py").write_text(source.format(body="return []"), "utf-8")
    with town.instance(plugins=tmp_path / "notes.py") as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        answer = dag.post(HERE, {"what": "notes", "sure": "yes"})
        assert answer.status_code == 503
        assert "gick inte att radera" in answer.text


def test_every_kind_has_a_key_of_its_own_and_is_told_or_erased(small: Office) -> None:
    """No two kinds of ours share a key; and each ground has its words, or is erased when asked."""
    kinds = small.place.house.personal_data()
    keys = [key_of(owner, data) for owner, data in kinds]
    assert len(set(keys)) == len(keys)
    assert {data.kept for _, data in kinds} - grounds.ERASABLE == set(WHY)
    page = small.place.sign_in(small.town.person("Dag", born="1985-03-14")).get(HERE).text
    assert set(re.findall(r'name="what" value="([^"]+)"', page)) == set(keys)


def test_each_kind_is_told_in_swedish(small: Office) -> None:
    """Its title, the words before its values and those for its codes: each has a Swedish in some catalogue."""
    house, asked = small.place.house, set()
    for _, data in house.personal_data():
        asked |= {data.ageing.title} if data.ageing else set()
        asked |= {data.title, *data.words.values(), *(word for some in data.codes.values() for word in some.values())}
    files = [file for root in ("platform", "plugins", "proxies") for file in (ROOT / root).glob("*/locale/*sv.po")]
    told = {
        message.id
        for file in files
        for message in read_po(io.BytesIO(file.read_bytes()), locale="sv")
        if message.string
    }
    assert asked - told == set()


def test_a_guardian_erases_nothing_of_the_child_s_and_only_their_own_links(small: Office) -> None:
    """The page is not there while they act for the child; a child who clears the list keeps what guardians added."""
    asta = small.town.person("Asta", born="1988-03-03")
    cilla = small.town.child("Cilla", born="2019-01-01", guardians=[asta])
    browser = small.place.sign_in(asta)
    browser.post("/guardian/add", {"number": cilla.number})
    small.place.sign_in(cilla).post(HERE, {"what": "guardian.links", "sure": "yes"})
    link = browser.get("/guardian/").text.partition('action="/guardian/')[2].partition("/act")[0]
    assert link
    browser.post(f"/guardian/{link}/act")
    assert browser.get(HERE).status_code == 404
    assert browser.post(HERE, {"what": "host.contact", "sure": "yes"}).status_code == 404
    browser.post("/signin/own")
    browser.post(HERE, {"what": "guardian.links", "sure": "yes"})
    assert f"/guardian/{link}/act" not in browser.get("/guardian/").text


def test_the_years_are_dated_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of the law is a row more, from its day on."""
    rows = (Least("record", 10, date(2008, 7, 1), "x"), Least("record", 12, date(2030, 1, 1), "y"))
    monkeypatch.setattr(grounds, "_least", lambda: rows)
    assert [least_years("record", date(year, 1, 1)) for year in (2000, 2026, 2030)] == [0, 10, 12]
    assert least_years("own", date(2026, 1, 1)) == 0
