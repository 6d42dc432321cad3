"""What somebody is writing to care survives: a session that died, a restart, another device, another tab."""

from __future__ import annotations

import html
import re

import httpx
import msgspec
import pytest
from ledstang.testing import Browser

from .ward import PATH, Ward, autosave, fields, send


def written(page: httpx.Response) -> list[str]:
    """Return what stands as sent on a case's page."""
    return re.findall(r'class="written">([^<]+)<', page.text)


def begun(ward: Ward, browser: Browser, where: str) -> str:
    """Return where somebody writes: a case that is new to them, or one in which they have written before."""
    return PATH if where == "new" else send(browser, "Före").url.path


def press_rescued(browser: Browser, page: httpx.Response) -> httpx.Response:
    """Press the one button of the page that shows what was rescued."""
    form = re.search(r'<form method="post" action="(/inbox/[^"]*)"[^>]*>(.*?_rescued.*?)</form>', page.text, re.DOTALL)
    assert form, page.text
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[2])
    return browser.post(form[1], {name: html.unescape(value) for name, value in inputs})


WHERE = pytest.mark.parametrize("where", ["new", "in a case"])


@WHERE
def test_a_draft_survives_a_restart(ward: Ward, where: str) -> None:
    """What was saved stands where one writes when the machine has been started again, and the page from before it sends it."""
    dag = ward.place.sign_in(ward.dag)
    path = begun(ward, dag, where)
    form = fields(dag.get(path), text="Före omstarten")
    autosave(dag, path, form)
    ward.restart(dag)
    assert fields(dag.get(path))["text"] == "Före omstarten"
    sent = dag.post(path, {**form, "send": "yes"})
    assert written(sent)[-1] == "Före omstarten"


def test_a_citizen_s_and_a_colleague_s_drafts_are_both_there_after_a_restart(ward: Ward) -> None:
    """An answer that somebody at work had begun is theirs afterwards as before, and is in no inbox."""
    desk, eva = ward.asked(), ward.staff("Eva")
    autosave(eva, desk, fields(eva.get(desk), text="Jag tror"))
    ward.restart(eva)
    assert fields(eva.get(desk))["text"] == "Jag tror"
    assert "Jag tror" not in ward.place.sign_in(ward.dag).get(desk.replace("desk", "cases")).text


@WHERE
def test_a_draft_survives_a_session_that_died(ward: Ward, where: str) -> None:
    """The script is told so and the text is kept; signed in again it is read, and one button sends it, once."""
    dag = ward.place.sign_in(ward.dag)
    path = begun(ward, dag, where)
    form = fields(dag.get(path), text="Mitt i en mening")
    autosave(dag, path, form)
    ward.place.clock.move(minutes=61)
    more = {**form, "text": "Mitt i en mening till", "_revision.text": "1"}
    answer = autosave(dag, path, more)
    assert (answer.status_code, answer.json()["rescued"]) == (401, True)
    back = httpx.URL(str(dag.post(path, {**more, "send": "yes"}).url)).params["next"]
    dag.post("/testing/signin", msgspec.to_builtins(ward.dag))
    assert fields(dag.get(path))["text"] == "Mitt i en mening"
    page = dag.get(back)
    assert "Mitt i en mening till" in page.text
    sent = press_rescued(dag, page)
    assert written(sent)[-1] == "Mitt i en mening till"
    assert written(press_rescued(dag, page)) == written(sent)
    assert fields(dag.get(sent.url.path))["text"] == ""


def test_a_draft_in_a_case_is_on_the_other_device(ward: Ward) -> None:
    """The one goes on where the other was; what the other still holds is not written over unseen."""
    phone = ward.place.sign_in(ward.dag)
    case = send(phone, "Ett").url.path
    held = fields(phone.get(case), text="På telefonen")
    autosave(phone, case, held)
    desk = ward.place.sign_in(ward.dag)
    assert fields(desk.get(case))["text"] == "På telefonen"
    autosave(desk, case, fields(desk.get(case), text="Vid datorn"))
    met = phone.post(case, {**held, "text": "På telefonen igen", "_revision.text": "1", "send": "yes"})
    assert met.status_code == 409
    assert "Vid datorn" in met.text
    assert fields(met)["text"] == "På telefonen igen"


@WHERE
def test_two_tabs_show_both_texts(ward: Ward, where: str) -> None:
    """Of two tabs of one browser the second is shown what the first saved, and keeps its own; each is sent only by a press."""
    dag = ward.place.sign_in(ward.dag)
    path = begun(ward, dag, where)
    one, two = fields(dag.get(path), text="I ena fliken"), fields(dag.get(path), text="I andra fliken")
    autosave(dag, path, one)
    met = dag.post(path, {**two, "send": "yes"})
    assert met.status_code == 409
    assert "I ena fliken" in met.text
    assert fields(met)["text"] == "I andra fliken"
    assert written(dag.post(path, fields(met, send="yes")))[-1] == "I andra fliken"


def test_what_one_tab_holds_is_not_lost_when_the_other_has_sent(ward: Ward) -> None:
    """In a case, the second tab's text is shown again to be sent too; two tabs that begin something new begin two cases."""
    dag = ward.place.sign_in(ward.dag)
    both = fields(dag.get(PATH), text="Ett", send="yes"), fields(dag.get(PATH), text="Två", send="yes")
    begun_in = [dag.post(PATH, form) for form in both]
    assert [written(page) for page in begun_in] == [["Ett"], ["Två"]]
    case = begun_in[0].url.path
    one, two = fields(dag.get(case), text="I ena fliken"), fields(dag.get(case), text="I andra fliken")
    dag.post(case, {**one, "send": "yes"})
    met = dag.post(case, {**two, "send": "yes"})
    assert met.status_code == 409
    assert written(dag.post(case, fields(met, send="yes"))) == ["Ett", "I ena fliken", "I andra fliken"]
