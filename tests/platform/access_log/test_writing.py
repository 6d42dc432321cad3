"""What is written into the access log, when, and what happens when it cannot be."""

from __future__ import annotations

import sqlite3
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from ledstang.access.log.entries import COLUMNS, Entry, entries_of, entry_of
from ledstang.access.log.spool import QueueFull, Spool
from ledstang.database.faults import DatabaseAway

from .conftest import Note, Ward


class Away:
    """Stands in for a database that cannot be written to, by cutting the one wire to it that the log has."""

    def __init__(self, ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._writer = ward.log.writer

    def __enter__(self) -> None:
        async def away(*_: Any, **__: Any) -> None:
            raise DatabaseAway("test")

        self._patch.setattr(self._writer, "_commit", away)

    def __exit__(self, *_: object) -> None:
        self._patch.undo()


def test_v5_16_2_1_every_read_of_another_s_data_says_who_what_when_where_and_why(ward: Ward) -> None:
    """All that the law asks for stands in the row, before the answer is given."""
    note = ward.note()
    assert ward.may(ward.at_work(), note)
    (row,) = ward.others()
    told = {name: row[name] for name in ("staff", "title", "unit", "unit_name", "provider", "provider_name", "purpose")}
    assert told == {
        "staff": "SE2321000016-ABCD",
        "title": "Sjuksköterska",
        "unit": "SE2321000016-1003",
        "unit_name": "Testmottagningen",
        "provider": "SE2321000016-0001",
        "provider_name": "Region Norra",
        "purpose": "care",
    }
    assert (row["subject"], row["actor"], row["resource"]) == (
        ward.subject,
        ward.place.visit(ward.eva).actor.id,
        note.id,
    )
    assert (row["action"], row["plugin"], row["kind"], row["outcome"]) == ("ward.read", "ward", "note", "allowed")
    assert (row["at"], row["chain"], row["sequence"]) == (ward.place.clock.now(), "2026-11-23 norra", 1)


def test_v5_16_3_2_what_staff_are_refused_is_written_too(ward: Ward) -> None:
    """Somebody of another unit is told that nothing is there, and the subject can see that they tried."""
    assert not ward.may(ward.at_work("SE2321000016-9999"))
    assert [row["outcome"] for row in ward.others()] == ["refused"]


def test_a_refusal_outlives_the_transaction_that_it_ends(ward: Ward) -> None:
    """A 404 rolls back what was under way; that somebody tried stands all the same, before the page is sent."""
    browser = ward.staff_browser("SE2321000016-9999")
    assert browser.get(f"/ward/refused/{ward.subject}").status_code == 404
    assert [row["outcome"] for row in ward.others()] == ["refused"]


def test_what_is_allowed_in_a_transaction_is_kept_or_lost_with_it(ward: Ward) -> None:
    """The entry stands in the very transaction of the data."""
    house, visit, note = ward.place.house, ward.at_work(), ward.note()

    async def read_and_fail() -> None:
        assert await house.access.may(visit, "ward.read", note)
        raise ZeroDivisionError

    async def read() -> None:
        assert await house.access.may(visit, "ward.read", note)

    with pytest.raises(ZeroDivisionError):
        ward.place.run(house.database.write(read_and_fail))
    assert ward.others() == []
    ward.place.run(house.database.write(read))
    assert len(ward.others()) == 1


def test_once_a_request(ward: Ward) -> None:
    """Asking thrice about one thing for one page is one entry; the next page is another."""
    browser = ward.staff_browser()
    for _ in range(2):
        assert browser.get(f"/ward/{ward.subject}/3").status_code == 200
    assert len(ward.others()) == 2


def test_a_proxy_is_written_with_whom_they_act_for(small: Ward) -> None:
    """Who acts, for whom, and on what ground."""
    asta = small.place.visit(small.town.person("Asta", born="1988-03-03"))
    visit = msgspec.structs.replace(asta, subject=small.place.visit(small.dag).subject, ground="guardian")
    small.may(visit, action="ward.own")
    (row,) = small.others()
    assert (row["who"], row["ground"], row["actor"], row["behalf"]) == (
        "proxy",
        "guardian",
        asta.actor.id,
        small.subject,
    )


def test_one_s_own_is_written_once_a_service_and_day(small: Ward) -> None:
    """It says that one was there, and grows with days, not with pages."""
    dag = small.place.sign_in(small.dag)
    for _ in range(3):
        assert dag.get("/ward/own").status_code == 200
    small.place.clock.move(days=1)
    assert small.place.sign_in(small.dag).get("/ward/own").status_code == 200
    assert [(row["who"], row["plugin"], row["chain"][:10]) for row in small.rows()] == [
        ("self", "ward", "2026-11-23"),
        ("self", "ward", "2026-11-24"),
    ]


def test_what_is_nobody_s_is_not_an_access(small: Ward) -> None:
    """A thing of no person's is read without an entry; being refused one is an entry without a subject."""
    assert small.may(small.at_work(), Note(uuid4(), None))
    assert small.others() == []
    assert not small.may(small.at_work("SE2321000016-9999"), Note(uuid4(), None))
    assert [row["subject"] for row in small.others()] == [None]


def test_while_the_sink_is_down_reads_are_queued_durably_and_delivered_in_order(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries wait sealed on the disk, and stand in the log in their order before anything newer."""
    notes = [ward.note() for _ in range(3)]
    with Away(ward, monkeypatch):
        for note in notes[:2]:
            assert ward.may(ward.at_work(), note)
    waiting = ward.log.spool._file.read_bytes()
    assert waiting.count(b"\n") == 2
    assert b"SE2321000016" not in waiting
    assert ward.others() == []
    ward.place.clock.move(minutes=2)
    assert ward.may(ward.at_work(), notes[2])
    assert [row["resource"] for row in ward.others()] == [note.id for note in notes]
    assert ward.log.spool.size == 0


def test_the_queue_is_drained_by_the_worker_and_nothing_twice(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any traffic, too; and an entry whose commit was made, though nobody knew, is not written again."""
    with Away(ward, monkeypatch):
        assert ward.may(ward.at_work())
    lines = ward.log.spool._file.read_bytes()
    ward.place.work()
    assert len(ward.others()) == 1
    ward.log.spool._file.write_bytes(lines)
    ward.place.run(ward.log.writer.drain())
    assert len(ward.others()) == 1
    assert ward.log.spool.size == 0


def test_a_line_that_was_tampered_with_is_set_aside_and_half_a_line_is_nothing(
    small: Ward, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others are delivered; what does not open is kept for whoever looks into it."""
    with Away(small, monkeypatch):
        for _ in range(2):
            assert small.may(small.at_work())
    file = small.log.spool._file
    first, second, _ = file.read_bytes().split(b"\n")
    broken = str(uuid4()).encode() + first[36:]
    file.write_bytes(b"\n".join((broken, second, b"0190b5f0 half")))
    small.place.run(small.log.writer.drain())
    assert len(small.others()) == 1
    assert file.with_suffix(".broken").read_bytes() == broken + b"\n"
    assert "does not open" in caplog.text
    with Away(small, monkeypatch):
        assert small.may(small.at_work())
    small.place.run(small.log.writer.drain())
    assert len(small.others()) == 2


def test_when_the_queue_is_full_reading_by_staff_stops_and_one_s_own_goes_on(
    small: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Denied rather than unlogged, with a page that says why; whose the things are notices nothing."""
    eva, dag = small.staff_browser(), small.place.sign_in(small.dag)
    small.log.spool._most = 0
    with Away(small, monkeypatch):
        assert small.may(small.at_work()).reason == "log-full"
        shown = eva.get(f"/ward/{small.subject}/1")
        assert (shown.status_code, shown.headers["retry-after"]) == (503, "5")
        assert "måste det skrivas upp först" in shown.text
        assert "Läst" not in shown.text
        assert dag.get("/ward/own").status_code == 200
    assert eva.get(f"/ward/{small.subject}/1").status_code == 200


def test_a_real_full_disk_takes_the_same_way(small: Ward) -> None:
    """SQLite has no room; the entry waits in the queue, and comes in when there is."""
    small.may(small.at_work())
    engine = small.place.house.database.engine
    pages = small.place.run(engine.run("PRAGMA page_count", ()))[0]["page_count"]
    small.place.run(engine.run(f"PRAGMA max_page_count = {pages}", ()))
    before = 0
    while not small.log.spool.size:
        before += 1
        assert small.may(small.at_work())
    small.place.run(engine.run("PRAGMA max_page_count = 1000000", ()))
    small.place.run(small.log.writer.drain())
    assert len(small.others()) == before + 1


def test_a_fault_that_does_not_pass_shows_nothing(small: Ward) -> None:
    """A log that is broken, rather than away, is an error: nothing is shown unlogged."""
    small.sql("DROP TABLE access_log_chain")
    with pytest.raises(sqlite3.OperationalError):
        small.may(small.at_work())


def test_a_queue_holds_no_more_than_it_may(small: Ward, tmp_path) -> None:
    """What does not fit is refused whole, and what was there stays."""
    spool = Spool(tmp_path / "queue", small.place.house.keys, 1_000)
    entry = entry_of(small.at_work(), "ward.read", small.note(), "allowed", small.place.clock.now())
    small.place.run(spool.keep([entry]))
    size = spool.size
    with pytest.raises(QueueFull):
        small.place.run(spool.keep([entry, entry]))
    assert spool.size == size


def test_the_entries_of_a_list_are_those_of_each(ward: Ward) -> None:
    """What is put together once for all of them is what it is for one alone; only ids and things differ."""
    visit, now = ward.at_work(), ward.place.clock.now()
    things = [ward.note(), None, ward.note()]
    together = entries_of(visit, "ward.read", things, "allowed", now)
    alone = [entry_of(visit, "ward.read", one, "allowed", now) for one in things]
    assert [msgspec.structs.replace(one, id=two.id) for one, two in zip(together, alone, strict=True)] == alone
    assert [one.id for one in together] == sorted({one.id for one in together})


def test_an_entry_has_its_parts_in_the_order_of_the_table() -> None:
    """A row is made of them as they stand: one in another's place would be written, and signed, as the other."""
    given = ("id", "at", "chain", "sequence", "key")
    assert (*given, *Entry.__struct_fields__[3:], "previous", "mac") == COLUMNS
    assert Entry.__struct_fields__[:3] == ("id", "at", "region")
