"""Retention: counted, proposed, approved by two different people, carried out in portions, and remembered without content."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from ledstang.access.log.tables import AccessLogEntry
from ledstang.cli import ledstang
from ledstang.content.tables import Answer, Response
from ledstang.delivery.items import Delivery
from ledstang.delivery.tables import DeliveredItem, DeliveredReading
from ledstang.fitting import SettingsFault
from ledstang.people.persons import Identity
from ledstang.rights.ageing import ageing_of
from ledstang.rights.retention import Retentions, _first, _second
from ledstang.rights.tables import RetentionCount, RetentionProposal
from ledstang.testing import TOML, Browser, Place, Town
from ledstang_programmes.tables import Participation, StepDone

from .conftest import Office, write_programme
from .test_copies import takes_part

HERE = "/staff/retention"
PERIOD = """
[[retention.periods]]
data = "programmes.record"
years = 10
valid_from = 2026-01-01
basis = "Beslut 2026:1"
"""
LATER = datetime(2037, 1, 11, 11, tzinfo=UTC)
"""Ten years after all that is written here, and a little more."""


class Archive(Office):
    """A place where things have been kept for long, with two data administrators and one who is none."""

    def __init__(self, town: Town, place: Place) -> None:
        super().__init__(town, place)
        self.staff = [town.person(f"Data {number}", born="1970-01-01") for number in range(2)]
        self.work = {one.number: place.appoint(one, "data-administrator") for one in self.staff}

    def ended(self, name: str, county: str = "24") -> Identity:
        """Let somebody take part and end."""
        who = self.town.person(name, born="1985-03-14", county=county)
        browser = self.place.sign_in(who)
        mine = takes_part(self, browser, f"{name}tankar")
        browser.post(f"{mine}/end")
        return who

    def browsers(self) -> list[Browser]:
        """Return the administrators' browsers."""
        return [self.place.at_work(one, self.work[one.number]) for one in self.staff]

    def press(self, browser: Browser, what: str) -> str:
        """Press a button about the proposal that stands, and return the page."""
        proposal = browser.get(HERE).text.rpartition('name="proposal" value="')[2].partition('"')[0]
        return browser.post(f"{HERE}/{what}", {"proposal": proposal or str(uuid4())}).text

    def rows(self) -> list[int]:
        """Return how many participations, steps, forms and answers there are."""
        return [self.place.run(table.count().run()) for table in (Participation, StepDone, Response, Answer)]

    def counts(self) -> list[tuple[int, int]]:
        """Return what was counted and what was removed."""
        columns = RetentionCount.counted, RetentionCount.removed
        return [(row["counted"], row["removed"]) for row in self.place.run(RetentionCount.select(*columns).run())]

    def works(self, minutes: int = 1) -> None:
        """Let some time pass, with the worker at work."""
        for _ in range(minutes):
            self.place.clock.move(minutes=1)
            self.place.work()


def archive_in(town: Town, toml: str = TOML + PERIOD) -> Iterator[Archive]:
    write_programme(town)
    with town.instance(toml=toml) as place:
        yield Archive(town, place)


@pytest.fixture(params=["sqlite", "postgres"])
def archive(request: pytest.FixtureRequest, town: Town) -> Iterator[Archive]:
    """An archive on each database."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    yield from archive_in(Town(town.folder, address))


@pytest.fixture
def small(town: Town) -> Iterator[Archive]:
    """An archive with a file for a database."""
    yield from archive_in(town)


def test_two_different_people_approve_and_then_it_is_removed(archive: Archive) -> None:
    """One proposes; the same person's two approvals are one; with the second person's, what is old goes and nothing else."""
    archive.ended("Dag")
    archive.place.clock.set(datetime(2030, 1, 11, 11, tzinfo=UTC))
    archive.ended("Rut")
    archive.place.clock.set(LATER)
    one, other = archive.browsers()
    page = one.post(f"{HERE}/propose").text
    assert "Beslut 2026:1" in page
    assert archive.counts() == [(1, 0)]
    assert "Du har godkänt det" in archive.press(one, "approve")
    assert "måste komma från någon annan" in archive.press(one, "approve")
    archive.works(2)
    assert archive.rows()[0] == 2
    assert "Två har godkänt det" in archive.press(other, "approve")
    archive.works(2)
    assert archive.counts() == [(1, 1)]
    assert archive.rows() == [1, 1, 2, 3]
    assert "Genomfört" in other.get(HERE).text


def test_the_same_person_in_two_assignments_is_one(small: Archive) -> None:
    """Two capacities, two browsers: the database counts people."""
    small.ended("Dag")
    small.place.clock.set(LATER)
    who = small.staff[0]
    again = small.place.appoint(who, "data-administrator", title="Annan titel")
    one, other = small.browsers()[0], small.place.at_work(who, again)
    one.post(f"{HERE}/propose")
    small.press(one, "approve")
    assert "måste komma från någon annan" in small.press(other, "approve")
    (row,) = small.place.run(RetentionProposal.select().run())
    assert (row["state"], row["second"]) == ("proposed", None)


def test_of_approvals_at_once_one_counts(archive: Archive) -> None:
    """Ten presses of one person, in whatever order, are one; ten of two are two, and it is approved once."""
    archive.ended("Dag")
    archive.place.clock.set(LATER)
    archive.browsers()[0].post(f"{HERE}/propose")
    (row,) = archive.place.run(RetentionProposal.select().run())
    retentions = Retentions(archive.place.house)

    visits = []
    for who in archive.staff:
        own = archive.place.visit(who)
        visits.append(
            own.at_work(archive.place.run(archive.place.house.staff.acting(archive.work[who.number], own.actor.id)))
        )

    async def storm(times: int, *who) -> list[str]:
        return await asyncio.gather(*(retentions.approve(one, row["id"]) for _ in range(times) for one in who))

    assert sorted(set(archive.place.run(storm(10, visits[0])))) == ["first", "same"]
    outcomes = archive.place.run(storm(5, *visits))
    assert outcomes.count("second") == 1
    (row,) = archive.place.run(RetentionProposal.select().run())
    assert row["state"] == "approved"
    assert {row["first"], row["second"]} == {one.actor.id for one in visits}


def test_the_database_itself_refuses_the_same_person(archive: Archive) -> None:
    """Whatever asks it: the second approval of whoever gave the first changes no row, nor does one without a first."""
    archive.browsers()[0].post(f"{HERE}/propose")
    (row,) = archive.place.run(RetentionProposal.select().run())
    one, other = (archive.place.visit(who).actor.id for who in archive.staff)
    now, id_ = archive.place.clock.now(), row["id"]
    assert archive.place.run(_plain(_second(one, now, id_, one))) == []
    assert len(archive.place.run(_plain(_first(one, now, id_)))) == 1
    assert archive.place.run(_plain(_second(one, now, id_, one))) == []
    assert len(archive.place.run(_plain(_second(other, now, id_, other)))) == 1


async def _plain(asked: Any) -> Any:
    return await asked


def test_who_may_not_see_to_it_is_not_written_down_for_their_front_page(small: Archive) -> None:
    """Opening the staff's front page is no attempt at retention."""
    eva = small.town.person("Eva", born="1980-01-01")
    small.place.at_work(eva, small.place.appoint(eva, "treater")).get("/staff/")
    assert small.place.run(AccessLogEntry.count().where(AccessLogEntry.action == "staff.retention").run()) == 0


def test_more_than_was_proposed_is_asked_anew(small: Archive) -> None:
    """What has changed between the dry run and the second approval: nothing is removed, and a new proposal stands there."""
    small.ended("Dag")
    rut = small.ended("Rut")
    small.place.clock.set(LATER)
    person = small.place.visit(rut).subject.id
    now = small.place.clock.now()
    small.place.run(Participation.update({Participation.active: now}).where(Participation.person == person).run())
    one, other = small.browsers()
    one.post(f"{HERE}/propose")
    small.press(one, "approve")
    old = datetime(2026, 11, 23, tzinfo=UTC)
    small.place.run(Participation.update({Participation.active: old}).where(Participation.person == person).run())
    assert "Något har ändrats" in small.press(other, "approve")
    small.works(2)
    assert small.rows()[0] == 2
    assert sorted(small.counts()) == [(1, 0), (2, 0)]
    small.press(one, "approve")
    small.press(other, "approve")
    small.works(2)
    assert small.rows() == [0, 0, 0, 0]


def test_what_somebody_has_touched_since_stays(small: Archive) -> None:
    """Fewer than were proposed are no reason to ask: what is not due any more is left as it is."""
    small.ended("Dag")
    rut = small.ended("Rut")
    small.place.clock.set(LATER)
    one, other = small.browsers()
    one.post(f"{HERE}/propose")
    small.press(one, "approve")
    small.press(other, "approve")
    touched = Participation.update({Participation.active: small.place.clock.now()})
    small.place.run(touched.where(Participation.person == small.place.visit(rut).subject.id).run())
    small.works(3)
    assert small.counts() == [(2, 1)]
    assert small.rows()[0] == 1
    assert "Genomfört" in one.get(HERE).text


def test_never_more_goes_than_two_have_approved(small: Archive) -> None:
    """What comes to be due after the second approval, by whatever change of the data, waits for the next proposal."""
    small.ended("Dag")
    rut = small.ended("Rut")
    small.place.clock.set(LATER)
    hers = Participation.person == small.place.visit(rut).subject.id
    small.place.run(Participation.update({Participation.active: small.place.clock.now()}).where(hers).run())
    one, other = small.browsers()
    one.post(f"{HERE}/propose")
    for browser in (one, other):
        small.press(browser, "approve")
    small.place.run(Participation.update({Participation.active: datetime(2026, 11, 23, tzinfo=UTC)}).where(hers).run())
    small.works(3)
    assert small.counts() == [(1, 1)]
    assert small.rows()[0] == 1


def test_what_is_touched_in_the_same_moment_stays(archive: Archive) -> None:
    """Each kind of data looks once more, in the transaction that removes: an id alone is no reason."""
    archive.ended("Dag")
    (row,) = archive.place.run(Participation.select(Participation.id, Participation.ended).run())
    ageing = ageing_of(archive.place.house, "programmes.record")
    assert ageing is not None
    assert archive.place.run(ageing.remove([row["id"], uuid4()], row["ended"])) == 0
    assert archive.rows()[0] == 1
    assert archive.place.run(ageing.remove([row["id"], uuid4()], row["ended"] + timedelta(seconds=1))) == 1
    assert archive.rows() == [0, 0, 0, 0]


def test_it_is_removed_in_portions(town: Town) -> None:
    """No more at a time than the settings say; whoever goes on goes on from there."""
    toml = TOML + "[retention]\nportion = 2\nportions = 1\n" + PERIOD
    for archive in archive_in(town, toml):
        for number in range(5):
            archive.ended(f"Dag {number}")
        archive.place.clock.set(LATER)
        one, other = archive.browsers()
        one.post(f"{HERE}/propose")
        for browser in (one, other):
            archive.press(browser, "approve")
        left = []
        for _ in range(4):
            archive.works()
            left.append(archive.rows()[0])
        assert left == [3, 1, 0, 0]
        assert archive.counts() == [(5, 5)]


def test_what_is_left_says_nothing_of_anybody(small: Archive) -> None:
    """The rows of the proposal, the lines of the log and the page: counts, days and who approved, no person, no word."""
    dag = small.ended("Dag")
    person = str(small.place.visit(dag).subject.id)
    small.place.clock.set(LATER)
    one, other = small.browsers()
    one.post(f"{HERE}/propose")
    for browser in (one, other):
        small.press(browser, "approve")
    small.works(2)
    rows = small.place.run(RetentionProposal.select().run()) + small.place.run(RetentionCount.select().run())
    told = json.dumps(rows, default=str) + one.get(HERE).text
    assert not [word for word in (person, "Dagtankar", dag.number) if word in told]


def test_periods_are_dated_and_a_region_s_own(town: Town) -> None:
    """From its day on, and not before; a region's own goes before one for all; the other region's people are let be."""
    later = PERIOD.replace("10", "12").replace("2026-01-01", "2036-06-01") + 'region = "norra"\n'
    for archive in archive_in(town, TOML + PERIOD + later):
        archive.ended("Dag")
        archive.ended("Sven", county="12")
        archive.place.clock.set(datetime(2036, 12, 1, 11, tzinfo=UTC))
        one, _ = archive.browsers()
        assert "12 år" in one.post(f"{HERE}/propose").text
        assert archive.counts() == [(0, 0)]
        archive.place.clock.set(datetime(2039, 1, 1, 11, tzinfo=UTC))
        archive.browsers()[0].post(f"{HERE}/propose")
        assert (1, 0) in archive.counts()
        assert (2, 0) not in archive.counts()


def test_an_old_proposal_is_approved_by_nobody(small: Archive) -> None:
    """After `approve_days` one counts anew."""
    small.ended("Dag")
    small.place.clock.set(LATER)
    small.browsers()[0].post(f"{HERE}/propose")
    (row,) = small.place.run(RetentionProposal.select().run())
    small.place.clock.move(days=15)
    one, _ = small.browsers()
    assert "Inget är föreslaget" in one.get(HERE).text
    assert "gäller inte längre" in one.post(f"{HERE}/approve", {"proposal": str(row["id"])}).text


def test_only_a_data_administrator_of_the_region_comes_there(small: Archive) -> None:
    """Neither other roles nor citizens see the page; a proposal of another region cannot be named."""
    small.ended("Dag")
    small.place.clock.set(LATER)
    one, _ = small.browsers()
    one.post(f"{HERE}/propose")
    assert 'href="/staff/retention"' in one.get("/staff/").text
    (row,) = small.place.run(RetentionProposal.select().run())
    small.place.run(RetentionProposal.update({RetentionProposal.region: "sodra"}, force=True).run())
    assert "gäller inte längre" in one.post(f"{HERE}/approve", {"proposal": str(row["id"])}).text
    eva = small.town.person("Eva", born="1980-01-01")
    treater = small.place.at_work(eva, small.place.appoint(eva, "treater", "access-administrator"))
    assert 'href="/staff/retention"' not in treater.get("/staff/").text
    for browser in (treater, small.place.sign_in(small.staff[0])):
        for path in ("", "/propose", "/approve", "/drop"):
            assert browser.post(f"{HERE}{path}", {"proposal": str(row["id"])}).status_code in (404, 405)
        assert browser.get(HERE).status_code == 404


def test_a_proposal_can_be_dropped_until_two_have_approved_it(small: Archive) -> None:
    """And nothing of it is carried out."""
    small.ended("Dag")
    small.place.clock.set(LATER)
    one, other = small.browsers()
    one.post(f"{HERE}/propose")
    small.press(other, "drop")
    assert "Avbrutet" in one.get(HERE).text
    one.post(f"{HERE}/propose")
    for browser in (one, other):
        small.press(browser, "approve")
    small.press(one, "drop")
    small.works(2)
    assert small.rows()[0] == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("10", "9"), "`programmes.record` is kept for 9 years, and the law says 10 at least."),
        (("programmes.record", "programmes.drafts"), "There is no data `programmes.drafts` that grows old."),
        (("basis", 'region = "vastra"\nbasis'), "There is no region `vastra` in this file."),
    ],
)
def test_a_period_that_cannot_be_is_a_fault_of_the_settings(town: Town, change: tuple[str, str], why: str) -> None:
    """Shorter than the law, of data that nobody has, or for a region that is not there: the start says so, and where."""
    with (
        pytest.raises(SettingsFault, match=why.replace("(", r"\(")) as told,
        town.instance(toml=TOML + PERIOD.replace(*change)),
    ):
        pass
    assert told.value.line


def test_the_command_counts_and_removes_nothing(town: Town) -> None:
    """By region and kind of data, without content; as JSON too."""
    write_programme(town)
    period = PERIOD.replace("2026-01-01", "2016-01-01")
    with town.instance(toml=TOML + period) as place:
        office = Office(town, place)
        browser = place.sign_in(town.person("Dag", born="1985-03-14"))
        browser.post(f"{takes_part(office, browser, 'Dagtankar')}/end")
        old = {
            Participation.ended: datetime(2010, 1, 1, tzinfo=UTC),
            Participation.active: datetime(2010, 1, 1, tzinfo=UTC),
        }
        place.run(Participation.update(old, force=True).run())
        folder = place.instance.folder
    said = CliRunner().invoke(ledstang, ["retention", str(folder)])
    assert said.exit_code == 0, said.output
    assert "norra: programmes.record, 1 untouched since before 20" in said.output
    assert "Nothing was removed." in said.output
    told = json.loads(CliRunner().invoke(ledstang, ["retention", str(folder), "--json"]).output)
    assert [(one["region"], one["things"]) for one in told["counts"]] == [("norra", 1), ("sodra", 0)]
    with town.instance() as place:
        assert place.run(Participation.count().run()) == 1


def test_what_care_has_sent_grows_old_too(archive: Archive) -> None:
    """Letters of ten years ago go, with who has read them; one that was answered since, and a newer one, stay."""
    who, place = archive.town.person("Dag", born="1985-03-14"), archive.place
    inbox, person = place.house.inbox, place.visit(who).subject.id
    for name in ("old", "answered"):
        letter = Delivery(person=person, kind="form", title=f"Brev {name}", asks="Svara")
        place.run(inbox.deliver("testing", letter, name))
    dag = place.sign_in(who)
    for found in set(re.findall(r'href="(/inbox/[0-9a-f-]{36})"', dag.get("/inbox/").text)):
        dag.get(found)
    assert place.run(DeliveredReading.count().run()) == 2
    place.clock.set(datetime(2030, 1, 11, 11, tzinfo=UTC))
    place.run(inbox.answered("testing", "answered"))
    place.run(inbox.deliver("testing", Delivery(person=person, kind="message", title="Brev new"), "new"))
    place.clock.set(LATER)
    ageing = ageing_of(place.house, "host.inbox")
    assert ageing is not None
    before = datetime(2027, 1, 11, tzinfo=UTC)
    rows = place.run(DeliveredItem.select(DeliveredItem.id, DeliveredItem.once).run())
    ids = {row["once"].partition(":")[2]: row["id"] for row in rows}
    assert place.run(ageing.due(before, UUID(int=0), 10)) == [(ids["old"], person)]
    assert place.run(ageing.remove(list(ids.values()), before)) == 1
    assert [place.run(table.count().run()) for table in (DeliveredItem, DeliveredReading)] == [2, 1]


def test_nothing_is_proposed_where_no_period_holds(town: Town, tmp_path: Path) -> None:
    """Everything is kept until somebody has decided otherwise."""
    for archive in archive_in(town, TOML):
        archive.ended("Dag")
        archive.place.clock.set(LATER)
        page = archive.browsers()[0].get(HERE).text
        assert "Allt sparas" in page
        assert f"{HERE}/propose" not in page


def test_no_approval_counts_that_is_not_in_the_log(small: Archive) -> None:
    """Where the log takes no line, nothing is approved; pressed again when it does, it is."""
    browser, run = small.browsers()[0], small.place.run
    browser.post(f"{HERE}/propose")
    run(RetentionProposal.raw("""CREATE TRIGGER full BEFORE INSERT ON access_log_entry WHEN NEW.kind = 'proposal'
        BEGIN SELECT RAISE(ABORT, 'full'); END""").run())  # fmt: skip
    small.press(browser, "approve")
    assert [row["first"] for row in run(RetentionProposal.select().run())] == [None]
    run(RetentionProposal.raw("DROP TRIGGER full").run())
    small.press(browser, "approve")
    assert [row["first"] for row in run(RetentionProposal.select().run())] != [None]


def test_an_approval_in_the_log_does_not_stop_the_spot_checks(archive: Archive) -> None:
    """It is about nobody, so nobody's reading is drawn by it; what staff read the same day is drawn as ever."""
    archive.ended("Dag")
    archive.place.clock.set(LATER)
    browsers = archive.browsers()
    browsers[0].post(f"{HERE}/propose")
    for browser in browsers:
        archive.press(browser, "approve")
    archive.place.clock.move(days=1)
    day = archive.place.clock.today() - timedelta(days=1)
    assert archive.place.run(archive.place.house.log.sample(day, "norra")) == []
