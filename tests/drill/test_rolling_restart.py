"""While people write, one machine after the other is restarted, or a key is replaced under them: nobody notices.

Nobody meets an error, and nothing of what was saved is lost.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from ledstang.clusters import Cluster

pytestmark = pytest.mark.drill
LEDSTANG = Path(sys.executable).with_name("ledstang")
WRITERS, ROUNDS = 4, 3

TOML = """\
title = "Testregionen"
drain_seconds = 2
{database}
[rotation]
look_seconds = 0.2
portion = 5
[rates]
posts = {{ times = 100000, minutes = 10 }}
[[regions]]
id = "norra"
name = "Region Norra"
counties = ["24"]
[plugins.programmes]
offered_to_everybody = true
"""
HAPROXY = """\
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout check 1s
  option redispatch
frontend in
  bind 127.0.0.1:{port}
  default_backend out
backend out
  option httpchk GET /ready
  http-reuse never
  server one 127.0.0.1:{one} check inter 200ms fall 2 rise 1
  server two 127.0.0.1:{two} check inter 200ms fall 2 rise 1
"""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def running(*line: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([*map(str, line)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def until_ready(port: int) -> None:
    """Wait until a process says that it may be sent traffic."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
    raise AssertionError("it did not start")


class Writer(threading.Thread):
    """Somebody in a worksheet, whose page saves every word: keeps what it was told is saved, and every error it met."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__(daemon=True)
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=20)
        self.number, self.saved, self.errors, self.asked = number, "", [], 0
        self.stopped = threading.Event()
        self._sign_in()

    def _sign_in(self) -> None:
        persons = re.findall(r'name="number" value="(\d+)"', self.browser.get("/sandbox/").text)
        grown = [number for number in persons if number < "2005"]
        self.browser.post("/sandbox/signin", data={"number": grown[self.number]})
        consent = self.browser.get("/programmes/skriva/begin").text
        answer = self.browser.post("/programmes/skriva/begin", data={"_csrf": _token(consent)})
        self.home = answer.url.path + "/module/ett/blad"

    def run(self) -> None:
        page = self.browser.get(self.home).text
        token, revision = _token(page), re.search(r'name="_revision\.blad\.svar" value="(\d+)"', page)
        at = int(revision[1]) if revision else 0
        for number in itertools.count():
            if self.stopped.is_set():
                return
            text = f"ord {number}"
            fields = {"_csrf": token, "blad.svar": text, "_revision.blad.svar": str(at)}
            self.asked += 1
            try:
                answer = self.browser.post(self.home, data=fields, headers={"Accept": "application/json"})
            except httpx.TransportError as fault:
                self.errors.append(repr(fault))
                continue
            if answer.status_code != 200:
                self.errors.append(f"{answer.status_code} {answer.text[:200]}")
                continue
            at, self.saved = answer.json()["revisions"]["blad.svar"], text

    def read(self) -> str:
        """Return what stands on the page now."""
        found = re.search(r'name="blad\.svar" type="text" value="([^"]*)"', self.browser.get(self.home).text)
        return found[1] if found else ""


def _token(page: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


PROGRAMME = """---
program: skriva
titel: Skriva
språk: sv
ägare: SE2321000016-1003
version: 1.0
sort: öppet
medicinskt ansvarig: Testläkaren
licens: CC BY 4.0
säkerhet: Ring 112 om det är akut. Ring 1177 för råd.
---

Välkommen.
"""
MODULE = """---
modul: ett
titel: Ett
---

# Ett

::: övning #blad
::: fråga #svar text
Skriv något.
:::
:::
"""


@pytest.fixture(params=["sqlite", "postgres"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An instance with one worksheet, on either database."""
    cluster: Cluster = request.getfixturevalue("postgres_server")
    database = f'database = "{cluster.database()}"' if request.param == "postgres" else ""
    (tmp_path / "ledstang.toml").write_text(TOML.format(database=database), encoding="utf-8")
    home = tmp_path / "programmes" / "skriva"
    home.mkdir(parents=True)
    (home / "programme.md").write_text(PROGRAMME, encoding="utf-8")
    (home / "01-ett.md").write_text(MODULE, encoding="utf-8")
    return tmp_path


def test_nobody_notices_a_rolling_restart(folder: Path) -> None:
    """Two processes behind HAProxy, each restarted three times, the next when the one before is ready again."""
    front, ports = free_port(), (free_port(), free_port())
    config = folder / "haproxy.cfg"
    config.write_text(HAPROXY.format(port=front, one=ports[0], two=ports[1]), encoding="utf-8")
    serve = {port: [LEDSTANG, "serve", folder, "--demo", "--port", str(port)] for port in ports}
    processes = {port: subprocess.Popen([*map(str, line)], stderr=subprocess.DEVNULL) for port, line in serve.items()}
    try:
        for port in ports:
            until_ready(port)
        with running("haproxy", "-f", config):
            until_ready(front)
            writers = [Writer(front, number) for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            for port in ports * ROUNDS:
                processes[port].send_signal(signal.SIGTERM)
                assert processes[port].wait(60) in (0, -signal.SIGTERM)
                processes[port] = subprocess.Popen([*map(str, serve[port])], stderr=subprocess.DEVNULL)
                until_ready(port)
            for writer in writers:
                writer.stopped.set()
                writer.join(30)
            asked = sum(writer.asked for writer in writers)
            print(f"{asked} saves, {ROUNDS * 2} restarts")
            assert [error for writer in writers for error in writer.errors] == []
            assert [writer.read() for writer in writers] == [writer.saved for writer in writers]
            assert all(writer.saved for writer in writers)
            for writer in writers:
                writer.browser.close()
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def keys(folder: Path, *words: str) -> str:
    """Run `ledstang keys …`, which must go well, and return what it said."""
    line = [LEDSTANG, "keys", *words, str(folder)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def until_nothing_is_left(folder: Path, number: int) -> None:
    """Wait until all that there is was sealed with a key."""
    end = time.monotonic() + 180
    while time.monotonic() < end:
        told = {one["number"]: one for one in json.loads(keys(folder, "show", "--json"))["keys"]}
        if told[number]["state"] == "seals" and not any(
            one["values"] for one in told.values() if one["number"] != number
        ):
            return
    raise AssertionError(told)


def test_nobody_notices_a_new_key(folder: Path) -> None:
    """Two processes serve, and a third works; twice a key is made, takes over, and the older one is retired."""
    ports = (free_port(), free_port())
    with (
        running(LEDSTANG, "serve", folder, "--demo", "--port", str(ports[0])) as one,
        running(LEDSTANG, "work", folder) as worker,
    ):
        until_ready(ports[0])
        with running(LEDSTANG, "serve", folder, "--demo", "--port", str(ports[1])) as two:
            until_ready(ports[1])
            writers = [Writer(ports[number % 2], number) for number in range(WRITERS)]
            for writer in writers:
                writer.start()
            for number in (2, 3):
                keys(folder, "rotate")
                until_nothing_is_left(folder, number)
                keys(folder, "retire", str(number - 1))
            for writer in writers:
                writer.stopped.set()
                writer.join(30)
            print(f"{sum(writer.asked for writer in writers)} saves, 2 new keys")
            assert [error for writer in writers for error in writer.errors] == []
            assert [writer.read() for writer in writers] == [writer.saved for writer in writers]
            assert all(writer.saved for writer in writers)
            for writer in writers:
                writer.browser.close()
            assert {one.poll(), two.poll(), worker.poll()} == {None}
            assert httpx.get(f"http://127.0.0.1:{ports[0]}/health").json()["keys"] == {"state": "ok"}
