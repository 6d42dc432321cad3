"""Persons for systems: what they have said themselves, to each system by an id of its own, and nothing of the protected."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from ledstang.access.log.reading import entries_of
from ledstang.access.log.tables import AccessLogEntry
from ledstang.api.problem import DETAILS
from ledstang.people.contacts import Contact
from ledstang.people.numbers import make_test_number
from ledstang.people.persons import Identity
from ledstang.testing import Place, Town

from .conftest import SETTINGS, System, write

PROTECTIONS = ("confidentiality-marking", "protected-registration", "fictitious-data")


def same(one: httpx.Response, other: httpx.Response) -> bool:
    """Say whether two answers are alike, but for what differs in every answer."""

    def plain(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
        headers = {name: re.sub(r"nonce-[\w-]+", "", value) for name, value in answer.headers.items()}
        return answer.status_code, answer.content, headers

    return plain(one) == plain(other)


def test_a_system_learns_how_somebody_wants_to_be_reached(place: Place, journal: System, dag: Identity) -> None:
    """By an id that it was given for the number; all that was written is there, and nothing else."""
    id_ = journal.id_of(dag)
    told = journal.contact(id_).json()
    assert told.keys() == {"id", "own", "representatives"}
    assert (told["id"], told["representatives"]) == (id_, [])
    assert told["own"] == {
        "relation": "self", "phone": "+46701740605", "phone_verified": None, "email": "", "email_verified": None,
        "language": "", "interpreter": False, "comment": "", "digital_summons": True, "no_paper": False, "version": 1,
        "changed": "2026-11-23T11:00:00Z",
    }  # fmt: skip


def test_an_id_is_one_system_s_own_and_stays(place: Place, journal: System, kallelser: System, dag: Identity) -> None:
    """The same each time, another for another system, neither the host's own, and worth nothing to anybody else."""
    mine, theirs = journal.id_of(dag), kallelser.id_of(dag)
    assert journal.id_of(dag) == mine
    assert len({mine, theirs, str(place.visit(dag).actor.id)}) == 3
    assert kallelser.contact(mine).status_code == 404
    assert kallelser.contact(theirs).json()["own"]["phone"] == "+46701740605"


def test_nothing_is_told_in_the_same_words_whatever_the_reason(
    town: Town, place: Place, journal: System, dag: Identity
) -> None:
    """Protected in any way, dead, locked, of another region, unknown here, unknown to the register, no number at all."""
    people = {name: town.person("Kanarie", born="1970-01-01") for name in ("a", "b", "c", "dead", "locked", "fresh")}
    people["away"] = town.person("Kanarie", born="1970-01-01", county="12")
    for identity in people.values():
        town.registry.put(identity)
        if identity is not people["fresh"]:
            write(place, identity, phone="+46701740605")
            assert (journal.look_up(identity).status_code == 200) == (identity is not people["away"])
    for name, protection in zip("abc", PROTECTIONS, strict=True):
        town.registry.put(people[name], protection=protection)
    town.registry.put(people["dead"], deceased=date(2026, 11, 1))
    place.run(place.house.register.lock(place.visit(people["locked"]).actor.id))
    people["nobody"] = town.person("Kanarie", born="1970-01-01")
    wrong = msgspec.structs.replace(dag, number=f"{dag.number[:11]}{(int(dag.number[11]) + 1) % 10}")
    answers = [journal.look_up(identity) for identity in (*people.values(), wrong)]
    assert {answer.status_code for answer in answers} == {404}
    assert all(same(answer, answers[0]) for answer in answers)
    assert answers[0].json() == {"title": "Not Found", "status": 404, "detail": DETAILS[404]}
    assert answers[0].headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("what", [{"protection": PROTECTIONS[0]}, {"deceased": date(2026, 11, 1)}, {"county": "12"}])
def test_what_takes_somebody_away_counts_from_the_next_call(
    town: Town, place: Place, journal: System, dag: Identity, what: dict[str, Any]
) -> None:
    """The register has told us: the id that was good is as if it had never been, and the changes say so; back again too."""
    id_ = journal.id_of(dag)
    town.registry.put(dag, **what)
    place.run(place.house.checking.changed(dag.number))
    assert same(journal.contact(id_), journal.contact(str(uuid4())))
    place.work()
    assert journal.changes()["changes"] == [{"id": id_, "state": "gone"}]
    town.registry.put(dag, protection="none", deceased=None, county="24")
    place.run(place.house.checking.changed(dag.number))
    place.work()
    assert journal.contact(id_).status_code == 200
    assert journal.changes()["changes"] == [{"id": id_, "state": "changed"}]


def test_what_the_register_said_is_asked_for_again_in_time(
    town: Town, place: Place, journal: System, dag: Identity
) -> None:
    """Protection that nobody told us of is found when what we know is too old: by the read itself."""
    id_ = journal.id_of(dag)
    town.registry.put(dag, protection=PROTECTIONS[1])
    place.clock.move(minutes=61)
    assert journal.sign_in().contact(id_).status_code == 404


def test_while_the_register_is_away_nobody_is_said_to_be_gone(
    town: Town, place: Place, journal: System, dag: Identity
) -> None:
    """A lookup cannot tell and says so, of known and unknown alike; a read goes on with what is fresh, and no longer."""
    id_ = journal.id_of(dag)
    town.registry.down = True
    answers = [journal.look_up(one) for one in (dag, town.person("Kanarie", born="1970-01-01"))]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].headers["retry-after"] == "5"
    assert journal.contact(id_).status_code == 200
    place.clock.move(minutes=61)
    assert journal.sign_in().contact(id_).status_code == 503


def test_a_number_that_was_changed_leads_to_the_same_person(
    town: Town, place: Place, journal: System, dag: Identity
) -> None:
    """Whoever had a coordination number is found by it and by the new one, under one id."""
    id_ = journal.id_of(dag)
    new = msgspec.structs.replace(dag, number=make_test_number(dag.born, 9))
    town.registry.persons.pop(dag.number)
    town.registry.put(new, earlier=(dag.number,))
    assert journal.id_of(new) == id_
    assert journal.id_of(dag) == id_


def test_a_system_that_knows_what_stands_is_told_so_in_a_word(place: Place, journal: System, dag: Identity) -> None:
    """304 for the tag of before, weak or in a list; another tag as soon as anything changes, a confirmation too."""
    id_ = journal.id_of(dag)
    first = journal.contact(id_)
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = journal.contact(id_, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert journal.contact(id_, headers={"If-None-Match": '"x"'}).status_code == 200
    me = place.visit(dag).actor.id
    kept = place.run(place.house.contacts.of(me, me))
    assert place.run(place.house.contacts.verify(me, me, "phone", kept))
    after = journal.contact(id_, headers={"If-None-Match": tag})
    assert (after.status_code, after.json()["own"]["phone_verified"]) == (200, "2026-11-23T11:00:00Z")
    assert "701740605" not in tag


def test_a_child_is_reached_as_each_who_acts_for_them_has_said(town: Town, place: Place, journal: System) -> None:
    """Each guardian's own way, without a name or an id; ended custody ends it at once, and so do a lock and protection."""
    asta, bo = town.person("Asta", born="1988-03-03"), town.person("Bo", born="1986-09-12")
    cilla = town.child("Cilla", born="2019-01-01", guardians=[asta, bo])
    for guardian, phone in ((asta, "070-174 06 05"), (bo, "070-174 06 06")):
        browser = place.sign_in(guardian)
        browser.post("/guardian/add", {"number": cilla.number})
        act = re.search(r'action="(/guardian/[^"/]+/act)"', browser.get("/guardian/").text)
        assert act
        browser.post(act[1])
        browser.post("/settings", {"phone": phone, "digital": "yes", "version": "0"})
    id_ = journal.id_of(cilla)

    def reached() -> set[tuple[str, str]]:
        told = journal.contact(id_).json()
        assert told["own"] is None
        return {(one["relation"], one["phone"][-2:]) for one in told["representatives"]}

    assert reached() == {("guardian", "05"), ("guardian", "06")}
    town.registry.put(cilla, guardians=(asta.number,))
    place.run(place.house.checking.changed(cilla.number))
    assert reached() == {("guardian", "05")}
    me = place.visit(asta).actor.id
    for locked, seen in ((True, set()), (False, {("guardian", "05")})):
        place.run(place.house.register.lock(me, locked=locked))
        assert reached() == seen
    town.registry.put(asta, protection=PROTECTIONS[0])
    place.run(place.house.checking.changed(asta.number))
    assert reached() == set()
    assert "Asta" not in journal.contact(id_).text


def test_a_system_asks_for_one_person_at_a_time(journal: System, dag: Identity) -> None:
    """A thousand numbers, in whatever shape, are no question: 400 or 413, and nobody of them is told of or logged."""
    number, many = dag.number, [dag.number] * 1000
    bodies: list[Any] = [
        {"number": many}, {"number": "".join(many)}, {"number": ",".join(many)}, {"numbers": many}, many,
        [{"number": number}] * 1000, {"number": int(number)}, {"number": f"{number}\n"}, {"number": f" {number}"},
        {"number": f"{number[:8]}-{number[8:]}"}, {"number": None}, {}, [], number, None,
    ]  # fmt: skip
    for body in bodies:
        answer = journal.post("/api/v1/persons/lookup", json=body)
        assert answer.json() == {"title": "Bad Request", "status": 400, "detail": DETAILS[400]}, body
        assert number not in answer.text
    assert journal.place.run(AccessLogEntry.count().where(AccessLogEntry.who == "system").run()) == 0


def test_who_asks_for_one_after_another_is_stopped(town: Town, keys: dict[str, Any]) -> None:
    """Lookups have a limit of their own, known and unknown alike; whoever is known is read on all the while."""
    tight = re.sub(r"lookups = .*\n", "lookups = { times = 20, minutes = 10 }\n", SETTINGS)
    with town.instance(toml=tight) as place:
        dag = town.person("Dag Nordin", born="1985-03-14")
        town.registry.put(dag)
        write(place, dag, phone="+46701740605")
        journal = System(place, "journal", keys["journal"]).sign_in()
        id_ = journal.id_of(dag)
        strangers = [town.person("Kanarie", born="1970-01-01") for _ in range(20)]
        statuses = [journal.look_up(stranger).status_code for stranger in strangers]
        assert statuses == [404] * 19 + [429]
        answer = journal.look_up(dag)
        assert answer.json() == {"title": "Too Many Requests", "status": 429, "detail": DETAILS[429]}
        assert answer.headers["retry-after"] == "600"
        assert journal.contact(id_).status_code == 200


def test_every_call_is_in_the_access_log_and_the_person_reads_it(
    town: Town, place: Place, journal: System, kallelser: System, dag: Identity
) -> None:
    """Which system, for which unit and provider, why and what: also what was refused, and who asked for nobody."""
    id_ = journal.id_of(dag)
    journal.contact(id_)
    kallelser.id_of(dag)
    write(place, dag, phone="+46701740606")
    journal.changes()
    journal.look_up(town.person("Kanarie", born="1970-01-01"))
    me = place.visit(dag).actor.id
    seen = place.run(entries_of(me, who="system"))
    assert [(one.action, one.title, one.purpose) for one in reversed(seen)] == [
        ("persons.lookup", "Journalsystemet", "care"),
        ("persons.contact", "Journalsystemet", "care"),
        ("persons.lookup", "Kallelsesystemet", "administration"),
        ("persons.changes", "Journalsystemet", "care"),
    ]
    assert {(one.unit_name, one.provider_name) for one in seen} == {("Testmottagningen", "Region Norra")}
    rows = place.run(AccessLogEntry.select().where(AccessLogEntry.who == "system").order_by(AccessLogEntry.id).run())
    assert [(row["action"], row["outcome"]) for row in rows if row["subject"] is None] == [
        ("persons.changes", "allowed"),
        ("persons.lookup", "refused"),
    ]
    page = place.sign_in(dag).get("/access-log/", params={"who": "system"}).text
    assert "Systemet Journalsystemet, för Testmottagningen, Region Norra" in page
    assert "Läsa hur du kan nås" in page
    assert page.count("Kallelsesystemet") == 1
    assert dag.number not in repr(rows)
    assert id_ not in repr(rows)


def test_whoever_is_protected_reads_that_a_system_was_refused(
    town: Town, place: Place, journal: System, dag: Identity
) -> None:
    """The system learns nothing; the person does."""
    town.registry.put(dag, protection=PROTECTIONS[2])
    journal.look_up(dag)
    assert "Försökte, men släpptes inte in: Se om du finns här" in place.sign_in(dag).get("/access-log/").text


def test_where_nothing_can_be_logged_nothing_is_told(
    place: Place, journal: System, dag: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full queue and a database that takes nothing: 503, and not a word of anybody."""
    from ledstang.access.log.spool import QueueFull

    id_ = journal.id_of(dag)

    async def full(*_: Any) -> None:
        raise QueueFull

    monkeypatch.setattr(place.house.log.writer, "_keep", full)
    answer = journal.contact(id_)
    assert (answer.status_code, "46701740605" in answer.text) == (503, False)


def test_somebody_who_was_forgotten_is_gone(place: Place, journal: System, dag: Identity) -> None:
    """The id leads to nobody and the change says gone, as for the protected; the export says who knew them, until then."""
    id_ = journal.id_of(dag)
    me = place.visit(dag).actor.id
    kept = {data.title: data for _, data in place.house.personal_data()}
    (known,) = place.run(kept["Systems that ask for your contact details"].export(me))
    assert known["client"] == "journal"
    for data in kept.values():
        place.run(data.erase(me, "asked"))
    assert journal.changes()["changes"] == [{"id": id_, "state": "gone"}]
    assert same(journal.contact(id_), journal.contact(str(uuid4())))
    assert place.run(kept["Systems that ask for your contact details"].export(me)) == []


def test_what_nobody_has_written_is_nothing_to_reach_them_by(town: Town, place: Place, journal: System) -> None:
    """Somebody who has signed in and said nothing is known, and that is all."""
    asta = town.person("Asta", born="1988-03-03")
    town.registry.put(asta)
    place.sign_in(asta)
    assert journal.contact(journal.id_of(asta)).json()["own"] is None
    assert (
        place.run(place.house.contacts.of(place.visit(asta).actor.id, place.visit(asta).actor.id)).contact == Contact()
    )


def test_a_copy_tells_in_words_which_systems_ask(place: Place, journal: System, dag: Identity) -> None:
    """By the name that people know, not by a code: in the list of systems and in the log of who has read."""
    journal.contact(journal.id_of(dag))
    browser = place.sign_in(dag)
    browser.post("/settings/data")
    place.work()
    place.clock.move(minutes=1)
    browser.post("/testing/signin", msgspec.to_builtins(dag) | {"county": dag.county})
    with zipfile.ZipFile(io.BytesIO(browser.get("/settings/data/copy").content)) as file:
        page = file.read("index.html").decode()
    assert "Journalsystemet" in page.partition("System som frågar efter dina kontaktuppgifter")[2]
    assert "Vårdens system" in page
    assert ">system<" not in page
