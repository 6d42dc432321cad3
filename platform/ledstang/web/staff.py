"""The staff's own pages: in what capacity to work, and who works at the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang.access.permissions import AtUnit, Permission
from ledstang.access.visit import STAFF, Visit
from ledstang.isolation import Gap
from ledstang.offers import Link
from ledstang.people.assignments import ROLE_TITLES
from ledstang.people.lock_pages import SERVICE as LOCKING
from ledstang.people.staff import Appointment, few
from ledstang.rights.retention_pages import SERVICE as RETAINING
from ledstang.signin.withheld_pages import SERVICE as DECIDING
from ledstang.web.appointing import Absence, Candidate, Wanted, read_absence, read_wanted

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
APPOINT = "staff.appoint"
SERVICES = (
    Link("Who works here", "/staff/people", "Appoint, end, and note absence.", action=APPOINT),
    LOCKING,
    DECIDING,
    RETAINING,
)
"""What staff may do besides what waits, from the host."""
PERMISSIONS = (
    Permission(APPOINT, "Say who works at the unit", who="staff", roles=("access-administrator",), despite_blocks=True),
)  # fmt: skip


def staff_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers below `/staff/`. An access administrator sees to their own unit, and to no other."""

    async def people_for(visit: Visit) -> list[Appointment]:
        """Return who works at the visit's unit. Raises NotFoundException for whoever may not see to that."""
        if visit.unit is None or not await house.access.may(visit, APPOINT, AtUnit(visit.unit)):
            raise NotFoundException
        return await house.staff.at(visit.unit)

    async def one_of(visit: Visit, id_: UUID) -> tuple[Appointment, list[Appointment]]:
        people = await people_for(visit)
        found = next((one for one in people if one.id == id_), None)
        if found is None or not await house.access.may(visit, APPOINT, found):
            raise NotFoundException
        return found, people

    def page(request: AnyRequest, template: str, **about: Any) -> Response[Any]:
        status = 422 if about.get("errors") else 200
        day = house.clock.today()
        return house.pages.render(request, template, status=status, titles=ROLE_TITLES, today=day, **about)

    @get("/staff/", name="staff")
    async def front(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Show what there is to do in this assignment; to whoever has not chosen one, those there are."""
        if visit.ground != STAFF:
            return await offer(request, visit)
        await house.switches.refresh()
        found = await house.work_lists.waiting(visit)
        gaps = {one.plugin for one in found if isinstance(one, Gap)}
        return page(
            request,
            "host/staff.html",
            lists=[one for one in found if not isinstance(one, Gap)],
            gaps=sorted(house.called(plugin, visit.language) for plugin in gaps),
            panels=await house.panels("staff", visit, AtUnit(visit.unit)) if visit.unit else [],
            services=await house.staff_links(visit, SERVICES),
        )

    async def offer(request: AnyRequest, visit: Visit) -> Response[Any]:
        assignments = await house.staff.of_person(visit.actor.id)
        if not assignments:
            raise NotFoundException
        return page(request, "host/assignments.html", assignments=assignments)

    @get("/staff/assignments", name="assignments")
    async def assignments(request: AnyRequest, visit: Visit) -> Response[Any]:
        """List the assignments that one may work in, to change to another."""
        return await offer(request, visit)

    @get("/staff/people", name="staff_people")
    async def people(request: AnyRequest, staff: Visit) -> Response[Any]:
        """List who works at the unit, and what speaks against how few they are."""
        found, today = await people_for(staff), house.clock.today()
        lacking = few(found, today, house.instance.settings.staffing.people_per_role)
        return page(request, "host/staff-people.html", people=found, lacking=lacking)

    def asking(request: AnyRequest, wanted: Wanted, errors: dict[str, str], language: str) -> Response[Any]:
        say = house.pages.templates.gettext
        options = [{"code": role, "html": say(language, title)} for role, title in ROLE_TITLES.items()]
        return page(request, "host/appoint.html", wanted=wanted, errors=errors, options=options)

    @get("/staff/appoint", name="appointing")
    async def appointing(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Ask whom to appoint, and as what."""
        await people_for(staff)
        return asking(request, Wanted(), {}, staff.language)

    @post("/staff/appoint", name="appoint")
    async def appoint(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Show who it is and ask whether it is right; when that has been said, appoint them."""
        await people_for(staff)
        form = await request.form()
        wanted, errors = await read_wanted(house, form, staff.language)
        if errors or wanted.person is None or staff.unit is None:
            return asking(request, wanted, errors, staff.language)
        at_desk = msgspec.structs.replace(staff, purpose="administration")
        if not await house.access.may(at_desk, APPOINT, Candidate(wanted.person.id, staff.unit)):
            raise NotFoundException
        if form.get("sure") != "yes":
            return page(request, "host/appoint-check.html", wanted=wanted)
        await house.staff.appoint(
            wanted.person.id, staff=wanted.staff, title=wanted.title, unit=staff.unit, roles=wanted.roles,
            valid_to=wanted.valid_to, by=staff.actor.id,
        )  # fmt: skip
        return Redirect("/staff/people", status_code=303)

    @get("/staff/people/{id_:uuid}", name="staff_person")
    async def person(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show one assignment at the unit."""
        one, people = await one_of(staff, id_)
        names = {other.person.id: other.person.called for other in people}
        return page(request, "host/staff-person.html", one=one, names_of=names)

    @get("/staff/people/{id_:uuid}/end", name="ending")
    async def ending(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Ask whether an assignment is to end."""
        one, _ = await one_of(staff, id_)
        return page(request, "host/staff-end.html", one=one)

    @post("/staff/people/{id_:uuid}/end", name="end_assignment")
    async def end(staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """End an assignment: from the next page that they open they may not work in it."""
        one, _ = await one_of(staff, id_)
        await house.staff.end(one.id)
        return Redirect(
            "/start" if staff.assignment and one.id == staff.assignment.id else "/staff/people", status_code=303
        )

    @get("/staff/people/{id_:uuid}/absence", name="absence")
    async def absence(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Ask from when to when somebody is absent, and who stands in."""
        one, people = await one_of(staff, id_)
        known = Absence(one.absent_from, one.absent_to, one.substitute)
        return page(request, "host/staff-absence.html", one=one, others=_others(one, people), known=known, errors={})

    @post("/staff/people/{id_:uuid}/absence", name="be_absent")
    async def be_absent(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Keep an absence; with `back`, that there is none."""
        one, people = await one_of(staff, id_)
        form, others = await request.form(), _others(one, people)
        known, errors = (Absence(), {}) if form.get("back") else read_absence(house, form, others, staff.language)
        if errors:
            return page(request, "host/staff-absence.html", one=one, others=others, known=known, errors=errors)
        await house.staff.absent(one.id, known.first, known.last, known.substitute)
        return Redirect(f"/staff/people/{one.id}", status_code=303)

    return [front, assignments, people, appointing, appoint, person, ending, end, absence, be_absent]


def _others(one: Appointment, people: list[Appointment]) -> list[tuple[str, str]]:
    """Return who may stand in for somebody: whoever else works at the unit, as pairs of id and name."""
    found = {str(other.person.id): other.person.called for other in people if other.person.id != one.person.id}
    return list(found.items())
