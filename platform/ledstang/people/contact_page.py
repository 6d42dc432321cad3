"""*How to reach you*: the page where somebody keeps their contact details and choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang.access.permissions import Own, Permission
from ledstang.access.policies import SELF, PolicyRow
from ledstang.access.visit import Visit
from ledstang.people.contact_form import LONGEST, read
from ledstang.people.contacts import Contact, Kept, Stale
from ledstang.rights.copies import COPY

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
KEEP = "settings.contact"
PERMISSIONS = (Permission(KEEP, "Keep contact details and choices"),)
POLICIES = (PolicyRow("settings", "contact", SELF, None, None, "Whoever has signed in says how to reach them"),)


def contact_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers of `/settings`."""

    @get("/settings", name="settings")
    async def settings(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show how somebody wants to be reached."""
        await _admit(house, visit)
        kept = await house.contacts.of(visit.subject.id, visit.actor.id)
        data = await house.access.would(visit, COPY, Own(visit.subject.id))
        return _page(house, request, kept.contact, kept, saved="saved" in request.query_params, data=data)

    @post("/settings", name="save_settings")
    async def save(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Keep what was written; or show it again with what is to be mended, or beside what another device saved."""
        await _admit(house, visit)
        form = await request.form()
        contact, faults = read(form)
        base = str(form.get("version", ""))
        if faults:
            kept = Kept(contact, _version(base))
            return _page(house, request, contact, kept, faults=faults, status=422)
        outcome = await house.contacts.save(visit, contact, _version(base))
        if isinstance(outcome, Stale):
            return _page(house, request, contact, outcome.kept, theirs=outcome.kept, status=409)
        return Redirect("/settings?saved", status_code=303)

    return [settings, save]


async def _admit(house: House, visit: Visit) -> None:
    if not await house.access.may(visit, KEEP, Own(visit.subject.id)):
        raise NotFoundException


def _version(text: str) -> int:
    """Return the version that a page was made with; a page that tells none counts as one that showed nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _page(
    house: House,
    request: AnyRequest,
    contact: Contact,
    kept: Kept,
    *,
    faults: dict[str, str] | None = None,
    theirs: Kept | None = None,
    saved: bool = False,
    data: bool = False,
    status: int = 200,
) -> Response[bytes]:
    """Render the form with `contact` in it, to be saved over the version of `kept`; with `data`, the way to *Your data*."""
    context = {"contact": contact, "version": kept.version, "theirs": theirs, "saved": saved, "data": data,
               "longest": LONGEST}  # fmt: skip
    return house.pages.render(
        request, "host/settings.html", status=status, errors=faults, faults=faults or {}, **context
    )
