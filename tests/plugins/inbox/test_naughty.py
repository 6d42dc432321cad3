"""Whatever is written to care, and by care, comes out on the other side as it was written, and does nothing on the way."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from ledstang import Delivery
from ledstang.delivery.inbox import PluginInbox
from ledstang.testing import Browser

from ...naughty import LINES, NAUGHTY, UNSEEN
from .ward import PATH, Ward, autosave, fields, send

TEXTS = pytest.mark.parametrize("text", [*NAUGHTY.values()], ids=[*NAUGHTY])


class Elements(HTMLParser):
    """Counts what a page is made of: its elements, their attributes' names, and whatever is said to be run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.written: list[str] = []
        self._in = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(f"{tag} {name}" for name, _ in attrs)]
        self._in = tag if ("class", "written") in attrs else self._in
        if self._in:
            self.written.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in = "" if tag == self._in else self._in

    def handle_data(self, data: str) -> None:
        if self._in:
            self.written[-1] += data


def made_of(browser: Browser, path: str) -> list[str]:
    return Elements(browser.get(path).text).found


def texts(browser: Browser, path: str) -> list[str]:
    return Elements(browser.get(path).text).written


def both(ward: Ward, text: str) -> tuple[list[list[str]], list[list[str]]]:
    """Let Dag write a text and Eva answer it, and return what each page says was written, and what it is made of."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    case = send(dag, text).url.path
    desk = case.replace("cases", "desk")
    send(eva, text, desk)
    pages = [(dag, case), (eva, desk)]
    return [texts(*one) for one in pages], [made_of(*one) for one in pages]


def test_a_message_and_its_answer_stand_as_they_were_written(ward: Ward) -> None:
    """On both sides, sign by sign; and the pages are made of what they are made of for any other text."""
    _, plain = both(ward, "Hej")
    for name, text in NAUGHTY.items():
        said, made = both(ward, text)
        assert said == [[text, text], [text, text]], name
        assert made == plain, name


def test_a_draft_is_in_its_field_as_it_was_left(ward: Ward) -> None:
    """Saved by the script and by the button, on either side, and where one corrects what one has sent."""
    dag, eva, desk = ward.place.sign_in(ward.dag), ward.staff("Eva"), ward.asked()
    for name, text in (NAUGHTY | LINES).items():
        kept = as_kept(text)
        for browser, path in ((dag, PATH), (eva, desk)):
            assert not autosave(browser, path, fields(browser.get(path), text=as_kept(text))).json()["faults"], name
            assert fields(browser.get(path))["text"] == kept, name
            browser.post(path, fields(browser.get(path), text=as_sent(text)))
            assert fields(browser.get(path))["text"] == kept, name
        case = send(dag, as_sent(text)).url.path
        assert texts(dag, case) == [kept], name
        correct = re.search(rf'href="({case}/correct/[^"]+)"', dag.get(case).text)
        assert correct
        assert area(dag.get(correct[1]).text) == kept, name


def as_kept(text: str) -> str:
    """Return what is kept of a text: with the ends of lines that the web's own fields have."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def as_sent(text: str) -> str:
    """Return a text as a browser sends it from a form."""
    return as_kept(text).replace("\n", "\r\n")


def area(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_what_no_page_can_show_is_left_out_and_nothing_else(ward: Ward) -> None:
    """NUL and its like; a text of nothing else is no text."""
    dag = ward.place.sign_in(ward.dag)
    for name, (text, left) in UNSEEN.items():
        assert texts(dag, send(dag, text).url.path) == [left], name
    assert send(dag, "\0\x1b").status_code == 422


def test_as_many_signs_can_be_sent_as_the_field_takes(ward: Ward) -> None:
    """A line's end counts as one, as it does in the browser that stops one from writing more, though it sends two."""
    text = "x" * 19_000 + "\n" * 1_000
    page = send(ward.place.sign_in(ward.dag), as_sent(text))
    assert page.status_code == 200
    assert "Ditt meddelande är skickat" in page.text


def test_what_services_deliver_stands_as_it_was_written(ward: Ward) -> None:
    """The title, the body and what is asked of one, in the list, on its page and on the start page; and it is found."""
    dag, service = ward.place.sign_in(ward.dag), PluginInbox(ward.place.house, "testing")
    person = ward.place.visit(ward.dag).subject.id
    for name, text in NAUGHTY.items():
        one = Delivery(person=person, kind="message", title=text, body=text, asks=text)
        path = f"/inbox/{ward.place.run(service.deliver(one, once=name))}"
        for where in ("/inbox/", "/start"):
            assert html.escape(text) in plain(dag.get(where).text), (name, where)
        assert texts(dag, path) == [text], name
        assert "alert(1)>" not in dag.get(path).text.replace("&gt;", "")
        word = text.split()[0][:100]
        found = dag.post("/inbox/search", {"words": word})
        assert path in found.text, name
        assert area_of_search(found.text) == word, name
        ward.place.run(service.withdraw(name))


def plain(page: str) -> str:
    """Return a page with the ways that there are of writing a quotation mark made one."""
    return page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


def area_of_search(page: str) -> str:
    found = re.search(r'name="words"[^>]*value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


ODD = ("Åsa\r\nSet-Cookie: sid=1\r\n\r\n<b>b", NAUGHTY["a script"], NAUGHTY["a template"], NAUGHTY["right to left"])


def test_whoever_has_an_odd_name_or_title_writes_and_is_answered(ward: Ward) -> None:
    """As a broken register or directory would write it: on the desk, on the lists, where it is handed on, and in the case."""
    for number, name in enumerate(ODD):
        one, other = ward.town.person(name, born="1985-05-06"), ward.town.person(name, born="1980-02-02")
        ward.town.registry.put(one)
        eva = ward.place.at_work(other, ward.place.appoint(other, "treater", title=name[:100]))
        citizen = ward.place.sign_in(one)
        desk = send(citizen, "Hej").url.path.replace("cases", "desk")
        send(eva, "Hej själv", desk)
        pages = [eva.get(path) for path in (desk, f"{desk}/hand-on", "/staff/lists/inbox/open", "/staff/")]
        pages += [citizen.get(desk.replace("desk", "cases")), ward.begin(eva, one), citizen.get("/start")]
        for page in pages:
            assert page.status_code == 200, (number, page.url)
            assert "sid" not in page.cookies
            for danger in ("<script>alert", "<img src=x", "<b>b", ">49<"):
                assert danger not in page.text, (number, page.url)
        assert html.escape(name) in plain(pages[0].text), number


def test_a_copy_of_everything_has_it_as_it_was_written(ward: Ward) -> None:
    """What is handed out of messages, to be read by people and by machines."""
    dag, person = ward.place.sign_in(ward.dag), ward.place.visit(ward.dag).subject.id
    for text in NAUGHTY.values():
        send(dag, text)
    found: list[str] = []
    for plugin, data in ward.place.house.personal_data():
        if plugin == "inbox":
            told = ward.place.run(data.export(person))
            found += [message["text"] for case in told for message in case.get("messages", [])]
    assert sorted(found) == sorted(NAUGHTY.values())
