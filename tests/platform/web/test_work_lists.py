"""The staff's lists at `/staff/`: what waits at the unit, for whom it is, and what becomes of a list that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledstang.testing import Town

from .ward import OTHER, QUIET, REVIEWS, UNIT, Ward, ward

LISTS = '''
"""Lists of a plugin's: over a foreign system that is slow at times, of many rows, and about others than it reads of."""
from __future__ import annotations
import asyncio
from uuid import UUID, uuid4
import msgspec
from ledstang import AtUnit, Host, Permission, PersonTable, Visit, WorkList, WorkRow, hookimpl, prepared

SLOW, OTHERS = [], []
of_one = prepared(lambda id_: PersonTable.select(PersonTable.id.as_alias("person")).where(PersonTable.id == id_))

class Thing(msgspec.Struct, frozen=True):
    person: UUID
    unit: str

@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("ward.see", "See", who="staff", roles=("treater",))]

@hookimpl
def register_work_lists(host: Host) -> list[WorkList]:
    async def many(visit: Visit, rows: list) -> list[WorkRow]:
        return [WorkRow(f"Rad {n}", "/ward/", AtUnit(visit.unit)) for n in range(60)]
    async def foreign(visit: Visit, rows: list) -> list[WorkRow]:
        if SLOW:
            await asyncio.Event().wait()
        return [WorkRow("Remiss", "/ward/", AtUnit("SE2321000016-2004"))]
    async def others(visit: Visit, rows: list) -> list[WorkRow]:
        return [WorkRow("Sak", "/ward/", Thing(one, visit.unit)) for one in OTHERS]
    beside = WorkList("beside", "Vid sidan", "ward.see", others, lambda visit: of_one.bind(uuid4()))
    return [beside, WorkList("many", "Många", "ward.see", many), WorkList("foreign", "Andras", "ward.see", foreign)]
'''


@pytest.fixture
def unit(town: Town, tmp_path: Path) -> Iterator[Ward]:
    """The unit, with a plugin that has two lists."""
    plugins = town.folder / "instance" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "ward.py").write_text(LISTS, "utf-8")
    with ward(town, tmp_path, "[patience]\nstart_ms = 60\n") as made:
        yield made


def test_register_work_lists(unit: Ward) -> None:
    """Each list is there for whoever has its role at the unit: title, how many wait, and a link to the rows."""
    path = unit.takes_part(unit.dag)
    assert "Inget väntar" in unit.at_work(unit.tea).get("/staff/").text
    unit.place.clock.move(days=11)
    tea = unit.at_work(unit.tea)
    front = tea.get("/staff/").text
    assert "Deltagare som har tystnat" in front
    assert "1 väntar" in front
    assert QUIET in front
    assert "Dag Test" not in front
    assert REVIEWS not in front
    rows = tea.get(QUIET).text
    assert "Dag Test" in rows
    assert "Ledd kurs. Sedan 23 november 2026." in rows
    assert path in rows
    page = tea.get(path).text
    assert "Dag Test" in page
    assert "Inte än" in page


def test_a_list_of_another_s_is_not_there(unit: Ward) -> None:
    """Neither for another role, nor at another unit, nor for citizens; and no other unit's rows are in it."""
    path = unit.takes_part(unit.dag)
    unit.place.clock.move(days=11)
    frida, gun = unit.at_work(unit.frida), unit.at_work(unit.hire("Gun Test", "treater", unit=OTHER))
    assert QUIET not in frida.get("/staff/").text
    for browser, closed in (
        (frida, (QUIET, path)),
        (gun, (path, REVIEWS)),
        (unit.place.sign_in(unit.dag), (QUIET, path)),
    ):
        for one in closed:
            assert browser.get(one).status_code == 404
    assert "Inget väntar" in gun.get(QUIET).text
    assert gun.get("/staff/lists/programmes/nothing").status_code == 404


def test_whom_a_list_names_is_in_the_access_log_before(unit: Ward) -> None:
    """That the list counts somebody is not written down; that it shows who they are is, and they read it."""
    unit.takes_part(unit.dag)
    unit.place.clock.move(days=11)
    tea, asked = unit.at_work(unit.tea), "SELECT subject FROM access_log_entry WHERE who = 'staff'"
    tea.get("/staff/")
    assert unit.sql(asked) == []
    tea.get(QUIET)
    tea.get("/staff/")
    assert [str(row["subject"]) for row in unit.sql(asked)] == [str(unit.id_of(unit.dag))]
    assert "Följa hur det går i ett program" in unit.place.sign_in(unit.dag).get("/access-log/").text


def test_rows_are_bounded_and_put_to_may(unit: Ward) -> None:
    """No more rows than `[patience] listed`, and the page says that there are others; another unit's row is left out."""
    tea = unit.at_work(unit.tea)
    assert "Fler än 50" in tea.get("/staff/").text
    page = tea.get("/staff/lists/ward/many").text
    assert "Rad 49" in page
    assert "Rad 50" not in page
    assert "Det finns fler" in page
    assert "Remiss" not in tea.get("/staff/lists/ward/foreign").text


def test_a_list_that_is_slow_costs_itself(unit: Ward) -> None:
    """The others are there, and both pages say what is missing."""
    unit.place.house.plugins.found["ward"].module.SLOW.append(True)
    tea = unit.at_work(unit.tea)
    front = tea.get("/staff/").text
    assert "Något saknas här: ward svarade inte." in front
    assert "Deltagare som har tystnat" in front
    assert "Många" in front
    assert "Något saknas här: ward svarade inte." in tea.get("/staff/lists/ward/foreign").text


def test_of_what_is_blocked_only_that_it_is_there(unit: Ward) -> None:
    """The row stands without name or programme, nothing is said to have been tried, and another unit's block is another's."""
    unit.takes_part(unit.dag)
    unit.takes_part(unit.town.person("Asta Test", born="1988-03-03"))
    unit.block(unit.dag, unit=UNIT.lower())
    unit.place.clock.move(days=11)
    tea = unit.at_work(unit.tea)
    rows = tea.get(QUIET).text
    assert "Spärrad av invånaren" in rows
    assert "Dag Test" not in rows
    assert "Asta Test" in rows
    assert "Försökte" not in unit.place.sign_in(unit.dag).get("/access-log/").text


def test_a_block_holds_on_a_list_that_is_about_others_than_it_reads_of(unit: Ward) -> None:
    """Whom a row is about is asked about all the same: nobody is shown because a plugin's statement left them out."""
    asta = unit.town.person("Asta Test", born="1988-03-03")
    unit.place.house.plugins.found["ward"].module.OTHERS.extend([unit.id_of(unit.dag), unit.id_of(asta)])
    unit.block(unit.dag)
    rows = unit.at_work(unit.tea).get("/staff/lists/ward/beside").text
    assert "Spärrad av invånaren" in rows
    assert "Dag Test" not in rows
    assert "Asta Test" in rows
