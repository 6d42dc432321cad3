"""Sending, answering, correcting and ending: all the SQL of this plugin."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from ledstang import Bound, Form, FormCompleted, Host, prepared
from litestar.exceptions import NotFoundException

from ledstang_forms import asking
from ledstang_forms.tables import Sending

ONGOING, PENDING, COMPLETED, CANCELLED, EXPIRED = "ongoing", "pending", "completed", "cancelled", "expired"
QUEUED, STOPPED = "queued", "stopped"
OPEN = (ONGOING, PENDING)
UNSENT = (QUEUED, STOPPED)
"""What has not gone out: nobody but those at work has met it."""
LEVELS = ("red", "yellow", "green", "")
"""What a form has to tell staff, the most pressing first; nothing last."""
NOTHING = LEVELS.index("")
MOST = 200
"""Rows of a list of the staff's that are read: more than any page shows."""
ANSWER = "forms.answer"
PRESENT = "child-present"
"""The ground that is kept with what somebody answered on a device that was handed over to them."""
OWN = frozenset({"self", PRESENT})
PLACE = "form"
"""Where the answers of a sending are kept, under its id: it has one form."""


class Sent(msgspec.Struct, frozen=True):
    """One sending as it stands. `person` is whose it is and `unit` where it belongs, which is what `may` asks about."""

    id: UUID
    person: UUID
    form: str
    version: str
    unit: str
    sent_by: UUID | None
    created: datetime
    changed: datetime
    due: datetime | None
    expires: datetime
    state: str
    completed: datetime | None
    seen: datetime | None
    corrects: UUID | None
    number: int
    rank: int
    opens: datetime | None
    batch: UUID | None
    reason: str
    about_kind: str
    about: UUID | None
    about_title: str
    about_path: str
    about_staff_path: str
    moved: int

    @property
    def asked(self) -> bool:
        """Say whether care asks for it, or another plugin does: then it has a last day. Else somebody chose it."""
        return self.due is not None

    def is_open(self, now: datetime) -> bool:
        """Say whether it can be answered now."""
        return self.state in OPEN and now < self.expires


_COLUMNS = tuple(getattr(Sending, name) for name in Sent.__struct_fields__)
_one = prepared(lambda id_: Sending.select(*_COLUMNS).where(Sending.id == id_))
of_person = prepared(
    lambda person: Sending.select(*_COLUMNS).where(Sending.person == person).order_by(Sending.changed, ascending=False)
)
_named = prepared(lambda once: Sending.select(*_COLUMNS).where(Sending.once == once))
unseen = prepared(
    lambda unit: (
        Sending.select(*_COLUMNS)
        .where((Sending.unit == unit) & (Sending.state == COMPLETED) & Sending.seen.is_null())
        .order_by(Sending.rank, Sending.completed)
        .limit(MOST)
    )
)
unanswered = prepared(
    lambda unit, now: (
        Sending.select(*_COLUMNS)
        .where((Sending.unit == unit) & Sending.state.is_in(OPEN) & Sending.due.is_not_null() & (Sending.expires > now))
        .order_by(Sending.due)
        .limit(MOST)
    )
)
stopped = prepared(
    lambda unit: (
        Sending.select(*_COLUMNS)
        .where((Sending.unit == unit) & (Sending.state == STOPPED) & Sending.seen.is_null())
        .order_by(Sending.changed)
        .limit(MOST)
    )
)
of_batch = prepared(lambda batch: Sending.select(*_COLUMNS).where(Sending.batch == batch).order_by(Sending.opens))
_leave = prepared(
    lambda state, reason, version, now, id_: (
        Sending.update(
            {
                Sending.state: state,
                Sending.reason: reason,
                Sending.version: version,
                Sending.created: now,
                Sending.changed: now,
            }
        )
        .where((Sending.id == id_) & (Sending.state == QUEUED))
        .returning(Sending.id)
    )
)
of_thing = prepared(
    lambda about: Sending.select(*_COLUMNS).where((Sending.about == about) & Sending.corrects.is_null())
)
_move = prepared(
    lambda due, expires, moved, now, id_: (
        Sending.update({Sending.due: due, Sending.expires: expires, Sending.moved: moved, Sending.changed: now})
        .where((Sending.id == id_) & Sending.state.is_in(OPEN) & (Sending.moved < moved))
        .returning(Sending.id)
    )
)
correcting = prepared(lambda id_: Sending.select(*_COLUMNS).where(Sending.corrects == id_))
_touch = prepared(
    lambda state, changed, expires, id_: Sending.update(
        {Sending.state: state, Sending.changed: changed, Sending.expires: expires}
    ).where((Sending.id == id_) & Sending.state.is_in(OPEN))
)
_end = prepared(
    lambda state, at, completed, rank, id_: (
        Sending.update(
            {
                Sending.state: state,
                Sending.changed: at,
                Sending.completed: completed,
                Sending.rank: rank,
            }
        )
        .where((Sending.id == id_) & Sending.state.is_in(OPEN))
        .returning(Sending.id)
    )
)
_free = prepared(lambda id_: Sending.update({Sending.once: None}).where(Sending.id == id_))
_see = prepared(lambda at, id_: Sending.update({Sending.seen: at}).where((Sending.id == id_) & Sending.seen.is_null()))
_expired = prepared(
    lambda now, most: Sending.raw(
        "SELECT id FROM forms_sending WHERE expires <= {} AND state IN ('ongoing', 'pending') ORDER BY expires LIMIT {}",
        now,
        most,
    )
)
_old = prepared(
    lambda after, before, most: Sending.raw(
        "SELECT id, person FROM forms_sending WHERE id > {} AND changed < {} "
        "AND state NOT IN ('ongoing', 'pending') ORDER BY id LIMIT {}",
        after,
        before,
        most,
    )
)
_gone = prepared(lambda id_: Sending.delete().where(Sending.id == id_))


def sent(row: dict[str, Any]) -> Sent:
    """Make a Sent of a row of these queries."""
    return msgspec.convert(row, Sent)


def statement(id_: UUID) -> Bound:
    """Return the bound query of a sending, to run with others of the page."""
    return _one.bind(id_)


def statements(id_: UUID) -> tuple[Bound, Bound]:
    """Return the bound queries of a sending and of what corrects it."""
    return _one.bind(id_), correcting.bind(id_)


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
        one = sent((await _named(new.once))[0])
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
        await _touch(state, host.clock.now(), expires, one.id)
        return saved

    return await host.database.write(work)


async def mark(host: Host, one: Sent, state: str) -> None:
    """Note whether something is left to answer."""
    if one.state != state:
        await host.database.write(lambda: _touch(state, host.clock.now(), one.expires, one.id))


async def complete(host: Host, one: Sent, rank: int, close: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
    """Close a form by `close`, and tell who listens. False where answers have changed since they were reckoned.

    `rank` is that of the most pressing that staff are to be told, as in `LEVELS`.
    """

    async def work() -> bool:
        if not await close():
            return False
        now = host.clock.now()
        if await _ended(one, COMPLETED, now, now, rank):
            await asking.done(host, one)
            told = FormCompleted(person=one.person, sending=one.id, form=one.form, kind=one.about_kind, about=one.about)
            await host.emit(told, once=f"completed/{one.id}")
        return True

    return await host.database.write(work)


async def end(host: Host, one: Sent, state: str) -> bool:
    """End a sending that was not answered: cancelled, or expired. What is asked for is taken back."""

    async def work() -> bool:
        if not await _ended(one, state, host.clock.now(), None, NOTHING):
            return False
        await asking.taken_back(host, one)
        return True

    return await host.database.write(work)


async def _ended(one: Sent, state: str, now: datetime, completed: datetime | None, rank: int) -> bool:
    """End a sending that is open. Only a page by which care sent it names it still: it sends no other."""
    ended = bool(await _end(state, now, completed, rank, one.id))
    if ended and one.sent_by is None:
        await _free(one.id)
    return ended


async def move(host: Host, one: Sent, due: datetime, expires: datetime, words: asking.Words) -> None:
    """Give something that is not answered another last day: it is asked for anew, and reminded of by the new day."""

    async def work() -> None:
        if await _move(due, expires, one.moved + 1, host.clock.now(), one.id):
            await asking.taken_back(host, one)
            await asking.ask(host, sent((await _one(one.id))[0]), words)

    await host.database.write(work)


async def leave(host: Host, one: Sent, state: str, reason: str, version: str) -> bool:
    """Let a queued sending go out, or stop it for a reason; False where it is not queued any more."""
    return bool(await host.database.write(lambda: _leave(state, reason, version, host.clock.now(), one.id)))


async def expire(host: Host, most: int) -> int:
    """End those whose time is up, so many at most, and return how many they were."""
    rows = await _expired(host.clock.now(), most)
    ended = [await end(host, sent(found), EXPIRED) for row in rows for found in await _one(row["id"])]
    return sum(ended)


def later_of(rows: list[dict[str, Any]]) -> Sent | None:
    """Return the version that corrects another, by the rows of `correcting`, if there is one that was not thrown away."""
    return next((one for one in map(sent, rows) if one.state not in (CANCELLED, EXPIRED)), None)


async def see(host: Host, one: Sent) -> None:
    """Note that the unit has read it: it is on no list any more."""
    await host.database.write(lambda: _see(host.clock.now(), one.id))


async def ended_before(before: datetime, after: UUID, most: int) -> list[tuple[UUID, UUID]]:
    """Return sendings that ended before an instant, with whose they are, in the order of their ids after one."""
    return [(row["id"], row["person"]) for row in await _old(after, before, most)]


async def forget(host: Host, ones: list[Sent]) -> int:
    """Remove sendings with their answers and all that was asked about them, and return how many they were."""

    async def work() -> int:
        for one in ones:
            await asking.taken_back(host, one)
            await host.answers.forget(one.id)
            await _gone(one.id)
        return len(ones)

    return await host.database.write(work)


async def forget_old(host: Host, ids: list[UUID], before: datetime) -> int:
    """Remove those of some sendings that ended before an instant."""
    rows = [sent(row) for id_ in ids for row in await _one(id_)]
    return await forget(host, [one for one in rows if one.state not in OPEN and one.changed < before])
