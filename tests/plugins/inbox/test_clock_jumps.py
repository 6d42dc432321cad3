"""A clock that is set back an hour, or jumps a day ahead, under those who write and answer: nothing is lost, doubled or due."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ledstang.testing import Browser

from .ward import PATH, Ward, autosave, fields, send

LISTS = "/staff/lists/inbox/"


def texts(browser: Browser, path: str) -> list[str]:
    """Return what stands as sent on a page, in its order."""
    return re.findall(r'class="written">([^<]+)<', browser.get(path).text)


def jumps(ward: Ward, **jump: Any) -> tuple[Browser, Browser]:
    """Move the clock, and let Dag and Eva sign in as one must after a day."""
    ward.place.clock.move(**jump)
    return ward.place.sign_in(ward.dag), ward.staff("Eva")


@pytest.mark.parametrize("jump", [{"hours": -1}, {"days": 1}], ids=["back an hour", "ahead a day"])
def test_a_thread_reads_in_the_order_in_which_it_was_written(ward: Ward, jump: dict[str, int]) -> None:
    """On both sides, with the answer below what it answers; each that waits is on the list, and no other."""
    desk = ward.asked("Ett")
    case = desk.replace("desk", "cases")
    dag, eva = jumps(ward, **jump)
    assert desk in eva.get(LISTS + "new").text
    send(eva, "Två", desk)
    assert desk not in eva.get(LISTS + "new").text
    send(dag, "Tre", case)
    assert texts(dag, case) == texts(eva, desk) == ["Ett", "Två", "Tre"]
    assert dag.get("/inbox/").text.count("Fråga till oss") == 1
    send(eva, "Fyra", desk)
    assert texts(dag, case)[-1] == "Fyra"


@pytest.mark.parametrize("jump", [{"hours": -1}, {"days": 1}, {"days": -1}], ids=str)
def test_a_draft_stands_where_it_was_and_is_sent_once(ward: Ward, jump: dict[str, int]) -> None:
    """Also on the page that was open when the clock jumped, which sends no second one."""
    dag = ward.place.sign_in(ward.dag)
    form = fields(dag.get(PATH), text="Mitt i en mening")
    autosave(dag, PATH, form)
    back, eva = jumps(ward, **jump)
    ward.place.work()
    assert fields(back.get(PATH))["text"] == "Mitt i en mening"
    case = send(back, "Mitt i en mening, och klar").url.path
    again = back.post(PATH, {**form, "_csrf": back.token(), "text": "Mitt i en mening, och klar", "send": "yes"})
    assert again.url.path == case
    assert texts(back, case) == ["Mitt i en mening, och klar"]
    assert eva.get(LISTS + "new").text.count("Fråga till oss") == 1


def test_what_was_promised_stands_over_a_clock_that_jumps(ward: Ward) -> None:
    """Not overdue a day later, nor an hour earlier; and what was overdue by a wrong clock is not when it is right again."""
    desk = ward.asked()
    for jump, overdue in (({"hours": -1}, False), ({"days": 1}, False), ({"days": 2}, True), ({"days": -2}, False)):
        _, eva = jumps(ward, **jump)
        ward.place.work()
        assert (desk in eva.get(LISTS + "overdue").text) == overdue, jump
        assert "Senast 25 november 2026" in eva.get(LISTS + "open").text
    send(eva, "I tid", desk)
    assert desk not in eva.get(LISTS + "new").text


def test_a_correction_is_of_the_last_that_was_written_whatever_the_clock_says(ward: Ward) -> None:
    """Of two messages, the second of which a clock that was set back has stamped earlier, the second is corrected."""
    dag = ward.place.sign_in(ward.dag)
    case = send(dag, "Ett").url.path
    ward.place.clock.move(hours=-1)
    send(dag, "Två", case)
    links = re.findall(rf'href="({case}/correct[^"]*)"', dag.get(case).text)
    assert len(links) == 1, links
    page = dag.get(links[0])
    assert "Två" in page.text
