"""Something is wrong: whoever meets it can say so, nobody is named, and a human finds it in a list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from ledstang.cli.problems import command
from ledstang.problems.problems import nameless
from ledstang.testing import Place, Town

WORDS = "Knappen syns inte.\x1b[31m <b>Alls</b> 🙂"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, town: Town) -> Iterator[Place]:
    """A running instance on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    with Town(town.folder, address).instance() as place:
        yield place


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/urgent", "/urgent"),
        ("/programmes/mine/0d3770d6-ecbd-4eea-bd49-e5406115bb59/module/ett/blad", "/programmes/mine/…/module/ett/blad"),
        ("/programmes/?q=oro", "/programmes/"),
        ("/x/19900101-2389", "/x/…-2389"),
        ("/signin/sessions/6f1ed002ab5595859014ebf0951522d9/end", "/signin/sessions/…/end"),
        ("https://e.example/x", "/"),
        ("", "/"),
        ("/" + "x" * 500, "/" + "x" * 299),
    ],
)
def test_a_page_names_nobody(page: str, kept: str) -> None:
    """Ids, numbers and what stands behind a question mark are left out before anything is sent or kept."""
    assert nameless(page) == kept


def test_every_page_leads_to_the_form_about_itself(place: Place, town: Town) -> None:
    """Also an error's page, and for somebody who is signed in; the link never names anybody."""
    anybody, dag = place.browser(), place.sign_in(town.person("Dag", born="1985-03-14"))
    for page in ("/", "/urgent", "/accessibility", "/signin", "/no-such-page"):
        assert f'href="/problem?page={page}">Något är fel</a>' in anybody.get(page).text
    assert 'href="/problem?page=/start">Något är fel</a>' in dag.get("/start").text


def test_what_is_wrong_reaches_a_human(place: Place, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """With page, time, version and the words; tallied by page; and gone from the list when it is done."""
    anybody, dag = place.browser(), place.sign_in(town.person("Dag", born="1985-03-14"))
    assert 'value="/urgent"' in anybody.get("/problem?page=/urgent").text
    for browser in (anybody, dag):
        sent = browser.post("/problem", {"page": "/urgent", "words": WORDS, "contact": "dag@example.se"})
        assert sent.url.path == "/problem/thanks"
        assert "Tack" in sent.text
        assert 'href="/urgent"' in sent.text
    dag.post("/problem", {"page": "/start", "words": "Och här."})
    problems = place.client.app.state.problems
    assert place.run(problems.tally()) == [("/urgent", 2), ("/start", 1)]
    assert place.run(problems.waiting()) == 3
    first = place.run(problems.unhandled())[0]
    assert (first.page, first.words, first.contact) == ("/urgent", WORDS, "dag@example.se")
    assert first.version
    assert first.created == place.clock.now()
    assert place.run(problems.handle([str(first.id)[:8]])) == [first.id]
    assert place.run(problems.waiting()) == 2
    place.clock.move(days=366)
    place.work()
    assert place.run(problems.waiting()) == 0


def test_words_are_sealed(place: Place) -> None:
    """Nobody reads them past the keys."""
    place.browser().post("/problem", {"page": "/", "words": "Kanariefågel", "contact": "kanarie@example.se"})
    rows = place.run(place.house.database.engine.run("SELECT * FROM problem", ()))
    assert len(rows) == 1
    assert "anarie" not in str(rows)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"words": "  "}, "Skriv vad som inte fungerar."),
        ({}, "Skriv vad som inte fungerar."),
        ({"words": "x" * 4001}, "Det är för långt."),
        ({"words": "Sant", "contact": "y" * 201}, "Det är för långt."),
    ],
)
def test_what_cannot_be_kept_is_asked_again(place: Place, fields: dict[str, Any], told: str) -> None:
    """The page says what to mend, and what was written stands there still."""
    answer = place.browser().post("/problem", {"page": "/urgent", **fields})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="/urgent"' in answer.text
    assert fields.get("contact", "") in answer.text
    assert fields.get("words", "").strip() in answer.text


def test_the_command_lists_and_marks(town: Town) -> None:
    """Plain text without anybody's control characters, and JSON for machines."""
    with town.instance() as place:
        place.browser().post("/problem", {"page": "/urgent", "words": WORDS, "contact": "070-1740605"})
    folder = str(town.folder / "instance")
    shown = CliRunner().invoke(command, [folder]).stdout
    assert "    1  /urgent" in shown
    assert "Knappen syns inte. [31m <b>Alls</b>" in shown
    assert "→ 070-1740605" in shown
    assert "\x1b" not in shown
    told = json.loads(CliRunner().invoke(command, [folder, "--json"]).stdout)
    assert told["pages"] == [{"page": "/urgent", "reports": 1}]
    assert told["reports"][0]["words"] == WORDS
    id_ = told["reports"][0]["id"]
    assert CliRunner().invoke(command, [folder, "--done", id_[:7]]).exit_code == 2
    assert CliRunner().invoke(command, [folder, "--done", "00000000"]).exit_code == 1
    assert CliRunner().invoke(command, [folder, "--done", id_]).stdout == "1 marked as done.\n"
    assert "Nobody has reported" in CliRunner().invoke(command, [folder]).stdout


def test_too_many_reports_from_one_corner_are_slowed_down(town: Town) -> None:
    toml = 'title = "T"\n[rates]\nvisitors = { times = 2, minutes = 10 }\n'
    with town.instance(toml=toml) as place:
        codes = [place.browser().post("/problem", {"page": "/", "words": "x"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert re.fullmatch(r"\d+", str(codes[2]))
