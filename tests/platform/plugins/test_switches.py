"""A plugin is on or off for each region and unit: as the settings say at first, and as the database says over them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledstang.switches import FRESH, Switches
from ledstang.testing import TOML, Place, Town

HELLO = """
from ledstang import Link, Task, TaskSource, Visit, hookimpl
from litestar import get

@hookimpl
def register_routes(host):
    @get("/", media_type="text/plain")
    async def mine(visit: Visit) -> str:
        return visit.subject.name

    @get("/open", media_type="text/plain")
    async def open_() -> str:
        return "open"
    return [mine, open_]

@hookimpl
def register_links():
    return [Link("Hello service", "/hello/", public=True)]

@hookimpl
def register_tasks(host):
    async def tasks(visit, rows):
        return [Task("Hello task", "/hello/")]
    return [TaskSource(tasks)]
"""
DIRECTORY = """
from ledstang import CareUnit, Connector

class Directory:
    async def units(self):
        return [CareUnit("SE2321000016-7777", "Kuratorn", "norra")]

@hookimpl
def register_connectors():
    return [Connector("UnitDirectory", Directory())]
"""
UNIT = "SE2321000016-1003"
OFF_IN_NORTH = TOML.replace('id = "norra"', 'id = "norra"\noff = ["hello"]', 1)


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    """A plugin with a page, an open page, a link and a task."""
    file = tmp_path / "hello.py"
    file.write_text(HELLO, encoding="utf-8")
    return file


def sees(place: Place, town: Town, county: str) -> bool:
    """Say whether somebody of a county meets the plugin; all of it or nothing."""
    dag = place.sign_in(town.person("Dag", born="1985-03-14", county=county))
    start = dag.get("/start").text
    seen = {dag.get("/hello/").status_code == 200, "Hello service" in start, "Hello task" in start}
    assert len(seen) == 1
    return seen.pop()


def switch(place: Place, scope: str, *, on: bool) -> None:
    """Switch the plugin in the database."""
    place.run(place.house.switches.switch("hello", scope, on=on))


def test_on_everywhere_unless_something_is_said(town: Town, hello: Path) -> None:
    """An installed plugin is on, for residents of every region and of none."""
    with town.instance(plugins=hello) as place:
        assert all(sees(place, town, county) for county in ("24", "12", "01"))


def test_one_process_serves_two_regions(town: Town, hello: Path) -> None:
    """Off in one region, the plugin's page, link and task are there for the other's residents only."""
    with town.instance(plugins=hello, toml=OFF_IN_NORTH) as place:
        assert not sees(place, town, "24")
        assert sees(place, town, "12")
        assert place.browser().get("/hello/open").text == "open"


def test_off_in_all_regions_is_off_in_public(town: Town, hello: Path) -> None:
    """What no region has on, nobody finds, signed in or not."""
    toml = OFF_IN_NORTH.replace('id = "sodra"', 'id = "sodra"\noff = ["hello"]', 1)
    with town.instance(plugins=hello, toml=toml) as place:
        assert place.browser().get("/hello/open").status_code == 404
        assert "Hello service" not in place.browser().get("/").text


def test_the_database_is_over_the_settings(town: Town, hello: Path) -> None:
    """What was switched stays so over a restart, whatever the settings say, in both directions."""
    with town.instance(plugins=hello, toml=OFF_IN_NORTH) as place:
        switch(place, "norra", on=True)
        switch(place, "sodra", on=False)
        assert sees(place, town, "24")
        assert not sees(place, town, "12")
    with town.instance() as again:
        assert sees(again, town, "24")
        assert not sees(again, town, "12")
        switch(again, "sodra", on=True)
        assert sees(again, town, "12")


def test_a_unit_has_its_own_switch_below_its_region_s(town: Town, hello: Path) -> None:
    """A unit may do without what its region has, in any spelling of its HSA-id, and not have what its region lacks."""
    toml = TOML.replace(f'hsa_id = "{UNIT}"', f'hsa_id = "{UNIT.lower()}"\noff = ["hello"]', 1)
    with town.instance(plugins=hello, toml=toml) as place:
        on = place.house.switches.on
        assert on("hello", "norra")
        assert not on("hello", UNIT)
        switch(place, UNIT, on=True)
        place.run(place.house.switches.refresh())
        assert on("hello", UNIT)
        assert on("hello", UNIT.lower())
        switch(place, "norra", on=False)
        place.run(place.house.switches.refresh())
        assert not on("hello", UNIT)


def test_a_unit_that_only_the_directory_knows_is_of_its_region(town: Town, hello: Path) -> None:
    """What its region has switched off is off there too, and it can be switched off there alone."""
    hello.write_text(HELLO + DIRECTORY, encoding="utf-8")
    with town.instance(plugins=hello) as place:
        on, unit = place.house.switches.on, "SE2321000016-7777"
        seen = [on("hello", unit)]
        for scope, wanted in (("norra", False), ("norra", True), (unit, False)):
            switch(place, scope, on=wanted)
            place.run(place.house.switches.refresh())
            seen.append(on("hello", unit.lower()))
        assert seen == [True, False, True, False]
        assert on("hello", "norra")


def test_another_process_hears_of_it(town: Town, hello: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has read the table reads it again after a few seconds, and not before."""
    now = [1000.0]
    monkeypatch.setattr("ledstang.switches.time.monotonic", lambda: now[0])
    with town.instance(plugins=hello) as place:
        other = Switches(place.instance, place.house.units, place.house.database, place.clock)
        place.run(other.refresh())
        switch(place, "norra", on=False)
        now[0] += FRESH
        place.run(other.refresh())
        assert other.on("hello", "norra")
        now[0] += 0.1
        place.run(other.refresh())
        assert not other.on("hello", "norra")
