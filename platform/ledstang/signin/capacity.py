"""In what capacity somebody is here: for themselves, for another, or at work; and a form that was made for another one.

A form carries its session's token, and a session has one capacity: whoever changes it goes on with a new session. So the
token of a page in another tab tells for what capacity that page was made, and nothing of it is done in the present one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response

from ledstang.signin.session import Session

Capacity = tuple[UUID | None, str | None, UUID | None, str | None]


def capacity_of(session: Session) -> Capacity:
    """Return for whom, on what ground and in what assignment somebody has chosen to act, and for what path alone."""
    return session.acting_for, session.ground, session.assignment, session.locked_to


def page_of_another_capacity(request: Request[Any, Any, Any], kept: UUID | None) -> Response[Any]:
    """Answer a form that was made in another capacity than the present one: nothing was done, nothing is lost."""
    page: Response[Any] = request.app.state.page(request, "host/other-capacity.html", status=409, kept=kept)
    page.headers["cache-control"] = "no-store"
    return page


def page_of_no_duty(request: Request[Any, Any, Any], kept: UUID | None) -> Response[Any]:
    """Answer whoever may not work at this moment in the assignment that they chose. What they wrote is kept."""
    page: Response[Any] = request.app.state.page(request, "host/off-duty.html", status=403, kept=kept)
    page.headers["cache-control"] = "no-store"
    return page
