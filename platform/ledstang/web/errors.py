"""Pages for what went wrong: what it means and what to do now, never what the exception said."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap, Scope, Send

from ledstang.access.emergencies import blocked_page
from ledstang.api.problem import API, problem
from ledstang.database.faults import is_passing
from ledstang.isolation import where
from ledstang.logs import places
from ledstang.signin.next import path_of
from ledstang.web.context import KEY, context_of

log = logging.getLogger("ledstang")

KNOWN = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
KEPT = ("allow", "retry-after", "www-authenticate")
UNLOGGED = "log-full"
"""What is shown where somebody may see a thing, and it cannot be written down that they did."""
AWAY_SECONDS = 5
"""How soon a browser may come again, while nothing can be read or saved."""
LAST_RESORT = (
    b'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Ledst\xc3\xa5ng</title>'
    b'<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>'
    b"<h1>N\xc3\xa5got gick fel hos oss</h1><p>F\xc3\xb6rs\xc3\xb6k igen om en stund. \xc3\x84r det br\xc3\xa5ttom: "
    b'ring 112 om det g\xc3\xa4ller livet, annars 1177.</p><div lang="en"><h2>Something went wrong on our side</h2>'
    b"<p>Try again in a while. If it is urgent: call 112 if a life is at risk, otherwise 1177.</p></div>"
    b'<p><a href="/">Till startsidan</a></p></main></body></html>'
)
"""For when even the page about the error can't be made: no template, no database, no theme."""
BUSY = (
    LAST_RESORT.replace(b"N\xc3\xa5got gick fel hos oss", b"Det \xc3\xa4r m\xc3\xa5nga h\xc3\xa4r just nu")
    .replace(b"Something went wrong on our side", b"Many are here just now")
)  # fmt: skip
"""For when there are more than can be answered."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN = "a page"
"""What is said of an address that no route has: never the address."""

WRONG_HOST = b"This address is not served here. Write the address of the service as it was given to you.\n"
"""For a request with a host that is not this instance's: a browser never shows it to anybody who came by a link."""


def handlers() -> ExceptionHandlersMap:
    """Return the exception handlers of an app. They look in `app.state` for `page`."""
    return {HTTPException: answer_http, Exception: answer_unforeseen}


def answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[Any]:
    """Answer a refusal that somebody raised on purpose."""
    if fault.status_code >= 500:
        record(request, fault)
    if fault.status_code == 404 and context_of(request.scope).trail.full:
        return error_page(request, 503, {"retry-after": str(AWAY_SECONDS)}, shown=UNLOGGED)
    if fault.status_code == 404 and (blocked := blocked_page(request)):
        return blocked
    headers = {name: value for name, value in (fault.headers or {}).items() if name.lower() in KEPT}
    return error_page(request, fault.status_code, headers)


def answer_unforeseen(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """Answer a fault of ours, or of the place where we run, and leave a line in the log."""
    record(request, fault)
    return unsaved(request) if is_passing(fault) else error_page(request, 500)


def unsaved(request: Request[Any, Any, Any]) -> Response[Any]:
    """Answer 503 while nothing can be read or saved. What was posted is handed back, to be sent again by one button."""
    posted, later = context_of(request.scope).posted, {"retry-after": str(AWAY_SECONDS)}
    if not posted or "json" in request.headers.get("accept", ""):
        return error_page(request, 503, later)
    fields = [(name, value) for name, value in posted.multi_items() if isinstance(value, str)]
    about = {"fields": fields, "where": path_of(request.scope), "quote": _id(request)}
    try:
        page: Response[Any] = request.app.state.page(request, "host/unsaved.html", status=503, **about)
    except Exception as fault:  # the same border as below
        record(request, fault)
        return error_page(request, 503, later)
    page.headers.update(later | {"cache-control": "no-store"})
    return page


def error_page(
    request: Request[Any, Any, Any], status: int, headers: dict[str, str] | None = None, shown: int | str | None = None
) -> Response[Any]:
    """Return the page about a status; to a script or a system the same as JSON; the bare page if ours can't be rendered."""
    if request.scope["path"].startswith(API):
        return problem(status, headers, _id(request) if status >= 500 else "")
    if "json" in request.headers.get("accept", ""):
        told = {"status": status, "error": HTTPStatus(status).phrase} | ({"id": _id(request)} if status >= 500 else {})
        return Response(told, status_code=status, headers=headers)
    shown = shown or (status if status in KNOWN else 500 if status >= 500 else 400)
    quote = _id(request) if status >= 500 else ""
    try:
        page: Response[Any] = request.app.state.page(
            request, "host/error.html", status=status, shown=shown, quote=quote
        )
    except Exception as fault:  # the one border where whatever happens must still end in a page
        record(request, fault)
        page = Response(bare(_id(request)), status_code=status, media_type=MediaType.HTML)
    page.headers.update(headers or {})
    page.headers.setdefault("cache-control", "no-store")
    return page


def record(request: Request[Any, Any, Any], fault: BaseException) -> None:
    """Log what failed and where. Neither the message nor the address: both may hold what a person wrote."""
    tell(request.scope, fault)


def tell(scope: Scope, fault: BaseException) -> None:
    """Log what failed while a request was answered, with the id that its page asks to be quoted."""
    method = scope["method"] if scope["method"] in METHODS else "other"
    route, at = str(scope.get("path_template") or UNKNOWN), where(fault)
    about = {"request": _id_of(scope), "method": method, "route": route, "where": at, "traceback": places(fault)}
    kind = type(fault).__name__
    log.error("%s %s failed: %s at %s", method, route, kind, at, extra={**about, "error": kind})


def bare(quote: str = "") -> bytes:
    """Return the page of last resort, with an id to quote."""
    said = f"<p>Referens / Quote this: <strong>{quote}</strong></p></main>" if quote else "</main>"
    return LAST_RESORT.replace(b"</main>", said.encode(), 1)


async def last_resort(send: Send, quote: str = "") -> None:
    """Answer 500 with the page of last resort."""
    await _send(send, 500, bare(quote))


async def busy(send: Send, seconds: int) -> None:
    """Answer 503: too many are here at once. No template and no database is asked."""
    await _send(send, 503, BUSY, (b"retry-after", str(seconds).encode()))


async def _send(send: Send, status: int, page: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": page, "more_body": False})


def _id(request: Request[Any, Any, Any]) -> str:
    return _id_of(request.scope)


def _id_of(scope: Any) -> str:
    return context_of(scope).id if KEY in scope else ""
