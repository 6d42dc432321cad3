"""Signing in and being asked to: from an identity to a new session, and from a closed door to the sign-in page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.response import Redirect

from ledstang.access.rates import RateLimiter
from ledstang.access.visit import STAFF, Visit
from ledstang.people.checking import RegisterCheck
from ledstang.people.persons import Identity
from ledstang.people.reserve import is_reserve
from ledstang.signin.cookies import read_token, session_cookie
from ledstang.signin.csrf import is_fetched
from ledstang.signin.next import again_href, path_of, safe_next, signin_href
from ledstang.signin.origins import NOWHERE, Marks
from ledstang.signin.session import Session
from ledstang.signin.sessions import Sessions
from ledstang.web.context import context_of
from ledstang.web.origin import corner_of


class SignInNeeded(NotAuthorizedException):
    """Raised for a page that needs somebody signed in. `to_signin` answers for it."""

    def __init__(self) -> None:
        super().__init__(detail="sign-in is needed")


class SignInRefused(PermissionDeniedException):
    """Raised for somebody who may not sign in: they are dead, locked, or have a reserve number.

    `county` is where they live, which tells whom to call.
    """

    def __init__(self, county: str | None = None) -> None:
        self.county = county
        super().__init__(detail="this person may not sign in")


async def begin(
    sessions: Sessions,
    rates: RateLimiter,
    checking: RegisterCheck,
    request: Request[Any, Any, Any],
    identity: Identity,
    next: str = "/start",
    origin: Marks = NOWHERE,
) -> Response[Any]:
    """Sign somebody in and send them on: 303, a new session, a new cookie. The session that was before has ended.

    Somebody who proves once more who they are goes on for whom they were acting: whether they may is asked at each request.
    The population register is asked each time, and what it says counts. Raises TooOften, SignInRefused.
    """
    await rates.admit("signins", corner_of(request.scope))
    await rates.admit("person", identity.number)
    if is_reserve(identity.number):
        raise SignInRefused(identity.county)
    before = read_token(request.scope, production=sessions.production)
    person = await checking.signed_in(identity)
    if person.deceased or person.locked:
        raise SignInRefused(person.county)
    token, session, _ = await sessions.begin(person, instead_of=before, origin=origin)
    was = context_of(request.scope).session
    if was is not None and was.person == person.id and was.acting_for:
        token, _ = await sessions.act_for(session, was.acting_for, was.ground)
    response = Redirect(safe_next(next), status_code=303)
    response.set_cookie(session_cookie(request.scope, token, production=sessions.production))
    return response


def sign_in_again(
    sessions: Sessions, request: Request[Any, Any, Any], within: timedelta, next: str
) -> Response[Any] | None:
    """Return None when the person proved who they are lately, else what sends them to prove it and then on to `next`.

    Raises SignInNeeded when nobody is signed in.
    """
    session = context_of(request.scope).session
    if session is None:
        raise SignInNeeded
    if sessions.now() - session.auth_at <= within:
        return None
    return Redirect(again_href(next), status_code=303, headers={"Cache-Control": "no-store"})


async def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Provide `visit` to a handler.

    Raises SignInNeeded when nobody is signed in, OffDuty while the assignment that was chosen does not hold, and what
    keeps the database from telling.
    """
    context = context_of(request.scope)
    visit = context.visit
    if context.away is not None:
        raise context.away
    if context.off_duty:
        raise OffDuty
    if visit is None:
        raise SignInNeeded
    return visit


async def own_visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Provide `visit` to a plugin's handler: of somebody who acts as a citizen. Raises AtWork for one who works."""
    visit = await visit_of(request)
    if visit.ground == STAFF:
        raise AtWork
    return visit


async def staff_visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Provide `staff` to a handler: the visit of somebody who works. Raises NotFoundException for everybody else."""
    visit = await visit_of(request)
    if visit.ground != STAFF:
        raise NotFoundException
    return visit


async def session_of(request: Request[Any, Any, Any]) -> Session:
    """Provide `mine` to a handler that changes in what capacity somebody is here. Raises SignInNeeded."""
    context = context_of(request.scope)
    if context.away is not None:
        raise context.away
    if context.session is None:
        raise SignInNeeded
    return context.session


class AtWork(PermissionDeniedException):
    """Raised for a citizen's page where somebody works. `signin.duty` answers for it."""

    def __init__(self) -> None:
        super().__init__(detail="this page is a citizen's")


class OffDuty(PermissionDeniedException):
    """Raised while somebody may not work in the assignment that they chose. `signin.duty` answers for it."""

    def __init__(self) -> None:
        super().__init__(detail="this assignment does not hold at this moment")


def refused(request: Request[Any, Any, Any], fault: SignInRefused) -> Response[Any]:
    """Answer for SignInRefused: whom to call, but not why, for somebody else may stand behind the one who signs in."""
    region = request.app.state.house.instance.region_of(fault.county)
    contact = region.contact if region else ""
    page: Response[Any] = request.app.state.page(request, "host/signin-refused.html", status=403, contact=contact)
    return page


def to_signin(request: Request[Any, Any, Any], _: SignInNeeded) -> Response[Any]:
    """Answer for SignInNeeded: to the sign-in page and back again afterwards; a script is told 401."""
    href = signin_href(path_of(request.scope) if request.method in ("GET", "HEAD") else "/start")
    if is_fetched(request):
        return Response({"signin": href}, status_code=401, media_type=MediaType.JSON)
    return Redirect(href, status_code=303)
