"""`ledstang.testing`: what plugin authors test with works as its documentation says."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from ledstang.people.numbers import is_test_number
from ledstang.testing import NOON, TOML, Town

PLUGIN = """
from ledstang import Host, Visit, hookimpl
from litestar import get, post

@hookimpl
def register_routes(host: Host):
    @get("/", media_type="text/plain")
    async def mine(visit: Visit) -> str:
        return f"{visit.subject.name} {visit.region} {host.clock.local():%H:%M}"

    @post("/", status_code=200, media_type="text/plain")
    async def save(visit: Visit, request: "Request") -> str:
        return (await request.form())["text"]

    return [mine, save]
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin with a page and a form."""
    file = tmp_path / "hello.py"
    file.write_text(PLUGIN.replace('"Request"', "Request").replace("get, post", "Request, get, post"), encoding="utf-8")
    return file


def test_persons_are_invented_and_told_apart(town: Town) -> None:
    """Each person has a number of the test series; two of one birthday are two persons."""
    dag, other = town.person("Dag", born="1985-03-14"), town.person("Dag", born="1985-03-14", county="12")
    assert dag.number != other.number
    assert is_test_number(dag.number)
    assert is_test_number(other.number)
    assert (dag.county, other.county) == ("24", "12")


def test_a_person_signs_in_on_several_devices(town: Town, plugin: Path) -> None:
    """Each sign-in is a browser of its own, with its own cookies and its own token for forms."""
    with town.instance(plugins=plugin) as place:
        dag = town.person("Dag", born="1985-03-14")
        phone, desk = place.sign_in(dag), place.sign_in(dag)
        assert phone.get("/hello/").text == desk.get("/hello/").text == "Dag norra 12:00"
        assert phone.token() != desk.token()
        assert phone.post("/hello/", {"text": "åäö"}).text == "åäö"
        assert desk.post("/hello/", {"text": "x", "_csrf": phone.token()}).status_code == 403
        assert place.browser().token() == ""


def test_the_clock_stands_until_it_is_moved(town: Town, plugin: Path) -> None:
    """Tests say what time it is: a Monday at noon at first."""
    with town.instance(plugins=plugin) as place:
        assert place.clock.now() == NOON
        assert place.clock.local().strftime("%A %H:%M") == "Monday 12:00"
        place.clock.move(minutes=5)
        assert place.sign_in(town.person("Dag", born="1985-03-14")).get("/hello/").text.endswith("12:05")
        place.clock.set(datetime(2027, 1, 1, tzinfo=UTC))
        assert place.clock.today().isoformat() == "2027-01-01"


def test_a_visit_without_a_browser(town: Town) -> None:
    """What a plugin returns from its hooks can be asked without a page: with the visit of somebody at home."""
    with town.instance() as place:
        dag = town.person("Dag", born="1985-03-14", county="12")
        visit = place.visit(dag)
        assert (visit.subject.name, visit.region, visit.ground, visit.language) == ("Dag", "sodra", "self", "sv")
        assert place.visit(dag).subject.id == visit.subject.id


def test_an_instance_is_started_again_with_what_it_kept(town: Town, plugin: Path) -> None:
    """A second instance in a test is the first one after a restart; other settings are those that are given."""
    with town.instance(plugins=plugin) as place:
        before = place.visit(town.person("Dag", born="1985-03-14")).subject
    with town.instance(toml=TOML.replace("Testregionen", "En annan")) as again:
        assert again.instance.title == "En annan"
        assert "hello" in again.house.plugins.found
        known = again.run(again.house.database.together())
        assert known == []
        from ledstang import PersonTable

        assert again.run(PersonTable.exists().where(PersonTable.id == before.id))


def test_the_way_in_is_never_served(town: Town) -> None:
    """The door that tests sign in by is not part of an app that is made without tests."""
    from ledstang.app import create_app

    with town.instance() as place:
        paths = {route.path for route in create_app(place.instance).routes}
        assert "/testing/signin" not in paths
        assert "/testing/signin" in {route.path for route in place.client.app.routes}


def test_it_comes_with_the_installation(pytestconfig: pytest.Config) -> None:
    """A plugin's author installs ledstang and pytest, and has the fixture: by an entry point, without a line."""
    assert [point.value for point in entry_points(group="pytest11", name="ledstang")] == ["ledstang.testing"]
    assert pytestconfig.pluginmanager.has_plugin("ledstang")
