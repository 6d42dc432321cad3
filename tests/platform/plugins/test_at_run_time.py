"""At run time each plugin answers alone: what one raises, or never answers, costs its own box on the page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang.isolation import Gap, Isolation
from ledstang.testing import Browser, Place, Town

HEAD = "import asyncio\nfrom ledstang import *\nfrom ledstang import hookimpl\n"
SOUND = """
from ledstang import Link, Task, TaskSource, hookimpl

@hookimpl
def register_links():
    return [Link("A sound service", "/sound/")]

@hookimpl
def register_tasks(host):
    async def tasks(visit, rows):
        return [Task("A sound task", "/sound/")]
    return [TaskSource(tasks)]
"""
Start = Callable[[str], str]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """Return what the host has logged: an app that starts takes pytest's own handler off the root."""
    logger = logging.getLogger("ledstang")
    logger.addHandler(caplog.handler)
    yield lambda: [record.getMessage() for record in caplog.records if record.name == "ledstang"]
    logger.removeHandler(caplog.handler)


@pytest.fixture
def start(town: Town, tmp_path: Path) -> Start:
    """Return the start page of Dag with a sound plugin and one that is being tried, in English."""

    def fetched(source: str) -> str:
        plugins = tmp_path / "instance" / "plugins"
        plugins.mkdir(parents=True)
        (plugins / "sound.py").write_text(SOUND, encoding="utf-8")
        tried = tmp_path / "tried.py"
        tried.write_text(HEAD + source, encoding="utf-8")
        with town.instance(plugins=tried) as place:
            dag: Browser = place.sign_in(town.person("Dag", born="1985-03-14"))
            dag.get("/language?to=en&next=/start")
            answer = dag.get("/start")
            assert answer.status_code == 200
            return answer.text

    return fetched


LINK = "async def shown(visit):\n    {}\n\n@hookimpl\ndef register_links():\n    return [Link('tried', '/x', shown=shown)]\n"
NOT_ASYNC = (
    "def shown(visit):\n    {}\n\n@hookimpl\ndef register_links():\n    return [Link('tried', '/x', shown=shown)]\n"
)
TASKS = "@hookimpl\ndef register_tasks(host):\n    async def tasks(visit, rows):\n        {}\n    return [TaskSource(tasks)]\n"
STATEMENT = """
wrong = prepared(lambda id_: PersonTable.raw("select nothing from nowhere where id = {{}}", id_))

async def tasks(visit, rows):
    return [Task("x", "/x")]

def statement(visit):
    {}

@hookimpl
def register_tasks(host):
    return [TaskSource(tasks, statement)]
"""


@pytest.mark.parametrize(
    "source",
    [
        LINK.format("1 / 0"),
        LINK.format("raise SystemExit(3)"),
        LINK.format("await asyncio.Event().wait()"),
        NOT_ASYNC.format("1 / 0"),
        NOT_ASYNC.format("return True"),
        TASKS.format("1 / 0"),
        TASKS.format("raise SystemExit(3)"),
        TASKS.format("await asyncio.Event().wait()"),
        TASKS.format("return None"),
        TASKS.format("return ['x']"),
        STATEMENT.format("1 / 0"),
        STATEMENT.format("return 'select 1'"),
        STATEMENT.format("return wrong.bind(visit.subject.id)"),
    ],
)
def test_one_that_fails_costs_its_own_box(start: Start, source: str, log: Callable[[], list[str]]) -> None:
    """The others' services and tasks are there, the page says whose are missing, and the log says so too."""
    page = start(source)
    assert "A sound service" in page
    assert "A sound task" in page
    assert "Something is missing here: tried did not answer." in page
    assert log()
    assert all(line.startswith("the plugin `tried` failed: ") for line in log())


def test_the_log_keeps_quiet_about_what_was_said(start: Start, log: Callable[[], list[str]]) -> None:
    """An exception's message may hold what a person wrote: the log has its type and place, and no more."""
    start(LINK.format("raise ValueError('my secret ' + visit.subject.number)"))
    logged = "\n".join(log())
    assert "ValueError at " in logged
    assert "secret" not in logged


def test_a_panel_that_fails_costs_its_own_box(town: Town, tmp_path: Path) -> None:
    """A page that hangs others' panels stands when one of them does not."""
    tried = tmp_path / "tried.py"
    source = "@hookimpl\ndef register_panels():\n    async def render(visit, subject):\n        {}\n"
    source += "    return [Panel('participant', 'Title', render)]\n"
    tried.write_text(HEAD + source.format("1 / 0"), encoding="utf-8")
    with town.instance(plugins=tried) as place:
        visit = place.visit(town.person("Dag", born="1985-03-14"), language="en")
        ((title, markup),) = place.run(place.house.panels("participant", visit, None))
        assert title == "Title"
        assert str(markup) == "<p>Something is missing here: tried did not answer.</p>"


BOX = """
from markupsafe import Markup

async def render(visit, box, subject):
    {render}

async def submit(visit, box, fields):
    {submit}

@hookimpl
def register_blocks():
    return [Block(name="rest", words={{}}, render=render, submit=submit)]
"""


def boxed(town: Town, tmp_path: Path, source: str, fields: Any = None, name: str = "rest") -> str:
    """Return what the house shows for a box of a plugin's."""
    from ledstang.content.nodes import Box, Place

    tried = tmp_path / "tried.py"
    tried.write_text(HEAD + source, encoding="utf-8")
    with town.instance(plugins=tried) as place:
        visit = place.visit(town.person("Dag", born="1985-03-14"), language="en")
        box = Box(name=name, word="vila", id=None, args="", settings={}, body=(), place=Place("x.md", 1))
        return str(place.run(place.house.box(visit, box, None, fields)))


@pytest.mark.parametrize(
    ("render", "submit", "fields"),
    [
        ("1 / 0", "pass", None),
        ("return Markup('<p>fine</p>')", "1 / 0", {"a": "b"}),
        ("raise SystemExit", "pass", {"a": "b"}),
    ],
)
def test_a_box_that_fails_says_so(town: Town, tmp_path: Path, render: str, submit: str, fields: Any) -> None:
    """A box that cannot be shown, or that did not take what was posted, is never shown as if all were well."""
    shown = boxed(town, tmp_path, BOX.format(render=render, submit=submit), fields)
    assert shown == "<p>Something is missing here: tried did not answer.</p>"


def test_a_box_whose_plugin_is_gone_says_so(town: Town, tmp_path: Path) -> None:
    """A participant pinned to a version with a box that nobody serves any more still sees the rest of the step."""
    source = BOX.format(render="return Markup('')", submit="pass")
    assert boxed(town, tmp_path, source, name="gone") == "<p>Something is missing here: vila did not answer.</p>"


async def test_waiting_has_an_end() -> None:
    """One that never answers is given up after its time; being cancelled from outside is not its failure."""

    async def hang() -> None:
        await asyncio.Event().wait()

    isolation = Isolation()
    assert await isolation.ask("tried", "register_links", hang, milliseconds=10) == Gap("tried")
    task = asyncio.create_task(isolation.ask("tried", "register_links", hang, milliseconds=60_000))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_health_tells_who_was_put_aside(town: Town, tmp_path: Path) -> None:
    """The process serves, says that it is degraded, and why; the broken plugin's address is not found."""
    tried = tmp_path / "tried.py"
    tried.write_text("raise SystemExit", encoding="utf-8")
    with town.instance(plugins=tried, broken=True) as place:
        answer = place.browser().get("/health")
        assert answer.status_code == 200
        health = answer.json()
        assert health["status"] == "degraded"
        states = {plugin["name"]: plugin for plugin in health["plugins"]}
        assert states["tried"] == {
            "name": "tried", "state": "quarantined", "why": "raised SystemExit while it was imported",
        }  # fmt: skip
        assert states["programmes"]["state"] == "on"
        assert place.browser().get("/programmes/").status_code == 200
        assert place.browser().get("/tried/").status_code == 404


def test_health_does_not_repeat_what_an_exception_said(town: Town, tmp_path: Path) -> None:
    """Anybody may read it: a password in a plugin's message stays with those who run the house."""
    tried = tmp_path / "tried.py"
    tried.write_text("raise ValueError('no answer from postgresql://journal:hemligt@10.0.0.3/db')", encoding="utf-8")
    with town.instance(plugins=tried, broken=True) as place:
        assert "hemligt" in str(place.house.plugins.faults[0])
        answer = place.browser().get("/health")
        assert "hemligt" not in answer.text
        assert "raised ValueError while it was imported" in answer.text


def test_a_plugin_that_litestar_will_not_have_is_put_aside(town: Town, tmp_path: Path) -> None:
    """A handler that would stop the making of the app costs its own plugin; the app is made without it."""
    tried = tmp_path / "tried.py"
    routes = "@hookimpl\ndef register_routes(host):\n    @get('/{x:y}')\n    async def page() -> str: ...\n    return [page]\n"
    tried.write_text(HEAD + "from litestar import get\n" + routes, encoding="utf-8")
    with town.instance(plugins=tried, broken=True) as place:
        (fault,) = place.house.plugins.faults
        assert fault.why.startswith("has a route that cannot be served")
        assert place.browser().get("/programmes/").status_code == 200


def test_health_is_ok_when_all_stand(town: Town) -> None:
    """Without a fault the status says so."""
    with town.instance() as place:
        assert place.browser().get("/health").json()["status"] == "ok"


def test_the_fixture_tells_an_author_what_is_wrong(town: Town, tmp_path: Path) -> None:
    """In a test of a plugin a fault is an error with its sentence, not a page that is not found."""
    tried = tmp_path / "tried.py"
    tried.write_text("import no_such_thing", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"^The plugin `tried` \(.+tried\.py:1\) imports `no_such_thing`"):
        _enter(town, tried)


def _enter(town: Town, plugin: Path) -> Place:
    with town.instance(plugins=plugin) as place:
        return place
