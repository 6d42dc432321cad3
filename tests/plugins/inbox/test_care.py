"""Care writes first: to whom it is meant for and nobody else; and with the texts that the unit keeps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledstang import NoticeWanted
from ledstang.cli.check import command as check
from ledstang.testing import Browser

from .ward import AWAY, HERE, NEAR, OLD, PATH, Ward, autosave, fields, guardian, send

LISTS = "/staff/lists/inbox/"
CHRISTMAS_EVE = 31


def begun(ward: Ward, browser: Browser, whom: object, audience: str = "", text: str = "Provet var bra") -> str:
    """Write to somebody first, and return the case as its readers have it."""
    page = ward.begin(browser, whom)
    chosen = {"audience": audience} if audience else {}
    sent = browser.post(page.url.path, fields(page, text=text, send="yes", **chosen))
    assert "Ditt meddelande är skickat" in sent.text, sent.text
    return page.url.path.replace("desk", "cases")


def test_care_writes_first_and_is_answered(ward: Ward) -> None:
    """The person finds it in the inbox and replies; the reply lies with whoever began, with the case type's promise."""
    eva, dag = ward.staff("Eva"), ward.place.sign_in(ward.dag)
    case = begun(ward, eva, ward.dag)
    assert "Fråga till oss" in dag.get("/inbox/").text
    assert "Provet var bra" in dag.get(case).text
    assert "Meddelande från vården" in dag.get("/inbox/cases/").text
    assert "Inget väntar" in eva.get(LISTS + "mine").text
    assert "senast den 25 november 2026" in send(dag, "Tack! Och nästa?", case).text
    assert case.replace("cases", "desk") in eva.get(LISTS + "mine").text


def test_what_is_begun_is_kept_for_whoever_began_it(ward: Ward) -> None:
    """On a list of one's own, with the text, on another device too; nobody else sees it: no colleague, nor the person."""
    eva, olle, dag = ward.staff("Eva"), ward.staff("Olle"), ward.place.sign_in(ward.dag)
    page = ward.begin(eva, ward.dag)
    path = page.url.path
    autosave(eva, path, fields(page, text="Provet"))
    assert path in eva.get(LISTS + "begun").text
    again = ward.begin(eva, ward.dag)
    assert (again.url.path, fields(again)["text"]) == (path, "Provet")
    assert "Inget väntar" in olle.get(LISTS + "begun").text
    for other in (olle, dag):
        assert other.get(path.replace("desk", "cases") if other is dag else path).status_code == 404
    assert eva.get(f"{path}/hand-on").status_code == 404
    assert "Fråga till oss" not in dag.get("/inbox/cases/").text
    ward.place.clock.move(days=91)
    ward.place.work()
    assert ward.staff("Ek").get(path).status_code == 404


def test_a_double_press_begins_and_sends_once(ward: Ward) -> None:
    """Two presses on *go on* are one draft, and two on *send* one message and one item in the inbox."""
    eva, dag = ward.staff("Eva"), ward.place.sign_in(ward.dag)
    page, again = ward.begin(eva, ward.dag), ward.begin(eva, ward.dag)
    assert page.url == again.url
    form = fields(page, text="En gång", send="yes")
    assert eva.post(page.url.path, form).url == eva.post(page.url.path, form).url
    assert dag.get(page.url.path.replace("desk", "cases")).text.count(">En gång<") == 1
    assert len(re.findall(r'href="/inbox/[0-9a-f]{8}-', dag.get("/inbox/").text)) == 1


@pytest.mark.parametrize("audience", ["both", "subject", "proxies"])
def test_only_those_read_it_whom_it_is_meant_for(ward: Ward, audience: str) -> None:
    """For a child: both, the child only, or the guardians only. Others have no item, no case on the list and no page."""
    cilla = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
    eva, asta = ward.staff("Eva"), guardian(ward, ward.asta, cilla)
    case = begun(ward, eva, cilla, audience)
    for browser, reads in ((asta, audience != "subject"), (ward.place.sign_in(cilla), audience != "proxies")):
        assert browser.get(case).status_code == (200 if reads else 404)
        assert browser.post(case, {"text": "x", "_turn": "0"}).status_code == (200 if reads else 404)
        for listed in ("/inbox/", "/inbox/cases/"):
            assert ("Fråga till oss" in browser.get(listed).text) is reads, listed


def test_nothing_is_to_be_chosen_where_nobody_acts(ward: Ward) -> None:
    """Of a grown person's no guardian can read: whom it is for is not asked, and what is posted all the same is nothing."""
    page = ward.begin(eva := ward.staff("Eva"), ward.dag)
    assert "Vem får läsa" not in page.text
    eva.post(page.url.path, fields(page, text="Hej", send="yes", audience="proxies"))
    assert "Hej" in ward.place.sign_in(ward.dag).get(page.url.path.replace("desk", "cases")).text


def test_what_nobody_could_read_cannot_be_chosen(ward: Ward) -> None:
    """A child of eight cannot sign in: it can be for the guardians only, and not for the child only."""
    cilla = ward.town.child("Cilla", born="2018-01-01", guardians=[ward.asta])
    page = ward.begin(ward.staff("Eva"), cilla).text
    assert re.findall(r'name="audience" value="([^"]+)"', page) == ["both", "proxies"]


def test_whom_it_is_for_is_kept_with_the_draft(ward: Ward) -> None:
    """Chosen where nothing could be sent yet, it is still chosen there, and on another device."""
    cilla = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
    page = ward.begin(eva := ward.staff("Eva"), cilla)
    met = eva.post(page.url.path, fields(page, text=" ", send="yes", audience="subject"))
    assert met.status_code == 422
    for again in (met, eva.get(page.url.path)):
        assert re.findall(r'value="(\w+)"[^>]* checked', again.text) == ["subject"]


def test_what_is_the_child_s_alone_is_in_no_copy_of_another_s(ward: Ward) -> None:
    """The kind of data that a guardian's copy may hold has it not, nor one of the child's what is for guardians only."""
    cilla = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
    eva = ward.staff("Eva")
    for audience in ("both", "subject", "proxies"):
        begun(ward, eva, cilla, audience, f"För {audience}")
    kinds = {one.name: one for _, one in ward.place.house.personal_data() if one.name in ("cases", "own-cases")}
    person = ward.place.visit(cilla).subject.id
    told = {name: str(ward.place.run(kind.export(person))) for name, kind in kinds.items()}
    assert "För both" in told["cases"]
    assert "För subject" in told["own-cases"]
    assert "För subject" not in told["cases"]
    assert "För proxies" not in str(told)
    assert (kinds["cases"].action, kinds["own-cases"].action) == ("inbox.write", "")


@pytest.mark.parametrize(
    ("number", "about", "said"),
    [
        ("12", "fran", "Skriv personnumret"),
        ("", "", "Välj vad det gäller"),
        ("201201019999", "fran", "Skriv personnumret"),
    ],
)
def test_what_cannot_be_begun_is_said(ward: Ward, number: str, about: str, said: str) -> None:
    """A number that cannot be one, and nothing chosen; what a resident starts is not among what one can choose."""
    answer = ward.staff("Eva").post("/inbox/desk/begin", {"number": number, "about": about})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="fraga"' not in answer.text


def test_one_begins_only_at_one_s_unit_and_not_with_oneself(ward: Ward) -> None:
    """Another unit's case types are not there; nobody in care begins a case with themselves; nor does anybody else at all."""
    gun, one = ward.staff("Gun", unit=NEAR), ward.town.person("Eva", born="1980-02-02")
    ward.town.registry.put(one)
    eva = ward.place.at_work(one, ward.place.appoint(one, "treater"))
    assert "ingen ärendetyp" in gun.get("/inbox/desk/begin").text
    assert ward.begin(gun, ward.dag).status_code == 422
    assert "Ingen som kan läsa meddelanden här" in ward.begin(eva, one).text
    assert ward.place.sign_in(ward.dag).get("/inbox/desk/begin").status_code == 404


def test_beginning_stands_in_the_access_log(ward: Ward) -> None:
    """The person reads that staff of the unit had something of theirs before them, though nothing has been sent."""
    ward.begin(ward.staff("Eva"), ward.dag)
    assert "Testmottagningen" in ward.place.sign_in(ward.dag).get("/access-log/").text


def test_a_person_is_told_once_that_something_waits(ward: Ward) -> None:
    """Each answer asks for one notice, in the transaction that sends it; of what is for some alone, only they are told."""
    cilla = ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])
    eva, told, paths = ward.staff("Eva"), [], []
    emit = ward.place.house.outbox.emit

    async def heard(event: object, *more: object) -> None:
        if isinstance(event, NoticeWanted):
            told.append((event.person, event.alone, event.for_proxies))
            paths.append(event.path)
        await emit(event, *more)

    ward.place.house.outbox.emit = heard  # type: ignore[method-assign]
    begun(ward, eva, cilla, "subject")
    begun(ward, eva, ward.dag)
    begun(ward, ward.staff("Frida"), cilla, "proxies")
    people = [ward.place.visit(one).subject.id for one in (cilla, ward.dag)]
    assert told == [(people[0], True, False), (people[1], False, False), (people[0], False, True)]
    assert "Fråga till oss" in ward.place.sign_in(ward.dag).get(paths[1]).text


def test_a_unit_s_text_is_put_in_and_can_be_changed_before_it_is_sent(ward: Ward) -> None:
    """A standard answer and a signature come below what is written, as plain lines, kept and not sent; two presses, once."""
    desk, eva = ward.asked(), ward.staff("Eva")
    page = eva.get(desk)
    assert re.findall(r'<option value="([^"]*)"', page.text) == ["", "tid", "hej"]
    form = fields(page, text="Hej!", ready="tid", put="yes")
    put = eva.post(desk, form)
    assert fields(put)["text"] == "Hej!\n\nRing oss på vardagar.\n\nVi svarar 8–10."
    assert fields(eva.post(desk, form))["text"] == fields(put)["text"]
    signed = eva.post(desk, fields(put, ready="hej", put="yes"))
    assert fields(signed)["text"].endswith("8–10.\n\nHälsningar\nmottagningen")
    assert "Ring oss" not in ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text
    gun = ward.staff("Gun", unit=NEAR)
    send(gun.place.sign_in(ward.dag))
    assert "Hälsningar" in eva.post(desk, fields(signed, send="yes")).text


def test_an_absence_is_said_where_one_writes_and_replies_first(ward: Ward) -> None:
    """From its first day to its last: on the page, and in the case at once, once; the promise and the lists are as ever."""
    dag = ward.place.sign_in(ward.dag)
    assert "Vi har stängt" not in dag.get(PATH).text
    ward.place.clock.move(days=CHRISTMAS_EVE)
    dag = ward.place.sign_in(ward.dag)
    assert "Vi läser igen den 28 december." in dag.get(PATH).text
    sent = send(dag, "Hallå?")
    assert sent.text.index("Hallå?") < sent.text.index("Frånvarosvar, Testmottagningen")
    case = sent.url.path
    again = send(dag, "Är ni där?", case)
    assert again.text.count("Frånvarosvar") == 1
    eva = ward.staff("Eva")
    assert case.replace("cases", "desk") in eva.get(LISTS + "new").text
    page = eva.get(case.replace("cases", "desk")).text
    assert "Frånvarosvar" in page
    assert "/close" not in page
    ward.place.clock.move(days=4)
    assert "Vi har stängt" not in ward.place.sign_in(ward.dag).get(PATH).text


def test_what_lay_at_a_unit_that_was_merged_lies_at_the_new_one(ward: Ward) -> None:
    """From the day of the merging: on every list, to be opened and answered; and one writes to the new unit."""
    dag = ward.place.sign_in(ward.dag)
    case = send(dag, "Till den gamla", "/inbox/write/gammal").url.path
    desk = case.replace("cases", "desk")
    assert "Inget väntar" in ward.staff("Eva").get(LISTS + "new").text
    ward.place.clock.move(days=9)
    eva, dag = ward.staff("Ek"), ward.place.sign_in(ward.dag)
    for name in ("new", "overdue", "open"):
        assert desk in eva.get(LISTS + name).text, name
    assert "Ditt svar är skickat" in send(eva, "Här är vi", desk).text
    assert "Gamla mottagningen" not in dag.get("/inbox/write").text
    assert "Testmottagningen" in send(dag, "Till den nya", "/inbox/write/gammal").text
    assert OLD != HERE


FAULTS = [
    ("sort: frånvaro", "sort: annat", "value-unfit", 6),
    ("gäller från: 2026-12-21", "gäller från: i jul", "value-unfit", 8),
    ("gäller till: 2026-12-27", "gäller till: 2026-12-01", "value-unfit", 9),
    ("gäller till: 2026-12-27\n", "", "missing-valid-to", 1),
    ("ägare: SE2321000016-1003", "ägare: Björken", "value-unfit", 5),
    ("Vi läser igen den 28 december.", "", "text-length", 1),
    ("enhetstext: jul", "enhetstext: JUL!", "key-unfit", 2),
]


@pytest.mark.parametrize(("written", "instead", "code", "line"), FAULTS, ids=[one[2] + one[0][:12] for one in FAULTS])
def test_a_fault_in_a_unit_s_text_is_told_by_line(
    tmp_path: Path, written: str, instead: str, code: str, line: int
) -> None:
    """`ledstang check` names the line; an absence without a last day would reply for ever, and is told of."""
    file = tmp_path / "jul.md"
    file.write_text(AWAY.replace(written, instead), encoding="utf-8")
    done = CliRunner().invoke(check, [str(file), "--json"])
    found = json.loads(done.stdout)["diagnostics"]
    assert (code, line) in [(one["code"], one["line"]) for one in found], found
