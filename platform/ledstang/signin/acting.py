"""Acting for another: going over to it, going back to oneself, and the page that says that it has ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from ledstang.access.proxies import Proxies
from ledstang.access.visit import Visit
from ledstang.signin import csrf, handing
from ledstang.signin.cookies import no_cookie, session_cookie
from ledstang.signin.meant_for import meant_for
from ledstang.signin.next import path_of, safe_next
from ledstang.signin.rescue import LARGEST
from ledstang.signin.session import Session
from ledstang.signin.sessions import Sessions
from ledstang.signin.withheld import WithheldTexts
from ledstang.web.context import context_of

AnyRequest = Request[Any, Any, Any]


async def act_for(
    sessions: Sessions, proxies: Proxies, request: AnyRequest, subject: UUID, ground: str, next: str = "/start"
) -> Response[Any]:
    """Begin to act for somebody, and send the browser on: 303, a new session and a new cookie.

    Raises NotFoundException where the ground does not stand, whatever the reason.
    """
    context = context_of(request.scope)
    if context.visit is None or context.session is None:
        raise NotFoundException
    if await proxies.subject(context.visit.actor, subject, ground) is None:
        raise NotFoundException
    return await _go_on(sessions, request, context.session, subject, ground, next)


@post("/signin/own", name="own_things")
async def to_oneself(request: AnyRequest, state: State, visit: NamedDependency[Visit]) -> Response[Any]:
    """Go back to one's own things, by one press: to `next`, where the page says one."""
    context, form = context_of(request.scope), await request.form()
    path = safe_next(form.get("next", "/start"))
    if context.session is None or visit.ground == "self":
        return Redirect(path, status_code=303)
    return await _go_on(state.sessions, request, context.session, None, None, path)


async def before(request: AnyRequest) -> Response[Any] | None:
    """Stand before every handler: let honest requests through, and say when somebody can no longer act for another.

    That one can no longer is all that is said: not why, and nothing of theirs. What was being written is kept, and
    whoever wrote it is told so; to a script it is said first, which then sends its form, so that the page goes. Pages that
    need nobody, such as the one with urgent help, are served all the same.
    """
    answer = await csrf.check(request)
    context = context_of(request.scope)
    if answer is None and context.lapsed is None and handing.shuts(request):
        return handing.page_of_lock(request)
    if answer is not None or context.lapsed is None or not _asks_who(request):
        return answer
    kept = request.method == "POST" and not handing.shuts(request) and await _withhold(request)
    if csrf.is_fetched(request):
        told = {"ended": True, "kept": kept}
        return Response(told, status_code=403, media_type=MediaType.JSON, headers={"cache-control": "no-store"})
    return await page_of_end(request, kept=kept)


async def page_of_end(request: AnyRequest, *, kept: bool) -> Response[Any]:
    """Say that one can no longer act for another, and go on as oneself; `kept` is whether what was being written is."""
    token = await _own_again(request)
    page: Response[Any] = request.app.state.page(request, "host/proxy-ended.html", status=403, kept=kept)
    page.headers["cache-control"] = "no-store"
    production = request.app.state.sessions.production
    here = session_cookie(request.scope, token, production=production) if token else None
    page.set_cookie(here or no_cookie(request.scope, production=production))
    return page


async def _own_again(request: AnyRequest) -> str | None:
    """Go on as somebody who acts for themselves: a form in another tab, made for the other, reaches nobody.

    Where the device is in the other's hands nobody goes on: it is signed out, and the answer is None.
    """
    context, sessions = context_of(request.scope), request.app.state.sessions
    if context.session is None:
        return None
    if context.session.locked_to:
        await sessions.end(context.session)
        context.session = None
        return None
    token: str
    token, context.session = await sessions.act_for(context.session, None, None)
    return token


def _asks_who(request: AnyRequest) -> bool:
    asks = request.route_handler.parsed_fn_signature.parameters.keys()
    return bool({"visit", "visitor"} & asks) or handing.shuts(request)


async def _go_on(
    sessions: Sessions, request: AnyRequest, session: Session, subject: UUID | None, ground: str | None, next: str
) -> Response[Any]:
    token, _ = await sessions.act_for(session, subject, ground)
    response = Redirect(safe_next(next), status_code=303)
    response.set_cookie(session_cookie(request.scope, token, production=sessions.production))
    return response


async def _withhold(request: AnyRequest) -> bool:
    """Keep a posted form for the unit, and say whether there was anything to keep."""
    context = context_of(request.scope)
    form = await request.form()
    fields = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in (csrf.FIELD, csrf.RESCUED)
    ]
    written = any(value.strip() for name, value in fields if not name.startswith("_"))
    if not written or context.lapsed is None or context.session is None or len(await request.body()) > LARGEST:
        return False
    texts: WithheldTexts = request.app.state.withheld
    unit, subject = await meant_for(request), context.lapsed
    wrote = subject if context.session.locked_to else context.session.person
    await texts.keep(subject, wrote, path_of(request.scope), fields, unit, once=context.session.id)
    if context.rescued:
        await request.app.state.rescued.drop(context.rescued, context.session.person)
    return True
