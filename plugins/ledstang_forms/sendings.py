"""Sending, answering, correcting and ending."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from ledstang import Form, FormCompleted, Host
from litestar.exceptions import NotFoundException

from ledstang_forms import asking, statements
from ledstang_forms.flags import Raised, first_by, rank_of
from ledstang_forms.statements import CANCELLED, COMPLETED, EXPIRED, OPEN, QUEUED, Sent, sent
from ledstang_forms.tables import Sending


async def form_of(host: Host, one: Sent) -> Form:
    """Return the form of a sending, in the version that it was sent in: also one that is not offered any more."""
    form = await host.content("forms").version(one.version)
    if form is None:
        raise NotFoundException
    return form  # type: ignore[no-any-return]


async def make(host: Host, new: Sending, words: asking.Words) -> Sent:
    """Write a sending down, and ask for it where care does; one whose `once` is known is the one that there is."""

    async def work() -> Sent:
        inserting = Sending.insert(new).on_conflict(target=Sending.once, action="DO NOTHING")
        made = bool(await inserting.returning(Sending.id))
        one = sent((await statements.by_once(new.once))[0])
        if made and one.asked and one.state != QUEUED:
            await asking.ask(host, one, words)
        return one

    return await host.database.write(work)


def row(
    host: Host, *, person: UUID, form: str, version: str, unit: str, expires: datetime, once: str, **more: Any
) -> Sending:
    """Return a sending that is to be made now."""
    now = host.clock.now()
    return Sending(
        id=uuid4(), person=person, form=form, version=version, unit=unit.upper(), created=now, changed=now,
        expires=expires, once=once, **more,
    )  # fmt: skip


async def went_on(
    host: Host, one: Sent, state: str, expires: datetime, save: Callable[[], Coroutine[Any, Any, Any]]
) -> Any:
    """Keep answers by `save`, and that they were given, in one transaction."""

    async def work() -> Any:
        saved = await save()
        await statements.touch(state, host.clock.now(), expires, one.id)
        return saved

    return await host.database.write(work)


async def mark(host: Host, one: Sent, state: str) -> None:
    """Note whether something is left to answer."""
    if one.state != state:
        await host.database.write(lambda: statements.touch(state, host.clock.now(), one.expires, one.id))


async def complete(
    host: Host, one: Sent, at: datetime, raised: list[Raised], close: Callable[[], Coroutine[Any, Any, bool]]
) -> bool:
    """Close a form by `close`, and tell who listens. False where answers have changed since they were reckoned.

    `at` is the instant at which it is sent, and `raised` what staff are to be told then.
    """

    async def work() -> bool:
        if not await close():
            return False
        if await _ended(one, COMPLETED, at, at, raised):
            await asking.done(host, one)
            told = FormCompleted(person=one.person, sending=one.id, form=one.form, kind=one.about_kind, about=one.about)
            await host.emit(told, once=f"completed/{one.id}")
        return True

    return await host.database.write(work)


async def end(host: Host, one: Sent, state: str) -> bool:
    """End a sending that was not answered: cancelled, or expired. What is asked for is taken back."""

    async def work() -> bool:
        if not await _ended(one, state, host.clock.now(), None, []):
            return False
        await asking.taken_back(host, one)
        return True

    return await host.database.write(work)


async def _ended(one: Sent, state: str, now: datetime, completed: datetime | None, raised: list[Raised]) -> bool:
    """End a sending that is open. Only a page by which care sent it names it still: it sends no other."""
    ended = bool(await statements.end_one(state, now, completed, rank_of(raised), first_by(raised), one.id))
    if ended and one.sent_by is None:
        await statements.free(one.id)
    return ended


async def move(host: Host, one: Sent, due: datetime, expires: datetime, words: asking.Words) -> None:
    """Give something that is not answered another last day: it is asked for anew, and reminded of by the new day."""

    async def work() -> None:
        if await statements.move_day(due, expires, one.moved + 1, host.clock.now(), one.id):
            await asking.taken_back(host, one)
            await asking.ask(host, sent((await statements.by_id(one.id))[0]), words)

    await host.database.write(work)


async def leave(host: Host, one: Sent, state: str, reason: str, version: str) -> bool:
    """Let a queued sending go out, or stop it for a reason; False where it is not queued any more."""
    return bool(await host.database.write(lambda: statements.let_out(state, reason, version, host.clock.now(), one.id)))


async def expire(host: Host, most: int) -> int:
    """End those whose time is up, so many at most, and return how many they were."""
    rows = await statements.timed_out(host.clock.now(), most)
    ended = [await end(host, sent(found), EXPIRED) for row in rows for found in await statements.by_id(row["id"])]
    return sum(ended)


async def reopen(host: Host, most: int) -> int:
    """Open again what a clock that was ahead has ended before its time, so many at most, and return how many they were."""
    rows = await statements.too_early(host.clock.now(), most)
    return sum([await open_again(host, sent(found)) for row in rows for found in await statements.by_id(row["id"])])


async def open_again(host: Host, one: Sent) -> bool:
    """Open again what was ended before its time. What care asks for is asked for again, and what one has chosen is found."""
    form = await form_of(host, one)

    async def work() -> bool:
        if not await statements.reopen(host.clock.now(), one.id):
            return False
        if one.asked:
            await asking.ask_again(host, one, asking.Words.of(host, form, one.unit))
        elif one.corrects is None and not await statements.by_once(once := chosen_once(one.person, one.form)):
            await statements.name(once, one.id)
        return True

    return await host.database.write(work)


def chosen_once(person: UUID, form: str) -> str:
    """Return the name of the one sending of a form that somebody has chosen themselves, and not sent."""
    return f"open/{person}/{form}"


def later_of(rows: list[dict[str, Any]]) -> Sent | None:
    """Return the version that corrects another, by the rows of `correcting`, if there is one that was not thrown away."""
    return next((one for one in map(sent, rows) if one.state not in (CANCELLED, EXPIRED)), None)


async def see(host: Host, one: Sent) -> None:
    """Note that the unit has read it: it is on no list any more."""
    await host.database.write(lambda: statements.note_seen(host.clock.now(), one.id))


async def ended_before(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
    """Return sendings that ended before an instant, with whose they are, in the order of their ids after one."""
    return [(row["id"], row["person"]) for row in await statements.old_ones(after, before, most)]


async def forget(host: Host, ones: list[Sent]) -> int:
    """Remove sendings with their answers and all that was asked about them, and return how many they were."""

    async def work() -> int:
        for one in ones:
            await asking.taken_back(host, one)
            await host.answers.forget(one.id)
            await statements.remove(one.id)
        return len(ones)

    return await host.database.write(work)


async def forget_old(host: Host, ids: list[UUID], before: datetime) -> int:
    """Remove those of some sendings that ended before an instant."""
    rows = [sent(row) for id_ in ids for row in await statements.by_id(id_)]
    return await forget(host, [one for one in rows if one.state not in OPEN and one.changed < before])
