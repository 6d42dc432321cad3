"""The database goes away, or its disk is full, under those who are signed in: nobody loses a word, nobody restarts us."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from ledstang.clusters import Cluster, cluster
from ledstang.database.faults import is_passing
from ledstang.testing import Browser, Place, Town

PROGRAMME = Path(__file__).parents[2] / "fixtures" / "unsaved" / "prova"
SHEET = "module/ett/blad"
WRITTEN = "Jag oroar mig för åska, <blixt> & annat."


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A server of the test's own, to be stopped as a crash would; what it has acknowledged it keeps."""
    with cluster("fsync=off") as server:
        yield server


def begin(place: Place, town: Town) -> tuple[Browser, str]:
    """Sign somebody in who takes part in the programme. Returns the browser and the part's address."""
    dag = place.sign_in(town.person("Dag", born="1985-03-14"))
    return dag, str(dag.post("/programmes/prova/begin").url.path).rstrip("/")


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields of the form in the page's main part."""
    form = re.search(r"<main.*?(<form .*?</form>)", page, re.DOTALL)
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1] if form else "")
    return {name: html.unescape(value) for name, value in found}


def test_a_word_that_met_no_database_is_handed_back_and_saved_by_one_button(
    town: Town, server: Cluster, eventually: Any
) -> None:
    """While it is away every page says so kindly, and whom to call is told as ever."""
    with Town(town.folder, server.database()).instance(programmes=PROGRAMME) as place:
        dag, mine = begin(place, town)
        fields = fields_of(dag.get(f"{mine}/{SHEET}").text) | {"blad.text": WRITTEN}

        server.stop("immediate")
        for path in ("/start", f"{mine}/{SHEET}", mine):
            answer = dag.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
            assert answer.headers["retry-after"]
            assert "Tjänsten går inte att använda just nu" in answer.text
        for path in ("/urgent", "/health", "/"):
            assert dag.get(path).status_code == 200
        lost = dag.post(f"{mine}/{SHEET}", fields)
        assert_handed_back(lost)

        server.start("fsync=off")
        answer = eventually(lambda: dag.get(f"{mine}/{SHEET}"), lambda answer: answer.status_code != 503)
        assert answer.status_code == 200
        again = dag.post(f"{mine}/{SHEET}", fields_of(lost.text))
        assert again.status_code == 200
        assert html.escape(WRITTEN) in again.text
        assert not list(place.house.isolation.resting()), "a plugin was blamed for the database"


def test_a_full_disk_loses_nothing_that_was_saved_and_hands_back_the_rest(town: Town) -> None:
    """Pages can be read as ever, and the same button saves it once there is room."""
    with town.instance(programmes=PROGRAMME) as place:
        dag, mine = begin(place, town)
        first = fields_of(dag.get(f"{mine}/{SHEET}").text) | {"blad.text": WRITTEN}
        assert dag.post(f"{mine}/{SHEET}", first).status_code == 200

        engine = place.house.database.engine
        pages = place.run(engine.run("PRAGMA page_count", ()))[0]["page_count"]
        place.run(engine.run(f"PRAGMA max_page_count = {pages}", ()))
        kept = dag.get(f"{mine}/{SHEET}")
        assert kept.status_code == 200
        assert html.escape(WRITTEN) in kept.text
        more = WRITTEN * 200  # does not fit into what the file has left
        lost = dag.post(f"{mine}/{SHEET}", fields_of(kept.text) | {"blad.text": more})
        assert_handed_back(lost)
        assert html.escape(WRITTEN) in dag.get(f"{mine}/{SHEET}").text

        place.run(engine.run("PRAGMA max_page_count = 1000000", ()))
        assert dag.post(f"{mine}/{SHEET}", fields_of(lost.text)).status_code == 200
        assert html.escape(more) in dag.get(f"{mine}/{SHEET}").text


def assert_handed_back(lost: httpx.Response) -> None:
    assert lost.status_code == 503
    assert "Skicka igen" in lost.text
    assert html.escape(WRITTEN) in lost.text
    assert "Traceback" not in lost.text


@pytest.mark.parametrize(
    ("code", "passing"),
    [
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_IOERR | 8 << 8, True),
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_CONSTRAINT, False),
        (sqlite3.SQLITE_ERROR, False),
    ],
)
def test_what_sqlite_says_of_the_place_passes(code: int, passing: bool) -> None:
    fault: Any = sqlite3.OperationalError("")
    fault.sqlite_errorcode = code
    assert is_passing(fault) is passing


@pytest.mark.parametrize(
    ("state", "passing"),
    [("53100", True), ("57P01", True), ("58030", True), ("25006", True), ("42P01", False), ("", False)],
)
def test_what_postgresql_says_of_the_place_passes(state: str, passing: bool) -> None:
    fault: Any = Exception()
    fault.sqlstate = state
    assert is_passing(fault) is passing
