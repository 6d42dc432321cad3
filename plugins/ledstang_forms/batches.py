"""Sending to several people, or on several occasions: all of it is queued, and each goes out when its time has come.

Whether it still can is asked anew then: somebody may have died or turned thirteen, or the form may have been withdrawn. What
cannot go out is stopped, and the unit is told.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from ledstang import STOCKHOLM, Event, Form, Host, Listener, Person, Visit

from ledstang_forms import asking, sendings, statements
from ledstang_forms.asking import Words
from ledstang_forms.offers import Offers
from ledstang_forms.recipients import why_not
from ledstang_forms.settings import Settings
from ledstang_forms.statements import CANCELLED, ONGOING, QUEUED, STOPPED, Sent

ARCHIVED, DIED = "archived", "died"


class Due(Event, frozen=True, kw_only=True):
    """The time of a queued sending has come."""

    sending: UUID


class Occasion(msgspec.Struct, frozen=True):
    """One of the times that a form is sent: from when, and to which last day."""

    opens: datetime
    last: date

    @property
    def expires(self) -> datetime:
        """The instant at which the last day is over in Sweden."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), STOCKHOLM)

    @property
    def due(self) -> datetime:
        """The last minute of the last day."""
        return self.expires - timedelta(minutes=1)


class Batch(msgspec.Struct, frozen=True):
    """What was sent together, as the unit sees it: how many of each state, and of whom nothing. `unit` is whose it is."""

    id: UUID
    unit: str
    form: str
    states: dict[str, int]
    occasions: list[tuple[datetime, datetime]]


def occasions(host: Host, first: date | None, days: int, times: int, every: int) -> list[Occasion]:
    """Return when a form goes out: at once or on a first day, so many times, so many days apart, `days` to answer each."""
    now, at = host.clock.now(), host.settings(Settings).notices_at
    found = []
    for number in range(times):
        on = (first or host.clock.today()) + timedelta(days=number * every)
        opens = now if number == 0 and first is None else datetime.combine(on, at, STOCKHOLM)
        found.append(Occasion(opens, on + timedelta(days=days)))
    return found


async def queue(
    host: Host, staff: Visit, batch: UUID, people: list[Person], form: Form, version: str, times: list[Occasion]
) -> None:
    """Write down all that is to go out, for a page's own name `batch`: the same page twice queues once."""
    unit = (staff.unit or "").upper()

    async def work() -> None:
        for person in people:
            for number, one in enumerate(times):
                new = sendings.row(
                    host, person=person.id, form=form.key, version=version, unit=unit, expires=one.expires, due=one.due,
                    sent_by=staff.actor.id, once=f"batch/{unit}/{batch}/{person.id}/{number}", opens=one.opens,
                    batch=batch, state=QUEUED,
                )  # fmt: skip
                made = await sendings.make(host, new, Words.of(host, form, unit))
                await host.emit(Due(person=person.id, sending=made.id), once=due_once(made.id), due=one.opens)

    await host.database.write(work)


def listener(host: Host, offers: Offers) -> Listener[Due]:
    """Return what sends when the time has come. Raises RegisterAway, and is asked again later, while nobody can tell of whom."""

    async def hear(due: Due, _once: str) -> None:
        (found,) = await host.database.together(statements.by_id.bind(due.sending))
        one = statements.sent(found[0]) if found else None
        person = await host.people.person(due.person)
        if one is None or person is None or one.state != QUEUED:
            return
        person = await host.people.by_number(person.number) or person
        offered = offers.get(one.form, chosen=False)
        if offered is None:
            await sendings.leave(host, one, STOPPED, ARCHIVED, one.version)
            return
        form, offer, version = offered
        reason = DIED if person.deceased else why_not(offers, offer, person, host.clock.today())

        async def work() -> None:
            if await sendings.leave(host, one, STOPPED if reason else ONGOING, reason, version) and not reason:
                now = host.clock.now()
                await asking.ask(host, msgspec.structs.replace(one, created=now), Words.of(host, form, one.unit))

        await host.database.write(work)

    return Listener("due", Due, hear)


async def stop(host: Host, batch: UUID) -> None:
    """Stop what has not gone out. What has gone out is taken back one by one."""

    async def work() -> None:
        for one in map(statements.sent, await statements.of_batch(batch)):
            if one.state == QUEUED and await sendings.leave(host, one, CANCELLED, "", one.version):
                await host.call_off(Due, due_once(one.id))

    await host.database.write(work)


async def read(batch: UUID) -> Batch | None:
    """Return what was sent together, None where nothing was."""
    ones: list[Sent] = [statements.sent(row) for row in await statements.of_batch(batch)]
    if not ones:
        return None
    times = sorted({(one.opens or one.created, one.due or one.expires) for one in ones})
    return Batch(batch, ones[0].unit, ones[0].version, dict(Counter(one.state for one in ones)), times)


def due_once(id_: UUID) -> str:
    """Return by what name the errand of a queued sending is known."""
    return f"due/{id_}"
