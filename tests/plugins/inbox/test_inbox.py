"""One inbox for all services: a person, or whoever acts for them, finds there what is theirs, and nobody else does."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ledstang import Delivery, Identity
from ledstang.delivery.inbox import PluginInbox
from ledstang.testing import Browser, Place, Town

UNIT = "SE2321000016-1003"
SHUT = f"""\
---
policy: egen
titel: Mottagningens inkorg
språk: sv
gäller från: 2026-01-01
källa: "Enhetens beslut"
---

| tjänst | handling | relation | från ålder | till ålder | grund | enhet |
|---|---|---|---|---|---|---|
| inbox | * | vårdnadshavare | 0 | 3 | Enhetens beslut | {UNIT} |
"""


@dataclass
class Post:
    """A guardian, her child and a neighbour, and a service that delivers."""

    place: Place
    asta: Identity
    bo: Identity
    cilla: Identity
    dag: Identity

    @property
    def service(self) -> PluginInbox:
        return PluginInbox(self.place.house, "testing")

    def deliver(self, to: Identity, title: str = "Svar på provet", once: str = "1", **more: Any) -> str:
        """Deliver something, and return the address of it."""
        person = self.place.visit(to).subject.id
        told = {"kind": "message", "title": title, **more}
        return f"/inbox/{self.place.run(self.service.deliver(Delivery(person=person, **told), once=once))}"

    def guardian(self, who: Identity) -> Browser:
        """Return a browser in which a guardian acts for the child."""
        browser = self.place.sign_in(who)
        browser.post("/guardian/add", {"number": self.cilla.number})
        found = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
        assert found
        assert "Du är ombud för Cilla" in browser.post(found[1]).text
        return browser


@pytest.fixture
def post(town: Town) -> Iterator[Post]:
    """People with inboxes."""
    asta, bo = town.person("Asta Test", born="1988-03-03"), town.person("Bo Test", born="1986-09-12")
    cilla, dag = town.child("Cilla", born="2017-01-01", guardians=[asta, bo]), town.person("Dag", born="1985-05-06")
    with town.instance() as place:
        yield Post(place, asta, bo, cilla, dag)


def titles(browser: Browser, path: str = "/inbox/") -> list[str]:
    return re.findall(r'<h[23]><a href="/inbox/[^"]+">([^<]+)</a>', browser.get(path).text)


def test_what_is_delivered_is_found_opened_and_read(post: Post) -> None:
    """An item lies in the inbox as new, with whom it is from; opened, it shows all of it and is new no more."""
    dag = post.place.sign_in(post.dag)
    assert "Inkorgen är tom" in dag.get("/inbox/").text
    path = post.deliver(post.dag, body="Första raden.\nAndra raden.", unit=UNIT.lower())
    listed = dag.get("/inbox/").text
    assert titles(dag) == ["Svar på provet"]
    assert ">Ny<" in listed
    assert "Första raden.\nAndra raden." in dag.get(path).text
    assert ">Ny<" not in dag.get("/inbox/").text


def test_looking_ahead_is_not_reading(post: Post) -> None:
    """A browser that fetches pages before anybody has asked for them has not read anything."""
    dag, path = post.place.sign_in(post.dag), post.deliver(post.dag)
    dag.get(path, headers={"sec-purpose": "prefetch"})
    assert ">Ny<" in dag.get("/inbox/").text


def test_what_is_asked_waits_on_the_start_page_until_it_is_done(post: Post) -> None:
    """What is to be done stands on the start page with its last day, also when it has been read, until the service
    says that it has been done."""
    dag = post.place.sign_in(post.dag)
    due = datetime(2026, 12, 10, 22, tzinfo=UTC)
    path = post.deliver(post.dag, "Hälsodeklaration", asks="Fyll i formuläret", due=due, href="/programmes/")
    dag.get(path)
    start = dag.get("/start").text
    assert "Hälsodeklaration" in start
    assert "Fyll i formuläret" in start
    assert "10 december 2026" in start
    assert 'href="/programmes/"' in dag.get(path).text
    assert post.place.run(post.service.answered("1")) is True
    assert post.place.run(post.service.answered("1")) is False
    assert "Fyll i formuläret" not in dag.get("/start").text
    assert "Klart den" in dag.get(path).text


def test_the_start_page_tells_how_much_is_new(post: Post) -> None:
    """One thing that is new stands by its title; several are one line with their number."""
    dag = post.place.sign_in(post.dag)
    post.deliver(post.dag, "Kallelse")
    assert "Kallelse" in dag.get("/start").text
    post.deliver(post.dag, "Svar", once="2")
    start = dag.get("/start").text
    assert "2 nya i inkorgen" in start
    assert "Kallelse" not in start


def test_delivering_the_same_twice_is_once(post: Post) -> None:
    """A service that is asked again, since it died before it could say so, delivers nothing twice."""
    assert post.deliver(post.dag) == post.deliver(post.dag, "Någonting annat")
    assert titles(post.place.sign_in(post.dag)) == ["Svar på provet"]


def test_what_is_withdrawn_lies_nowhere(post: Post) -> None:
    """What is over is in no list, has no page, and waits on no start page."""
    dag, path = post.place.sign_in(post.dag), post.deliver(post.dag, asks="Ring oss")
    assert post.place.run(post.service.withdraw("1")) is True
    assert titles(dag) == []
    assert dag.get(path).status_code == 404
    assert "Ring oss" not in dag.get("/start").text


def test_what_was_withdrawn_too_early_is_put_back(post: Post) -> None:
    """As it was, marks of having been read included; what nobody withdrew is not touched."""
    dag, path = post.place.sign_in(post.dag), post.deliver(post.dag, asks="Ring oss")
    assert post.place.run(post.service.put_back("1")) is False
    dag.get(path)
    post.place.run(post.service.withdraw("1"))
    assert post.place.run(post.service.put_back("1")) is True
    assert titles(dag) == ["Svar på provet"]
    assert ">Ny<" not in dag.get("/inbox/").text
    assert "Ring oss" in dag.get("/start").text


def test_what_is_put_away_can_be_taken_back(post: Post) -> None:
    """Putting away moves an item out of the list, and back again, for whoever did it."""
    dag, path = post.place.sign_in(post.dag), post.deliver(post.dag)
    dag.post(f"{path}/archive")
    assert titles(dag) == []
    assert titles(dag, "/inbox/archive") == ["Svar på provet"]
    dag.post(f"{path}/return")
    assert titles(dag) == ["Svar på provet"]
    assert titles(dag, "/inbox/archive") == []


def test_one_searches_in_one_s_own(post: Post) -> None:
    """All words must be there, in any case and order; nothing of anybody else's is found, nor is the address told."""
    dag = post.place.sign_in(post.dag)
    post.deliver(post.dag, "Kallelse till Ögonmottagningen", body="Ta med glasögonen.")
    post.deliver(post.asta, "Kallelse till öronmottagningen", once="2")
    found = dag.post("/inbox/search", {"words": "GLASÖGONEN kallelse"})
    assert "Ögonmottagningen" in found.text
    assert "glas" not in str(found.url)
    assert "Inget i inkorgen innehåller orden" in dag.post("/inbox/search", {"words": "öronmottagningen"}).text
    assert "&lt;b&gt;" in dag.post("/inbox/search", {"words": "<b>"}).text


def test_a_stranger_s_item_is_not_found(post: Post) -> None:
    """Another's item is the same page as one that there is not, whatever one does with it."""
    path = post.deliver(post.dag)
    asta = post.place.sign_in(post.asta)
    for answer in (asta.get(path), asta.post(f"{path}/archive"), asta.post(f"{path}/return")):
        assert answer.status_code == 404
        assert "Svar på provet" not in answer.text


def test_a_guardian_reads_the_child_s_and_only_the_child_s(post: Post) -> None:
    """Acting for a child one meets the child's inbox and not one's own; what is for the child alone is not in it, what
    is for the guardians alone is in nobody else's; and each has read, and put away, for themselves."""
    post.deliver(post.asta, "Till Asta själv", once="a")
    both = post.deliver(post.cilla, "Till båda", once="b")
    post.deliver(post.cilla, "Bara till Cilla", once="c", audience="subject")
    post.deliver(post.cilla, "Bara till ombuden", once="d", audience="proxies")
    asta, bo = post.guardian(post.asta), post.guardian(post.bo)
    assert sorted(titles(asta)) == ["Bara till ombuden", "Till båda"]
    asta.get(both)
    asta.post(f"{both}/archive")
    assert titles(asta) == ["Bara till ombuden"]
    assert sorted(titles(bo)) == ["Bara till ombuden", "Till båda"]
    assert bo.get("/inbox/").text.count(">Ny<") == 2
    post.place.clock.move(days=1500)
    cilla = post.place.sign_in(post.cilla)
    assert sorted(titles(cilla)) == ["Bara till Cilla", "Till båda"]


EAR = """\"\"\"Hears what is delivered.\"\"\"
from ledstang import ItemDelivered, Listener, hookimpl

HEARD = []


async def hear(event, once):
    HEARD.append(str(event.item))


@hookimpl
def register_listeners():
    return [Listener("ear", ItemDelivered, hear)]
"""


def test_what_is_delivered_is_told_once(town: Town, tmp_path: Path) -> None:
    """The event that notices are made from names the item, comes with it or not at all, and comes once."""
    ear = tmp_path / "ear.py"
    ear.write_text(EAR, encoding="utf-8")
    dag = town.person("Dag", born="1985-05-06")
    with town.instance(plugins=ear) as place:
        post = Post(place, dag, dag, dag, dag)
        path = post.deliver(dag)
        post.deliver(dag)
        place.work()
        heard = sys.modules["ledstang_local.ear"].HEARD
        assert [f"/inbox/{item}" for item in heard] == [path]
        person = place.visit(dag).subject.id

        async def fail() -> None:
            await post.service.deliver(Delivery(person=person, kind="message", title="Nej"), once="2")
            raise RuntimeError

        with pytest.raises(RuntimeError):
            place.run(place.house.database.write(fail))
        place.work()
        assert len(heard) == 1
        assert titles(place.sign_in(dag)) == ["Svar på provet"]


def test_a_thousand_items_are_read_page_by_page(post: Post) -> None:
    """Fifty a page, each item once, the latest first; an address that names no place shows the newest."""
    for number in range(120):
        post.deliver(post.dag, f"Brev {number}", once=str(number))
        post.place.clock.move(seconds=1)
    dag, seen, path = post.place.sign_in(post.dag), [], "/inbox/"
    while path:
        page = dag.get(path).text
        seen += re.findall(r"Brev (\d+)<", page)
        older = re.search(r'href="(/inbox/\?before=[^"]+)"', page)
        path = older[1] if older else ""
    assert seen == [str(number) for number in reversed(range(120))]
    assert titles(dag, "/inbox/?before=nonsens")[0] == "Brev 119"


def test_a_search_says_where_it_ends(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more hold the words than are shown, or more lies there than is looked through: nothing is said not to be there."""
    monkeypatch.setattr("ledstang.delivery.reading.MOST_SEARCHED", 60)
    dag = post.place.sign_in(post.dag)
    post.deliver(post.dag, "Det äldsta", once="first")
    for number in range(51):
        post.place.clock.move(seconds=1)
        post.deliver(post.dag, f"Brev {number}", once=str(number))
    ends = "Något äldre kan också innehålla orden"
    found = dag.post("/inbox/search", {"words": "brev"}).text
    assert (len(re.findall(r"Brev (\d+)<", found)), ends in found) == (50, True)
    assert ends not in dag.post("/inbox/search", {"words": "äldsta"}).text
    for number in range(51, 60):
        post.place.clock.move(seconds=1)
        post.deliver(post.dag, f"Brev {number}", once=str(number))
    found = dag.post("/inbox/search", {"words": "äldsta"}).text
    assert "Inget i inkorgen innehåller orden" in found
    assert ends in found


def test_what_a_unit_shuts_to_guardians_they_do_not_find(town: Town) -> None:
    """A row that names the unit: of what it has sent, guardians find nothing in lists, tasks or a search, nor the item."""
    asta, bo = town.person("Asta Test", born="1988-03-03"), town.person("Bo Test", born="1986-09-12")
    cilla, dag = town.child("Cilla", born="2017-01-01", guardians=[asta, bo]), town.person("Dag", born="1985-05-06")
    folder = town.folder / "instance" / "policies"
    folder.mkdir(parents=True)
    (folder / "egen.md").write_text(SHUT, "utf-8")
    with town.instance() as place:
        post = Post(place, asta, bo, cilla, dag)
        shut = post.deliver(cilla, "Från mottagningen", unit=UNIT, asks="Svara")
        post.deliver(cilla, "Från en annan", once="2")
        browser = post.guardian(asta)
        assert "Från mottagningen" not in browser.get("/start").text
        assert titles(browser) == ["Från en annan"]
        assert "Från mottagningen" not in browser.post("/inbox/search", {"words": "mottagningen"}).text
        assert browser.get(shut).status_code == 404
        post.deliver(dag, "Till Dag", once="3", unit=UNIT)
        assert titles(place.sign_in(dag)) == ["Till Dag"]


def test_words_are_sealed(post: Post) -> None:
    """Nothing of what was delivered can be read in the database without the keys."""
    post.deliver(post.dag, "Kanariefågeln", body="sjunger", asks="Mata den")
    rows = post.place.run(_raw(post.place))
    assert rows
    assert not any(word in rows for word in ("Kanarie", "sjunger", "Mata"))


async def _raw(place: Place) -> str:
    from ledstang.delivery.tables import DeliveredItem

    return str(await DeliveredItem.select())


def test_one_s_inbox_is_handed_out_and_forgotten(post: Post) -> None:
    """A person gets what lies in their inbox, without what is for those who act for them; forgetting leaves no row."""
    path = post.deliver(post.cilla, "Till båda")
    post.deliver(post.cilla, "Bara till ombuden", once="2", audience="proxies")
    post.guardian(post.asta).get(path)
    reader = post.place.house.inbox.reader
    cilla = post.place.visit(post.cilla).subject.id
    assert [one["title"] for one in post.place.run(reader.export(cilla))] == ["Till båda"]
    assert post.place.run(reader.erase(cilla)) == 3
    assert post.place.run(reader.export(cilla)) == []


def test_the_menu_says_where_one_is(post: Post) -> None:
    """The inbox's own page is the current one of the menu, and what lies in it stands below that."""
    dag, path = post.place.sign_in(post.dag), post.deliver(post.dag)
    for address in ("/inbox/", "/inbox"):
        menu = dag.get(address).text.partition("<main")[0]
        assert '<a href="/inbox/" aria-current="page">' in menu
    assert '<a href="/inbox/" aria-current="true">' in dag.get(path).text
