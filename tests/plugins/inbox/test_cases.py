"""Writing to care: nothing of it is lost, it is sent once, and only those whose it is see it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from click.testing import CliRunner
from ledstang.cli.check import command as check

from .ward import PATH, QUESTION, Ward, autosave, fields, guardian, send


def test_one_finds_what_one_can_write_about(ward: Ward) -> None:
    """Of one's own region, by unit, with the promise; what only care starts, and other regions', is not offered."""
    dag = ward.place.sign_in(ward.dag)
    page = dag.get("/inbox/write").text
    assert "Testmottagningen" in page
    assert "Svar inom 2 vardagar" in page
    assert "langt" not in page
    assert "Mottagningen där" not in page
    assert "/fran" not in page
    for key in ("langt", "fran", "finnsinte"):
        assert dag.get(f"/inbox/write/{key}").status_code == 404
        assert dag.post(f"/inbox/write/{key}", {"text": "x", "send": "yes"}).status_code == 404


def test_where_one_writes_it_says_what_to_do_when_it_cannot_wait(ward: Ward) -> None:
    """The terms, when it is read, and 112 and 1177 stand there."""
    page = ward.place.sign_in(ward.dag).get(PATH).text
    for said in ("Skriv inte om någon annan.", "Vi läser vardagar 8–16.", "ring 112", "1177", "inom 2 vardagar"):
        assert said in page


def test_what_is_sent_stands_in_the_case_with_the_promise(ward: Ward) -> None:
    """A receipt says until when it is answered: two weekdays, the day of sending not counted."""
    dag = ward.place.sign_in(ward.dag)
    sent = send(dag)
    assert "Ditt meddelande är skickat" in sent.text
    assert "senast den 25 november 2026" in sent.text
    assert "Kan jag träna?" in sent.text
    assert "har inte sett det än" in sent.text
    assert "Fråga till oss" in dag.get("/inbox/cases/").text


def test_a_double_press_is_one_message(ward: Ward) -> None:
    """The same form sent twice gives one case and the same answer."""
    dag = ward.place.sign_in(ward.dag)
    form = fields(dag.get(PATH), text="En gång", send="yes")
    first, second = dag.post(PATH, form), dag.post(PATH, form)
    assert first.url == second.url
    assert second.text.count("En gång") == 1
    assert len(re.findall(r'href="/inbox/cases/[0-9a-f]', dag.get("/inbox/cases/").text)) == 1


def test_what_one_wrote_after_going_back_is_not_lost(ward: Ward) -> None:
    """With the browser's way back to the form that was sent, another text is shown again, to be sent too."""
    dag = ward.place.sign_in(ward.dag)
    old = fields(dag.get(PATH), text="Ett", send="yes")
    dag.post(PATH, old)
    again = dag.post(PATH, {**old, "text": "Två"})
    assert again.status_code == 409
    assert "Ditt förra meddelande är skickat" in again.text
    sent = dag.post(PATH, fields(again, send="yes"))
    assert "Två" in sent.text
    assert "Ett" not in sent.text


def test_a_draft_is_saved_as_it_is_written_and_found_on_another_device(ward: Ward) -> None:
    """A script's saves, and the button without one; the text is there on the other device, and is nobody else's."""
    dag = ward.place.sign_in(ward.dag)
    form = fields(dag.get(PATH), text="Jag har ont")
    saved = autosave(dag, PATH, form)
    assert saved.json() == {"revisions": {"text": 1}, "faults": [], "conflicts": []}
    assert autosave(dag, PATH, {**form, "text": "Jag har ont i", "_revision.text": "1"}).json()["revisions"] == {
        "text": 2
    }
    other = ward.place.sign_in(ward.dag)
    assert fields(other.get(PATH))["text"] == "Jag har ont i"
    assert "Utkast" in other.get("/inbox/cases/").text
    kept = other.post(PATH, fields(other.get(PATH), text="Jag har ont i knät"))
    assert kept.url.path == PATH
    assert fields(dag.get(PATH))["text"] == "Jag har ont i knät"
    assert fields(ward.place.sign_in(ward.asta).get(PATH))["text"] == ""


def test_two_devices_at_once_show_both_texts(ward: Ward) -> None:
    """Whoever comes second sees what the other device saved beside their own text, and nothing is gone."""
    one, two = ward.place.sign_in(ward.dag), ward.place.sign_in(ward.dag)
    first, second = fields(one.get(PATH), text="Från telefonen"), fields(two.get(PATH), text="Från datorn")
    autosave(one, PATH, first)
    assert autosave(two, PATH, second).status_code == 409
    met = two.post(PATH, {**second, "send": "yes"})
    assert met.status_code == 409
    assert "Från telefonen" in met.text
    assert fields(met)["text"] == "Från datorn"
    sent = two.post(PATH, fields(met, send="yes"))
    assert "Ditt meddelande är skickat" in sent.text
    assert "Från datorn" in sent.text


@pytest.mark.parametrize(("text", "said"), [("  ", "Skriv något"), ("x" * 20_001, "Det är för långt")])
def test_what_cannot_be_sent_is_said_and_kept(ward: Ward, text: str, said: str) -> None:
    """Nothing and too much are told where one writes, with the text still there."""
    dag = ward.place.sign_in(ward.dag)
    answer = dag.post(PATH, fields(dag.get(PATH), text=text, send="yes"))
    assert answer.status_code == 422
    assert said in answer.text
    assert fields(answer)["text"] == text


def test_one_goes_on_writing_in_a_case(ward: Ward) -> None:
    """More messages follow, each once, in order; a draft of the next is kept beside those that were sent."""
    dag = ward.place.sign_in(ward.dag)
    case = send(dag, "Ett").url.path
    form = fields(dag.get(case), text="Två", send="yes")
    dag.post(case, form)
    dag.post(case, form)
    autosave(dag, case, fields(dag.get(case), text="Tre, snart"))
    page = dag.get(case).text
    assert re.findall(r'class="written">([^<]+)<', page) == ["Ett", "Två"]
    assert fields(dag.get(case))["text"] == "Tre, snart"


def test_another_s_case_is_not_found(ward: Ward) -> None:
    """A stranger meets the page of what there is not, for cases and for drafts whose id they have guessed."""
    dag, asta = ward.place.sign_in(ward.dag), ward.place.sign_in(ward.asta)
    case = send(dag, "Mitt ärende").url.path
    assert asta.get(case).status_code == 404
    assert asta.post(case, {"text": "x", "send": "yes", "_turn": "0"}).status_code == 404
    form = fields(dag.get(PATH), text="Hemligt utkast")
    autosave(dag, PATH, form)
    stolen = asta.post(PATH, {"_case": form["_case"], "_turn": "0", "text": "x", "send": "yes"})
    assert stolen.status_code == 404
    assert fields(dag.get(PATH))["text"] == "Hemligt utkast"


def test_two_guardians_write_for_a_child_each_in_a_draft_of_their_own(ward: Ward) -> None:
    """What one has sent both see, without who it was; what one has not sent only they see; and it is nobody's own."""
    bo = ward.town.person("Bo", born="1986-09-12")
    cilla = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta, bo])
    one, two = guardian(ward, ward.asta, cilla), guardian(ward, bo, cilla)
    autosave(one, PATH, fields(one.get(PATH), text="Astas utkast"))
    assert fields(two.get(PATH))["text"] == ""
    assert "Astas utkast" not in two.get("/inbox/cases/").text
    sent = one.post(PATH, fields(one.get(PATH), send="yes"))
    seen = two.get(sent.url.path).text
    assert "Astas utkast" in seen
    assert "Någon annan som skriver i ärendet" in seen
    assert "Asta" not in seen.replace("Astas utkast", "")
    autosave(two, sent.url.path, fields(two.get(sent.url.path), text="Bos svar"))
    assert fields(one.get(sent.url.path))["text"] == ""
    one.post("/signin/own")
    assert one.get(sent.url.path).status_code == 404
    assert "Fråga till oss" not in one.get("/inbox/cases/").text


def test_a_signed_out_writer_finds_the_text(ward: Ward) -> None:
    """What was posted when the session had died waits behind the sign-in, and is kept as a draft from there."""
    dag = ward.place.sign_in(ward.dag)
    form = fields(dag.get(PATH), text="Efter två timmar")
    dag.post("/signout")
    kept = dag.post(PATH, form)
    back = re.search(r"/signin/rescued/[0-9a-f-]{36}", html.unescape(kept.text) + unquote(str(kept.url)))
    assert back
    dag.post("/testing/signin", msgspec.to_builtins(ward.dag))
    assert "Efter två timmar" in dag.get(back[0]).text


def test_drafts_are_removed_when_nobody_goes_on_with_them(ward: Ward) -> None:
    """After the region's days a draft is gone with its text; what was sent stays."""
    dag = ward.place.sign_in(ward.dag)
    case = send(dag, "Skickat").url.path
    autosave(dag, PATH, fields(dag.get(PATH), text="Glömt"))
    ward.place.clock.move(days=91)
    ward.place.work()
    dag = ward.place.sign_in(ward.dag)
    assert fields(dag.get(PATH))["text"] == ""
    assert "Skickat" in dag.get(case).text


def kept(ward: Ward, name: str) -> Any:
    """Return a kind of the inbox's personal data."""
    return next(one for owner, one in ward.place.house.personal_data() if (owner, one.name) == ("inbox", name))


def test_a_draft_is_forgotten_on_request_and_what_was_sent_is_handed_out(ward: Ward) -> None:
    """Erasing takes one's own drafts, begun in a case too; what was sent stays, and both are in the copy."""
    dag = ward.place.sign_in(ward.dag)
    case = send(dag, "Skickat").url.path
    autosave(dag, case, fields(dag.get(case), text="Mer"))
    autosave(dag, PATH, fields(dag.get(PATH), text="Utkast"))
    person, drafts, cases = ward.place.visit(ward.dag).subject.id, kept(ward, "drafts"), kept(ward, "cases")
    assert {one["text"] for one in ward.place.run(drafts.export(person))} == {"Mer", "Utkast"}
    assert ward.place.run(drafts.erase(person, "asked")) == 2
    assert ward.place.run(drafts.export(person)) == []
    assert ward.place.run(cases.erase(person, "asked")) == 0
    assert [one["text"] for told in ward.place.run(cases.export(person)) for one in told["messages"]] == ["Skickat"]
    assert (drafts.kept, cases.kept) == ("own", "record")


def test_what_others_have_begun_is_in_no_copy(ward: Ward) -> None:
    """Neither a guardian's draft for a child nor the answer that a colleague is writing; asking does not erase them."""
    cilla = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta])
    asta = guardian(ward, ward.asta, cilla)
    autosave(asta, PATH, fields(asta.get(PATH), text="Astas utkast"))
    desk, eva = ward.asked(), ward.staff("Eva")
    autosave(eva, desk, fields(eva.get(desk), text="Evas utkast"))
    for whose in (cilla, ward.dag):
        person = ward.place.visit(whose).subject.id
        told = [ward.place.run(kept(ward, name).export(person)) for name in ("drafts", "cases")]
        assert "utkast" not in str(told)
        assert ward.place.run(kept(ward, "drafts").erase(person, "asked")) == 0
    assert fields(asta.get(PATH))["text"] == "Astas utkast"
    assert fields(eva.get(desk))["text"] == "Evas utkast"


def test_a_handed_over_device_does_not_reach_cases(ward: Ward) -> None:
    """Whoever has it in their hands meets the page that says so, on the list, where one writes and in a case."""
    cilla = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta])
    asta = guardian(ward, ward.asta, cilla)
    case = send(asta, "Astas fråga").url.path
    asta.post("/lend/over")
    for path in ("/inbox/cases/", "/inbox/write", PATH, case):
        answer = asta.get(path)
        assert answer.status_code == 403, path
        assert "Astas fråga" not in answer.text


FAULTS = [
    ("svar inom: 2 vardagar", "svar inom: snart", "value-unfit", 7),
    ("ägare: SE2321000016-1003", "ägare: Björken", "value-unfit", 5),
    ("version: 1.0", "version: ett", "value-unfit", 6),
    ("ärendetyp: fraga", "ärendetyp: FRÅGA!", "key-unfit", 2),
    ("svar inom: 2 vardagar\n", "", "missing-answered-within", 1),
    ("version: 1.0", "vem svarar: vaktmästaren\nversion: 1.0", "value-unfit", 6),
    ("språk: sv", "spark: sv", "front-unknown", 4),
]


@pytest.mark.parametrize(("written", "instead", "code", "line"), FAULTS, ids=[one[2] + one[1][:8] for one in FAULTS])
def test_a_fault_in_a_case_type_is_told_by_line(
    tmp_path: Path, written: str, instead: str, code: str, line: int
) -> None:
    """`ledstang check` names the line, and what to do."""
    file = tmp_path / "fraga.md"
    file.write_text(QUESTION.replace(written, instead), encoding="utf-8")
    done = CliRunner().invoke(check, [str(file), "--json"])
    found = json.loads(done.stdout)["diagnostics"]
    assert (code, line) in [(one["code"], one["line"]) for one in found], found
