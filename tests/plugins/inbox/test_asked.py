"""A case type's own questions: asked where one writes, saved as they are answered, sent and read with the message."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner
from ledstang import Identity
from ledstang.cli.check import command as check
from ledstang.testing import Browser
from ledstang_inbox.tables import Case

from .test_cases import kept
from .test_correcting import way
from .test_ended import Home
from .ward import RENEW, Ward, autosave, guardian, send

RENEWING = "/inbox/write/fornya"
NAUGHTY = "<script>alert(1)</script> 💊\u202e½ “å” ' -- {{ namn }}\nrad två"


def write_type(ward: Ward, text: str) -> None:
    (ward.town.folder / "instance" / "cases" / "fornya.md").write_text(text, "utf-8")


def asked(page: httpx.Response, **answers: str) -> dict[str, Any]:
    """Return what the page's form sends, without a date; `answers` by question."""
    form = re.search(
        r'<form method="post" action="/inbox/(?:write|cases)/[^"]*"[^>]*>(.*?)</form>', page.text, re.DOTALL
    )
    assert form, page.text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
    said = re.findall(r'<input class="input[^"]*" id="[^"]+" name="(q\.namn)" type="text" value="([^"]*)"', form[1])
    said += re.findall(r'name="(q\.racker)" value="([^"]+)" id="[^"]+" checked', form[1])
    said += re.findall(r'<textarea [^>]*name="(q\.text)"[^>]*>\n(.*?)</textarea>', form[1], re.DOTALL)
    found: dict[str, list[str]] = {}
    for name, one in (*hidden, *said):
        found.setdefault(name, []).append(html.unescape(one))
    plain = {name: some if name == "_seen.q" else some[0] for name, some in found.items()}
    return plain | {f"q.{id_}": one for id_, one in answers.items()}


def answer(browser: Browser, path: str = RENEWING, **answers: str) -> httpx.Response:
    """Answer and send."""
    given = {"namn": "Alvedon", "racker": "lange", **answers}
    return browser.post(path, asked(browser.get(path), **given) | {"send": "yes"})


def rows(page: httpx.Response) -> list[tuple[str, str]]:
    """Return the questions with their answers as a page shows them."""
    return [
        (html.unescape(what), html.unescape(said))
        for what, said in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.text, re.DOTALL)
    ]


def test_the_questions_stand_where_one_writes_and_are_sent_with_the_message(ward: Ward) -> None:
    """The citizen reads questions and answers in the thread; staff do too, with the version, and what they are to be told."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    page = dag.get(RENEWING).text
    assert (
        page.index("Skriv vad du undrar.") < page.index("Vilket läkemedel?") < page.index("något mer du vill berätta?")
    )
    sent = answer(dag, text="Tack på förhand")
    assert "Ditt meddelande är skickat" in sent.text
    read = [("Vilket läkemedel?", "Alvedon"), ("Hur länge räcker det?", "Länge")]
    assert rows(sent)[:2] == read
    assert "Tack på förhand" in sent.text
    assert "Frågor" not in sent.text
    at_work = eva.get(sent.url.path.replace("cases", "desk"))
    assert [row for row in rows(at_work) if row in read] == read
    assert "version 1.4 av frågorna" in at_work.text
    assert "Läkemedlet är slut" not in at_work.text
    assert "q.namn" not in dag.get(sent.url.path).text  # what comes after is a message like any other


def test_an_answer_that_brings_something_new_is_looked_at_before_it_is_sent(ward: Ward) -> None:
    """A question and a text that an answer opens are shown first; the next press sends, and staff are told what was flagged."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    page = answer(dag, racker="slut")
    assert page.url.path == RENEWING
    assert "Titta en gång till innan du skickar" in page.text
    assert "Ring oss om det är bråttom." in page.text
    sent = dag.post(RENEWING, {**asked(page), "send": "yes"})
    assert rows(sent)[2] == ("Sedan vilken dag?", "Inte besvarad")
    desk = eva.get(sent.url.path.replace("cases", "desk")).text
    assert "Läkemedlet är slut." in desk
    assert "Läkemedlet är slut." not in sent.text


def test_a_flag_with_a_time_limit_makes_the_case_due_sooner(ward: Ward) -> None:
    """It is overdue at the unit when that has passed, above what was asked before it; the citizen's promise stands."""
    dag, eva, asta = ward.place.sign_in(ward.dag), ward.staff("Eva"), ward.place.sign_in(ward.asta)
    send(asta, "Inte bråttom")
    page = answer(dag, racker="slut")
    sent = dag.post(RENEWING, {**asked(page), "send": "yes"})
    assert "senast den 25 november 2026" in sent.text
    desk = sent.url.path.replace("cases", "desk")
    for said in (
        "Till: läkarsekreteraren.",
        "Ta hand om det senast 23 november 2026, 16:00.",
        "Svar senast 25 november",
    ):
        assert said in eva.get(desk).text
    listed = re.findall(r"/inbox/desk/[0-9a-f-]{36}", eva.get("/staff/lists/inbox/new").text)
    assert listed[0] == desk
    assert "/inbox/desk/" not in eva.get("/staff/lists/inbox/overdue").text
    send(dag, "Och en sak till", sent.url.path)
    ward.place.clock.move(hours=5)
    eva, dag = ward.staff("Eva Två"), ward.place.sign_in(ward.dag)
    assert desk in eva.get("/staff/lists/inbox/overdue").text
    assert "Svar senast 25 november" in dag.get("/inbox/cases/").text
    send(eva, "Klart", desk)
    assert "/inbox/desk/" not in eva.get("/staff/lists/inbox/overdue").text
    again = send(dag, "En fråga till", sent.url.path)
    assert "senast den 25 november 2026" in again.text
    assert "/inbox/desk/" not in eva.get("/staff/lists/inbox/overdue").text


def test_a_correction_that_raises_a_flag_hurries_too(ward: Ward) -> None:
    """What was answered wrong at first is as pressing as what was answered right at once."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    sent = answer(dag)
    path = way(sent)
    page = dag.post(path, asked(dag.get(path), racker="slut") | {"send": "yes"})
    assert "Titta en gång till innan du sparar" in page.text
    fixed = dag.post(path, asked(page) | {"send": "yes"})
    assert "Rättat" in fixed.text
    ward.place.clock.move(hours=5)
    eva = ward.staff("Eva Två")
    assert sent.url.path.replace("cases", "desk") in eva.get("/staff/lists/inbox/overdue").text


def test_an_answer_that_is_hidden_again_is_not_sent(ward: Ward) -> None:
    """What stood at a question that is asked no longer is shown to nobody, and is in no copy."""
    dag = ward.place.sign_in(ward.dag)
    page = dag.post(RENEWING, asked(dag.get(RENEWING), racker="slut"))
    page = dag.post(RENEWING, {**asked(page, namn="Alvedon"), "q.sedan": ["2026", "11", "1"]})
    assert 'value="2026"' in page.text
    sent = dag.post(RENEWING, asked(page, racker="lange") | {"send": "yes"})
    assert [what for what, _ in rows(sent)][:3] != ["Vilket läkemedel?", "Hur länge räcker det?", "Sedan vilken dag?"]
    person = ward.place.visit(ward.dag).subject.id
    assert "Sedan" not in str(ward.place.run(kept(ward, "cases").export(person)))


def test_answers_are_saved_as_they_are_given_and_survive(ward: Ward) -> None:
    """By the script, on another device, after a restart, and where the session died in the middle of it."""
    phone = ward.place.sign_in(ward.dag)
    form = asked(phone.get(RENEWING), namn=NAUGHTY[:40])
    assert autosave(phone, RENEWING, form).json()["revisions"] == {"q.namn": 1}
    ward.restart(phone)
    other = ward.place.sign_in(ward.dag)
    assert asked(other.get(RENEWING))["q.namn"] == NAUGHTY[:40]
    ward.place.clock.move(minutes=61)
    late = autosave(phone, RENEWING, {**form, "_revision.q.namn": "1", "q.racker": "lange"})
    assert (late.status_code, late.json()["rescued"]) == (401, True)
    back = httpx.URL(str(phone.post(RENEWING, {**form, "_revision.q.namn": "1", "q.racker": "lange"}).url)).params[
        "next"
    ]
    phone.post("/testing/signin", msgspec.to_builtins(ward.dag))
    rescued = phone.get(back).text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', rescued)
    phone.post(RENEWING, {name: html.unescape(one) for name, one in fields})
    assert asked(phone.get(RENEWING))["q.racker"] == "lange"


def test_naughty_answers_survive_all_the_way(ward: Ward) -> None:
    """As they were written, in the thread and at the unit, and as nothing but text."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    sent = answer(dag, text=NAUGHTY, namn=NAUGHTY.partition("\n")[0])
    for page in (sent, eva.get(sent.url.path.replace("cases", "desk"))):
        assert NAUGHTY.partition("\n")[0] in dict(rows(page))["Vilket läkemedel?"]
        assert html.escape(NAUGHTY, quote=False) in page.text.replace("&#34;", '"').replace("&#39;", "'")
        assert "<script>alert" not in page.text


def test_what_is_missing_or_wrong_is_in_the_summary_and_nothing_is_lost(ward: Ward) -> None:
    """Each fault leads to its field; what could be kept is, and what could not stands there as it was written."""
    dag = ward.place.sign_in(ward.dag)
    nothing = dag.post(RENEWING, asked(dag.get(RENEWING)) | {"send": "yes"})
    assert nothing.status_code == 422
    assert 'href="#f-q.namn"' in nothing.text
    assert "Utkast" not in dag.get("/inbox/cases/").text
    met = answer(dag, namn="", text="Något mer")
    assert met.status_code == 422
    assert 'href="#f-q.namn"' in met.text
    assert 'href="#f-q.racker"' not in met.text
    assert asked(met)["q.text"] == "Något mer"
    bare = dag.post(RENEWING, {"_turn": "0", "q.text": "Något mer", "_revision.q.text": "1", "send": "yes"})
    assert bare.status_code == 422, "a page that left its questions out sent nothing"
    assert 'href="#f-q.namn"' in bare.text
    opened = dag.post(RENEWING, asked(met, racker="slut"))
    wrong = dag.post(RENEWING, {**asked(opened, namn="Alvedon"), "q.sedan": ["2026", "13", "x"], "send": "yes"})
    assert wrong.status_code == 422
    assert 'href="#f-q.sedan"' in wrong.text
    assert 'value="13" aria-invalid="true"' in wrong.text
    assert asked(dag.get(RENEWING))["q.namn"] == "Alvedon"


def test_two_devices_choose_and_a_double_press_is_one_message(ward: Ward) -> None:
    """An answer that another device has given meanwhile is shown beside one's own; twice is once."""
    one, two = ward.place.sign_in(ward.dag), ward.place.sign_in(ward.dag)
    first, second = asked(one.get(RENEWING), namn="Alvedon"), asked(two.get(RENEWING), namn="Ipren", racker="lange")
    autosave(one, RENEWING, first)
    met = two.post(RENEWING, {**second, "send": "yes"})
    assert met.status_code == 409
    assert "Alvedon" in met.text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', met.text))
    chosen = two.post(RENEWING, {**form, "q.namn.choose": "mine"})
    assert asked(chosen)["q.namn"] == "Ipren"
    last = asked(chosen) | {"send": "yes"}
    assert two.post(RENEWING, last).url == two.post(RENEWING, last).url
    assert len(re.findall(r'href="/inbox/cases/[0-9a-f]', two.get("/inbox/cases/").text)) == 1


def test_what_one_answered_after_going_back_is_not_lost(ward: Ward) -> None:
    """The page that was sent, pressed again with other answers, is shown again with them, and is a case of its own."""
    dag = ward.place.sign_in(ward.dag)
    old = asked(dag.get(RENEWING), namn="Alvedon", racker="lange") | {"send": "yes"}
    dag.post(RENEWING, old)
    again = dag.post(RENEWING, {**old, "q.namn": "Ipren"})
    assert again.status_code == 409
    sent = dag.post(RENEWING, asked(again) | {"send": "yes"})
    assert dict(rows(sent))["Vilket läkemedel?"] == "Ipren"
    assert len(re.findall(r'href="/inbox/cases/[0-9a-f]', dag.get("/inbox/cases/").text)) == 2


def test_a_draft_is_answered_in_the_version_that_it_was_begun_with(ward: Ward) -> None:
    """New questions meet who begins now; what was begun, or opened before, is sent as it was asked, and staff see so."""
    dag, asta, eva = ward.place.sign_in(ward.dag), ward.place.sign_in(ward.asta), ward.staff("Eva")
    autosave(dag, RENEWING, asked(dag.get(RENEWING), namn="Alvedon"))
    opened = asked(asta.get(RENEWING), namn="Ipren", racker="lange")
    newer = RENEW.replace("1.4", "2.0").replace("Vilket läkemedel?", "Vad heter läkemedlet?").replace("#namn", "#heter")
    write_type(ward, newer)
    ward.restart(dag, asta, eva)
    assert "Vad heter läkemedlet?" in ward.place.sign_in(ward.town.person("Bo", born="1986-09-12")).get(RENEWING).text
    for page in (answer(dag, racker="lange"), asta.post(RENEWING, {**opened, "send": "yes"})):
        assert "Vilket läkemedel?" in dict(rows(page))
        assert "version 1.4 av frågorna" in eva.get(page.url.path.replace("cases", "desk")).text
    assert "Vad heter" in dag.get(RENEWING).text


def test_what_was_answered_can_be_corrected_until_it_is_read(ward: Ward) -> None:
    """The answers with the text, under the same rules; who is too late keeps what they changed."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    sent = answer(dag, text="Tack")
    path = way(sent)
    form = asked(dag.get(path))
    assert form["q.namn"] == "Alvedon"
    empty = dag.post(path, {**form, "q.namn": "", "send": "yes"})
    assert (empty.status_code, 'href="#f-q.namn"' in empty.text) == (422, True)
    fixed = dag.post(path, {**form, "q.namn": "Ipren", "send": "yes"})
    assert (dict(rows(fixed))["Vilket läkemedel?"], "Rättat" in fixed.text, "Tack" in fixed.text) == (
        "Ipren",
        True,
        True,
    )
    path, late = way(fixed), asked(dag.get(way(fixed)), namn="Panodil")
    assert "Ipren" in eva.get(sent.url.path.replace("cases", "desk")).text
    met = dag.post(path, {**late, "send": "yes"})
    assert met.status_code == 409
    assert "Vilket läkemedel? Panodil" in met.text
    assert dict(rows(dag.get(sent.url.path)))["Vilket läkemedel?"] == "Ipren"


def test_care_asks_and_the_citizen_answers(ward: Ward) -> None:
    """Where care writes first the questions stand where the citizen replies, and are asked of nobody once they are answered."""
    eva, dag = ward.staff("Eva"), ward.place.sign_in(ward.dag)
    begun = ward.begin(eva, ward.dag, "fornya")
    assert "q.namn" not in begun.text
    case = send(eva, "Behöver du förnya?", begun.url.path).url.path.replace("desk", "cases")
    assert "Vilket läkemedel?" in dag.get(case).text
    sent = answer(dag, case, text="Ja tack")
    assert dict(rows(sent))["Vilket läkemedel?"] == "Alvedon"
    assert "q.namn" not in sent.text
    assert "Ja tack" in eva.get(begun.url.path).text


def test_the_copy_of_everything_has_questions_and_answers(ward: Ward) -> None:
    """Those that were sent, with the version; and one's own drafts, each under its question."""
    dag = ward.place.sign_in(ward.dag)
    answer(dag)
    autosave(dag, RENEWING, asked(dag.get(RENEWING), namn="Ipren"))
    person = ward.place.visit(ward.dag).subject.id
    (told,) = ward.place.run(kept(ward, "cases").export(person))
    assert told["messages"][0]["version"] == "1.4"
    assert told["messages"][0]["answers"][0] == {"question": "Vilket läkemedel?", "answer": "Alvedon"}
    (draft,) = ward.place.run(kept(ward, "drafts").export(person))
    assert (draft["question"], draft["text"]) == ("Vilket läkemedel?", "Ipren")


def test_answers_lie_sealed(ward: Ward) -> None:
    """Nothing of them is in the database's files, sent or not."""
    dag = ward.place.sign_in(ward.dag)
    answer(dag, namn="Kanariefilin")
    autosave(dag, RENEWING, asked(dag.get(RENEWING), namn="Kanarietolin"))
    path = Path(ward.place.house.database.engine.path)
    held = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert ward.place.run(Case.count()) == 2
    assert b"Kanarie" not in held


def test_a_guardian_s_answers_go_to_the_unit_when_it_ends(ward: Ward) -> None:
    """What was answered and not sent is sealed for the unit, as a text is."""
    home = Home(ward)
    autosave(home.browser, RENEWING, asked(home.browser.get(RENEWING), namn="Barnalvedon"))
    home.ends()
    ward.place.work()
    assert "Barnalvedon" in home.at_the_unit()


def test_another_s_draft_cannot_be_answered(ward: Ward) -> None:
    """Whoever posts answers to a case whose id they have guessed meets what there is not."""
    cilla: Identity = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta])
    dag, asta = ward.place.sign_in(ward.dag), guardian(ward, ward.asta, cilla)
    form = asked(dag.get(RENEWING), namn="Alvedon")
    autosave(dag, RENEWING, form)
    assert asta.post(RENEWING, {**asked(asta.get(RENEWING), namn="x"), "_case": form["_case"]}).status_code == 404
    case = answer(dag).url.path
    assert asta.post(case, {"_seen.q": "", "_turn": "0", "q.namn": "x", "send": "yes"}).status_code == 404


FAULTS = [
    ("::: fråga #namn text obligatorisk", "::: fråga #namn fil", "question-unaskable", 16),
    ("#namn", "#text", "id-reserved", 16),
    ("racker = slut", "rakcer = slut", "unknown-id", 28),
    ("::: larm #slut-nu", "::: beräkna #slut-nu", "box-misplaced", 33),
    ("startas av: båda", "fri text: kanske", "value-unfit", 7),
    ("startas av: båda", "startas av: grannen", "value-unfit", 7),
]


@pytest.mark.parametrize(("written", "instead", "code", "line"), FAULTS, ids=[one[2] + one[1][-6:] for one in FAULTS])
def test_a_fault_in_the_questions_is_told_by_line(
    tmp_path: Path, written: str, instead: str, code: str, line: int
) -> None:
    """`ledstang check` names the line and what to do, as in any other form."""
    file = tmp_path / "fornya.md"
    file.write_text(RENEW.replace(written, instead), encoding="utf-8")
    done = CliRunner().invoke(check, [str(file), "--json"])
    found = json.loads(done.stdout)["diagnostics"]
    assert (code, line) in [(one["code"], one["line"]) for one in found], found
    assert all(one["column"] for one in found)
