"""The database is away for half a minute under a server that people use, and is back: nothing is lost, nobody restarts."""

from __future__ import annotations

import html
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from ledstang.clusters import cluster

pytestmark = pytest.mark.drill
AWAY = 30
"""Seconds that it is away."""

MAY_TAKE = 10
"""Seconds after which an answer that says no is no answer any more."""

SERVED = "/urgent"
TOML = 'title = "Testregionen"\ndatabase = "{database}"\n[[regions]]\nid = "norra"\nname = "Region Norra"\ncounties = ["24"]\n'


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form in a page's main part."""
    form = re.search(r"<main.*?(<form .*?</form>)", page, re.DOTALL)
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1] if form else "")
    return {name: html.unescape(value) for name, value in found}


def test_half_a_minute_without_a_database(tmp_path: Path, serving, eventually) -> None:
    """What was saved is there, what could not be is handed back and saved by its button, and one is still signed in."""
    with cluster("fsync=on") as server:
        (tmp_path / "ledstang.toml").write_text(TOML.format(database=server.database()), encoding="utf-8")
        programme = Path(__file__).parents[1] / "fixtures" / "unsaved" / "prova"
        (tmp_path / "programmes").mkdir()
        (tmp_path / "programmes" / "prova").symlink_to(programme)
        with serving("--demo", tmp_path) as served:
            served.sign_in("Tove Berg")
            sheet = served.post("/programmes/prova/begin").url.path.rstrip("/") + "/module/ett/blad"
            page = served.client.get(sheet).text
            saved = served.client.post(sheet, data=hidden(page) | {"blad.text": "Före"})
            assert saved.status_code == 200
            fields = hidden(served.client.get(sheet).text)

            server.stop("immediate")
            until, answers, slowest = time.monotonic() + AWAY, Counter[int](), 0.0
            while time.monotonic() < until:
                for path in (sheet, "/start", SERVED, "/health"):
                    asked = time.monotonic()
                    answers[served.client.get(path).status_code] += 1
                    slowest = max(slowest, time.monotonic() - asked)
                lost = served.client.post(sheet, data=fields | {"blad.text": "Under tiden"})
                assert (lost.status_code, "Under tiden" in lost.text) == (503, True)
            assert set(answers) <= {200, 503}, answers
            assert slowest < MAY_TAKE

            server.start("fsync=on")
            began = time.monotonic()
            eventually(lambda: served.client.get(sheet).status_code == 200)
            took = time.monotonic() - began
            assert "Före" in served.client.get(sheet).text
            again = served.client.post(sheet, data=hidden(lost.text))
            assert (again.status_code, "Under tiden" in served.client.get(sheet).text) == (200, True)
            eventually(lambda: served.client.get("/health").json()["status"] == "ok")
            eventually(lambda: served.client.get("/ready").status_code == 200)
            print(f"\n{answers[503]} told so, the slowest in {slowest:.2f} s, {took:.1f} s until all went on")
