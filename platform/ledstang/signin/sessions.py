"""Sessions: begun at sign-in, ended by signing out or by time, and never brought back.

Nothing is stored for somebody who is not signed in. Only `begin` makes a row; all else changes rows that exist and have
not ended, so that a slow request can't undo a sign-out that overtook it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec

from ledstang.clock import Clock
from ledstang.database import Database
from ledstang.people.persons import Identity, Person
from ledstang.people.register import Register
from ledstang.signin import session_statements as statements
from ledstang.signin.origins import NOWHERE, Marks
from ledstang.signin.session import Session, SessionLimits
from ledstang.signin.tables import Session as SessionRow


class Sessions:
    """The sessions of an instance. `production` makes it refuse cookies that plain HTTP could carry.

    Its time never goes back: a clock that is set back revives no session.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        register: Register,
        limits: SessionLimits | None = None,
        *,
        production: bool = False,
    ) -> None:
        self.limits = limits or SessionLimits()
        self.production = production
        self._database, self._clock, self._register = database, clock, register
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._pruned = self._latest

    def now(self) -> datetime:
        """Return the present instant, or the latest that was ever told, if the clock has been set back since."""
        self._latest = max(self._latest, self._clock.now())
        return self._latest

    async def begin(
        self, who: Identity | Person, *, instead_of: str | None = None, origin: Marks = NOWHERE
    ) -> tuple[str, Session, Person]:
        """Sign somebody in: a new row with a new token, whatever cookie came along. Returns token, session and person.

        A Person has been written down already; an Identity is now.

        `instead_of` is the token of the session that the browser had; it ends in the same transaction. `origin` is
        where the person proved who they are, and when.
        """
        token = secrets.token_urlsafe(32)
        csrf = secrets.token_urlsafe(32)
        now = self.now()

        async def work() -> tuple[str, Session, Person]:
            if instead_of:
                await statements.end(now, id_of(instead_of))
            person = who if isinstance(who, Person) else await self._register.keep(who)
            session = Session(
                id_of(token), person.id, csrf, now, now, min(origin.proven or now, now),
                origin=origin.session, origin_subject=origin.subject,
            )  # fmt: skip
            await SessionRow.insert(SessionRow(**msgspec.structs.asdict(session)))
            return token, session, person

        begun = await self._database.write(work)
        await self._prune_now_and_then(now)
        return begun

    async def act_for(
        self,
        session: Session,
        subject: UUID | None,
        ground: str | None,
        assignment: UUID | None = None,
        locked_to: str | None = None,
    ) -> tuple[str, Session]:
        """Go on as somebody who acts for another, works, or (None) is themselves again: a new row, a new token, a new cookie.

        A form of a page from before belongs to a session that has ended: what it holds is kept, and reaches nobody else.
        Whoever signed in when they did is signed in no longer for that. Returns token and session.
        """
        token, now = secrets.token_urlsafe(32), self.now()
        changed = {"id": id_of(token), "csrf": secrets.token_urlsafe(32), "created": now, "seen": now}
        chosen = {"acting_for": subject, "ground": ground, "assignment": assignment, "locked_to": locked_to}
        new = msgspec.structs.replace(session, **changed, **chosen)

        async def work() -> None:
            await statements.end(now, session.id)
            await SessionRow.insert(SessionRow(**msgspec.structs.asdict(new)))

        await self._database.write(work)
        return token, new

    async def read(self, token: str) -> tuple[Session, Person] | None:
        """Return the session of a token and its person, alive or not, in one query; None when there is no such row."""
        return (await self.read_with_facts(token))[0]

    async def read_with_facts(self, token: str) -> tuple[tuple[Session, Person] | None, list[dict[str, Any]]]:
        """Return the same, and the rows that hold what was decided for the person, for `KeptFacts.facts_beside`."""
        [rows] = await self._database.glance(statements.with_facts.bind(id_of(token)))
        return self._read(rows[0]) if rows else None, rows

    async def dead_one(self, csrf: str) -> Session | None:
        """Return the session that a form's token belonged to, if it is dead, and lately so; else None."""
        for row in await statements.by_token(csrf):
            session = _session(row)
            if not self.alive(session) and self.rescuable(session):
                return session
        return None

    def alive(self, session: Session) -> bool:
        """Say whether a session may still be used. One that seems to come from the future is refused."""
        now = self.now()
        return session.ended is None and session.seen <= now + self.limits.drift and now < self.deadline(session)

    def deadline(self, session: Session) -> datetime:
        """Return the instant at which a session ends if nothing more is heard of it."""
        return min(session.seen + self.limits.idle, session.auth_at + self.limits.absolute)

    def left(self, session: Session) -> timedelta:
        """Return how long somebody who does nothing more stays signed in. Signs of life are written by the minute."""
        ends = session.auth_at + self.limits.absolute
        return min(self.limits.idle - self.limits.seen_every, ends - self.now())

    async def of_person(self, person: UUID) -> list[Session]:
        """Return the sessions in which somebody is signed in, the one that was heard of last first."""
        rows = await statements.of_person(person)
        return [session for row in rows if self.alive(session := Session(**row))]

    async def known(self, id_: str) -> Session | None:
        """Return a session that is alive by its id, whoever's it is, or None."""
        rows = await statements.by_id(id_)
        session = _session(rows[0]) if rows else None
        return session if session and self.alive(session) else None

    def rescuable(self, session: Session) -> bool:
        """Say whether a dead session died so recently that a text posted with it is still taken care of."""
        died = session.ended or self.deadline(session)
        return self.now() - died < self.limits.rescue

    def is_quiet(self, session: Session) -> bool:
        """Say whether the last sign of life was written so long ago that another is due."""
        return self.now() - session.seen >= self.limits.seen_every

    async def touch(self, session: Session) -> None:
        """Write a sign of life, at most once a minute. A session that has ended meanwhile stays ended."""
        if self.is_quiet(session):
            await statements.touch(self.now(), session.id)

    async def bury(self, session: Session) -> None:
        """Mark a session that time has ended, at the instant when it did, so that no clock can bring it back."""
        if session.ended is None:
            await statements.end(min(self.now(), self.deadline(session)), session.id)

    async def end(self, session: Session) -> None:
        """Sign out: the session's token is worth nothing from now on."""
        await statements.end(self.now(), session.id)

    async def end_everywhere(self, person: UUID) -> None:
        """Sign a person out of every browser."""
        await statements.end_all(self.now(), person)

    async def end_marked(self, marks: Sequence[str], *, of_session: bool) -> int:
        """End the sessions that have one of some marks of a provider's session, or of its person; returns how many."""
        now, statement = self.now(), statements.end_origin if of_session else statements.end_subject

        async def work() -> int:
            return sum([len(await statement(now, mark)) for mark in marks])

        return await self._database.write(work)

    async def prune(self) -> None:
        """Delete the rows of sessions that died so long ago that nothing can be rescued from them."""
        now = self.now()
        await statements.prune(now - self.limits.rescue, now - self.limits.rescue - self.limits.absolute)

    def _read(self, row: dict[str, Any]) -> tuple[Session, Person]:
        session = _session(row)
        return session, self._register.person(row | {"id": session.person})

    async def _prune_now_and_then(self, now: datetime) -> None:
        if now - self._pruned > self.limits.absolute:
            self._pruned = now
            await self.prune()


def id_of(token: str) -> str:
    """Return the row's key for a token. Any text has one: a token that was tampered with finds no row."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


_of_session = itemgetter(*Session.__struct_fields__)


def _session(row: dict[str, Any]) -> Session:
    return Session(*_of_session(row))
