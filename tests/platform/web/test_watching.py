"""Around every request: an id to quote, a line in the log, figures, a limit, and nothing that ends the host."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from ledstang import logs
from ledstang.logs import Lines, Words
from ledstang.testing import TOML, Place, Town

CANARY = "Kanarina-199001012384"
PLUGIN = """
import asyncio
from ledstang import hookimpl
from litestar import get
from litestar.params import FromPath

@get("/{note:str}/raises", name="raises")
async def raises(note: FromPath[str]) -> str:
    secret = note
    try:
        raise ValueError(f"no such note {secret}")
    except ValueError as fault:
        raise RuntimeError(f"could not read {secret}") from fault

@get("/{note:str}/leaves", name="leaves")
async def leaves(note: FromPath[str]) -> str:
    raise SystemExit(note)

@get("/waits", name="waits")
async def waits() -> str:
    reached.release()
    await opened.wait()
    return "done"

reached, opened = asyncio.Semaphore(0), asyncio.Event()

@hookimpl
def register_routes(host):
    return [raises, leaves, waits]
"""


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return what is logged, as a machine would read it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    root, ours = logging.getLogger(), logging.getLogger("ledstang")
    before = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    ours.setLevel(before)


@pytest.fixture
def tried(tmp_path: Path) -> Path:
    """A plugin whose pages fail in several ways."""
    file = tmp_path / "tried.py"
    file.write_text(PLUGIN, encoding="utf-8")
    return file


def inside(place: Place, address: str = "127.0.0.1", **headers: str) -> Callable[..., httpx.Response]:
    """Return a way to fetch as somebody who connects from an address."""
    app = place.client.app

    def fetch(path: str, **options: Any) -> httpx.Response:
        async def work() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
                return await client.get(path, **options)

        answer: httpx.Response = place.run(work())
        return answer

    return fetch


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_error_has_an_id_that_finds_its_line(town: Town, tried: Path, lines: Any, language: str) -> None:
    """The page asks for the id to be quoted; the log has one fault by it, with its places and nothing of the person."""
    with town.instance(plugins=tried) as place:
        answer = place.browser().get(f"/tried/{CANARY}/raises", headers={"cookie": f"language={language}"})
    assert answer.status_code == 500
    quoted = re.search(r"<strong>([0-9a-f]{8})</strong>", answer.text)
    assert quoted
    assert {"sv": "Uppge detta", "en": "Quote this"}[language] in answer.text
    mine = [line for line in lines() if line.get("request") == quoted[1]]
    (fault,) = [line for line in mine if line["level"] == "error"]
    assert (fault["error"], fault["route"]) == ("RuntimeError", "/tried/{note}/raises")
    assert any("tried.py" in line and line.endswith("raises") for line in fault["traceback"])
    assert "ValueError:" in fault["traceback"]
    (request,) = [line for line in mine if line["event"] == "request"]
    assert (request["method"], request["status"]) == ("GET", 500)
    assert CANARY not in json.dumps(lines())


def test_no_line_holds_an_address_a_query_or_a_token(town: Town, tried: Path, lines: Any) -> None:
    """Of where somebody went the log has the template only; of what is nowhere not even that."""
    with town.instance(plugins=tried) as place:
        dag = place.sign_in(town.person("Dag Kanarina", born="1985-03-14"))
        dag.get(f"/start?q={CANARY}", headers={"referer": f"https://x/{CANARY}"})
        dag.get(f"/{CANARY}/nowhere")
        secrets = [*dag.cookies.values(), dag.token(), CANARY, "Kanarina", "1985"]
    written = json.dumps([line for line in lines() if line["logger"].startswith("ledstang")])
    assert '"route": "/start"' in written
    assert '"route": "a page"' in written
    assert not [secret for secret in secrets if secret in written]


@pytest.mark.parametrize("leaving", ["SystemExit", "KeyboardInterrupt", "BaseException"])
def test_a_page_that_wants_to_end_the_host_gets_an_error(town: Town, tried: Path, lines: Any, leaving: str) -> None:
    """What leaves a handler is told and answered; the next request is served."""
    tried.write_text(tried.read_text().replace("SystemExit", leaving), encoding="utf-8")
    with town.instance(plugins=tried) as place:
        fetch = inside(place)
        answer = fetch("/tried/x/leaves")
        assert answer.status_code == 500
        assert "content-security-policy" in answer.headers
        assert re.search(r"Quote this: <strong>[0-9a-f]{8}<", answer.text)
        assert fetch("/health").status_code == 200
    assert [line["error"] for line in lines() if line["level"] == "error"] == [leaving]


def test_too_many_at_once_are_asked_to_come_back(town: Town, tried: Path) -> None:
    """Over the limit one gets 503 with a time and the headers at once; health and signing out are for everybody."""
    toml = TOML + "[load]\nin_flight = 2\nretry_seconds = 7\n"
    with town.instance(plugins=tried, toml=toml) as place:
        app = place.client.app
        handlers = [handler for _, handler in place.house.offers["register_routes"]]
        plugin = next(handler.fn.__globals__ for handler in handlers if handler.name == "waits")

        async def work() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                waiting = [asyncio.create_task(client.get("/tried/waits")) for _ in range(2)]
                for _ in waiting:
                    await plugin["reached"].acquire()
                meanwhile = [await client.get(path) for path in ("/", "/health", "/ready", "/signout")]
                plugin["opened"].set()
                return [*await asyncio.gather(*waiting), *meanwhile, await client.get("/")]

        first, second, shed, health, ready, signout, after = place.run(work())
        assert [one.status_code for one in (first, second, health, ready, signout, after)] == [200] * 6
        assert (shed.status_code, shed.headers["retry-after"]) == (503, "7")
        assert "content-security-policy" in shed.headers
        assert "Many are here just now" in shed.text
        assert place.house.metrics.in_flight == 0


def test_figures_hold_templates_and_nobody(town: Town, tried: Path) -> None:
    """Prometheus reads how long which page took, how many are here, what failed; no label holds an address."""
    with town.instance(plugins=tried) as place:
        fetch = inside(place)
        fetch(f"/tried/{CANARY}/raises")
        fetch(f"/{CANARY}")
        text = fetch("/metrics").text
    assert 'ledstang_request_seconds_count{method="GET",route="/tried/{note}/raises",status="500"} 1.0' in text
    assert 'route="a page",status="404"' in text
    assert "ledstang_requests_in_flight 1.0" in text
    assert "ledstang_faults_total 1.0" in text
    assert re.search(r"ledstang_database_seconds \d", text)
    assert CANARY not in text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.2.3.4", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
        ("10.2.3.4", {"authorization": "Bearer hemligt"}, 200),
        ("10.2.3.4", {"authorization": "Bearer hemlig"}, 404),
        ("10.2.3.4", {"authorization": "Bearer "}, 404),
        ("testclient", {}, 404),
    ],
)
def test_figures_are_for_those_who_run_it(town: Town, address: str, headers: dict[str, str], status: int) -> None:
    """From the machine itself without a proxy between, or with the token; anybody else finds nothing there."""
    town.folder.joinpath("instance").mkdir()
    town.folder.joinpath("instance", "token").write_text("hemligt\n", encoding="utf-8")
    with town.instance(toml=TOML + '[metrics]\ntoken_file = "token"\n') as place:
        assert inside(place, address, **headers)("/metrics").status_code == status


def test_others_words_are_not_filled_in() -> None:
    """A library's line keeps the words of its code: what it fills in, or says of an exception, may be anybody's."""
    record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 1, f"never %s\nfuture: {CANARY}", (CANARY,), None)
    assert json.loads(Lines().format(record))["event"] == "never %s"
    try:
        raise ValueError(CANARY)
    except ValueError as fault:
        record.exc_info = (ValueError, fault, fault.__traceback__)
    for shown in (Lines().format(record), Words().format(record)):
        assert CANARY not in shown
    assert json.loads(Lines().format(record))["traceback"][0] == "ValueError:"


def test_a_field_that_is_not_listed_is_not_written() -> None:
    """Whatever somebody hangs on a record, a line has the fields that it may have."""
    record = logging.LogRecord("ledstang", logging.INFO, "x.py", 1, "event", (), None)
    record.person, record.plugin = CANARY, "tried"
    line = json.loads(Lines().format(record))
    assert line.keys() <= {"time", "level", "logger", "event", *logs.FIELDS}
    assert CANARY not in json.dumps(line)
