"""Whatever is answered in a form comes out as it was written: for who wrote it, for staff, and on paper; and does nothing."""

from __future__ import annotations

import html
import re
from typing import Any

from ...naughty import LINES, NAUGHTY, UNSEEN
from .test_sending import known, ward

DANGERS = ("<script>alert", "<img src=x", "<iframe", "</textarea></form>")


def shown(page: str) -> str:
    """Return what a page says, its spaces and ends of lines made one."""
    said = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"</?[a-z][^<>]*>", "", said)).split())


def test_whatever_is_written_comes_back_as_it_was(village: Any) -> None:
    """Through the page, the look before sending, the receipt, the copy to print and the staff's page: only as text."""
    reader = ward(village)
    for name, text in (NAUGHTY | LINES).items():
        device, kept = village.answerer(), text.replace("\r\n", "\n").replace("\r", "\n")
        device.answers(text=kept.replace("\n", "\r\n"))
        assert device.open("1").value("form.text") == kept, name
        device.open("check").submit()
        id_ = device.home.rpartition("/")[2]
        pages = [device.open(path).html for path in ("", "print")]
        for page in [*pages, reader.open(f"/forms/staff/{id_}/answers").html]:
            assert " ".join(kept.split()) in shown(page), name
            assert not any(danger in page for danger in DANGERS), name


def test_what_no_page_can_show_is_left_out_and_nothing_else(village: Any) -> None:
    """NUL and its like, which nobody writes on purpose."""
    for name, (text, left) in UNSEEN.items():
        device = village.answerer()
        device.begins().submit({"form.text": text})
        assert device.open("1").value("form.text") == left, name


def test_whoever_has_an_odd_name_is_asked_and_read(village: Any) -> None:
    """A name as a broken register would write it: with markup, ends of lines, signs that turn the reading round."""
    for name in ("Åsa\r\nSet-Cookie: sid=1\r\n\r\n<b>b", NAUGHTY["a script"], NAUGHTY["right to left"], "Å" * 300):
        staff, citizen = ward(village, name=name), known(village, name=name)
        page = staff.sends_out(citizen.person)
        assert page.status == 200, name
        citizen.home = f"/forms/mine/{staff.id}"
        citizen.fills()
        citizen.open("check").submit()
        pages = [staff.open(path) for path in (f"/forms/staff/{staff.id}/answers", "/staff/lists/forms/answered")]
        for page in [*pages, citizen.open("print"), citizen.open("/start")]:
            assert page.status == 200
            assert "sid" not in page.answer.cookies
            assert not any(danger in page.html for danger in (*DANGERS, "<b>b")), name
            assert " ".join(name.split()) in shown(page.html), (name, page.path)
