"""The acceptance scenarios S7, a thirteenth birthday in mid-programme, and S8, protection and a block, from end to end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ledstang import Host, NoticeWanted
from ledstang.testing import TOML, Browser, Town

from .family import ENDED, Family, add, living, taking_part

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SHARED = TOML.replace("title =", 'policies = "shared-early-teens"\ntitle =', 1)
PLUGINS = '''
"""Stands in for a channel and for a journal that is only a tile."""
from __future__ import annotations
from ledstang import Host, Link, Listener, NoticeWanted, Permission, Visit, hookimpl

HEARD: list = []

class Mine:
    def __init__(self, visit, unit): self.person, self.unit = visit.subject.id, unit

@hookimpl
def register_listeners() -> list[Listener]:
    async def hear(notice: NoticeWanted, once: str) -> None:
        HEARD.append((notice.person, notice.reason))
    return [Listener("sms", NoticeWanted, hear)]

@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("journal.read", "Read the journal")]

@hookimpl
def register_links(host: Host) -> list[Link]:
    def at(unit):
        async def shown(visit: Visit) -> bool:
            return bool(await host.may(visit, "journal.read", Mine(visit, unit)))
        return shown
    units = {"/journal/": "SE2321000016-1003", "/journal/other": "SE2321000016-2004"}
    return [Link("Journal", href, shown=at(unit)) for href, unit in units.items()]
'''
TILE, OTHER_TILE = '"/journal/"', '"/journal/other"'


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A plugin with a channel and a journal's tile."""
    file = tmp_path / "journal.py"
    file.write_text(PLUGINS, encoding="utf-8")
    return file


def at(family: Family, text: str) -> None:
    """Turn the clock to a Swedish time, and let the workers do what is due."""
    family.place.clock.set(datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC))
    family.place.work()


def heard(family: Family, who: object) -> int:
    """Return how many notices have gone to somebody's phone."""
    plugin = family.place.house.plugins.found["journal"]
    person = family.place.visit(who).subject.id
    return sum(1 for one, _ in plugin.module.HEARD if one == person)


def tell(family: Family) -> None:
    """Let something happen that is told to Cilla."""
    child = family.place.visit(family.cilla).subject.id
    family.place.run(family.place.house.outbox.emit(NoticeWanted(person=child, reason="waits")))


def main_of(browser: Browser, path: str = "/start") -> str:
    """Return the main part of a page."""
    return browser.get(path).text.partition("<main")[2].partition("</main>")[0]


def test_s7_thirteenth_birthday_in_mid_programme(town: Town, tmp_path: Path, journal: Path) -> None:
    """To the letter: told before, ended at midnight, sealed, silent, and the programme goes on where it stood."""
    with living(town, tmp_path, plugins=journal) as family:
        step = taking_part(family.guardian())
        # 60 and 14 days before, the unit sees a row, and Asta a dated notice.
        for day in ("2029-11-02", "2029-12-18"):
            at(family, f"{day}T12:00")
            assert "Den 1 januari 2030: en deltagare i Lugna kvällar fyller 13." in main_of(
                family.at_work("treater"), "/staff/"
            )
            assert "Den 1 januari 2030 upphör något som du kan göra för Cilla" in main_of(
                family.place.sign_in(family.asta)
            )
        before = heard(family, family.asta)
        assert before == 2
        # Asta is logged in and typing at 23:58.
        at(family, "2029-12-31T23:58")
        asta = family.guardian()
        asta.post(step, {"kvall.text": "Sparat i tid"})
        assert TILE in main_of(asta)
        token = asta.token()
        at(family, "2029-12-31T23:59:59")
        assert asta.get(step).status_code == 200
        # At 00:00:00 the next request says that it has ended, without Cilla's data.
        at(family, "2030-01-01T00:00")
        ended = asta.post(step, {"_csrf": token, "kvall.text": "Halvskriven mening"})
        assert (ended.status_code, ENDED in ended.text) == (403, True)
        for secret in ("Cilla", "Sparat i tid", "Lugna kvällar"):
            assert secret not in ended.text
        # Her start page no longer lists Cilla; nor do her children.
        assert "Cilla" not in main_of(asta)
        assert "Du har inte lagt till något barn än." in main_of(asta, "/guardian/")
        # A notice of 00:00:01 goes to Cilla only.
        at(family, "2030-01-01T00:00:01")
        tell(family)
        family.place.work()
        assert heard(family, family.asta) == before
        assert heard(family, family.cilla) == 1
        # Cilla logs in with her own e-ID and finds the programme where it stood.
        young = family.place.sign_in(family.cilla)
        assert step.partition("/module")[0] in main_of(young)
        page = young.get(step).text
        assert "Sparat i tid" in page
        # The half-typed text is visible to neither, and waits for the unit.
        room = main_of(young, "/guardian/own")
        for text in (page, room, asta.get("/start").text, young.get("/start").text):
            assert "Halvskriven" not in text
        eva = family.at_work("treater")
        waiting = re.findall(r"/staff/withheld/[0-9a-f-]{36}", main_of(eva, "/staff/withheld"))
        assert "Halvskriven mening" in main_of(eva, waiting[0])
        # She sees who answered, and what her guardians could see before.
        assert "Asta Test" in room
        assert "Svarade på en fråga åt dig." in room
        assert "Vårdnadshavare till och med 31 december 2029" in room
        # The journal's tile is there for neither.
        assert TILE not in main_of(young)
        assert "Bli ombud för Cilla" not in main_of(asta, "/guardian/")


def test_s7_shared_early_teens_is_a_set_and_no_code(town: Town, tmp_path: Path, journal: Path) -> None:
    """The same days under the other set: Asta acts on past midnight and at fifteen, only where Cilla has not objected."""
    with living(town, tmp_path, plugins=journal, toml=SHARED) as family:
        at(family, "2029-12-31T23:58")
        asta, bo = family.guardian(), family.guardian(family.bo)
        at(family, "2030-01-01T00:00")
        assert TILE in main_of(asta)
        assert "Du är ombud för Cilla" in bo.get("/start").text
        young = family.place.sign_in(family.cilla)
        assert TILE in main_of(young)
        young.post("/guardian/own/object")
        for guardian in (asta, bo):
            assert ENDED in guardian.get("/start").text
        at(family, "2032-12-31T23:59")
        young = family.place.sign_in(family.cilla)
        young.post("/guardian/own/withdraw")
        asta = family.guardian()
        at(family, "2033-01-01T00:00")
        assert ENDED in asta.get("/start").text
        assert "Cilla" not in main_of(asta)


def test_s7_a_set_that_is_chosen_later_restores_it(town: Town, tmp_path: Path, journal: Path) -> None:
    """Put away at midnight by practice; another set, and the next request lists Cilla again, until she objects."""
    with living(town, tmp_path, plugins=journal) as family:
        family.guardian(), family.guardian(family.bo)
        at(family, "2030-01-01T00:00")
        assert "Cilla" not in main_of(family.place.sign_in(family.asta), "/guardian/")
    given = {"plugins": journal, "at": datetime(2030, 2, 1, 10, tzinfo=UTC)}
    with town.instance(programmes=tmp_path / "barn", toml=SHARED, **given) as place:
        family = replace(family, place=place)
        asta, bo = (family.place.sign_in(who) for who in (family.asta, family.bo))
        assert "Bli ombud för Cilla" in main_of(asta, "/guardian/")
        assert TILE in main_of(family.acting(asta))
        young = family.place.sign_in(family.cilla)
        young.post("/guardian/own/object")
        assert ENDED in asta.get("/start").text
        for guardian in (asta, bo):
            assert "Bli ombud för Cilla" not in main_of(guardian, "/guardian/")
            assert "invänder" in main_of(guardian, "/guardian/")


def test_reading_that_a_unit_grants_between_thirteen_and_sixteen(town: Town, tmp_path: Path, journal: Path) -> None:
    """Agreed on before the birthday: one unit's journal, through its last day, and no errand, nobody else's unit, no more."""
    with living(town, tmp_path, plugins=journal) as family:
        step = taking_part(family.guardian())
        agreed = {
            "number": family.cilla.number, "door": "journal.read", "relation": "guardian", "until": ["2030", "3", "1"],
            "why": "Avtalat med Cilla", "again": ["2030", "2", "1"],
        }  # fmt: skip
        assert family.at_work("treater").post("/guardian/unit/grant", agreed).status_code == 200
        at(family, "2030-01-01T00:00")
        asta = family.acting(family.place.sign_in(family.asta))
        page = main_of(asta)
        assert (TILE in page, OTHER_TILE in page) == (True, False)
        assert step.partition("/module")[0] not in page
        assert asta.get(step).status_code == 404
        assert asta.post(step, {"kvall.text": "Nej"}).status_code == 404
        room = main_of(family.place.sign_in(family.cilla), "/guardian/own")
        assert "Öppnat genom beslut: journal (läsa)" in room
        assert "Avtalat med Cilla" in room
        before = heard(family, family.asta)
        tell(family)
        family.place.work()
        assert heard(family, family.asta) == before
        at(family, "2030-03-01T23:59:59")
        assert TILE in main_of(family.acting(family.place.sign_in(family.asta)))
        at(family, "2030-03-02T00:00")
        assert "Cilla" not in main_of(family.place.sign_in(family.asta), "/guardian/")


def exported(family: Family, who: object) -> str:
    """Return all that is handed out of somebody."""
    person, rows = family.place.visit(who).subject.id, []
    for _, data in family.place.house.personal_data():
        rows += family.place.run(data.export(person))
    return str(rows)


def test_s8_protection_arrives_at_once(town: Town, tmp_path: Path, journal: Path) -> None:
    """All links end at the register's event; nobody learns why; lifted, it restores none of them by itself."""
    with living(town, tmp_path, plugins=journal) as family:
        at(family, "2028-05-02T11:58")
        asta, bo = family.guardian(), family.guardian(family.bo)
        asta.post("/settings", {"version": "0", "phone": "070-174 06 05"})
        assert "+46701740605" in exported(family, family.asta)
        at(family, "2028-05-02T12:00")
        family.register(protection="fictitious-data")
        for guardian, who in ((asta, family.asta), (bo, family.bo)):
            page = guardian.get("/start")
            assert (page.status_code, ENDED in page.text) == (403, True)
            assert "skydd" not in page.text.lower()
            assert "Cilla" not in main_of(guardian)
            assert "Cilla" not in main_of(guardian, "/guardian/")
            assert add(guardian, family.cilla).status_code == 422
            before = heard(family, who)
            tell(family)
            family.place.work()
            assert heard(family, who) == before
        # Contact details are handed out to nobody.
        assert "+46701740605" not in exported(family, family.asta)
        # Staff see what is neutral, and no guardian.
        eva = family.at_work("treater")
        page = eva.post("/guardian/unit", {"number": family.cilla.number}).text
        assert "Skyddad, inget ombud." in page
        assert "fingera" not in page.lower()
        assert "Asta" not in page
        # That it is lifted restores nothing by itself: the child is added anew.
        family.register(protection="none")
        for guardian in (asta, bo):
            assert "Du är ombud" not in guardian.get("/start").text
            assert "Du har inte lagt till något barn än." in main_of(guardian, "/guardian/")
        assert add(asta, family.cilla).status_code == 200
        assert "Bli ombud för Cilla" in main_of(asta, "/guardian/")


@pytest.mark.parametrize("how", ["sign-in", "proxy switch"])
def test_s8_whichever_person_check_comes_first(family: Family, how: str) -> None:
    """Without an event from the register: the sign-in of a guardian asks about herself, going over about the child."""
    at(family, "2029-10-01T12:00")
    asta = family.guardian()
    asta.post("/signin/own")
    family.town.registry.put(family.cilla, protection="protected-registration")
    at(family, "2029-10-01T12:20")
    asta.get("/start")
    at(family, "2029-10-01T12:45")
    asta.get("/start")
    at(family, "2029-10-01T13:01")
    if how == "sign-in":
        asta = family.place.sign_in(family.asta)
    assert "Cilla" not in main_of(asta, "/guardian/")
    assert "Cilla" not in main_of(asta)


def test_s8_a_block_of_one_and_an_ended_custody(family: Family) -> None:
    """Bo is blocked without protection: Asta goes on, Bo sees her gone; ended custody does the same by itself."""
    asta, bo = family.guardian(), family.guardian(family.bo)
    eva, person = family.at_work("treater"), family.place.visit(family.bo).subject.id
    block = {"number": family.cilla.number, "guardian": str(person), "reason": "Akut", "review": ["2029", "11", "1"]}
    done = eva.post("/guardian/unit/block", block).text
    for told in ("Spärrad: Bo Test", "Eva Test", "Akut", "1 november 2029"):
        assert told in done
    assert ENDED in bo.get("/start").text
    assert "Cilla" not in main_of(bo, "/guardian/")
    assert "Akut" not in main_of(bo, "/guardian/")
    assert "Du är ombud för Cilla" in asta.get("/start").text
    family.register(guardians=(family.bo.number,))
    assert ENDED in asta.get("/start").text
    people, child = Host(family.place.house, "guardian").people, family.place.visit(family.cilla).subject.id
    assert len(family.place.run(people.decisions(family.staff("treater"), child))) == 1
