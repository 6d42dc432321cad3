"""The host's own pages about signing in and out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang.access.visit import Visit
from ledstang.people.persons import Person
from ledstang.signin import csrf
from ledstang.signin.acting import before, to_oneself
from ledstang.signin.begin import OffDuty, SignInNeeded, session_of, to_signin, visit_of
from ledstang.signin.cookies import no_cookie
from ledstang.signin.duty import choose, off_duty
from ledstang.signin.handing import hand_back
from ledstang.signin.listing import end_session, own_sessions
from ledstang.signin.methods import SignInMethod
from ledstang.signin.next import safe_next
from ledstang.signin.rescue import RescuedTexts, Whose
from ledstang.signin.sessions import Sessions
from ledstang.web.context import context_of

AnyRequest = Request[Any, Any, Any]

FORGET = '"cache", "storage"'
"""What a browser drops at sign-out. Not all cookies: the chosen language is nobody's secret."""


@get("/signin", name="signin")
async def signin(request: AnyRequest, state: State) -> Response[Any]:
    """List the ways to sign in, or go on at once when somebody is signed in already.

    With `again` they have to prove once more who they are: the ways are listed, and each is told so.
    """
    again = "again" in request.query_params
    path = safe_next(request.query_params.get("next", "/start"))
    if context_of(request.scope).visit is not None and not again:
        own = path.startswith("/signin") and not path.startswith("/signin/rescued/")
        return Redirect("/start" if own else path, status_code=303)
    methods: Sequence[SignInMethod] = state.signin_methods
    more = f"?next={quote(path, safe='/')}" + ("&again=1" if again else "")
    choices = [(method, f"{method.href}{more}") for method in methods]
    whither = {"rescued": path.startswith("/signin/rescued/"), "to_work": path.startswith("/staff/")}
    page: Response[Any] = state.page(request, "host/signin.html", methods=choices, again=again, **whither)
    return page


@get("/signout", name="signed_out")
async def signed_out(request: AnyRequest, state: State) -> Response[Any]:
    """Say that one is signed out; to somebody who is not, offer it."""
    page: Response[Any] = state.page(request, "host/signed-out.html")
    return page


@post("/signout", name="signout")
async def signout(request: AnyRequest, state: State) -> Response[Any]:
    """End this session, or with `everywhere` all of the person's, and have the browser forget."""
    sessions: Sessions = state.sessions
    session = context_of(request.scope).session
    if session is not None:
        everywhere = (await request.form()).get("everywhere")
        await (sessions.end_everywhere(session.person) if everywhere else sessions.end(session))
    response = Redirect("/signout", status_code=303, headers={"Clear-Site-Data": FORGET, "Cache-Control": "no-store"})
    response.set_cookie(no_cookie(request.scope, production=sessions.production))
    return response


@post("/signin/stay", name="stay", status_code=200)
async def stay(request: AnyRequest, state: State) -> dict[str, int]:
    """Stay signed in: asking is itself the sign of life. Answers how many seconds remain without another."""
    sessions: Sessions = state.sessions
    session = context_of(request.scope).session
    if session is None:
        raise SignInNeeded
    await sessions.touch(session)
    return {"seconds": int(sessions.left(session).total_seconds())}


@get("/signin/rescued/{text:uuid}", name="rescued")
async def rescued(
    request: AnyRequest, state: State, visit: NamedDependency[Visit], text: FromPath[UUID]
) -> Response[Any]:
    """Show what was written when the session died, with one button that sends it where it was going."""
    texts: RescuedTexts = state.rescued
    kept = await texts.read(text, visit.actor.id)
    if kept is None:
        if not await state.withheld.is_from(text, visit.actor.id):
            raise NotFoundException
        ended: Response[Any] = state.page(request, "host/proxy-ended.html", kept=True)
        return ended
    here, whose = context_of(request.scope).session, kept.whose
    if whose.locked_to:
        for_child: Response[Any] = state.page(request, "host/rescued-for-child.html", here=quote(whose.locked_to))
        return for_child
    if here is None or (here.acting_for, here.assignment) != (whose.acting_for, whose.assignment):
        work = None if here and here.assignment == whose.assignment else whose.assignment
        about = {"work": work, "again": f"/signin/rescued/{text}", "own": whose.acting_for is None}
        standing = await _subject(state, visit, whose)
        other: Response[Any] = state.page(request, "host/rescued-for-another.html", subject=standing, **about)
        return other
    page: Response[Any] = state.page(request, "host/rescued.html", kept=kept, marker=csrf.RESCUED)
    return page


@post("/signin/rescued/{text:uuid}", name="rescued_for")
async def rescued_for(
    request: AnyRequest, state: State, visit: NamedDependency[Visit], text: FromPath[UUID]
) -> Response[Any]:
    """Act once more for whom a text was written, as was confirmed, and see it."""
    kept, page = await state.rescued.read(text, visit.actor.id), f"/signin/rescued/{text}"
    if kept is None:
        raise NotFoundException
    whose = kept.whose
    if whose.locked_to or await _subject(state, visit, whose) is None:
        return Redirect(page, status_code=303)
    again: Response[Any] = await state.house.act_for(request, whose.acting_for, whose.ground, page)
    return again


async def _subject(state: State, visit: Visit, whose: Whose) -> Person | None:
    """Return for whom a text was written, None where it was for oneself or one can act for them no longer."""
    if whose.acting_for is None or whose.ground is None:
        return None
    found: Person | None = await state.house.proxies.subject(visit.actor, whose.acting_for, whose.ground)
    return found


def signin_pages() -> Router:
    """Return the host's pages about signing in, ready to be mounted at the root.

    They look in `app.state` for `sessions`, `rescued`, `access`, `page` and `signin_methods`.
    """
    return Router(
        "/",
        route_handlers=[
            signin,
            signed_out,
            signout,
            stay,
            rescued,
            rescued_for,
            own_sessions,
            end_session,
            to_oneself,
            choose,
            hand_back,
        ],
        before_request=before,
        dependencies={"visit": Provide(visit_of), "mine": Provide(session_of)},
        exception_handlers={SignInNeeded: to_signin, OffDuty: off_duty},
    )
