"""Correcting: until somebody has read it what one sent can be put right, and never after that."""

from __future__ import annotations

import re

import httpx
from ledstang.testing import Browser

from .ward import Ward, fields, guardian, send


def way(page: httpx.Response) -> str:
    """Return where a page leads to correct something."""
    found = re.search(r'href="(/inbox/(?:cases|desk)/[^"]+/correct/[^"]+)"', page.text)
    assert found, page.text
    return found[1]


def sheet(browser: Browser, path: str, text: str) -> dict[str, str]:
    """Return what the page where one corrects sends."""
    page = browser.get(path).text
    hidden = re.search(r'name="_times" value="(\d+)"', page)
    assert hidden, page
    return {"_times": hidden[1], "text": text, "send": "yes"}


def test_a_message_is_corrected_until_the_unit_has_read_it(ward: Ward) -> None:
    """The unit sees the text as it was corrected, and when; from then on there is no way to change it."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    sent = send(dag, "Jag tar 5 mg")
    path = way(sent)
    fixed = dag.post(path, sheet(dag, path, "Jag tar 50 mg"))
    assert fixed.url.path == sent.url.path
    assert "Rättat 23 november" in fixed.text
    desk = eva.get(sent.url.path.replace("cases", "desk")).text
    assert "Jag tar 50 mg" in desk
    assert "Jag tar 5 mg" not in desk
    assert "/correct/" not in dag.get(sent.url.path).text
    assert dag.get(path).url.path == sent.url.path


def test_what_is_read_at_that_moment_stays_and_the_new_text_is_not_lost(ward: Ward) -> None:
    """Whoever was correcting is told, and can send what they wrote as a new message."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    sent = send(dag, "Första")
    path = way(sent)
    form = sheet(dag, path, "Andra")
    eva.get(sent.url.path.replace("cases", "desk"))
    met = dag.post(path, form)
    assert met.status_code == 409
    assert "Det går inte att rätta längre" in met.text
    assert ">Första<" in dag.get(sent.url.path).text
    both = dag.post(sent.url.path, fields(met, send="yes")).text
    assert ">Första<" in both
    assert ">Andra<" in both


def test_a_reading_that_saw_the_old_text_does_not_count_for_the_new(ward: Ward) -> None:
    """What staff had before them when it was corrected is noted as seen as it stood, and not as it stands."""
    from uuid import UUID

    from ledstang.host import Host
    from ledstang_inbox.cases import Cases

    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    sent = send(dag, "Gammalt")
    cases, visit = Cases(Host(ward.place.house, "inbox")), ward.place.visit(ward.dag)
    before = ward.place.run(cases.thread(UUID(sent.url.path[-36:]), visit.actor.id))
    path = way(sent)
    dag.post(path, sheet(dag, path, "Nytt"))

    class AtWork:
        ground = "staff"

    ward.place.run(cases.seen(AtWork, before))  # type: ignore[arg-type]
    assert "har inte sett det än" in dag.get(sent.url.path).text
    assert "Nytt" in eva.get(sent.url.path.replace("cases", "desk")).text


def test_a_double_press_corrects_once_and_two_devices_are_told(ward: Ward) -> None:
    """The same form again is the same answer; another text from another device is shown beside what stands."""
    dag, other = ward.place.sign_in(ward.dag), ward.place.sign_in(ward.dag)
    sent = send(dag, "Ett")
    path = way(sent)
    form, late = sheet(dag, path, "Två"), sheet(other, path, "Tre")
    assert dag.post(path, form).url == dag.post(path, form).url
    met = other.post(path, late)
    assert met.status_code == 409
    assert ">Två<" in met.text
    assert "Tre" in met.text
    assert ">Två<" in dag.get(sent.url.path).text
    assert other.post(path, sheet(other, path, "Tre")).status_code == 200
    assert ">Tre<" in dag.get(sent.url.path).text
    assert "Skriv något" in dag.post(path, sheet(dag, path, " ")).text


def test_nobody_corrects_another_s_nor_what_has_been_answered(ward: Ward) -> None:
    """A guardian not the other guardian's, staff not a colleague's, and nobody what others have written after."""
    bo = ward.town.person("Bo", born="1986-09-12")
    cilla = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta, bo])
    asta, bo = guardian(ward, ward.asta, cilla), guardian(ward, bo, cilla)
    path = way(send(asta, "Astas"))
    assert "/correct/" not in bo.get(path.partition("/correct")[0]).text
    bo.post(path, {"_times": "0", "text": "Bos", "send": "yes"})
    assert ">Astas<" in asta.get(path.partition("/correct")[0]).text
    desk, eva, olle = path.partition("/correct")[0].replace("cases", "desk"), ward.staff("Eva"), ward.staff("Olle")
    answer = way(send(eva, "Svar", desk))
    olle.post(answer, {"_times": "0", "text": "Olles", "send": "yes"})
    send(olle, "Och mer", desk)
    assert eva.post(answer, {"_times": "0", "text": "Ändrat", "send": "yes"}).status_code == 409
    read = asta.get(desk.replace("desk", "cases")).text
    assert ">Svar<" in read
    assert "Olles" not in read
    assert "Ändrat" not in read


def test_an_answer_is_corrected_before_the_citizen_reads_it(ward: Ward) -> None:
    """By whoever wrote it; the citizen reads it as it was corrected."""
    desk, eva = ward.asked(), ward.staff("Eva")
    path = way(send(eva, "Ta 10", desk))
    eva.post(path, sheet(eva, path, "Ta 1"))
    dag = ward.place.sign_in(ward.dag)
    read = dag.get(desk.replace("desk", "cases")).text
    assert ">Ta 1<" in read
    assert "Ta 10" not in read
    assert "/correct/" not in eva.get(desk).text
