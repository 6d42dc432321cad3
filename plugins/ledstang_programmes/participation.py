"""Beginning, reading, going on in and ending a participation: all the SQL of this plugin."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
from ledstang import Bound, Host, ModuleCompleted, NoticeWanted, ParticipationEnded, ParticipationStarted, prepared

from ledstang_programmes import endings, receipts, reminders
from ledstang_programmes.document import Programme
from ledstang_programmes.tables import Participation, StepDone, home

TREATER_LED = "treater-led"
COMPLETED, ENDED_BY_PARTICIPANT, ENDED_BY_TREATER = "completed", "ended_by_participant", "ended_by_treater"


class Part(msgspec.Struct, frozen=True):
    """One participation as it stands. `person` is whose it is, which is what `may` asks about.

    `reminded` is the `active` of the last silence that the participant was reminded of.
    """

    id: UUID
    person: UUID
    programme: str
    version: str
    consent: str
    started: datetime
    active: datetime
    place: str
    ended: datetime | None
    reason: str
    reminded: datetime | None = None


_COLUMNS = (
    Participation.id,
    Participation.person,
    Participation.programme,
    Participation.version,
    Participation.consent,
    Participation.started,
    Participation.active,
    Participation.place,
    Participation.ended,
    Participation.reason,
    Participation.reminded,
)
_one = prepared(lambda id_: Participation.select(*_COLUMNS).where(Participation.id == id_))
of_person = prepared(lambda person: Participation.select(*_COLUMNS).where(Participation.person == person))
_running = prepared(lambda running: Participation.select(*_COLUMNS).where(Participation.running == running))
steps_of = prepared(
    lambda id_: StepDone.select(StepDone.module, StepDone.step, StepDone.done).where(StepDone.participation == id_)
)
_went = prepared(
    lambda place, active, version, id_: Participation.update(
        {Participation.place: place, Participation.active: active, Participation.version: version}
    ).where(Participation.id == id_)
)
_end = prepared(
    lambda ended, reason, id_: (
        Participation.update({Participation.ended: ended, Participation.reason: reason, Participation.running: None})
        .where((Participation.id == id_) & Participation.ended.is_null())
        .returning(Participation.id)
    )
)


_old = prepared(
    lambda after, ended, active, most: Participation.raw(
        "SELECT id, person FROM programmes_participation WHERE id > {} AND ended < {} AND active < {} ORDER BY id LIMIT {}",
        after,
        ended,
        active,
        most,
    )
)


def part(row: dict[str, Any]) -> Part:
    """Make a Part of a row of these queries."""
    return msgspec.convert(row, Part)


def statements(id_: UUID) -> tuple[Bound, Bound]:
    """Return the bound queries of a participation and of its steps, to run with others of the page."""
    return _one.bind(id_), steps_of.bind(id_)


def steps(rows: list[dict[str, Any]]) -> dict[tuple[str, str], datetime]:
    """Read the rows of the second statement: (module, step) → when it was done; an empty step is the whole module."""
    return {(row["module"], row["step"]): row["done"] for row in rows}


async def begin(host: Host, person: UUID, programme: Programme, hash_: str) -> UUID:
    """Begin a participation, or return the id of the one that runs already. Beginning twice is beginning once."""
    running = f"{person}/{programme.key}"
    now = host.clock.now()
    row = Participation(
        id=uuid4(),
        person=person,
        programme=programme.key,
        version=hash_,
        consent=programme.consent.version if programme.consent else "",
        running=running,
        started=now,
        active=now,
        place="",
        reason="",
        unit=programme.owner.upper() if programme.sort == TREATER_LED else "",
    )

    async def work() -> UUID:
        inserting = Participation.insert(row).on_conflict(target=Participation.running, action="DO NOTHING")
        if await inserting.returning(Participation.id):
            await host.emit(ParticipationStarted(person=person, participation=row.id))
        found: UUID = (await _running(running))[0]["id"]
        return found

    return await host.database.write(work)


async def mark(host: Host, one: Part, module: str, step: str, place: str) -> None:
    """Write that a step (or with an empty one, a module) is done, and where to go on."""
    now = host.clock.now()

    async def work() -> None:
        done = StepDone(id=uuid5(one.id, f"{module}/{step}"), participation=one.id, module=module, step=step, done=now)
        inserting = StepDone.insert(done).on_conflict(target=StepDone.id, action="DO NOTHING")
        if await inserting.returning(StepDone.id) and not step:
            await host.emit(ModuleCompleted(person=one.person, participation=one.id, module=module))
        await _went(place, now, one.version, one.id)
        await reminders.call_off(host, one)

    await host.database.write(work)


def on(one: Part, version: str) -> Part:
    """Return a participation as it is under a later version of the same major; kept at its next step."""
    return msgspec.structs.replace(one, version=version)


async def end(host: Host, one: Part, programme: Programme, reason: str, words: str = "") -> bool:
    """End a participation, and say whether it ran. `words` are a treater's, to whose it is."""
    now = host.clock.now()

    async def work() -> bool:
        if not await _end(now, reason, one.id):
            return False
        await host.emit(ParticipationEnded(person=one.person, participation=one.id, completed=reason == COMPLETED))
        await reminders.call_off(host, one)
        await reminders.tell_reading_ends(host, one, now, programme.readable_days)
        await receipts.deliver(host, one, programme, now, reason, words)
        return True

    return await host.database.write(work)


async def end_for(host: Host, id_: UUID, programme: Programme, words: str) -> None:
    """End somebody's participation because a treater has decided so, and tell them that something waits."""

    async def work() -> None:
        for one in map(part, await _one(id_)):
            if await end(host, one, programme, ENDED_BY_TREATER, words):
                await host.emit(NoticeWanted(person=one.person, reason="waits", path=home(id_)))

    await host.database.write(work)


async def forget(host: Host, person: UUID) -> int:
    """Remove everything of a person's participations, answers too. Returns how many participations there were."""

    async def work() -> int:
        return await _remove(host, await of_person(person))

    return await host.database.write(work)


async def ended_before(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
    """Return participations that ended before an instant, and in which nothing has been done since, with whose they are.

    At most `most`, in the order of their ids, beginning after one.
    """
    return [(row["id"], row["person"]) for row in await _old(after, before, before, most)]


async def forget_old(host: Host, ids: list[UUID], before: datetime) -> int:
    """Remove those of some participations that ended before an instant, and return how many they were."""

    async def work() -> int:
        rows = [row for id_ in ids for row in await _one(id_)]
        return await _remove(host, [row for row in rows if row["ended"] and max(row["ended"], row["active"]) < before])

    return await host.database.write(work)


async def _remove(host: Host, rows: list[dict[str, Any]]) -> int:
    for row in rows:
        await reminders.call_off_all(host, part(row))
        await host.answers.forget(row["id"])
        await endings.forget(row["id"])
        await StepDone.delete().where(StepDone.participation == row["id"])
        await Participation.delete().where(Participation.id == row["id"])
    return len(rows)
