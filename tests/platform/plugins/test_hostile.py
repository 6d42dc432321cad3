"""Hostile plugins at every hook there is: each costs its own, every page stands, and what is missing is said.

The cases are made from the hookspecs: a new hook without an entry in AT_RUN_TIME or NEVER_ON_A_PAGE fails here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ledstang import hookspecs
from ledstang.app import BrokenPlugins, assemble
from ledstang.content.nodes import Box
from ledstang.content.nodes import Place as Where
from ledstang.instance import open_instance
from ledstang.testing import TOML, Place, Town
from litestar.routes import HTTPRoute

HOOKS = [
    name
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if getattr(function, "ledstang_spec", None) is not None
]
HURRIED = TOML + "[patience]\nasked_ms = 250\nstart_ms = 40\nbox_ms = 40\nsubmit_ms = 40\nmay_ms = 40\n"

HEAD = """\
import asyncio, threading
from click import Command
from litestar.handlers import BaseRouteHandler
from ledstang import *
from ledstang import hookimpl
from litestar import get
from markupsafe import Markup
"""
ASKED = {
    "raises": "1 / 0",
    "hangs": "threading.Event().wait()",
    "leaves": "raise SystemExit(3)",
    "interrupts": "raise KeyboardInterrupt",
    "floods": "return [None] * 1_000_000",
    "wrong": "return 5",
    "wrongs": "return [5]",
    "yields": "yield 5",
    "endless": "while True: yield 5",
    "dissembles": "class Liar:\n        __class__ = property(lambda self: 1 / 0)\n    return [Liar()]",
    "inherits": "from ledstang.gathering import _answers as kinds\n"
    "    one = kinds('{hook}')[0]\n"
    "    if issubclass(one, (BaseRouteHandler, Command)): 1 / 0\n"
    "    class Liar(one, frozen=True):\n        def __getattribute__(self, name): 1 / 0\n"
    "    return [Liar(**dict.fromkeys(one.__struct_fields__, ''))]",
    "misfits": "from ledstang.gathering import _answers as kinds\n"
    "    one = kinds('{hook}')[0]\n"
    "    return [one(**dict.fromkeys(getattr(one, '__struct_fields__', ('name',)), 5))]",
}
"""What a plugin may do instead of answering a hook."""

RUN = {
    "raises": "1 / 0",
    "leaves": "raise SystemExit(3)",
    "interrupts": "raise KeyboardInterrupt",
    "cancels": "raise asyncio.CancelledError",
    "hangs": "await asyncio.Event().wait()",
    "clings": "while True:\n        try: await asyncio.Event().wait()\n        except asyncio.CancelledError: pass",
    "wrong": "return 5",
    "floods": "return [5] * 1_000_000",
    "swells": "return Markup('x' * 1_000_000)",
    "yields": "yield 5",
}
"""What something that a plugin has returned may do instead of answering, when it is asked."""

LINK = "@hookimpl\ndef register_links():\n    return [Link('Service {name}', '/{name}/'{more})]\n"
AT_RUN_TIME = {
    "register_links": "async def work(visit):\n    {body}\n" + LINK.replace("{more}", ", shown=work"),
    "register_tasks": "async def work(visit, rows):\n    {body}\n"
    "@hookimpl\ndef register_tasks(host):\n    return [TaskSource(work)]\n" + LINK.replace("{more}", ""),
    "register_work_lists": "async def work(visit, rows):\n    {body}\n"
    "@hookimpl\ndef register_permissions():\n"
    "    return [Permission('{name}.do', 't', who='staff', roles=('treater',))]\n"
    "@hookimpl\ndef register_work_lists(host):\n    return [WorkList('x', '{name}', '{name}.do', work)]\n"
    + LINK.replace("{more}", ""),
    "register_panels": "async def work(visit, subject):\n    {body}\n"
    "@hookimpl\ndef register_panels(host):\n    return [Panel('participant', '{name}', work)]\n"
    + LINK.replace("{more}", ""),
    "register_blocks": "async def work(visit, box, subject):\n    {body}\n"
    "@hookimpl\ndef register_blocks():\n    return [Block(name='{name}', words={{}}, render=work, submit=work)]\n"
    + LINK.replace("{more}", ""),
    "register_permissions": "async def work(visit, resource):\n    {body}\n"
    "@hookimpl\ndef register_permissions():\n    return [Permission('{name}.do', 't', who='anyone', check=work)]\n",
    "register_routes": "@get('/')\nasync def work() -> str:\n    {body}\n"
    "@hookimpl\ndef register_routes(host):\n    return [work]\n",
    "register_content": "from pathlib import Path\ndef work(path, library):\n    {body}\n"
    "@hookimpl\ndef register_content(host):\n    return [ContentKind(name='{name}', word='{name}', compile=work, document=str),"
    " ContentFolder('{name}', host.instance.folder / 'texts')]\n",
}
NEVER_ON_A_PAGE = {
    "register_settings": "a type, held against the settings at start",
    "register_signin": "plain values: where the plugin's own page is",
    "register_checks": "asked by ledstang doctor, in a process of its own: tests/platform/cli/test_doctor.py",
    "register_connectors": "asked at sign-in: tests/platform/people/test_checking.py",
    "register_proxies": "asked at each request of a proxy: tests/platform/access/test_proxies.py",
    "register_attachments": "asked where a file is sent or fetched: tests/platform/attachments/test_fetching.py",
    "register_personal_data": "asked by the worker, and by whoever erases: tests/platform/rights",
    "register_commands": "run by whoever runs the house, in a process of their own",
    "register_listeners": "asked by the worker: tests/platform/outbox",
    "register_jobs": "asked by the worker: tests/platform/outbox",
}


def written(folder: Path, name: str, source: str) -> str:
    """Write a plugin into an instance's folder."""
    plugins = folder / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    (plugins / f"{name}.py").write_text(HEAD + source, encoding="utf-8")
    return name


ODD = {
    "percent": "'100 % %d %(x)s'",
    "markup": "'<b>x</b>{{ 7*7 }}'",
    "liar": "type('Liar', (str,), {'__html__': lambda self: 1 / 0, '__str__': lambda self: 1 / 0})('x')",
    "bytes": "b'x'",
    "huge": "'x' * 1_000_000",
    "alone": "'\\ud800'",
    "nul": "'\\0'",
}
"""What may stand where a title is wanted."""
TITLES = """
@hookimpl
def register_links():
    return [Link({odd}, '/x/', description={odd}, public=True)]
@hookimpl
def register_signin(host):
    return [SignInMethod('x', {odd}, '/x/', {odd})]
@hookimpl
def register_tasks(host):
    async def tasks(visit, rows):
        return [Task({odd}, '/x/', description={odd})]
    return [TaskSource(tasks)]
"""


def test_every_hook_has_its_hostile_plugins() -> None:
    """A hook that is added must say what may go wrong when what it returns is asked."""
    assert sorted([*AT_RUN_TIME, *NEVER_ON_A_PAGE]) == sorted(HOOKS)


@pytest.fixture
def asked(tmp_path: Path) -> tuple[Path, list[str]]:
    """An instance with a plugin for each hook and each way not to answer it, one that can't be imported, and a sound one."""
    folder = tmp_path / "instance"
    names = [
        written(folder, f"{hook[9:]}_{case}", f"@hookimpl\ndef {hook}():\n    {body.format(hook=hook)}\n")
        for hook in HOOKS
        for case, body in ASKED.items()
    ]
    names += [
        written(folder, f"{hook[9:]}_{case}", f"@hookimpl\n{begun} {hook}({given}):\n    return []\n")
        for hook in HOOKS
        for case, begun, given in (("wants", "def", "rubbish"), ("waits", "async def", ""))
    ]
    names += [
        written(folder, f"imported_{case}", body)
        for case, body in ASKED.items()
        if case in ("raises", "hangs", "leaves", "interrupts")
    ]
    written(folder, "sound", "@hookimpl\ndef register_links():\n    return [Link('A sound service', '/sound/')]\n")
    (folder / "ledstang.toml").write_text(HURRIED, encoding="utf-8")
    return folder, names


def test_whoever_does_not_answer_is_put_aside(town: Town, asked: tuple[Path, list[str]]) -> None:
    """Each is named with a sentence of its own, on /health too; the others are there, and the start page says what is not."""
    _, names = asked
    with town.instance(toml=HURRIED, broken=True) as place:
        faults = {fault.plugin: fault for fault in place.house.plugins.faults}
        assert sorted(faults) == sorted(names)
        assert "did not come to an end" in faults["links_hangs"].why
        assert "1000000 things" in faults["tasks_floods"].why
        assert "does not fit" in faults["links_misfits"].why
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        page = dag.get("/start")
        assert page.status_code == 200
        assert "A sound service" in page.text
        assert "Något saknas här: panels raises" in page.text
        health = place.browser().get("/health").json()
        assert health["status"] == "degraded"
        assert {row["name"] for row in health["plugins"] if row["state"] == "quarantined"} == set(names)


def test_strict_refuses_all_of_them(asked: tuple[Path, list[str]]) -> None:
    """With `strict = true` nothing is served, and every one is told."""
    folder, names = asked
    (folder / "ledstang.toml").write_text("strict = true\n" + HURRIED, encoding="utf-8")
    with pytest.raises(BrokenPlugins) as refused:
        assemble(open_instance(folder))
    told = [name for name in names if name != "routes_misfits"]  # Litestar tells, when the app is made
    assert not [name for name in told if f"`{name}`" not in str(refused.value)]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_titles_take_no_page_down(town: Town, odd: str) -> None:
    """A title is text, whatever it holds; what is no text, or can't be sent, is refused or left out."""
    written(town.folder / "instance", "odd", TITLES.format(odd=odd))
    with town.instance(toml=HURRIED, broken=True) as place:
        dag = place.sign_in(town.person("Dag", born="1985-03-14"))
        for browser, path in ((dag, "/start"), (dag, "/"), (dag, "/programmes/"), (place.browser(), "/signin")):
            page = browser.get(path)
            assert page.status_code == 200, path
            assert "<b>x</b>" not in page.text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A running instance with a plugin for each hook and each way to fail when it is asked, and a sound one."""
    town = Town(tmp_path_factory.mktemp("hostile"))
    folder = town.folder / "instance"
    for hook, source in AT_RUN_TIME.items():
        for case, body in RUN.items():
            if hook == "register_content" and "await" in body:
                body = "threading.Event().wait()"
            if hook == "register_routes" and ("await" in body or "yield" in body):
                continue  # a page that hangs is its own affair; one that yields is refused before
            name = f"{hook[9:]}_{case}"
            written(folder, name, source.format(body=body, name=name))
    written(folder, "sound", "@hookimpl\ndef register_links():\n    return [Link('A sound service', '/sound/')]\n")
    (folder / "texts").mkdir()
    (folder / "texts" / "one.md").write_text("# One\n", encoding="utf-8")
    with town.instance(toml=HURRIED.replace("asked_ms = 250", "asked_ms = 2000"), broken=True) as place:
        assert not [fault for fault in place.house.plugins.faults if "content" not in fault.plugin]
        yield place


@pytest.fixture
def run(served: Place) -> Place:
    """The same, with nobody left alone yet."""
    served.house.isolation.breakers.clear()
    return served


def test_whoever_fails_at_run_time_costs_its_own(town: Town, run: Place) -> None:
    """The start page, a slot, every box and every page stand; each gap has the title that people know it by."""
    dag = run.sign_in(town.person("Dag", born="1985-03-14"))
    visit = run.visit(town.person("Asta", born="1985-03-14"))
    page = dag.get("/start")
    assert page.status_code == 200
    assert "A sound service" in page.text
    for case in RUN:
        assert f"Något saknas här: Service links_{case} svarade inte." in page.text
        assert f"Något saknas här: Service tasks_{case} svarade inte." in page.text
    panels = {title: str(markup) for title, markup in run.run(run.house.panels("participant", visit, None))}
    for case in RUN:
        assert f"Service panels_{case} svarade inte." in panels[f"panels_{case}"]
        for fields in (None, {"a": "b"}):
            name = f"blocks_{case}"
            box = Box(name=name, word=name, id=None, args="", settings={}, body=(), place=Where("x.md", 1))
            assert f"Service {name} svarade inte." in run.run(run.house.box(visit, box, None, fields))
    assert dag.get("/health").json()["status"] == "degraded" or not list(run.house.isolation.resting())


def test_a_work_list_that_fails_costs_its_own(town: Town, run: Place) -> None:
    """The staff's page and the page of each list say what is missing; the other lists are there."""
    tea = town.person("Tea", born="1980-03-14")
    browser = run.at_work(tea, run.appoint(tea, "treater"))
    front = browser.get("/staff/").text
    assert "Deltagare som har tystnat" in front
    for case in RUN:
        said = f"Något saknas här: Service work_lists_{case} svarade inte."
        assert said in front, case
        assert said in browser.get(f"/staff/lists/work_lists_{case}/x").text, case


def test_a_permission_that_fails_denies(town: Town, run: Place) -> None:
    """Whatever it does instead of answering, the door stays shut."""
    visit = run.visit(town.person("Asta", born="1985-03-14"))
    for case in RUN:
        decision: Any = run.run(run.house.access.may(visit, f"permissions_{case}.do"))
        assert not decision, case


def test_every_page_of_the_others_stands(town: Town, run: Place) -> None:
    """Each page that takes no id, signed in and not: none of them is one of those that fail."""
    dag, nobody = run.sign_in(town.person("Dag", born="1985-03-14")), run.browser()
    paths = {
        route.path
        for route in run.client.app.routes
        if isinstance(route, HTTPRoute) and not route.path_parameters and "GET" in route.methods
    }
    ours = {path for path in paths if not path.startswith(("/routes-", "/testing", "/api/"))}
    assert ours >= {"/", "/start", "/signin", "/health", "/programmes"}
    for path in sorted(ours - {"/gallery", "/metrics"}):
        for browser in (dag, nobody):
            # to somebody who works nowhere, and has no guardians, there are no such pages
            at_work = ("/staff", "/forms/staff", "/inbox/desk", "/guardian/unit", "/guardian/own")
            closed = path.startswith(at_work) and browser is dag
            assert browser.get(path).status_code == (404 if closed else 200), path


def test_a_participant_reads_on_between_the_gaps(town: Town, run: Place) -> None:
    """The page of a programme that others hang their panels on says of each one what is missing, and has all the rest."""
    dag = run.sign_in(town.person("Dag", born="1985-03-14"))
    version = re.search(r'name="consent" value="([^"]+)"', dag.get("/programmes/hantera-oro/begin").text)
    overview = dag.post("/programmes/hantera-oro/begin", {"consent": version[1]})
    assert overview.status_code == 200
    for case in RUN:
        assert f"Något saknas här: Service panels_{case} svarade inte." in overview.text, case
    step = re.search(r'href="(/programmes/mine/[^"/]+/[^"]+)"', overview.text)
    assert dag.get(step[1]).status_code == 200


def test_a_page_of_a_hostile_plugin_is_its_own_affair(run: Place) -> None:
    """Its own address answers with an error or what it made of it; the front page is there afterwards."""
    run.client.raise_server_exceptions = False
    for case in RUN:
        if case not in ("cancels", "hangs", "clings", "yields"):  # the first is what a browser that goes away does
            assert run.browser().get(f"/routes-{case}/").status_code in (200, 500)
    assert run.browser().get("/").status_code == 200


def test_who_fails_three_times_is_left_alone(town: Town, run: Place) -> None:
    """From the fourth time on nobody waits for it; /health says who; after the pause it is asked again."""
    dag = run.sign_in(town.person("Dag", born="1985-03-14"))
    for _ in range(3):
        dag.get("/start")
    resting = set(run.house.isolation.resting())
    assert ("links_hangs", "register_links /links_hangs/") in resting
    failing = {row["name"] for row in dag.get("/health").json()["plugins"] if row["state"] == "failing"}
    assert {"links_hangs", "tasks_raises"} <= failing
    assert "sound" not in failing
