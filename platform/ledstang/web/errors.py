"""Pages for what went wrong: what it means and what to do now, never what the exception said."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

log = logging.getLogger("ledstang")

KNOWN = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
KEPT = ("allow", "retry-after")
LAST_RESORT = (
    b'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Ledst\xc3\xa5ng</title>'
    b'<meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main>'
    b"<h1>N\xc3\xa5got gick fel hos oss</h1><p>F\xc3\xb6rs\xc3\xb6k igen om en stund. \xc3\x84r det br\xc3\xa5ttom: "
    b'ring 112 om det g\xc3\xa4ller livet, annars 1177.</p><div lang="en"><h2>Something went wrong on our side</h2>'
    b"<p>Try again in a while. If it is urgent: call 112 if a life is at risk, otherwise 1177.</p></div>"
    b'<p><a href="/">Till startsidan</a></p></main></body></html>'
)
"""For when even the page about the error can't be made: no template, no database, no theme."""

WRONG_HOST = b"This address is not served here. Write the address of the service as it was given to you.\n"
"""For a request with a host that is not this instance's: a browser never shows it to anybody who came by a link."""


def handlers() -> ExceptionHandlersMap:
    """Return the exception handlers of an app. They look in `app.state` for `page`."""
    return {HTTPException: answer_http, Exception: answer_unforeseen}


def answer_http(request: Request[Any, Any, Any], fault: HTTPException) -> Response[Any]:
    """Answer a refusal that somebody raised on purpose."""
    if fault.status_code >= 500:
        record(request, fault)
    headers = {name: value for name, value in (fault.headers or {}).items() if name.lower() in KEPT}
    return error_page(request, fault.status_code, headers)


def answer_unforeseen(request: Request[Any, Any, Any], fault: Exception) -> Response[Any]:
    """Answer a fault of ours, and leave a line in the log."""
    record(request, fault)
    return error_page(request, 500)


def error_page(request: Request[Any, Any, Any], status: int, headers: dict[str, str] | None = None) -> Response[Any]:
    """Return the page about a status; to a script the same as JSON; the bare page if ours can't be rendered."""
    if "json" in request.headers.get("accept", ""):
        return Response({"status": status, "error": HTTPStatus(status).phrase}, status_code=status, headers=headers)
    shown = status if status in KNOWN else 500 if status >= 500 else 400
    try:
        page: Response[Any] = request.app.state.page(request, "host/error.html", status=status, shown=shown)
    except Exception as fault:  # the one border where whatever happens must still end in a page
        record(request, fault)
        page = Response(LAST_RESORT, status_code=status, media_type=MediaType.HTML)
    page.headers.update(headers or {})
    page.headers.setdefault("cache-control", "no-store")
    return page


def record(request: Request[Any, Any, Any], fault: BaseException) -> None:
    """Log what failed and where. Neither the message nor the address: both may hold what a person wrote."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    log.error("%s %s failed: %s at %s", request.method, _route(request), type(fault).__name__, where)


def _route(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get("path_template") or "a page")
