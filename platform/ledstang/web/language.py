"""The language of the interface: chosen by the person, kept in a cookie, the instance's own until then."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from ledstang.signin.next import safe_next
from ledstang.web.context import LANGUAGES

COOKIE = "language"
YEAR = 365 * 24 * 3600


@get("/language", name="language", sync_to_thread=False, include_in_schema=False)
def choose_language(
    request: Request[Any, Any, Any], to: FromQuery[str] = "sv", next_: Annotated[str, QueryParameter(name="next")] = "/"
) -> Response[Any]:
    """Keep a language in a cookie and go back to the page. An unknown language changes nothing."""
    response: Response[Any] = Redirect(safe_next(next_), status_code=303)
    if to in LANGUAGES:
        https = request.scope["scheme"] == "https"
        response.set_cookie(COOKIE, to, path="/", max_age=YEAR, httponly=True, samesite="lax", secure=https)
    return response
