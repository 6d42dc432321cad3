"""Going to work and coming back from it, and the pages for when one cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import MediaType, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from ledstang.signin.begin import AtWork, OffDuty
from ledstang.signin.capacity import capacity_of, page_of_no_duty
from ledstang.signin.cookies import session_cookie
from ledstang.signin.csrf import is_fetched
from ledstang.signin.next import safe_next
from ledstang.signin.session import Session

if TYPE_CHECKING:
    from ledstang.people.staff import Staff

AnyRequest = Request[Any, Any, Any]


@post("/staff/choose", name="choose_assignment")
async def choose(request: AnyRequest, state: State, mine: NamedDependency[Session]) -> Response[Any]:
    """Go on in an assignment, or (without one) as a citizen: a new session and a new cookie, as for every new power."""
    form = await request.form()
    given, sessions = str(form.get("assignment", "")), state.sessions
    staff: Staff = state.house.staff
    assignment = _id(given) if given else None
    if assignment is not None and await staff.acting(assignment, mine.person) is None:
        raise NotFoundException
    next_ = safe_next(str(form.get("next", "/staff/" if given else "/start")))
    if capacity_of(mine) == (None, None, assignment, None):
        return Redirect(next_, status_code=303)
    token, _ = await sessions.act_for(mine, None, None, assignment)
    response = Redirect(next_, status_code=303)
    response.set_cookie(session_cookie(request.scope, token, production=sessions.production))
    return response


def off_duty(request: AnyRequest, _: OffDuty) -> Response[Any]:
    """Answer for OffDuty: that one may not work in this assignment now."""
    return page_of_no_duty(request, None)


def at_work(request: AnyRequest, _: AtWork) -> Response[Any]:
    """Answer for AtWork: a citizen's page is opened as a citizen. Nothing is told of whether there is such a page."""
    if is_fetched(request):
        return Response({"at_work": True}, status_code=404, media_type=MediaType.JSON)
    page: Response[Any] = request.app.state.page(request, "host/at-work.html", status=404)
    return page


def _id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFoundException from None
