"""Retention of cases: what has come to an end goes when two have approved it, with all that belongs to it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from ledstang.attachments.tables import Attachment
from ledstang.content.tables import Answer
from ledstang.testing import Browser, Town
from ledstang_inbox.tables import Case, Message

from .conftest import ward_in
from .test_attaching import begin
from .ward import PATH, SETTINGS, Ward, autosave, fields, send

PERIOD = """
[[retention.periods]]
data = "inbox.cases"
years = 10
valid_from = 2026-01-01
basis = "Beslut 2026:14"
region = "norra"
"""
LATER = datetime(2036, 12, 1, 11, tzinfo=UTC)
"""A little more than ten years after all that is written here."""
HERE = "/staff/retention"


@pytest.fixture(params=["sqlite", "postgres"])
def ward(request: pytest.FixtureRequest, town: Town):
    """A unit in a region with a period, on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    yield from ward_in(Town(town.folder, address), SETTINGS + PERIOD)


def administrators(ward: Ward) -> list[Browser]:
    """Return two data administrators at work."""
    return [ward.staff(f"Data {number}", "data-administrator") for number in range(2)]


def approved(ward: Ward) -> str:
    """Let two propose and approve, and the worker work; return the page of the proposal."""
    one, other = administrators(ward)
    page = one.post(f"{HERE}/propose").text
    for browser in (one, other):
        proposal = browser.get(HERE).text.rpartition('name="proposal" value="')[2].partition('"')[0]
        browser.post(f"{HERE}/approve", {"proposal": proposal or str(uuid4())})
    for _ in range(3):
        ward.place.clock.move(minutes=1)
        ward.place.work()
    return page


def left(ward: Ward) -> tuple[int, int, int, int]:
    """Return how many cases, messages, answers and files there are."""
    return tuple(ward.place.run(table.count().run()) for table in (Case, Message, Answer, Attachment))  # type: ignore[return-value]


def closed(ward: Ward, text: str, *, with_file: bool = False) -> str:
    """Let Dag write, a colleague answer and close the case; return it as staff have it."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    if with_file:
        begin(dag, PATH, text)
    desk = "/inbox/desk/" + send(dag, text).url.path.rpartition("/")[2]
    send(eva, "Svar", desk)
    eva.post(f"{desk}/close", {"_heard": "2"})
    return desk


def test_what_is_closed_goes_with_all_of_it(ward: Ward) -> None:
    """Counted and shown with who decided it, approved by two, and gone with messages, answers and files."""
    closed(ward, "Gammalt", with_file=True)
    assert left(ward) == (1, 3, 2, 1)
    ward.place.clock.set(LATER)
    page = approved(ward)
    assert "Beslut 2026:14" in page
    assert "Ärenden som är avslutade" in page
    assert left(ward) == (0, 0, 0, 0)


def test_what_lives_stays(ward: Ward) -> None:
    """What waits for an answer, what was written in since, what was closed since, and a draft that is gone on with."""
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    ward.asked("Ingen svarade")
    answered = ward.asked("Svarat, aldrig stängt")
    send(eva, "Svar", answered)
    late = ward.asked("Stängt sent")
    send(eva, "Svar", late)
    drafted = ward.asked("Utkast i")
    send(eva, "Svar", drafted)
    old = closed(ward, "Gammalt")
    ward.place.clock.set(datetime(2027, 1, 11, 11, tzinfo=UTC))
    dag, eva = ward.place.sign_in(ward.dag), ward.staff("Eva")
    send(dag, "Mer", answered.replace("desk", "cases"))
    eva.post(f"{late}/close", {"_heard": "2"})
    case = drafted.replace("desk", "cases")
    autosave(dag, case, fields(dag.get(case), text="Halvskrivet"))
    ward.place.clock.set(LATER)
    approved(ward)
    dag = ward.place.sign_in(ward.dag)
    assert dag.get(old.replace("desk", "cases")).status_code == 404
    assert left(ward)[0] == 4
    assert fields(dag.get(case))["text"] == "Halvskrivet"


def test_who_asks_is_answered_with_the_rule(ward: Ward) -> None:
    """Nothing of a case is erased on request: the page says that it belongs to the record, and for how long."""
    closed(ward, "Gammalt")
    dag = ward.place.sign_in(ward.dag)
    page = dag.post("/settings/data/erase", {"what": "inbox.cases", "sure": "yes"}).text
    assert "patientdatalagen (2008:355)" in page
    assert "10 år" in page
    assert left(ward)[0] == 1


def test_a_period_shorter_than_the_law_s_stops_the_start(ward: Ward) -> None:
    """`ledstang check` names the line."""
    from click.testing import CliRunner
    from ledstang.cli import ledstang

    file = Path(ward.town.folder / "instance" / "ledstang.toml")
    file.write_text(file.read_text("utf-8").replace("years = 10", "years = 3"), "utf-8")
    done = CliRunner().invoke(ledstang, ["check", str(file.parent)])
    assert done.exit_code == 1
    assert "inbox.cases" in done.output
