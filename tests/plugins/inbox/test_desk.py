"""The unit's desk: nobody lies unanswered, nobody is answered twice, and each opening can be read by whom it is about."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest
from ledstang.host import Host
from ledstang.testing import Browser
from ledstang_inbox.cases import Cases
from ledstang_inbox.desk import Desk

from .ward import NEAR, Ward, autosave, fields, send

LISTS = "/staff/lists/inbox/"


def verb(browser: Browser, path: str, name: str, **more: str) -> httpx.Response:
    """Press a button of the page at `path`: one that is a form to `name` below the case."""
    page = browser.get(path).text
    form = re.search(rf'<form method="post" action="(/inbox/desk/[^"]+/{name})"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, page
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2]))
    return browser.post(form[1], {**hidden, **more})


def options(browser: Browser, path: str) -> dict[str, str]:
    """Return what can be chosen on a page, by its words."""
    return {text: value for value, text in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)<', browser.get(path).text)}


def test_what_is_written_waits_on_the_list_of_new(ward: Ward) -> None:
    """With whose it is, what it is about and until when; on nobody's own list yet, and not at another unit."""
    desk, eva = ward.asked(), ward.staff("Eva")
    new = eva.get(LISTS + "new").text
    assert "Dag" in new
    assert "Fråga till oss. Sedan 23 november 2026. Senast 25 november 2026." in new
    assert desk in new
    assert "Inget väntar" in eva.get(LISTS + "mine").text
    assert "Inget väntar" in eva.get(LISTS + "overdue").text
    gun = ward.staff("Gun", unit=NEAR)
    assert "Inget väntar" in gun.get(LISTS + "open").text
    assert gun.get(desk).status_code == 404


def test_a_draft_is_on_no_desk(ward: Ward) -> None:
    """What has not been sent staff neither find nor open."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    form = fields(dag.get("/inbox/write/fraga"), text="Inte än")
    autosave(dag, "/inbox/write/fraga", form)
    assert "Inget väntar" in eva.get(LISTS + "open").text
    assert eva.get(f"/inbox/desk/{form['_case']}").status_code == 404


def test_only_those_answer_whom_the_case_type_names(ward: Ward) -> None:
    """A case type for citizen administrators is neither listed to a treater nor opened by one, nor given to one."""
    desk = ward.asked(path="/inbox/write/recept")
    eva, ivar = ward.staff("Eva"), ward.staff("Ivar", "citizen-administrator")
    assert "Inget väntar" in eva.get(LISTS + "new").text
    assert eva.get(desk).status_code == 404
    assert "Kan jag träna?" in ivar.get(desk).text
    assert not [name for name in options(ivar, desk + "/hand-on") if name.startswith("Eva")]


def test_one_answers_and_the_citizen_reads_it(ward: Ward) -> None:
    """In the inbox and in the thread, under title and unit and no name; staff see when each side has read."""
    desk, eva, dag = ward.asked(), ward.staff("Eva"), ward.place.sign_in(ward.dag)
    case = desk.replace("desk", "cases")
    eva.get(desk)
    assert "Sett av mottagningen 23 november" in dag.get(case).text
    answer = send(eva, "Ja, lagom mycket.", desk)
    assert "Ditt svar är skickat" in answer.text
    assert "Inte läst än" in answer.text
    assert "Fråga till oss" in dag.get("/inbox/").text
    read = dag.get(case).text
    assert "Ja, lagom mycket." in read
    assert "Nurse, Testmottagningen" in read
    assert "Eva" not in read
    assert "Inte läst än" not in eva.get(desk).text
    for name in ("new", "mine", "overdue"):
        assert "Inget väntar" in eva.get(LISTS + name).text
    assert desk in eva.get(LISTS + "open").text


def test_a_double_press_is_one_answer(ward: Ward) -> None:
    """The same form sent twice is in the thread and in the inbox once."""
    desk, eva = ward.asked(), ward.staff("Eva")
    form = fields(eva.get(desk), text="Ja", send="yes")
    assert eva.post(desk, form).status_code == eva.post(desk, form).status_code == 200
    dag = ward.place.sign_in(ward.dag)
    assert dag.get(desk.replace("desk", "cases")).text.count(">Ja<") == 1
    assert len(re.findall(r'href="/inbox/[0-9a-f]{8}-', dag.get("/inbox/").text)) == 1


def test_part_of_an_answer_leaves_the_promise(ward: Ward) -> None:
    """More is coming: the day stands, and the case is on the list of whoever began to answer."""
    desk, eva = ward.asked(), ward.staff("Eva")
    eva.post(desk, fields(eva.get(desk), text="Vi tittar på det", part="yes"))
    assert "Senast 25 november 2026" in eva.get(LISTS + "mine").text


def test_what_nobody_has_answered_in_time_is_overdue(ward: Ward) -> None:
    """On the third weekday of a promise of two; writing more does not put the day off."""
    desk = ward.asked()
    ward.place.clock.move(days=2)
    dag = ward.place.sign_in(ward.dag)
    send(dag, "Hallå?", desk.replace("desk", "cases"))
    eva = ward.staff("Eva")
    assert "Inget väntar" in eva.get(LISTS + "overdue").text
    ward.place.clock.move(days=1)
    late = ward.place.at_work(one := ward.town.person("Ek", born="1970-01-01"), ward.place.appoint(one, "treater"))
    assert desk in late.get(LISTS + "overdue").text
    assert "Försenat sedan 26 november 2026" in late.get(desk).text


def test_one_takes_a_case_once(ward: Ward) -> None:
    """It goes from the list of new to one's own; a colleague who pressed a moment later is told, and takes nothing."""
    desk, eva, olle = ward.asked(), ward.staff("Eva"), ward.staff("Olle")
    assert "Ingen än" in olle.get(desk).text
    verb(eva, desk, "take")
    assert desk in eva.get(LISTS + "mine").text
    assert "Inget väntar" in eva.get(LISTS + "new").text
    late = olle.post(desk + "/take", {"_keeper": ""})
    assert late.status_code == 409
    assert "Något har hänt i ärendet under tiden" in late.text
    assert "Inget väntar" in olle.get(LISTS + "mine").text
    verb(olle, desk, "take")
    assert desk in olle.get(LISTS + "mine").text


def test_one_gives_a_case_to_a_colleague(ward: Ward) -> None:
    """To one who works at the unit today and may answer; to nobody else, whatever is posted."""
    desk, eva, olle, gun = ward.asked(), ward.staff("Eva"), ward.staff("Olle"), ward.staff("Gun", unit=NEAR)
    page = desk + "/hand-on"
    known = options(eva, page)
    assert "Olle, Nurse" in known
    assert "Gun, Nurse" not in known
    stranger = str(ward.place.visit(ward.asta).subject.id)
    assert verb(eva, page, "colleague", colleague=stranger).status_code == 422
    assert verb(eva, page, "colleague", colleague="").status_code == 422
    verb(eva, page, "colleague", colleague=known["Olle, Nurse"])
    assert desk in olle.get(LISTS + "mine").text
    assert gun.get(page).status_code == 404


def test_a_case_is_handed_over_to_another_unit(ward: Ward) -> None:
    """It lies on their desk with its promise and not on ours; the citizen reads where it is, and nothing was lost."""
    desk, eva, gun = ward.asked(), ward.staff("Eva"), ward.staff("Gun", unit=NEAR)
    send(eva, "Det vet de bättre.", desk)
    send(ward.place.sign_in(ward.dag), "Tack", desk.replace("desk", "cases"))
    page = desk + "/hand-on"
    assert options(eva, page)["Andra mottagningen"] == NEAR
    assert "Mottagningen där" not in options(eva, page)
    assert verb(eva, page, "unit", unit="SE2321000024-3005").status_code == 422
    assert "Inget väntar" in verb(eva, page, "unit", unit=NEAR).text
    assert eva.get(desk).status_code == 404
    assert desk in gun.get(LISTS + "new").text
    theirs = gun.get(desk).text
    assert "Kan jag träna?" in theirs
    assert "Svar senast 25 november 2026" in theirs
    dag = ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text
    assert "Överlämnat till Andra mottagningen" in dag
    assert "Nurse, Testmottagningen" in dag


def test_a_case_is_closed_when_it_has_been_answered(ward: Ward) -> None:
    """Not before: nobody is left without an answer. Afterwards nobody writes in it, and it is on no list."""
    desk, eva, dag = ward.asked(), ward.staff("Eva"), ward.place.sign_in(ward.dag)
    case = desk.replace("desk", "cases")
    assert "/close" not in eva.get(desk).text
    assert eva.post(desk + "/close", {"_heard": "1"}).status_code == 409
    send(eva, "Ja", desk)
    form = fields(dag.get(case), text="En sak till", send="yes")
    assert "Avslutat 23 november" in verb(eva, desk, "close").text
    assert "Inget väntar" in eva.get(LISTS + "open").text
    late = dag.post(case, form)
    assert "Ärendet är avslutat" in late.text
    assert "En sak till" in late.text
    assert eva.post(desk, {"text": "Mer", "send": "yes", "_turn": "1", "_heard": "3"}).status_code == 409
    assert ">Mer<" not in dag.get(case).text


def test_two_who_answer_at_once_are_told_of_each_other(ward: Ward) -> None:
    """The second answer is not sent; it is shown below what the first one wrote, and can be sent then."""
    desk, eva, olle = ward.asked(), ward.staff("Eva"), ward.staff("Olle")
    second = fields(olle.get(desk), text="Nej, vila", send="yes")
    send(eva, "Ja, träna", desk)
    met = olle.post(desk, second)
    assert met.status_code == 409
    assert "Något har hänt i ärendet under tiden" in met.text
    assert "Ja, träna" in met.text
    assert fields(met)["text"] == "Nej, vila"
    dag = ward.place.sign_in(ward.dag)
    assert "Nej, vila" not in dag.get(desk.replace("desk", "cases")).text
    assert olle.post(desk, fields(met, text="Ja, men vila först", send="yes")).status_code == 200
    assert "Ja, men vila först" in dag.get(desk.replace("desk", "cases")).text


def test_the_citizen_who_writes_meanwhile_is_read_first(ward: Ward) -> None:
    """An answer that was written before the citizen's next message is not sent over it, and a closing neither."""
    desk, eva, dag = ward.asked(), ward.staff("Eva"), ward.place.sign_in(ward.dag)
    form = fields(eva.get(desk), text="Ja", send="yes")
    send(dag, "Jag menar simma", desk.replace("desk", "cases"))
    met = eva.post(desk, form)
    assert met.status_code == 409
    assert "Jag menar simma" in met.text
    eva.post(desk, fields(met, send="yes"))
    send(dag, "Tack, men hur långt?", desk.replace("desk", "cases"))
    assert eva.post(desk + "/close", {"_heard": "3"}).status_code == 409


def test_what_one_answers_is_saved_as_it_is_written_and_is_one_s_own(ward: Ward) -> None:
    """On another device it is there; a colleague has a text of their own, and the citizen sees none."""
    desk, eva, olle = ward.asked(), ward.staff("Eva"), ward.staff("Olle")
    saved = autosave(eva, desk, fields(eva.get(desk), text="Jag tror"))
    assert saved.json() == {"revisions": {"text": 1}, "faults": [], "conflicts": []}
    assert fields(eva.get(desk))["text"] == "Jag tror"
    assert fields(olle.get(desk))["text"] == ""
    assert "Jag tror" not in ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text


def test_what_one_answered_survives_a_dead_session(ward: Ward) -> None:
    """It waits behind the sign-in of whoever wrote it, and is in no inbox."""
    desk = ward.asked()
    identity = ward.town.person("Eva", born="1980-02-02")
    work = ward.place.appoint(identity, "treater")
    eva = ward.place.at_work(identity, work)
    form = fields(eva.get(desk), text="Efter två timmar", send="yes")
    eva.post("/signout")
    kept = eva.post(desk, form)
    back = re.search(r"/signin/rescued/[0-9a-f-]{36}", html.unescape(kept.text) + unquote(str(kept.url)))
    assert back
    again = ward.place.at_work(identity, work)
    assert "Efter två timmar" in again.get(back[0]).text
    assert "Efter två timmar" not in ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text


def test_each_opening_is_read_by_whom_it_is_about(ward: Ward) -> None:
    """The citizen finds in *who has read* that staff of the unit answered; what was refused is there too, for the unit."""
    desk, eva, gun = ward.asked(), ward.staff("Eva"), ward.staff("Gun", unit=NEAR)
    eva.get(desk)
    gun.get(desk)
    seen = ward.place.sign_in(ward.dag).get("/access-log/").text
    assert "Svara på det människor skriver till mottagningen" in seen
    assert "Testmottagningen" in seen


@pytest.mark.parametrize(("text", "said"), [("  ", "Skriv något"), ("x" * 20_001, "Det är för långt")])
def test_what_cannot_be_answered_is_said_and_kept(ward: Ward, text: str, said: str) -> None:
    """Nothing and too much are told where one writes, with the text still there."""
    desk, eva = ward.asked(), ward.staff("Eva")
    answer = eva.post(desk, fields(eva.get(desk), text=text, send="yes"))
    assert answer.status_code == 422
    assert said in answer.text
    assert fields(answer)["text"] == text


def test_what_is_sent_into_a_case_that_closes_at_that_moment_is_not_sent(ward: Ward) -> None:
    """The page that sends has found it open; the transaction does not, so that nothing lies where nobody looks."""
    desk, eva, dag = ward.asked(), ward.staff("Eva"), ward.place.sign_in(ward.dag)
    send(eva, "Ja", desk)
    case = desk.replace("desk", "cases")
    autosave(dag, case, fields(dag.get(case), text="En sak till"))
    cases, visit = Cases(Host(ward.place.house, "inbox")), ward.place.visit(ward.dag)
    found = ward.place.run(cases.thread(UUID(desk[-36:]), visit.actor.id)).case
    one = ward.place.run(cases.type_of(found))
    verb(eva, desk, "close")
    assert ward.place.run(cases.send(visit, found, one, 1)) is False
    assert "En sak till" not in eva.get(desk).text


def twice(browser: Browser, path: str, name: str, **more: str) -> tuple[httpx.Response, httpx.Response]:
    """Press a button of a page twice before its answer has come."""
    page = browser.get(path).text
    form = re.search(rf'<form method="post" action="(/inbox/desk/[^"]+/{name})"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, page
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])) | more
    return browser.post(form[1], hidden), browser.post(form[1], hidden)


def test_a_double_press_is_one_deed(ward: Ward) -> None:
    """Taking, giving to a colleague, handing over and closing: the second press has the same answer and does nothing."""
    desk, eva, gun = ward.asked(), ward.staff("Eva"), ward.staff("Gun", unit=NEAR)
    ward.staff("Olle")
    deeds, page = [twice(eva, desk, "take")], f"{desk}/hand-on"
    deeds += [twice(eva, page, "colleague", colleague=options(eva, page)["Olle, Nurse"])]
    send(eva, "Ja", desk)
    deeds += [twice(eva, f"{desk}/hand-on", "unit", unit=NEAR)]
    assert gun.get(desk).text.count("Överlämnat till") == 1
    deeds += [twice(gun, desk, "close")]
    for first, second in deeds:
        assert (first.status_code, first.url) == (second.status_code, second.url) == (200, first.url)
    dag = ward.place.sign_in(ward.dag)
    assert (
        gun.get(desk).text.count("Avslutat") == dag.get(desk.replace("desk", "cases")).text.count("Avslutat") + 1 == 2
    )
    assert len(re.findall(r'href="/inbox/[0-9a-f]{8}-', dag.get("/inbox/").text)) == 2


def test_whoever_hands_over_what_a_colleague_closes_is_told(ward: Ward) -> None:
    """Two who do different things from the same page are not taken for one who presses twice."""
    desk, eva, olle = ward.asked(), ward.staff("Eva"), ward.staff("Olle")
    send(eva, "Ja", desk)
    verb(olle, desk, "close")
    assert eva.post(f"{desk}/unit", {"unit": NEAR, "_heard": "2"}).status_code == 409
    assert eva.post(f"{desk}/close", {"_heard": "2"}).status_code == 409


def test_two_tabs_of_one_who_answers_show_both_texts(ward: Ward) -> None:
    """Whichever is sent second is shown beside what the other tab saved, and nothing of either is lost."""
    desk, eva = ward.asked(), ward.staff("Eva")
    one, two = fields(eva.get(desk), text="I ena fliken"), fields(eva.get(desk), text="I andra fliken")
    autosave(eva, desk, one)
    met = eva.post(desk, {**two, "send": "yes"})
    assert met.status_code == 409
    assert "I ena fliken" in met.text
    assert fields(met)["text"] == "I andra fliken"
    assert "I andra fliken" in eva.post(desk, fields(met, send="yes")).text


def test_an_answer_that_is_sent_again_from_a_dead_session_is_one_answer(ward: Ward) -> None:
    """Sent, then signed out, then the same form from the browser's way back and from behind the sign-in: once."""
    desk, one = ward.asked(), ward.town.person("Eva", born="1980-02-02")
    work = ward.place.appoint(one, "treater")
    eva = ward.place.at_work(one, work)
    form = fields(eva.get(desk), text="Ja", send="yes")
    eva.post(desk, form)
    eva.post("/signout")
    kept = eva.post(desk, form)
    assert re.search(r"/signin/rescued/[0-9a-f-]{36}", html.unescape(kept.text) + unquote(str(kept.url)))
    again = ward.place.at_work(one, work)
    again.post(desk, {name: value for name, value in form.items() if name != "_csrf"})
    assert ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text.count(">Ja<") == 1


def test_two_presses_at_the_very_same_moment_are_one(ward: Ward) -> None:
    """Both requests have kept the text before either sends it: the second one sends nothing, and is told of nobody."""
    desk, one = ward.asked(), ward.town.person("Eva", born="1980-02-02")
    work = ward.place.appoint(one, "treater")
    eva = ward.place.at_work(one, work)
    autosave(eva, desk, fields(eva.get(desk), text="Ja"))
    host = Host(ward.place.house, "inbox")
    cases, own = Cases(host), ward.place.visit(one)
    visit = own.at_work(ward.place.run(ward.place.house.staff.acting(work, own.actor.id)))
    thread = ward.place.run(cases.thread(UUID(desk[-36:]), visit.actor.id))
    kind = ward.place.run(cases.type_of(thread.case))
    for _ in range(2):
        ward.place.run(Desk(host, cases).send(visit, thread, kind, thread.turn, 1, part=False))
    dag = ward.place.sign_in(ward.dag)
    assert dag.get(desk.replace("desk", "cases")).text.count(">Ja<") == 1
    assert len(re.findall(r'href="/inbox/[0-9a-f]{8}-', dag.get("/inbox/").text)) == 1
