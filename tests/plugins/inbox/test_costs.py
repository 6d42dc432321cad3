"""What the inbox's pages cost: three round trips to the database at most, however much lies there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import pytest
from ledstang.testing import Browser
from ledstang_inbox.tables import Case

from .ward import HERE, PATH, Ward, autosave, fields, guardian, send

MOST = 3
LISTS = "/staff/lists/inbox/"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, ward: Ward) -> list[str]:
    """The round trips to the ward's database since the list was last cleared."""
    engine, made = ward.place.house.database.engine, []
    for name in ("run", "run_together"):
        real = getattr(engine, name)

        async def counting(*given: object, _real=real, _name=name) -> object:
            made.append(f"{_name} {str(given[0])[:300]}")
            return await _real(*given)

        monkeypatch.setattr(engine, name, counting)
    return made


def trips(made: list[str], browser: Browser, path: str) -> list[str]:
    """Return the round trips of a page, once all that is done once a day is done, without the access log's writing."""
    browser.get(path)
    made.clear()
    assert browser.get(path).status_code == 200, path
    return [one for one in made if "access_log" not in one]


def test_a_citizen_s_pages(ward: Ward, made: list[str]) -> None:
    """The inbox, an item, the cases, a case with an answer, and where one writes with a draft; a guardian's too."""
    cilla = ward.town.child("Cilla", born="2017-01-01", guardians=[ward.asta])
    eva = ward.staff("Eva")
    for browser in (ward.place.sign_in(ward.dag), guardian(ward, ward.asta, cilla)):
        case = send(browser).url.path
        correct = re.search(r'href="([^"]+/correct/[^"]+)"', browser.get(case).text)[1]
        assert len(trips(made, browser, correct)) <= MOST, made
        send(eva, "Ja", case.replace("cases", "desk"))
        item = re.search(r'href="(/inbox/[0-9a-f-]{36})"', browser.get("/inbox/").text)[1]
        autosave(browser, PATH, fields(browser.get(PATH), text="Utkast"))
        for path in ("/inbox/", item, "/inbox/archive", "/inbox/cases/", "/inbox/write", PATH, case, "/start"):
            assert len(trips(made, browser, path)) <= MOST, (path, made)


def test_a_unit_s_pages(ward: Ward, made: list[str]) -> None:
    """The lists, the desk with a colleague's case, where one hands it on, what one has begun, and where one corrects."""
    desk, eva, olle = ward.asked(), ward.staff("Eva"), ward.staff("Olle")
    send(eva, "Ja", desk)
    begun = ward.begin(olle, ward.town.child("Cilla", born="2012-01-01", guardians=[ward.asta])).url.path
    correct = re.search(r'href="([^"]+/correct/[^"]+)"', eva.get(desk).text)[1]
    assert len(trips(made, eva, correct)) <= MOST, made
    pages = (desk, f"{desk}/hand-on", begun, "/inbox/desk/begin")
    for path in (*pages, *(LISTS + name for name in ("new", "mine", "overdue", "open", "begun")), "/staff/"):
        assert len(trips(made, olle, path)) <= MOST, (path, made)


def test_a_long_list_costs_what_a_short_one_does(ward: Ward, made: list[str]) -> None:
    """Two cases or two hundred: the same round trips, and what is seen of them stands in the access log by one write."""
    eva, costs = ward.staff("Eva"), []
    for many in (2, 200):
        ward.place.run(queue(ward, many))
        made.clear()
        page = eva.get(LISTS + "new").text
        assert page.count("/inbox/desk/") == many
        asked = [one for one in made if "access_log" not in one]
        chained = [one for one in made if 'FROM "access_log_chain"' in one]
        costs.append((len(asked), len(chained)))
    assert costs == [(1, 1), (1, 1)]


async def queue(ward: Ward, many: int) -> None:
    """Let so many cases of Dag's lie on the unit's desk."""
    now, person = ward.place.clock.now(), (await ward.place.house.register.keep(ward.dag)).id
    version, there = ward.place.house.published.of("cases").get("fraga").hash, await Case.count()
    told = {"person": person, "author": person, "type": "fraga", "version": version, "unit": HERE, "desk": HERE}
    said = [now + timedelta(days=1, seconds=number) for number in range(there, many)]
    await Case.insert(*(Case(id=uuid4(), roles="treater", begun=now, moved=now, due=due, **told) for due in said))


def test_what_lies_there_is_read_in_order(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest items, and a unit's cases by when they are due: nothing is sorted, and a reading is found by its item."""
    engine, asked = ward.place.house.database.engine, []
    run, together = engine.run, engine.run_together

    async def one(sql: str, given: Sequence[object]) -> object:
        asked.append((sql, given))
        return await run(sql, given)

    async def several(statements: Sequence[tuple[str, Sequence[object]]]) -> object:
        asked.extend(statements)
        return await together(statements)

    monkeypatch.setattr(engine, "run", one)
    monkeypatch.setattr(engine, "run_together", several)
    send(dag := ward.place.sign_in(ward.dag))
    eva = ward.staff("Eva")
    asked.clear()
    dag.get("/inbox/")
    eva.get(f"{LISTS}new")
    ours = [one for one in asked if "FROM delivered_item" in one[0] or 'FROM "inbox_case"' in one[0]]
    with closing(sqlite3.connect(engine.path)) as database:
        plans = [
            " ".join(row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {sql}", given)) for sql, given in ours
        ]
    assert len(plans) == 4
    assert not [plan for plan in plans if "B-TREE" in plan]
    assert "delivered_reading_item_reader" in plans[0]
