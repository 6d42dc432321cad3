"""Who is signed in: read once for each request, from the cookie and the database as they are now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ledstang.access.facts import Fact
from ledstang.access.keeping import KeptFacts
from ledstang.access.log.trail import TRAIL
from ledstang.access.proxies import Proxies
from ledstang.access.visit import Visit
from ledstang.database.faults import is_passing
from ledstang.people.persons import Person
from ledstang.people.staff import Staff
from ledstang.signin.begin import visit_of
from ledstang.signin.cookies import read_token
from ledstang.signin.rescue import RescuedTexts
from ledstang.signin.session import Session
from ledstang.signin.sessions import Sessions
from ledstang.web.context import RequestContext, context_of

__all__ = ["SessionMiddleware", "visit_of"]

WITHOUT = ("/static/", "/health", "/ready")


def nowhere(_county: str | None) -> str | None:
    """Place nobody in a region."""
    return None


class SessionMiddleware:
    """Fills the request's context with the session and the visit. One query; none without a cookie or for a file.

    `first` is awaited before, and `region_of` gives the region's id for a county code. What was decided for the person is
    read with the session, in the same round trip. Whoever acts for another is asked
    about once more: one query, and the register when it was last asked too long ago.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: Sessions,
        rescued: RescuedTexts,
        first: Callable[[], Awaitable[None]] | None = None,
        region_of: Callable[[str | None], str | None] = nowhere,
        proxies: Proxies | None = None,
        staff: Staff | None = None,
        kept: KeptFacts | None = None,
    ) -> None:
        self._app, self._sessions, self._rescued, self._region_of = app, sessions, rescued, region_of
        self._first, self._proxies, self._staff, self._kept = first, proxies, staff, kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(WITHOUT):
            await self._app(scope, receive, send)
            return
        context = context_of(scope)
        try:
            if self._first:
                await self._first()
            await self._fill(context, scope)
        except Exception as fault:
            if not is_passing(fault):
                raise
            context.away = fault  # what needs nobody is served all the same
        status = 0

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                await context.trail.settle()
                status = message["status"]
            await send(message)

        token = TRAIL.set(context.trail)
        try:
            await self._app(scope, receive, send_and_see)
        finally:
            TRAIL.reset(token)
        if context.rescued and context.visit and 200 <= status < 400:
            await _at_best(self._rescued.drop(context.rescued, context.visit.actor.id))

    async def _fill(self, context: RequestContext, scope: Scope) -> None:
        token = read_token(scope, production=self._sessions.production)
        if token is None:
            return
        found, rows = await self._sessions.read_with_facts(token)
        if found is None:
            return
        session, person = found
        facts = self._kept.facts_beside(rows) if self._kept else ()
        if self._sessions.alive(session) and not person.locked and not person.deceased:
            if self._sessions.is_quiet(session):
                await _at_best(self._sessions.touch(session))
            context.session, context.left = session, self._sessions.left(session)
            context.visit = await self._visit(context, session, person, facts)
            return
        await self._sessions.bury(session)
        if self._sessions.rescuable(session):
            context.ended = session

    async def _visit(
        self, context: RequestContext, session: Session, person: Person, facts: tuple[Fact, ...]
    ) -> Visit | None:
        """Return the visit as it is now. One whose ground is gone is their own again, and the page says so once.

        Whoever chose to work and may not at this moment is nobody, until they choose again.
        """
        region = self._region_of(person.county)
        own = Visit.of(person, region=region, session=session, language=context.language, facts=facts)
        if session.assignment is not None and self._staff is not None:
            assignment = await self._staff.acting(session.assignment, person.id)
            context.off_duty = assignment is None
            return own.at_work(assignment) if assignment else None
        if session.acting_for is None or self._proxies is None:
            return own
        standing = await self._proxies.standing(person, session.acting_for, session.ground)
        if standing is None:
            context.lapsed = session.acting_for
            return None if session.locked_to else own
        subject, region = standing.subject, self._region_of(standing.subject.county)
        return msgspec.structs.replace(
            own, subject=subject, ground=session.ground, region=region, purpose="proxy", facts=standing.facts,
            handed_over=session.locked_to is not None,
        )  # fmt: skip


async def _at_best(write: Awaitable[None]) -> None:
    """Await a write without which the answer is right all the same: a page can be read while nothing can be saved."""
    try:
        await write
    except Exception as fault:
        if not is_passing(fault):
            raise
