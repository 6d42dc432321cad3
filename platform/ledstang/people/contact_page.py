"""*How to reach you*: the pages where somebody keeps their contact details and choices, and confirms that these reach them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from markupsafe import Markup

from ledstang.access.permissions import Own, Permission
from ledstang.access.policies import SELF, PolicyRow
from ledstang.access.visit import Visit
from ledstang.people.codes import DIGITS, KINDS, Kind
from ledstang.people.contact_form import LONGEST, read
from ledstang.people.contacts import Contact, Kept, Stale
from ledstang.rights.copies import COPY
from ledstang.web.context import context_of

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
        told = next((word for word in ("saved", "confirmed") if word in request.query_params), "")
        data = await house.access.would(visit, COPY, Own(visit.subject.id))
        panels = await house.panels("settings", visit, None)
        return _page(house, request, kept.contact, kept, told=told, data=data, panels=panels)

    @post("/settings", name="save_settings")
    async def save(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Keep what was written; or show it again with what is to be mended, or beside what another device saved."""
        await _admit(house, visit)
        form = await request.form()
        contact, faults = read(form, _country(house, visit))
        base = str(form.get("version", ""))
        if faults:
            kept = Kept(contact, _version(base))
            return _page(house, request, contact, kept, faults=faults, status=422)
        outcome = await house.contacts.save(visit, contact, _version(base))
        if isinstance(outcome, Stale):
            return _page(house, request, contact, outcome.kept, theirs=outcome.kept, status=409)
        return Redirect("/settings?saved", status_code=303)

    @post("/settings/code", name="send_code")
    async def send(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Send a code to what somebody has written, unless they have confirmed it already."""
        await _admit(house, visit)
        kind, kept = await _unconfirmed(house, visit, (await request.form()).get("kind"))
        if kind is None:
            return Redirect("/settings", status_code=303)
        for subject in (f"person {visit.actor.id}", f"{kind} {kept.address(kind)}"):
            await request.app.state.rates.admit("codes", subject)
        await house.codes.send(visit, kind, kept)
        return Redirect(f"/settings/confirm?kind={kind}", status_code=303)

    @get("/settings/confirm", name="confirm")
    async def confirm(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Ask for the code that was sent."""
        await _admit(house, visit)
        kind, kept = await _unconfirmed(house, visit, request.query_params.get("kind"))
        return _code_page(house, request, kind, kept) if kind else Redirect("/settings", status_code=303)

    @post("/settings/confirm", name="take_code")
    async def take(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Take a code; a wrong one is asked for again, and one that is over must be sent anew."""
        await _admit(house, visit)
        form = await request.form()
        kind, kept = await _unconfirmed(house, visit, form.get("kind"))
        if kind is None:
            return Redirect("/settings?confirmed", status_code=303)
        outcome = await house.codes.take(visit, kind, str(form.get("code", "")))
        if outcome == "confirmed":
            return Redirect("/settings?confirmed", status_code=303)
        return _code_page(house, request, kind, kept, fault=_NOT_TAKEN[outcome])

    return [settings, save, send, confirm, take]


async def _unconfirmed(house: House, visit: Visit, kind: object) -> tuple[Kind | None, Kept]:
    """Return what kind of address is to be confirmed, None where there is nothing to confirm, and what is kept."""
    kept = await house.contacts.of(visit.subject.id, visit.actor.id)
    found = next((one for one in KINDS if one == kind and kept.address(one) and not kept.verified(one)), None)
    return found if found in _sends(house, visit) else None, kept


def _sends(house: House, visit: Visit | None) -> tuple[str, ...]:
    """Return where codes can be sent to a visit's actor. No channel learns an address of somebody protected."""
    return () if visit is None or visit.actor.protected else house.sends_codes


def _country(house: House, visit: Visit) -> str:
    """Return where the phone numbers are that somebody writes without a country's code."""
    settings = house.instance.settings
    own = next((one.country for one in settings.regions if one.id == visit.region), None)
    return own or settings.contact.country


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
    told: str = "",
    data: bool = False,
    panels: Sequence[tuple[str, Markup]] = (),
    status: int = 200,
) -> Response[bytes]:
    """Render the form with `contact` in it, to be saved over the version of `kept`, and beside it what is there to see."""
    said = _said(house, request, faults or {})
    context = {"contact": contact, "kept": kept, "theirs": theirs, "told": told, "data": data, "longest": LONGEST}
    context |= {"codes": _sends(house, context_of(request.scope).visit), "panels": panels}
    return house.pages.render(request, "host/settings.html", status=status, errors=said, faults=said, **context)


def _code_page(house: House, request: AnyRequest, kind: Kind, kept: Kept, fault: str = "") -> Response[bytes]:
    """Render the page that asks for a code."""
    minutes = house.instance.settings.contact.code_minutes
    context = {"kind": kind, "address": kept.address(kind), "minutes": minutes, "digits": DIGITS}
    errors = _said(house, request, {"code": fault} if fault else {})
    return house.pages.render(
        request, "host/confirm-address.html", status=422 if fault else 200, errors=errors, **context
    )


def _said(house: House, request: AnyRequest, faults: dict[str, str]) -> dict[str, str]:
    """Say what is wrong with each field in the language of the page."""
    language = context_of(request.scope).language
    return {name: house.pages.templates.gettext(language, fault) for name, fault in faults.items()}


_NOT_TAKEN = {
    "wrong": "That is not the code. Look at it again, and write its digits.",
    "over": "That code no longer counts. Let us send a new one.",
}
