"""Posted forms: from our own pages, with the session's own token, or not at all; and what a dead session posts is kept.

`check` is the `before_request` of every router: it runs before the handler and before its arguments are read.
"""

from __future__ import annotations

import hmac
import re
from math import ceil
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.response import Redirect

from ledstang.access.rates import RateLimiter, TooOften
from ledstang.signin import doors
from ledstang.signin.capacity import capacity_of, page_of_another_capacity, page_of_no_duty
from ledstang.signin.meant_for import meant_for
from ledstang.signin.next import path_of, signin_href
from ledstang.signin.rescue import RescuedTexts, TooLarge, Whose
from ledstang.signin.session import Session
from ledstang.signin.sessions import Sessions
from ledstang.web.context import RequestContext, context_of
from ledstang.web.origin import corner_of

FIELD = "_csrf"
HEADER = "x-csrf-token"
RESCUED = "_rescued"
FORM = RequestEncodingType.URL_ENCODED

NEEDED = frozenset({"visit", "staff", "mine"})
"""What a handler asks for that needs somebody signed in."""

MOST_FIELDS = 10_000
"""The most fields of one form: thrice as many as the largest form has. Reading millions would hold everybody up."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
AnyRequest = Request[Any, Any, Any]


async def check(request: AnyRequest) -> Response[Any] | None:
    """Let a safe or honest request through; refuse a forged one with 403; rescue what a dead session posts.

    Raises PermissionDeniedException, TooOften, HTTPException with 413 for more fields than any form has, and what keeps
    the database from telling whose session it is.
    """
    if request.method in _SAFE:
        await doors.count(request)
        return None
    refuse_other_sites(request)
    if (await request.body()).count(b"&") >= MOST_FIELDS and request.content_type[0] == FORM:
        raise HTTPException(status_code=413, detail="the form has too many fields")
    await _read(request)
    context = context_of(request.scope)
    given = await given_token(request)
    context.posted = await request.form() if HEADER not in request.headers else None
    if context.away is not None:
        raise context.away
    if context.session is not None and is_token_of(context.session, given):
        if context.off_duty and not changes_capacity(request):
            return page_of_no_duty(request, await keep(request, context.session)) if needs_visit(request) else None
        context.rescued = await _posted_again(request)
        return await _slow_down(request, context.session) if needs_visit(request) else None
    died = await _died_with(request, context, given) if needs_visit(request) else None
    if died is not None:
        return await _rescue(request, died)
    if context.session is not None:
        raise PermissionDeniedException(detail="the form's token is not that of this session")
    rates: RateLimiter = request.app.state.rates
    await rates.admit("visitors", corner_of(request.scope))
    return None


async def _read(request: AnyRequest) -> None:
    """Read the form, once for all who ask for it later.

    Raises HTTPException with 400 for a part in several that is not written in the characters that it says it is.
    """
    try:
        await request.form()
    except (UnicodeError, LookupError):
        raise HTTPException(status_code=400, detail="a part of the form cannot be read") from None


def refuse_other_sites(request: AnyRequest) -> None:
    """Refuse what a browser says comes from another site.

    Our pages have the referrer policy `no-referrer`, under which browsers write `Origin: null` on our own forms: there
    `Sec-Fetch-Site` must vouch for it. Who sends neither header is no browser, and carries no one else's cookies.
    Raises PermissionDeniedException.
    """
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise PermissionDeniedException(detail="the form was sent from another site")
    if origin == "null" and site == "same-origin":
        return
    if origin is not None and origin.partition("://")[2] != request.headers.get("host", ""):
        raise PermissionDeniedException(detail="the form was sent from another site")


async def given_token(request: AnyRequest) -> str:
    """Return the token that a request carries in its header or its form, or an empty text."""
    given: Any = request.headers.get(HEADER)
    if given is None:
        given = (await request.form()).get(FIELD)
    return given if isinstance(given, str) else ""


def is_token_of(session: Session, given: str) -> bool:
    """Say whether a text is a session's token, in constant time for whatever text it is."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), session.csrf.encode("ascii"))


def needs_visit(request: AnyRequest) -> bool:
    """Say whether the handler asks for a visit, or the session, that is, for somebody signed in."""
    return not NEEDED.isdisjoint(request.route_handler.parsed_fn_signature.parameters)


def changes_capacity(request: AnyRequest) -> bool:
    """Say whether the handler lets somebody go on in another capacity: it is there for whoever has none."""
    return "mine" in request.route_handler.parsed_fn_signature.parameters


def is_fetched(request: AnyRequest) -> bool:
    """Say whether a script asked, rather than somebody who pressed a button."""
    mode = request.headers.get("sec-fetch-mode")
    return HEADER in request.headers or mode in ("cors", "same-origin") or "json" in request.headers.get("accept", "")


async def _died_with(request: AnyRequest, context: RequestContext, given: str) -> Session | None:
    """Return the dead session that a form belongs to: the cookie's own, or the one whose token the form carries.

    Signing out in another tab takes the cookie away; the token, which only that session's pages ever held, is then all
    that tells whose text it is. Where somebody is signed in it must have been theirs.
    """
    if context.ended is not None and is_token_of(context.ended, given):
        return context.ended
    if not _TOKEN.fullmatch(given):
        return None
    sessions: Sessions = request.app.state.sessions
    died = await sessions.dead_one(given)
    return died if died and (context.session is None or context.session.person == died.person) else None


async def _posted_again(request: AnyRequest) -> UUID | None:
    if HEADER in request.headers:
        return None
    try:
        return UUID(str((await request.form()).get(RESCUED)))
    except ValueError:
        return None


async def _slow_down(request: AnyRequest, session: Session) -> Response[Any] | None:
    """Count a session's form; what is in one too many is kept. A script still has its text, and comes again with it."""
    rates: RateLimiter = request.app.state.rates
    try:
        await rates.admit("posts", session.id)
    except TooOften as fault:
        if is_fetched(request):
            raise
        kept = await keep(request, session)
        page: Response[Any] = request.app.state.page(
            request, "host/too-often.html", status=429, kept=kept, minutes=ceil(fault.seconds / 60)
        )
        page.headers.update({"retry-after": str(fault.seconds), "cache-control": "no-store"})
        return page
    return None


async def keep(request: AnyRequest, session: Session) -> UUID | None:
    """Keep the fields of a form for whose session it is. Raises HTTPException with 413 for more than is kept."""
    texts: RescuedTexts = request.app.state.rescued
    form = await request.form()
    fields = [
        (name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in (FIELD, RESCUED)
    ]
    try:
        if not fields:
            return None
        unit = await meant_for(request) if session.acting_for else None
        whose = Whose(session.acting_for, session.ground, session.assignment, session.locked_to, unit)
        return await texts.keep(session.person, path_of(request.scope), fields, whose)
    except TooLarge:
        raise HTTPException(status_code=413, detail="the text is too large to be kept") from None


async def _rescue(request: AnyRequest, ended: Session) -> Response[Any]:
    kept = await keep(request, ended)
    href = signin_href(f"/signin/rescued/{kept}" if kept else "/start")
    here = context_of(request.scope).session
    if here is not None and capacity_of(here) != capacity_of(ended) and not is_fetched(request):
        return page_of_another_capacity(request, kept)
    if is_fetched(request):
        return Response({"rescued": kept is not None, "signin": href}, status_code=401, media_type=MediaType.JSON)
    return Redirect(href, status_code=303)


def token_of(context: RequestContext) -> str:
    """Return the token that this request's pages put into their forms, or an empty text when nobody is signed in."""
    return context.session.csrf if context.session else ""
