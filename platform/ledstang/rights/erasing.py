"""*Have something erased*: what one decides about oneself goes at once, everything else is answered with the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang.access.log.spool import QueueFull
from ledstang.access.permissions import Own
from ledstang.access.visit import Visit
from ledstang.isolation import Gap
from ledstang.people.personal_data import ASKED, PersonalData, key_of
from ledstang.rights.copies import ERASE, HOME
from ledstang.rights.grounds import ERASABLE, least_years, why
from ledstang.web.context import context_of

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
HERE = f"{HOME}/erase"


class Thing(NamedTuple):
    """One kind of data that somebody may ask about: its key, whose it is, the service that keeps it, and what it is."""

    key: str
    owner: str
    service: str
    data: PersonalData


def erasing_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers of `/settings/data/erase`."""

    def things(visit: Visit) -> list[Thing]:
        found = [(key_of(owner, data), owner, data) for owner, data in house.personal_data()]
        home = house.instance.title
        return [
            Thing(key, owner, home if owner == "host" else house.called(owner, visit.language), data)
            for key, owner, data in sorted(found, key=_first)
        ]

    def page(request: AnyRequest, template: str, status: int = 200, **context: Any) -> Response[Any]:
        return house.pages.render(request, f"host/{template}.html", status=status, **context)

    def asking(request: AnyRequest, visit: Visit, status: int = 200, **more: Any) -> Response[Any]:
        given = {"done": None, "faults": {}, "erasable": ERASABLE, "things": things(visit)}
        return page(request, "erase", status, **given | more)

    def failing(request: AnyRequest, visit: Visit, fault: str, status: int) -> Response[Any]:
        faults = {"what": house.pages.templates.gettext(visit.language, fault)}
        return asking(request, visit, status, faults=faults, errors=faults)

    def told(thing: Thing) -> list[Any]:
        years = {"log": house.log.settings.keep_years}
        years["record"] = least_years("record", house.clock.today())
        return why(thing.data.kept, years)

    @get(HERE, name="erasing")
    async def ask(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Ask what is to be erased."""
        await _admit(house, visit)
        done = next((one for one in things(visit) if one.key == request.query_params.get("erased")), None)
        return asking(request, visit, done=done)

    @post(HERE, name="erase")
    async def erase(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Say what becomes of it: erased when they are sure, or why it stays."""
        await _admit(house, visit)
        form = await request.form()
        thing = next((one for one in things(visit) if one.key == form.get("what")), None)
        if thing is None:
            return failing(request, visit, "Choose what you want to have erased.", 422)
        if thing.data.kept not in ERASABLE:
            await _note(house, request, visit, "refused")
            region = house.instance.region_of(visit.subject.county)
            return page(request, "erase-stays", thing=thing, why=told(thing), contact=region.contact if region else "")
        if form.get("sure") != "yes":
            return page(request, "erase-check", thing=thing)
        await _note(house, request, visit, "allowed")
        hook, patience = f"register_personal_data {thing.key} erase", house.isolation.patience.submit_ms
        asked = (thing.owner, hook, thing.data.erase, visit.subject.id, ASKED)
        if isinstance(await house.isolation.ask(*asked, milliseconds=patience, forgiving=True), Gap):
            return failing(request, visit, "We could not erase this just now. Try again in a while.", 503)
        return Redirect(f"{HERE}?erased={thing.key}", status_code=303)

    return [ask, erase]


async def _note(house: House, request: AnyRequest, visit: Visit, outcome: str) -> None:
    """Write down what was asked for, before it is done. Raises NotFoundException when it can be written nowhere."""
    try:
        await house.log.note(visit, ERASE, Own(visit.subject.id), outcome)
    except QueueFull:
        context_of(request.scope).trail.full = True
        raise NotFoundException from None


async def _admit(house: House, visit: Visit) -> None:
    if not await house.access.may(visit, ERASE, Own(visit.subject.id)):
        raise NotFoundException


def _first(one: tuple[str, str, PersonalData]) -> tuple[bool, bool, bool]:
    """Sort what can be erased before what stays, and of that the record before all else."""
    return one[2].kept not in ERASABLE, one[2].kept != "record", one[1] != "host"
