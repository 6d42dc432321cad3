"""Jobs: due by the clock, in Swedish time, once however many machines there are."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from ledstang.clock import STOCKHOLM
from ledstang.outbox.jobs import Daily, Every, Job


def stockholm(moment: str) -> datetime:
    """Return a Swedish time as an instant."""
    return datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM).astimezone(UTC)


def occasions(when: Daily | Every, begins: str, ends: str) -> list[str]:
    """Return when a job falls due for somebody who asks every minute from one Swedish time to another: in UTC."""
    now, until = stockholm(begins), stockholm(ends)
    found = []
    while now <= until:
        found.append(when.latest(now))
        now += timedelta(minutes=1)
    assert all(due <= now for due in found)
    return [f"{due:%d %H:%M}" for due in dict.fromkeys(found) if due >= stockholm(begins)]


def test_a_daily_job_keeps_its_time_of_day_over_the_autumn_night() -> None:
    """Nine o'clock is nine o'clock: an hour later in UTC after 25 October."""
    assert occasions(Daily(time(9)), "2026-10-24T00:00", "2026-10-26T23:59") == ["24 07:00", "25 08:00", "26 08:00"]


def test_a_daily_job_keeps_its_time_of_day_over_the_spring_night() -> None:
    """An hour earlier in UTC after 28 March."""
    assert occasions(Daily(time(9)), "2027-03-27T00:00", "2027-03-29T23:59") == ["27 08:00", "28 07:00", "29 07:00"]


def test_a_time_that_comes_twice_counts_once() -> None:
    """Half past two on 25 October 2026 is due the first time."""
    assert occasions(Daily(time(2, 30)), "2026-10-25T00:00", "2026-10-25T23:00") == ["25 00:30"]


def test_a_time_that_is_left_out_is_not_lost() -> None:
    """Half past two on 28 March 2027 falls when the clock says half past three."""
    assert occasions(Daily(time(2, 30)), "2027-03-28T00:00", "2027-03-28T23:00") == ["28 01:30"]


@pytest.mark.parametrize("night", ["2026-10-25", "2027-03-28"])
def test_an_interval_does_not_know_of_summer_time(night: str) -> None:
    """Every quarter of an hour is four times an hour, also in the night that is an hour longer or shorter."""
    found = occasions(Every(15), f"{night}T00:00", f"{night}T06:00")
    hours = (stockholm(f"{night}T06:00") - stockholm(f"{night}T00:00")) // timedelta(hours=1)
    assert len(found) == hours * 4 + 1


def test_an_interval_of_nothing_is_refused() -> None:
    """A job that is always due would be all that is done."""
    with pytest.raises(ValueError, match="every minute"):
        Every(0)


async def test_several_machines_make_a_job_once(office) -> None:
    """Each worker plans it, one carries it out."""
    ran: list[datetime] = []

    async def note(due: datetime) -> None:
        ran.append(due)

    office.equip([], Job("nine", Daily(time(9)), note))
    await asyncio.gather(*(office.worker().until_idle() for _ in range(4)))
    assert ran == [stockholm("2026-11-22T09:00")]
    office.clock.move(days=1)
    await asyncio.gather(*(office.worker().until_idle() for _ in range(4)))
    assert ran[1:] == [stockholm("2026-11-23T09:00")]


async def test_of_what_was_missed_the_latest_is_made_up_for(office) -> None:
    """Ten days without a worker, or a demo's clock that is moved, cost one run and not ten."""
    ran: list[datetime] = []

    async def note(due: datetime) -> None:
        ran.append(due)

    worker = office.equip([], Job("nine", Daily(time(9)), note))
    await worker.until_idle()
    office.clock.move(days=10)
    await worker.until_idle()
    assert ran == [stockholm("2026-11-22T09:00"), stockholm("2026-12-02T09:00")]


async def test_a_clock_that_is_set_back_makes_nothing_twice(office) -> None:
    """In the process that knew the later time, and in one that is started afterwards."""
    ran: list[datetime] = []

    async def note(due: datetime) -> None:
        ran.append(due)

    worker = office.equip([], Job("often", Every(10), note))
    await worker.until_idle()
    office.clock.move(hours=1)
    await worker.until_idle()
    office.clock.move(hours=-1)
    await worker.until_idle()
    await office.worker().until_idle()
    assert len(ran) == len(set(ran)) == 2


async def test_a_job_that_fails_is_tried_again(office) -> None:
    """For the same occasion."""
    ran: list[datetime] = []

    async def fail_once(due: datetime) -> None:
        ran.append(due)
        if len(ran) == 1:
            raise OSError

    worker = office.equip([], Job("often", Every(60), fail_once))
    await worker.until_idle()
    office.clock.move(minutes=1)
    await worker.until_idle()
    assert len(ran) == 2
    assert ran[0] == ran[1]


async def test_jobs_go_on_after_a_clock_that_was_ahead(office) -> None:
    """They do not wait until it is as late as somebody once believed."""
    ran: list[datetime] = []

    async def note(due: datetime) -> None:
        ran.append(due)

    worker = office.equip([], Job("often", Every(10), note))
    await worker.until_idle()
    office.clock.move(days=365)
    await worker.until_idle()
    office.clock.move(days=-365, minutes=10)
    await worker.until_idle()
    assert len(ran) == len(set(ran)) == 3
