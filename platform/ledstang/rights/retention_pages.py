"""*Kept for its time*: where a data administrator proposes what is to be removed, and two people approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang.access.permissions import AtUnit
from ledstang.access.visit import Visit
from ledstang.offers import Link
from ledstang.people.personal_data import key_of
from ledstang.rights.ageing import rules_of
from ledstang.rights.retention import RETAIN, Retentions

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
HERE = "/staff/retention"
SERVICE = Link("Kept for its time", HERE, "See what is to be removed, propose it and approve it.", action=RETAIN)


def retention_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers of `/staff/retention`. A data administrator sees to the region of their unit, and no other."""
    retentions = Retentions(house)

    async def admit(visit: Visit) -> None:
        if visit.unit is None or not await house.access.may(visit, RETAIN, AtUnit(visit.unit)):
            raise NotFoundException

    @get(HERE, name="retention")
    async def show(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Show what periods hold, what is proposed, and what has become of earlier proposals."""
        await admit(staff)
        region = staff.region or ""
        return house.pages.render(
            request,
            "host/retention.html",
            rules=rules_of(house, region),
            standing=await retentions.standing(region),
            past=await retentions.past(region),
            titles={key_of(owner, data): data.ageing.title for owner, data in house.personal_data() if data.ageing},
            outcome=request.query_params.get("outcome", ""),
        )

    @post(f"{HERE}/propose", name="propose_retention")
    async def propose(staff: Visit) -> Redirect:
        """Count what is due, and propose to remove it."""
        await admit(staff)
        await retentions.propose(staff)
        return Redirect(HERE, status_code=303)

    @post(f"{HERE}/approve", name="approve_retention")
    async def approve(request: AnyRequest, staff: Visit) -> Redirect:
        """Approve a proposal: the second person's word lets it be carried out."""
        await admit(staff)
        outcome = await retentions.approve(staff, await _proposal(request))
        return Redirect(f"{HERE}?outcome={outcome}", status_code=303)

    @post(f"{HERE}/drop", name="drop_retention")
    async def drop(request: AnyRequest, staff: Visit) -> Redirect:
        """Drop a proposal."""
        await admit(staff)
        await retentions.drop(staff, await _proposal(request))
        return Redirect(HERE, status_code=303)

    return [show, propose, approve, drop]


async def _proposal(request: AnyRequest) -> UUID:
    """Return which proposal a form is about. Raises NotFoundException."""
    try:
        return UUID(str((await request.form()).get("proposal", "")))
    except ValueError:
        raise NotFoundException from None
