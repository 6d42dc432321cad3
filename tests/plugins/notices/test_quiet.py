"""It is quiet at night in Sweden: to the minute, across both nights when the clocks change, and a cause may end meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from ledstang import NoticeWanted
from ledstang_notices.quiet import quiet_until

from .conftest import Telling

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHT = time(21), time(7)


def utc(text: str) -> datetime:
    """Return an instant that is written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "night", "until"),
    [
        ("2026-11-23T19:59", NIGHT, None),
        ("2026-11-23T20:00", NIGHT, "2026-11-24T06:00"),
        ("2026-11-24T05:59", NIGHT, "2026-11-24T06:00"),
        ("2026-11-24T06:00", NIGHT, None),
        ("2027-03-27T20:00", NIGHT, "2027-03-28T05:00"),  # the spring night is an hour shorter
        ("2026-10-24T19:00", NIGHT, "2026-10-25T06:00"),  # the autumn night is an hour longer
        ("2026-10-25T05:59", NIGHT, "2026-10-25T06:00"),
        ("2027-03-28T01:15", (time(1), time(2, 30)), "2027-03-28T01:30"),  # 02:30 is not there: 03:30 is
        ("2027-03-28T01:30", (time(1), time(2, 30)), None),
        ("2026-10-25T00:29", (time(1), time(2, 30)), "2026-10-25T00:30"),  # 02:30 is there twice: the first
        ("2026-10-25T01:10", (time(1), time(2, 30)), None),
        ("2026-11-23T11:30", (time(12), time(13)), "2026-11-23T12:00"),
        ("2026-11-23T23:20", (time(0, 15), time(0, 45)), "2026-11-23T23:45"),  # another day there than in UTC
        ("2026-11-23T02:00", (time(0), time(0)), None),
    ],
)
def test_the_quiet_hours_are_to_the_minute(now: str, night: tuple[time, time], until: str | None) -> None:
    """By Swedish time, whatever UTC it is."""
    assert quiet_until(utc(now), *night) == (until and utc(until))


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        ("2027-03-27T23:00", "2027-03-28T07:00"),
        ("2027-10-30T23:00", "2027-10-31T07:00"),
        ("2026-12-01T03:00", "2026-12-01T07:00"),
    ],
)  # fmt: skip
def test_what_comes_at_night_waits_until_the_morning(telling: Telling, evening: str, morning: str) -> None:
    """Not a minute before, at that minute, and once; it costs none of the tries, and holds up nothing that comes later."""
    day = datetime.fromisoformat(morning).replace(tzinfo=STOCKHOLM)
    telling.place.clock.set(datetime.fromisoformat(evening).replace(tzinfo=STOCKHOLM))
    telling.tell(telling.dag)
    telling.tell(telling.dag, "2")
    telling.place.clock.set(day.astimezone(UTC))
    telling.place.clock.move(seconds=-1)
    telling.place.work()
    assert telling.texts == []
    telling.place.clock.move(seconds=1)
    telling.place.work()
    telling.place.work()
    assert (len(telling.texts), len(telling.mailbox.mails)) == (2, 2)


def test_whoever_wants_it_is_told_at_night_too(telling: Telling) -> None:
    """It is for each to say."""
    telling.place.sign_in(telling.dag).post("/notices/", {"sms": "yes", "at_night": "yes"})
    telling.place.clock.set(utc("2026-12-01T02:00"))
    telling.tell(telling.dag)
    assert len(telling.texts) == 1


def test_a_reminder_dies_with_its_cause(telling: Telling) -> None:
    """What is called off at night is sent by nobody in the morning, and what is taken away before it is sent neither."""
    telling.place.clock.set(utc("2026-12-01T02:00"))
    telling.tell(telling.dag, "1")
    telling.tell(telling.dag, "2")
    telling.place.run(telling.place.house.outbox.call_off(NoticeWanted, "1"))
    telling.place.clock.set(utc("2026-12-01T06:00"))
    telling.place.work()
    assert len(telling.texts) == 1


def test_on_a_clock_that_was_set_back_nothing_is_lost(telling: Telling) -> None:
    """What is put off to an instant that has passed for the outbox is asked again soon, and sent by day."""
    telling.place.clock.set(utc("2026-12-01T12:00"))
    telling.place.work()
    telling.place.clock.set(utc("2026-12-01T02:00"))
    telling.tell(telling.dag)
    assert telling.texts == []
    telling.place.clock.set(utc("2026-12-01T12:01"))
    telling.place.work()
    assert len(telling.texts) == 1


@pytest.mark.parametrize(("until", "texts"), [("2026-12-01T08:00", 1), ("2026-12-01T05:00", 0)])
def test_nobody_is_told_after_the_last_day(telling: Telling, until: str, texts: int) -> None:
    """What waited for the morning, for a worker, or for a clock: told while it is good for something, and dropped then."""
    telling.place.clock.set(utc("2026-12-01T02:00"))
    telling.tell(telling.dag, until=utc(until))
    telling.place.clock.set(utc("2026-12-01T07:30"))
    telling.place.work()
    assert (len(telling.texts), len(telling.rows(channel="sms"))) == (texts, texts)
