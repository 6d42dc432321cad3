"""What a guardian was writing when it ended: sealed for the unit, which passes it on or discards it, with a reason."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from ledstang import Fact
from ledstang.signin.tables import RescuedText, WithheldText
from ledstang.testing import TOML, Browser, Town

from .family import ENDED, Family, living, taking_part

SHARED = TOML.replace("title =", 'policies = "shared-early-teens"\ntitle =', 1)
TEXT = "Halvskriven mening"


@pytest.fixture
def thirteen(family: Family) -> Family:
    """The family a second after midnight: Asta's last sentence was not sent."""
    family.place.clock.set(datetime(2029, 12, 31, 22, 58, tzinfo=UTC))
    asta = family.guardian()
    step, token = taking_part(asta), asta.token()
    family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
    assert ENDED in asta.post(step, {"_csrf": token, "_revision.kvall.text": "0", "kvall.text": TEXT}).text
    return family


def opened(family: Family, browser) -> str:
    """Return the address of the one text that waits at the unit."""
    return re.findall(r"/staff/withheld/[0-9a-f-]{36}", browser.get("/staff/withheld").text)[0]


def test_the_unit_reads_it_and_passes_it_on(thirteen: Family) -> None:
    """The list says when and where; the page says what; then Cilla reads it in her room, Asta nowhere, and the log says who."""
    eva = thirteen.at_work("treater")
    assert "/staff/withheld" in eva.get("/staff/").text
    waiting = eva.get("/staff/withheld").text
    assert "Stödprogram" in waiting
    assert TEXT not in waiting
    assert "Cilla" not in waiting
    young, asta = thirteen.place.sign_in(thirteen.cilla), thirteen.place.sign_in(thirteen.asta)
    for page in (young.get("/guardian/own"), young.get("/access-log/"), asta.get("/start")):
        assert TEXT not in page.text
    path = opened(thirteen, eva)
    page = eva.get(path).text
    assert TEXT in page
    assert "Asta Test" in page
    assert ">0<" not in page
    done = eva.post(path, {"outcome": "passed-on", "reason": "Cilla vill läsa"}).text
    assert "Ingen text väntar här." in done
    assert TEXT in young.get("/guardian/own").text
    assert TEXT not in asta.get("/start").text
    assert "Läsa det som någon hade börjat skriva åt dig" in young.get("/access-log/").text
    assert eva.get(path).status_code == 404


def test_a_script_is_told_first_and_the_text_is_kept_once(family: Family) -> None:
    """The script hears that it has ended and sends its form: one text waits, and the page that follows says that it does."""
    family.place.clock.set(datetime(2029, 12, 31, 22, 58, tzinfo=UTC))
    asta = family.guardian()
    step, token = taking_part(asta), asta.token()
    family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
    fields = {"_csrf": token, "_revision.kvall.text": "0", "kvall.text": TEXT}
    for _ in range(2):
        told = asta.post(step, fields, headers={"accept": "application/json", "x-csrf-token": token})
        assert (told.status_code, told.json()) == (403, {"ended": True, "kept": True})
    page = asta.post(step, fields)
    assert ENDED in page.text
    assert "förseglat" in page.text
    assert len(family.place.run(WithheldText.select(WithheldText.id).run())) == 1
    assert "Cilla" not in asta.get("/start").text


def typed(family: Family) -> str:
    """Let Asta type at 23:58, saved by the script and never sent, and turn the clock to midnight; return the step."""
    family.place.clock.set(datetime(2029, 12, 31, 22, 58, tzinfo=UTC))
    asta = family.guardian()
    step = taking_part(asta)
    saved = asta.post(step, {"kvall.text": TEXT}, headers={"accept": "application/json"})
    assert saved.status_code == 200
    assert TEXT in asta.get(step).text
    family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
    return step


@pytest.mark.parametrize("first", ["Cilla", "the worker"])
def test_what_a_script_had_saved_is_withheld_too(family: Family, first: str) -> None:
    """Begun and not sent: at midnight it is no answer of Cilla's, whoever comes first, and waits for the unit like the rest."""
    step = typed(family)
    if first == "the worker":
        family.place.work()
    else:
        assert TEXT not in family.place.sign_in(family.cilla).get(step).text
    eva = family.at_work("treater")
    assert TEXT in eva.get(opened(family, eva)).text
    young = family.place.sign_in(family.cilla)
    assert TEXT not in young.get(step).text
    assert "Ingen har svarat på något åt dig." in young.get("/guardian/own").text
    assert young.post(step, {"kvall.text": "Mitt eget"}).status_code == 200
    assert "Mitt eget" in young.get(step).text
    eva.post(opened(family, eva), {"outcome": "passed-on", "reason": "Cilla vill se det"})
    assert TEXT in young.get("/guardian/own").text


def died(family: Family, at: datetime) -> tuple[Browser, str]:
    """Let Asta's session die while she writes for Cilla, who is twelve; return her browser and where the text is to be had."""
    family.place.clock.set(at - timedelta(minutes=40))
    asta = family.guardian()
    step, token = taking_part(asta), asta.token()
    family.place.clock.set(at)
    answer = asta.post(step, {"_csrf": token, "_revision.kvall.text": "0", "kvall.text": TEXT})
    return asta, parse_qs(answer.url.query.decode())["next"][0]


def test_what_was_rescued_goes_to_the_unit_when_it_ends_first(family: Family) -> None:
    """Asta's session died at 23:58. At midnight the text is the unit's, once; Asta, back later, is told so and reads nothing."""
    _, kept = died(family, datetime(2029, 12, 31, 22, 58, tzinfo=UTC))
    family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
    for _ in range(2):
        family.place.work()
    page = family.place.sign_in(family.asta).get(kept).text
    assert ENDED in page
    assert "förseglat" in page
    assert TEXT not in page
    assert family.place.sign_in(family.dag).get(kept).status_code == 404
    eva = family.at_work("treater")
    assert TEXT in eva.get(opened(family, eva)).text
    assert len(family.place.run(WithheldText.select(WithheldText.id).run())) == 1


def test_it_is_gone_on_with_by_one_press_and_only_while_one_may_act(family: Family) -> None:
    """Signed in again, Asta is asked whether to act for Cilla, and sees her text. Once the custody has ended there is no name, no
    button and no way by hand, also before the errand that tells of it has run."""
    _, kept = died(family, datetime(2029, 10, 2, 12, tzinfo=UTC))
    asta = family.place.sign_in(family.asta)
    page = asta.get(kept).text
    assert ("Du skrev det för Cilla." in page, TEXT in page) == (True, False)
    assert TEXT in asta.post(kept).text
    assert "Du är ombud för Cilla" in asta.get("/start").text
    assert family.place.sign_in(family.bo).post(kept).status_code == 404
    family.register(guardians=(family.bo.number,))
    again = family.place.sign_in(family.asta)
    assert "Cilla" not in again.get(kept).text
    assert "Cilla" not in again.post(kept).text
    assert "Du är ombud för" not in again.get("/start").text


@pytest.mark.parametrize("stands", [True, False])
def test_a_day_later_it_is_forgotten_or_the_unit_s(family: Family, stands: bool) -> None:
    """Nobody came back for it. That of a guardian who still is one is forgotten; of one who is no more, the unit gets it."""
    died(family, datetime(2029, 10, 2, 12, tzinfo=UTC))
    if not stands:
        family.register(guardians=(family.bo.number,))
    family.place.clock.move(hours=25)
    family.place.work()
    assert family.place.run(RescuedText.count().run()) == 0
    assert family.place.run(WithheldText.count().run()) == (0 if stands else 1)


def copied(family: Family) -> str:
    """Return all that the programmes would put into Cilla's own copy at this moment."""
    kinds = [data for owner, data in family.place.house.personal_data() if owner == "programmes"]
    cilla = family.place.visit(family.cilla).subject.id
    return str([family.place.run(data.export(cilla)) for data in kinds])


def test_her_copy_does_not_hold_it_either(family: Family) -> None:
    """Made at midnight before anything else has happened: it is the unit's to decide, and no answer of hers."""
    typed(family)
    assert TEXT not in copied(family)
    eva = family.at_work("treater")
    assert TEXT in eva.get(opened(family, eva)).text


def test_nor_after_an_objection_to_programmes_alone(town: Town, tmp_path: Path) -> None:
    """Asta acts on for the rest, so nobody says that all has ended: her draft is gone from the copy all the same."""
    with living(town, tmp_path, toml=SHARED) as shared:
        shared.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
        asta = shared.guardian()
        step = taking_part(asta)
        asta.post(step, {"kvall.text": TEXT}, headers={"accept": "application/json"})
        assert TEXT in copied(shared)
        cilla = shared.place.visit(shared.cilla).subject.id
        objection = Fact("objection", date(2030, 1, 1), relation="guardian", service="programmes")
        shared.place.run(shared.place.house.facts.keep(cilla, objection, decided_by=cilla))
        assert TEXT not in copied(shared)
        eva = shared.at_work("treater")
        assert TEXT in eva.get(opened(shared, eva)).text


def test_what_was_sent_stays(family: Family) -> None:
    """A step that Asta had gone on from is answered, and Cilla finds it as it stood."""
    family.place.clock.set(datetime(2029, 12, 31, 22, 58, tzinfo=UTC))
    asta = family.guardian()
    step = taking_part(asta)
    asta.post(step, {"kvall.text": TEXT})
    family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
    family.place.work()
    young = family.place.sign_in(family.cilla)
    assert TEXT in young.get(step).text
    assert "/staff/withheld/" not in family.at_work("treater").get("/staff/withheld").text


def test_what_is_discarded_is_wiped(thirteen: Family) -> None:
    """With a reason, which is sealed; nobody reads it afterwards, and that there was one stays."""
    eva = thirteen.at_work("citizen-administrator")
    path = opened(thirteen, eva)
    assert eva.post(path, {"outcome": "discarded", "reason": " "}).status_code == 422
    assert eva.post(path, {"outcome": "kept", "reason": "Hör inte hit"}).status_code == 422
    eva.post(path, {"outcome": "discarded", "reason": "Hör inte hit"})
    (row,) = thirteen.place.run(WithheldText.select().run())
    assert (row["outcome"], row["decided"] is not None) == ("discarded", True)
    where = {"table": "withheld_text", "column": "fields", "row": row["id"], "subject": row["subject"]}
    assert TEXT.encode() not in thirteen.place.house.keys.unseal(row["fields"], **where)
    assert b"inte hit" not in row["fields"]
    assert TEXT not in thirteen.place.sign_in(thirteen.cilla).get("/guardian/own").text


def test_another_role_or_a_citizen_never_meets_it(thirteen: Family) -> None:
    """Not the list, not the text, not the decision."""
    path = opened(thirteen, thirteen.at_work("treater"))
    admin = thirteen.at_work("access-administrator")
    for browser in (admin, thirteen.place.sign_in(thirteen.cilla), thirteen.place.sign_in(thirteen.asta)):
        for one in ("/staff/withheld", path):
            assert browser.get(one).status_code == 404
        assert browser.post(path, {"outcome": "passed-on", "reason": "Jag vill"}).status_code == 404
