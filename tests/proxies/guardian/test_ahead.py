"""The end ahead: told to the guardian and the unit so many days before, and put away at midnight on the day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ledstang import Fact, NoticeWanted
from ledstang.testing import TOML, Town

from .family import ENDED, Family, add, living, taking_part

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HEARING = '''
"""Writes down whom notices are for, as a channel would."""
from __future__ import annotations
from ledstang import Listener, NoticeWanted, hookimpl

HEARD: list = []

@hookimpl
def register_listeners() -> list[Listener]:
    async def hear(notice: NoticeWanted, once: str) -> None:
        HEARD.append((notice.person, notice.reason))
    return [Listener("sms", NoticeWanted, hear)]
'''


def swedish(text: str) -> datetime:
    """Return an instant in UTC from a Swedish time."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def sent(family: Family, who: object) -> list[str]:
    """Return the reasons of what was sent to somebody, as the outbox has it."""
    heard = next(found for name, found in family.place.house.plugins.found.items() if name == "hearing")
    person = family.place.visit(who).subject.id
    return [reason for one, reason in heard.module.HEARD if one == person]


@pytest.fixture
def hearing(tmp_path: Path) -> Path:
    """A plugin that stands in for a channel."""
    file = tmp_path / "hearing.py"
    file.write_text(HEARING, encoding="utf-8")
    return file


def test_register_jobs_tells_sixty_and_fourteen_days_before(town: Town, tmp_path: Path, hearing: Path) -> None:
    """Not on the day before; on the sixtieth and the fourteenth a notice and, on the start page, the day; once however often."""
    with living(town, tmp_path, plugins=hearing) as family:
        family.guardian()
        for day, notices, told in (
            ("2029-11-01", 0, False),
            ("2029-11-02", 1, True),
            ("2029-11-03", 1, True),
            ("2029-12-17", 1, True),
            ("2029-12-18", 2, True),
            ("2029-12-31", 2, True),
        ):
            family.place.clock.set(swedish(f"{day}T12:00"))
            for _ in range(2):
                family.place.work()
            assert sent(family, family.asta) == ["ends"] * notices, day
            start = family.place.sign_in(family.asta).get("/start").text
            assert ("Den 1 januari 2030 upphör något som du kan göra för Cilla" in start) == told, day
        family.place.clock.set(swedish("2030-01-01T00:00"))
        assert "Cilla" not in family.place.sign_in(family.asta).get("/start").text


def test_a_guardian_who_may_act_no_longer_is_told_of_no_end(town: Town, tmp_path: Path, hearing: Path) -> None:
    """The unit has blocked Bo: sixty days before only Asta gets a notice."""
    with living(town, tmp_path, plugins=hearing) as family:
        family.guardian(), family.guardian(family.bo)
        bo, child = (family.place.visit(one).subject.id for one in (family.bo, family.cilla))
        block = Fact("block", date(2029, 10, 1), person=bo)
        family.place.run(family.place.house.facts.keep(child, block, decided_by=child))
        family.place.clock.set(swedish("2029-11-02T12:00"))
        family.place.work()
        assert (sent(family, family.asta), sent(family, family.bo)) == (["ends"], [])


def test_the_days_are_the_region_s_to_set(town: Town, tmp_path: Path) -> None:
    """`tell_days_before` in `[plugins.guardian]`."""
    toml = TOML.replace("[rates]", "[plugins.guardian]\ntell_days_before = [90]\n[rates]", 1)
    with living(town, tmp_path, toml=toml) as family:
        family.guardian()
        family.place.clock.set(swedish("2029-10-03T12:00"))
        assert "1 januari 2030" in family.place.sign_in(family.asta).get("/start").text


def test_the_unit_of_a_programme_going_on_is_told(family: Family) -> None:
    """Sixty days before, Eva's front page says how many, in what and when; another unit's does not, nor after the day."""
    taking_part(family.guardian())
    eva = family.at_work("treater")
    assert "Ombud som snart upphör" not in eva.get("/staff/").text
    family.place.clock.set(swedish("2029-11-02T12:00"))
    family.place.work()
    eva = family.at_work("treater")
    page = eva.get("/staff/").text
    assert "Den 1 januari 2030: en deltagare i Lugna kvällar fyller 13." in page
    assert "Cilla" not in page
    assert "Ombud som snart upphör" not in family.at_work("access-administrator").get("/staff/").text
    family.place.clock.set(swedish("2030-01-01T12:00"))
    assert "Ombud som snart upphör" not in family.at_work("treater").get("/staff/").text


def links_of(family: Family) -> list[tuple[str, bool]]:
    """Return why each link has ended, and whether it has."""
    from ledstang_guardian.tables import Link

    rows = family.place.run(Link.select(Link.why, Link.ended).order_by(Link.added).run())
    return [(row["why"], row["ended"] is not None) for row in rows]


def test_at_midnight_what_is_over_is_put_away(family: Family) -> None:
    """Not a second before the birthday; at midnight both guardians' links, once, and another child's stays."""
    family.guardian(family.asta)
    family.guardian(family.bo)
    liam = family.town.child("Liam", born="2020-05-05", guardians=[family.asta])
    add(family.place.sign_in(family.asta), liam)
    family.place.clock.set(swedish("2029-12-31T23:59:59"))
    family.place.work()
    assert links_of(family) == [("", False)] * 3
    family.place.clock.set(swedish("2030-01-01T00:00"))
    for _ in range(2):
        family.place.work()
    assert links_of(family) == [("put-away", True)] * 2 + [("", False)]


def test_somebody_born_on_the_leap_day(town: Town, tmp_path: Path) -> None:
    """Thirteen on 1 March 2029: Asta acts through the last of February, and is told that day sixty days before."""
    with living(town, tmp_path, at=swedish("2028-12-31T12:00")) as family:
        stina = town.child("Stina", born="2016-02-29", guardians=[family.asta])
        browser = family.place.sign_in(family.asta)
        add(browser, stina)
        assert "Den 1 mars 2029 upphör något" in browser.get("/start").text
        family.place.clock.set(swedish("2029-02-28T23:50"))
        browser = family.place.sign_in(family.asta)
        browser.post(re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)[1])
        family.place.clock.set(swedish("2029-02-28T23:59:59"))
        assert "Du är ombud för Stina" in browser.get("/start").text
        family.place.clock.set(swedish("2029-03-01T00:00"))
        assert ENDED in browser.get("/start").text
        family.place.work()
        assert links_of(family) == [("put-away", True)]


def test_a_decision_keeps_a_link(family: Family) -> None:
    """A grant of a unit's beyond the birthday: the link stays until it is over, and is put away the night after."""
    family.guardian()
    child = family.place.visit(family.cilla).subject.id
    grant = Fact("grant", date(2029, 12, 1), date(2030, 2, 1), "guardian", None, "journal", "read", "SE2321000016-1003")
    family.place.run(family.place.house.deciding.decide(family.staff("treater"), child, grant, reason="Avtalat"))
    for day, over in (("2030-01-02", False), ("2030-02-01", False), ("2030-02-02", True)):
        family.place.clock.set(swedish(f"{day}T00:00"))
        family.place.work()
        assert links_of(family) == [("put-away", True) if over else ("", False)], day


def test_notices_of_a_child_go_to_whoever_may_act_now(town: Town, tmp_path: Path, hearing: Path) -> None:
    """To both guardians until midnight, but whom it spares; of what happens a second later, and of what waits, to neither."""
    with living(town, tmp_path, plugins=hearing) as family:
        family.guardian(family.asta)
        family.guardian(family.bo)
        child, emit = family.place.visit(family.cilla).subject.id, family.place.house.outbox.emit
        family.place.run(emit(NoticeWanted(person=child, reason="waits")))
        family.place.work()
        assert sent(family, family.asta) == sent(family, family.bo) == ["waits"]
        spared = (family.place.visit(family.bo).subject.id,)
        family.place.run(emit(NoticeWanted(person=child, reason="waits", spared=spared)))
        family.place.work()
        assert (sent(family, family.asta), sent(family, family.bo)) == (["waits"] * 2, ["waits"])
        family.place.clock.set(swedish("2029-12-31T23:59:59"))
        family.place.work()
        before = sent(family, family.asta), sent(family, family.bo)
        family.place.run(emit(NoticeWanted(person=child, reason="waits")))
        family.place.clock.set(swedish("2030-01-01T00:00:01"))
        family.place.run(emit(NoticeWanted(person=child, reason="waits")))
        family.place.work()
        assert (sent(family, family.asta), sent(family, family.bo)) == before
        assert len(sent(family, family.cilla)) == 4
