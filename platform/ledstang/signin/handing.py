"""Handing one's device over to the one that one acts for: a session that is for one path alone, until one signs in again.

A child who is too young for an e-ID answers by itself on a guardian's telephone. Meanwhile the telephone shows that form and
nothing else: not the guardian's things, and not the way back to them. Only whoever proves again who they are goes on.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import MediaType, Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from ledstang.signin.cookies import session_cookie
from ledstang.signin.csrf import is_fetched
from ledstang.signin.next import again_href
from ledstang.signin.sessions import Sessions
from ledstang.web.context import context_of

AnyRequest = Request[Any, Any, Any]
ASKS = frozenset({"visit", "visitor", "staff", "mine"})
"""What a handler asks for that could show, or change, more than was handed over."""

HAND_BACK = "/signin/hand-back"


async def hand_over(sessions: Sessions, request: AnyRequest, path: str) -> Response[Any]:
    """Let nothing be open on this device but a path and what lies below it, and go there: a new session, a new cookie.

    `path` is as an address has it, but not quoted. Raises NotFoundException for whoever acts for nobody.
    """
    context = context_of(request.scope)
    visit, session = context.visit, context.session
    if visit is None or session is None or session.acting_for is None or visit.handed_over:
        raise NotFoundException
    token, _ = await sessions.act_for(session, session.acting_for, session.ground, locked_to=path)
    response = Redirect(quote(path), status_code=303)
    response.set_cookie(session_cookie(request.scope, token, production=sessions.production))
    return response


def shuts(request: AnyRequest) -> bool:
    """Say whether a request is for something else than was handed over. What needs nobody is served all the same."""
    session = context_of(request.scope).session
    if session is None or session.locked_to is None:
        return False
    path = request.scope["path"]
    inside = path == session.locked_to or path.startswith(f"{session.locked_to}/")
    return not inside and not ASKS.isdisjoint(request.route_handler.parsed_fn_signature.parameters)


def page_of_lock(request: AnyRequest, status: int = 403) -> Response[Any]:
    """Answer whoever has the device with a calm page: the way back to what was handed over, and the way out of it."""
    session = context_of(request.scope).session
    here = session.locked_to if session and session.locked_to else "/start"
    if is_fetched(request):
        return Response({"locked": True}, status_code=status, media_type=MediaType.JSON)
    about = {"here": quote(here), "out": again_href(quote(here)), "shut": status != 200}
    page: Response[Any] = request.app.state.page(request, "host/handed-over.html", status=status, **about)
    page.headers["cache-control"] = "no-store"
    return page


@get(HAND_BACK, name="hand_back")
async def hand_back(request: AnyRequest) -> Response[Any]:
    """Ask whoever has answered to hand the device back, and its owner to sign in again."""
    context = context_of(request.scope)
    if context.visit is None or not context.visit.handed_over:
        return Redirect("/start", status_code=303)
    return page_of_lock(request, 200)
