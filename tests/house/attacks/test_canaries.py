"""No person leaks: a served instance is used, provoked and searched while it runs, for every name, number and answer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from .scene import FRONT, MODULE

ROOT = Path(__file__).parents[3]
TEXT = "Kanariefågeln sjunger om Elsa"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An instance as the repository has it, with a plugin that fails with somebody's name in its mouth."""
    shutil.copy(ROOT / "ledstang.toml", tmp_path)
    (tmp_path / "plugins").mkdir()
    programme = tmp_path / "programmes" / "min"
    programme.mkdir(parents=True)
    (programme / "programme.md").write_text(FRONT, encoding="utf-8")
    (programme / "01-ett.md").write_text(MODULE, encoding="utf-8")
    (tmp_path / "plugins" / "clumsy.py").write_text(
        '"""Fails."""\nfrom ledstang import Link, Visit, hookimpl\nfrom litestar import get\n\n'
        "@hookimpl\ndef register_links():\n"
        "    async def shown(visit):\n        raise ValueError(visit.actor.name)\n"
        '    return [Link("Clumsy", "/clumsy/", "It fails", shown=shown)]\n\n'
        "@hookimpl\ndef register_routes():\n"
        '    @get("/")\n    async def fails(visit: Visit) -> str:\n'
        '        raise ValueError(f"{visit.actor.name} {visit.actor.number}")\n    return [fails]\n',
        encoding="utf-8",
    )
    return tmp_path


def write_an_answer(served) -> httpx.Response:
    """Begin the programme and write into its worksheet."""
    home = served.post("/programmes/min/begin").url.path
    return served.post(f"{home}/module/ett/blad", **{"blad.text": TEXT})


def test_v5_16_2_5_nothing_of_anybody_is_left_anywhere(folder: Path, serving, sweep) -> None:
    """After signing in, writing, and every way of failing: log, addresses, error pages, figures, database, journal, backup."""
    asked: list[str] = []
    with serving("--demo", folder) as served:
        served.client.event_hooks["request"].append(lambda request: asked.append(unquote(str(request.url))))
        served.sign_in("Dag Nordin")
        tokens = [cookie.value for cookie in served.client.cookies.jar if "sid" in cookie.name]
        written = write_an_answer(served)
        assert (written.status_code, written.request.method) == (200, "GET")
        pages = [
            served.client.get("/clumsy/"),
            served.client.get("/no/such/page"),
            served.client.put("/start"),
            served.client.post("/programmes/hantera-oro/begin", data={"_csrf": "x", "text": TEXT}),
            served.client.post("/programmes/hantera-oro/begin", content=b"x" * 5_000_000),
            served.client.get("/programmes/?q=" + "a" * 9000),
            served.client.get("/start", headers={"Cookie": "x=" + "x" * 9000}),
            served.client.get("/metrics"),
            served.client.get("/health"),
            httpx.get(str(served.client.base_url) + "/start"),
        ]
        assert {answer.status_code for answer in pages} >= {403, 404, 405, 413, 500}
        assert "/programmes/{key}" in pages[-3].text, "the figures were not there to be searched"
        shown = [re.sub(r"<header.*?</header>|<footer.*?</footer>", "", one.text, flags=re.S) for one in pages]
        assert sweep(folder, [*asked, *shown], tokens) == []
        said = list(served.said)
    assert sweep_texts(said + served.said, tokens) == []


def sweep_texts(lines: list[str], tokens: list[str]) -> list[str]:
    """Return the lines of the server's own words that hold what is a person's."""
    return [line for line in lines for word in ("Nordin", "Kanarie", *tokens) if word in line]


def test_the_search_finds_what_is_there(folder: Path, serving, sweep) -> None:
    """The proof that it looks: what is written in clear anywhere in the folder, or in a text, is found."""
    with serving("--demo", folder) as served:
        served.client.get("/")
        assert sweep(folder, ["see Dag Nordin"]) == ["`Dag Nordin` stands in text 0"]
        (folder / "server.log").write_text("failed for 198", encoding="utf-8")
        assert sweep(folder, [], ["failed for 198"]) == ["`failed for 198` stands in server.log"]
