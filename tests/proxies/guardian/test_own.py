"""The young person's own room: what was and is open to guardians, who has acted, and an objection that both are told of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from ledstang import Fact, Form, Host
from ledstang.access.tables import AccessFact
from ledstang.outbox.tables import OutboxRow
from ledstang.testing import TOML, Town

from .family import AHEAD, ENDED, Family, add, living, taking_part

SHARED = TOML.replace("[rates]", "[rates]", 1).replace("title =", 'policies = "shared-early-teens"\ntitle =', 1)
ROOM = "/guardian/own"
THIRTEEN = datetime(2030, 1, 1, 10, tzinfo=UTC)
SENTENCE = "Sedan den 1 januari 2030 invänder Cilla mot att vårdnadshavare är ombud här."
JOURNAL = '''
"""A journal that is only a tile, for whoever may read it."""
from __future__ import annotations
from ledstang import Host, Link, Permission, Visit, hookimpl

class Mine:
    def __init__(self, visit): self.person, self.unit = visit.subject.id, "SE2321000016-1003"

@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("journal.read", "Read the journal")]

@hookimpl
def register_links(host: Host) -> list[Link]:
    async def shown(visit: Visit) -> bool:
        return bool(await host.may(visit, "journal.read", Mine(visit)))
    return [Link("Journal", "/journal/", shown=shown)]
'''


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A plugin with a journal's tile."""
    file = tmp_path / "journal.py"
    file.write_text(JOURNAL, encoding="utf-8")
    return file


@pytest.fixture
def shared(town: Town, tmp_path: Path, journal: Path) -> Iterator[Family]:
    """The same family where the region has chosen *shared early teens*."""
    with living(town, tmp_path, toml=SHARED, plugins=journal) as family:
        yield family


def rows_of(page: str) -> dict[str, list[str]]:
    """Return the table of doors: the service, and its cells."""
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", page)
    return {name: re.findall(r"<td[^>]*>(.*?)</td>", cells) for name, cells in rows}


def test_there_is_a_room_from_the_age_that_the_tables_say(family: Family) -> None:
    """At twelve there is neither the link nor the page; at thirteen both, to Cilla alone; an adult never sees it."""
    family.place.clock.set(datetime(2029, 12, 31, 22, 59, tzinfo=UTC))
    young = family.place.sign_in(family.cilla)
    assert ROOM not in young.get("/start").text
    assert young.get(ROOM).status_code == 404
    family.place.clock.set(datetime(2029, 12, 31, 23, 0, tzinfo=UTC))
    assert ROOM in young.get("/start").text
    page = young.get(ROOM)
    assert page.status_code == 200
    assert rows_of(page.text) == {
        "Alla andra tjänster": ["Öppet för dem", "Stängt för dem", "Öppet för dig"],
        "Journal (läsa)": ["Öppet för dem", "Stängt för dem", "Stängt för dig"],
        "Läkemedel": ["Öppet för dem", "Stängt för dem", "Stängt för dig"],
    }
    assert "Vårdnadshavare till och med 31 december 2029" in page.text
    assert "Invänd mot allt" not in page.text
    assert family.place.sign_in(family.dag).get(ROOM).status_code == 404


def test_it_says_what_comes(family: Family) -> None:
    """From thirteen on it is sixteen that comes, in the words that everybody else reads."""
    family.place.clock.set(THIRTEEN)
    page = family.place.sign_in(family.cilla).get(ROOM).text
    assert AHEAD[0] not in page
    for told in AHEAD[4:]:
        assert told in page, told


def test_it_says_who_has_answered(family: Family) -> None:
    """Asta by name, on the day, and how many questions; a guardian whose identity is protected without the name."""
    browser = family.guardian()
    browser.post(taking_part(browser), {"kvall.text": "Lugn"})
    family.place.clock.set(THIRTEEN)
    young = family.place.sign_in(family.cilla)
    page = young.get(ROOM).text
    assert "1 oktober 2029" in page
    assert "Asta Test" in page
    assert "Svarade på en fråga åt dig." in page
    family.town.registry.put(family.asta, protection="fictitious-data")
    family.place.run(family.place.house.checking.changed(family.asta.number))
    page = young.get(ROOM).text
    assert "Asta" not in page
    assert "En av dina vårdnadshavare" in page


def test_what_the_young_person_answered_on_a_lent_telephone_is_their_own(family: Family) -> None:
    """What Cilla wrote herself on Asta's telephone, and what staff have written down, no guardian has answered for her."""
    actor, child = (family.place.visit(one).subject.id for one in (family.asta, family.cilla))
    form = Form("kvall", "Kvällen", (), version="1", hash="1")
    for ground in ("child-present", "staff"):
        saving = family.place.house.answers.save(
            person=child, owner=uuid4(), place="kvall", form=form, actor=actor, ground=ground, values={"text": "Bra"},
            revisions={},
        )  # fmt: skip
        family.place.run(saving)
    family.place.clock.set(THIRTEEN)
    page = family.place.sign_in(family.cilla).get(ROOM).text
    assert "Asta" not in page
    assert "Ingen har svarat på något åt dig." in page


def test_a_guardian_who_is_blocked_is_not_told_of_an_objection(town: Town, tmp_path: Path) -> None:
    """Asta, who could act, gets a notice; Bo, whom the unit has shut out, hears nothing."""
    with living(town, tmp_path, toml=SHARED) as shared:
        shared.place.clock.set(THIRTEEN)
        shared.guardian(), shared.guardian(shared.bo)
        asta, bo = (shared.place.visit(one).subject.id for one in (shared.asta, shared.bo))
        child, block = shared.place.visit(shared.cilla).subject.id, Fact("block", date(2030, 1, 1), person=bo)
        shared.place.run(shared.place.house.facts.keep(child, block, decided_by=child))
        shared.place.sign_in(shared.cilla).post(f"{ROOM}/object")
        rows = shared.place.run(OutboxRow.select(OutboxRow.payload).run())
        told = " ".join(row["payload"] for row in rows if '"waits"' in row["payload"])
        assert (str(asta) in told, str(bo) in told) == (True, False)


def test_an_objection_and_what_follows_from_it_are_kept_together(town: Town, tmp_path: Path) -> None:
    """Where it cannot be written that nobody acts any more, there is no objection either: pressed again, it is whole."""
    with living(town, tmp_path, toml=SHARED) as shared:
        run = shared.place.run
        shared.place.clock.set(THIRTEEN)
        shared.guardian()
        young = shared.place.sign_in(shared.cilla)
        run(OutboxRow.raw("""CREATE TRIGGER full BEFORE INSERT ON outbox WHEN NEW.payload LIKE '%relation%'
            BEGIN SELECT RAISE(ABORT, 'full'); END""").run())  # fmt: skip
        assert young.post(f"{ROOM}/object").status_code >= 500
        assert run(AccessFact.count().run()) == 0
        run(OutboxRow.raw("DROP TRIGGER full").run())
        young.post(f"{ROOM}/object")
        assert run(AccessFact.count().run()) == 1


def test_an_objection_ends_it_at_the_next_request_and_both_are_told_the_same(shared: Family) -> None:
    """*Shared early teens*: Asta acts for Cilla at thirteen, until Cilla objects; taken back, Asta goes over anew."""
    shared.place.clock.set(THIRTEEN)
    asta, bo, young = shared.guardian(), shared.guardian(shared.bo), shared.place.sign_in(shared.cilla)
    assert rows_of(young.get(ROOM).text)["Alla andra tjänster"] == [
        "Öppet för dem",
        "Öppet för dem, om du inte invänder",
        "Öppet för dig",
    ]
    after = young.post(f"{ROOM}/object", {"door": "*.*"}).text
    assert SENTENCE in after
    assert rows_of(after)["Journal (läsa)"][1] == "Stängt för dem: du har invänt"
    for guardian in (asta, bo):
        assert ENDED in guardian.get("/start").text
        page = guardian.get("/guardian/").text
        assert f"{SENTENCE} Det gäller: alla tjänster. Bara Cilla kan ta tillbaka det." in page
        assert "visas inte just nu" not in page
    back = young.post(f"{ROOM}/withdraw").text
    assert SENTENCE not in back
    assert SENTENCE not in asta.get("/guardian/").text
    assert "Bli ombud för Cilla" in asta.get("/guardian/").text


def test_an_objection_to_one_thing_leaves_the_rest(shared: Family) -> None:
    """The journal is shut to Asta, and the card says so; she acts on for the rest. Twice is once."""
    shared.place.clock.set(THIRTEEN)
    asta, young = shared.guardian(), shared.place.sign_in(shared.cilla)
    assert "/journal/" in asta.get("/start").text
    for _ in range(2):
        page = young.post(f"{ROOM}/object", {"door": "journal.read"}).text
    assert page.count(SENTENCE) == 1
    assert "Du är ombud för Cilla" in (start := asta.get("/start").text)
    assert "/journal/" not in start
    asta.post("/signin/own")
    link = re.search(r'href="(/guardian/[0-9a-f-]{36})"', asta.get("/guardian/").text)
    assert link
    assert "Det gäller: journal (läsa)." in asta.get(link[1]).text


def test_nobody_objects_where_the_tables_do_not_let_them(family: Family) -> None:
    """Where practice is followed there is nothing to object to, at whatever age, and nothing is written."""
    family.place.clock.set(THIRTEEN)
    young = family.place.sign_in(family.cilla)
    for door in ("*.*", "journal.read", "medicines.*", "signin.end", "nonsense", "", "a.b.c"):
        assert young.post(f"{ROOM}/object", {"door": door}).status_code == 404, door
    assert family.place.run(family.place.house.facts.all_of(family.place.visit(family.cilla).subject.id)) == []


def test_nobody_objects_for_another(shared: Family) -> None:
    """A guardian who acts for Cilla neither sees her room nor objects, takes back or decides in her name."""
    shared.place.clock.set(THIRTEEN)
    asta, young = shared.guardian(), shared.place.sign_in(shared.cilla)
    young.post(f"{ROOM}/object", {"door": "journal.read"})
    for path in (ROOM, f"{ROOM}/object", f"{ROOM}/withdraw"):
        answer = asta.get(path) if path == ROOM else asta.post(path, {"door": "*.*"})
        assert answer.status_code == 404, path
    assert SENTENCE in young.get(ROOM).text


def test_an_objection_does_nothing_where_the_set_is_changed_to_practice(town: Town, tmp_path: Path) -> None:
    """The same rows of the database under another set: it is the tables that say whether an objection counts."""
    with living(town, tmp_path, toml=SHARED, at=THIRTEEN) as family:
        family.guardian()
        young = family.place.sign_in(family.cilla)
        young.post(f"{ROOM}/object", {"door": "*.*"})
    practice = SHARED.replace('policies = "shared-early-teens"\n', "")
    with town.instance(toml=practice, at=THIRTEEN) as place:
        young = place.sign_in(family.cilla)
        assert "Ta tillbaka" not in young.get(ROOM).text
        assert add(place.sign_in(family.asta), family.cilla).status_code == 422


def test_a_unit_opens_the_journal_for_the_young_person(town: Town, tmp_path: Path, journal: Path) -> None:
    """At thirteen the tile is there for neither; the unit's exception opens it for Cilla herself, at once, and for her alone."""
    with living(town, tmp_path, plugins=journal) as family:
        family.place.clock.set(datetime(2029, 12, 31, 22, 55, tzinfo=UTC))
        asta = family.guardian()
        assert "/journal/" in asta.get("/start").text
        family.place.clock.set(datetime(2029, 12, 31, 23, tzinfo=UTC))
        young = family.place.sign_in(family.cilla)
        assert "/journal/" not in young.get("/start").text
        assert ENDED in asta.get("/start").text
        people, child = Host(family.place.house, "guardian").people, family.place.visit(family.cilla).subject.id
        unit = "SE2321000016-1003"
        grant = Fact("grant", date(2030, 1, 1), relation="self", service="journal", action="read", unit=unit)
        family.place.run(people.decide(family.staff("treater"), child, grant, reason="Mogen nog"))
        assert "/journal/" in young.get("/start").text
        page = young.get(ROOM).text
        assert "Öppnat genom beslut: journal (läsa)" in page
        assert "Mogen nog" in page
        assert "Bli ombud för Cilla" not in asta.get("/guardian/").text


def test_a_programme_that_is_shut_to_guardians_does_not_tell_that_it_goes_on(shared: Family) -> None:
    """Programmes are shut to Asta, who acts for Cilla in other things: the public page is as for somebody who is not in it."""
    shared.place.clock.set(THIRTEEN)
    asta = shared.guardian()
    taking_part(asta)
    assert "/programmes/mine/" in asta.get("/programmes/barn").text
    child = shared.place.visit(shared.cilla).subject.id
    fact = Fact("deny", date(2030, 1, 1), relation="guardian", service="programmes")
    shared.place.run(shared.place.house.facts.keep(child, fact, decided_by=child))
    page = asta.get("/programmes/barn")
    assert "Du är ombud för Cilla" in page.text
    assert "/programmes/mine/" not in page.text
