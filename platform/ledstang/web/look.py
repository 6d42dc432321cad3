"""Light or dark: what the device says, until the person says otherwise; then it is kept in a cookie."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from ledstang.signin.next import safe_next
from ledstang.web.language import YEAR
from ledstang.web.themes import MODES

COOKIE = "look"


def look_of(request: Request[Any, Any, Any]) -> str:
    """Return what somebody has chosen: `light`, `dark`, or "" for what their device says."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in MODES else ""


@get("/look", name="look", sync_to_thread=False, include_in_schema=False)
def choose_look(
    request: Request[Any, Any, Any], to: FromQuery[str] = "", next_: Annotated[str, QueryParameter(name="next")] = "/"
) -> Response[Any]:
    """Keep a look in a cookie, or forget it for what is neither light nor dark, and go back to the page."""
    response: Response[Any] = Redirect(safe_next(next_), status_code=303)
    https = request.scope["scheme"] == "https"
    kept = YEAR if to in MODES else 0
    response.set_cookie(COOKIE, to if kept else "", path="/", max_age=kept, httponly=True, samesite="lax", secure=https)
    return response
