"""Opening in an emergency what a citizen has blocked: with a reason, for a while, and looked at by somebody else."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang.access.log.entries import subject_of
from ledstang.access.log.reviews import OPENING, ReasonNeeded
from ledstang.access.permissions import AtUnit, Permission
from ledstang.access.visit import Visit
from ledstang.database import Keys, SealBroken
from ledstang.signin.next import path_of, safe_next
from ledstang.web.context import context_of

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
ROLE = "treater"
PERMISSIONS = (Permission(OPENING, "Open in an emergency", who="staff", roles=(ROLE,), despite_blocks=True),)
LONGEST = 2_000
"""The most letters of a reason."""


class Blocked(msgspec.Struct, frozen=True):
    """What a block has kept somebody at work from, and nothing else has: what the way in is sealed over.

    `work` is in which assignment, `path` where it was, `at` when.
    """

    id: UUID | None
    person: UUID
    kind: str
    work: UUID
    path: str
    at: datetime

    def __repr__(self) -> str:
        return f"Blocked({self.id})"


def blocked_page(request: AnyRequest) -> Response[Any] | None:
    """Answer for a page that only a block keeps staff from: that it is there, and the way in. None where that is not so."""
    context = context_of(request.scope)
    visit, resource = context.visit, context.trail.blocked
    subject = subject_of(visit, resource) if visit and resource is not None else None
    if visit is None or visit.assignment is None or subject is None:
        return None
    house = request.app.state.house
    id_, path = getattr(resource, "id", None), path_of(request.scope) if request.method == "GET" else "/staff/"
    thing = Blocked(
        id_ if isinstance(id_, UUID) else None, subject, type(resource).__name__.lower(), visit.assignment.id, path,
        house.clock.now(),
    )  # fmt: skip
    way = f"/staff/emergency?thing={quote(_sealed(house.keys, visit, thing))}"
    page: Response[Any] = house.pages.render(
        request, "host/blocked.html", status=403, way=way if ROLE in visit.assignment.roles else ""
    )
    page.headers["cache-control"] = "no-store"
    return page


def emergency_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers of `/staff/emergency`. What is to be opened comes sealed, from `blocked_page` only."""

    async def admit(visit: Visit, sealed: str) -> Blocked:
        thing = _opened(house.keys, visit, sealed)
        allowed = visit.unit and await house.access.may(visit, OPENING, AtUnit(visit.unit))
        minutes = timedelta(minutes=house.log.settings.emergency_minutes)
        if thing is None or not allowed or house.clock.now() - thing.at > minutes:
            raise NotFoundException
        return thing

    def asking(request: AnyRequest, sealed: str, reason: str = "", errors: Any = None) -> Response[Any]:
        kept, status = house.log.settings, 422 if errors else 200
        return house.pages.render(
            request, "host/emergency.html", status=status, thing=sealed, reason=reason, errors=errors or {},
            minutes=kept.emergency_minutes, longest=LONGEST,
        )  # fmt: skip

    @get("/staff/emergency", name="emergency")
    async def emergency(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Ask why something that is blocked has to be opened now."""
        sealed = request.query_params.get("thing", "")
        await admit(staff, sealed)
        return asking(request, sealed)

    @post("/staff/emergency", name="open_in_emergency")
    async def open_(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Write down who opens what and why, put it before somebody else, and then let them in, for a while."""
        form = await request.form()
        sealed, reason = str(form.get("thing", "")), str(form.get("reason", "")).strip()
        thing = await admit(staff, sealed)
        say = house.pages.templates.gettext
        if len(reason) > LONGEST:
            return asking(request, sealed, reason, {"reason": say(staff.language, "That is too long. Shorten it.")})
        try:
            await house.log.open_in_emergency(staff, thing, reason)
        except ReasonNeeded:
            return asking(
                request, sealed, reason, {"reason": say(staff.language, "Write in words why it cannot wait.")}
            )
        return Redirect(safe_next(thing.path), status_code=303)

    return [emergency, open_]


def _sealed(keys: Keys, visit: Visit, thing: Blocked) -> str:
    sealed = keys.seal(msgspec.msgpack.encode(thing), **_place(visit))
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def _opened(keys: Keys, visit: Visit, sealed: str) -> Blocked | None:
    """Return what was sealed for this very person in this very assignment, or None."""
    try:
        raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        thing = msgspec.msgpack.decode(keys.unseal(raw, **_place(visit)), type=Blocked)
    except (SealBroken, ValueError):
        return None
    return thing if visit.assignment and thing.work == visit.assignment.id else None


def _place(visit: Visit) -> dict[str, Any]:
    return {"table": "emergency", "column": "thing", "row": visit.actor.id, "subject": visit.actor.id}
