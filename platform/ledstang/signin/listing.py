"""Where one is signed in: one's own sessions, each with a button that ends it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang.access.may import Access
from ledstang.access.permissions import Permission
from ledstang.access.policies import SELF, PolicyRow
from ledstang.access.visit import Visit
from ledstang.signin.sessions import Sessions
from ledstang.web.context import context_of

AnyRequest = Request[Any, Any, Any]

END = "signin.end"
PERMISSIONS = (Permission(END, "End one's own sessions"),)
POLICIES = (PolicyRow("signin", "end", SELF, None, None, "Whoever has signed in may sign out, at any age"),)


@get("/signin/sessions", name="sessions")
async def own_sessions(request: AnyRequest, state: State, visit: NamedDependency[Visit]) -> Response[Any]:
    """List where one is signed in: since when, last seen, and which of them this is."""
    sessions: Sessions = state.sessions
    here = context_of(request.scope).session
    rows = [
        {"session": one, "here": here is not None and one.id == here.id, "ends": sessions.deadline(one)}
        for one in await sessions.of_person(visit.actor.id)
    ]
    page: Response[Any] = state.page(request, "host/sessions.html", rows=rows)
    return page


@post("/signin/sessions/{session:str}/end", name="end_session")
async def end_session(state: State, visit: NamedDependency[Visit], session: FromPath[str]) -> Redirect:
    """End one of one's own sessions, wherever it is. Another's is not found, as one that there is not."""
    sessions: Sessions = state.sessions
    access: Access = state.access
    known = await sessions.known(session)
    if known is None or not await access.may(visit, END, known):
        raise NotFoundException
    await sessions.end(known)
    return Redirect("/signin/sessions", status_code=303)
