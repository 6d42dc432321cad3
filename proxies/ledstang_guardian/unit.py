"""The staff's page about one child: who the guardians are, and what the unit decides about who may act for the child."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from ledstang import AtUnit, Decided, Fact, Host, Person, Visit, door_name, text
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from ledstang_guardian.deciding import Errors, known_child, read_block, read_grant
from ledstang_guardian.links import GUARDIAN
from ledstang_guardian.turns import gap_ends, told_ahead

AnyRequest = Request[Any, Any, Any]
LOCALE = Path(__file__).parent / "locale"
LOOK = "access.look"


class Custody(msgspec.Struct, frozen=True):
    """A guardian as the page shows them; `blocked` says that they cannot act for the child now."""

    person: Person
    blocked: bool


def unit_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the handlers. No address names a child: the number is only ever in a form's body."""

    async def child_of(staff: Visit, form: Any) -> tuple[Person | None, str]:
        """Return whom a form is about: by the number, or by a decision that is to be thought over. Raises NotFoundException."""
        if not await host.may(staff, LOOK, AtUnit(staff.unit or "")):
            raise NotFoundException
        if not form.get("decision"):
            return await known_child(host, str(form.get("number", "")))
        wanted = str(form["decision"])
        one = next((one for one in await host.people.to_review(staff) if str(one.id) == wanted), None)
        if one is None or (person := await host.people.person(one.person)) is None:
            raise NotFoundException
        return person, ""

    async def front(request: AnyRequest, staff: Visit, fault: str = "", number: str = "") -> Response[bytes]:
        found = await host.people.to_review(staff)
        said = {"number": text(fault, staff.language, (LOCALE,))} if fault else {}
        return host.page(
            request, "guardian/unit.html", status=422 if fault else 200, errors=said, number=number, reviews=found
        )

    async def about(
        request: AnyRequest, staff: Visit, child: Person, errors: Errors | None = None, done: str = ""
    ) -> Response[bytes]:
        """Show one child. Who looks is in the child's access log before it is shown."""
        decisions = await host.people.decisions(staff, child.id)
        say = {name: text(fault, staff.language, (LOCALE,)) for name, fault in (errors or {}).items()}
        return host.page(
            request, "guardian/unit-child.html", status=422 if say else 200, child=child, today=host.clock.today(),
            guardians=await _custody(host, child, decisions), errors=say, done=done, given=await request.form(),
            decisions=await _words(host, decisions, staff.language),
            doors=_doors(host, child, staff.language), ahead=told_ahead(host, child, staff.language),
        )  # fmt: skip

    @get("/unit")
    async def unit(request: AnyRequest, staff: Visit) -> Response[bytes]:
        """Ask which child it is about, and tell what is to be thought over."""
        return await front(request, staff)

    @post("/unit")
    async def look(request: AnyRequest, staff: Visit) -> Response[bytes]:
        """Show a child, by its number."""
        form = await request.form()
        child, fault = await child_of(staff, form)
        if child is None:
            return await front(request, staff, fault, str(form.get("number", "")))
        return await about(request, staff, child)

    @post("/unit/block")
    async def block(request: AnyRequest, staff: Visit) -> Response[bytes]:
        """Block one guardian. It counts from their next page on; they are not told, nor is anybody told why."""
        form = await request.form()
        child, fault = await child_of(staff, form)
        if child is None:
            return await front(request, staff, fault)
        custody = await _custody(host, child, await host.people.decisions(staff, child.id))
        wanted, errors = read_block(form, [one.person for one in custody], host.clock.today())
        if errors or wanted is None:
            return await about(request, staff, child, errors)
        if not any(one.blocked and one.person.id == wanted.guardian for one in custody):  # a second press is the first
            fact = Fact("block", host.clock.today(), relation=GUARDIAN, person=wanted.guardian)
            await host.people.decide(staff, child.id, fact, reason=wanted.reason, review=wanted.review)
        return await about(request, staff, child, done="blocked")

    @post("/unit/grant")
    async def grant(request: AnyRequest, staff: Visit) -> Response[bytes]:
        """Make an exception: open one door of this unit's to guardians, or to the child, until a day."""
        form = await request.form()
        child, fault = await child_of(staff, form)
        if child is None:
            return await front(request, staff, fault)
        doors = {key: gap_ends(host, child, key) for key, _ in _doors(host, child, staff.language)}
        wanted, errors = read_grant(form, doors, host.clock.today())
        if errors or wanted is None:
            return await about(request, staff, child, errors)
        service, _, action = wanted.door.partition(".")
        fact = Fact(
            "grant",
            host.clock.today(),
            wanted.until,
            wanted.relation,
            None,
            service,
            action,
            (staff.unit or "").upper(),
        )
        await host.people.decide(staff, child.id, fact, reason=wanted.reason, review=wanted.review)
        return await about(request, staff, child, done="granted")

    @post("/unit/{id_:uuid}/end")
    async def end(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """End one decision of the unit's at once."""
        child, fault = await child_of(staff, await request.form())
        if child is None:
            return await front(request, staff, fault)
        await host.people.end_decision(staff, child.id, id_)
        return await about(request, staff, child, done="ended")

    return [unit, look, block, grant, end]


async def _custody(host: Host, child: Person, decisions: list[Decided]) -> list[Custody]:
    """Return the guardians whom the register names; nobody for a child whose identity is protected, and nobody whose own is.

    Where either is protected, no guardian acts: there is nobody to block, and no name that staff need.
    """
    blocked = {one.fact.person for one in decisions if one.fact.kind == "block"}
    found = [] if child.protected else await host.people.by_numbers(child.guardians)
    return [Custody(person, person.id in blocked) for person in found if not person.protected]


def _doors(host: Host, child: Person, language: str) -> list[tuple[str, str]]:
    """Return what an exception may open: each door that the tables of guardians name, as its key and its name."""
    keys = [one.key for one in host.people.doorways(child, GUARDIAN)]
    return [(".".join(key), door_name(*key, language)) for key in keys if key[0] != "*"]


async def _words(host: Host, decisions: list[Decided], language: str) -> list[tuple[Decided, dict[str, Any]]]:
    """Return decisions with what the page says of each: about whom, what it opens, by whom, and whether it is due."""
    ids = {id_ for one in decisions for id_ in (one.fact.person, one.decided_by) if id_}
    called, today = await host.people.called(ids), host.clock.today()
    return [
        (one, {
            "whom": called.get(one.fact.person, ""), "by": called.get(one.decided_by, ""),
            "due": one.review is not None and one.review <= today, "door": door_name(*one.fact.leads, language),
        })
        for one in decisions
    ]  # fmt: skip
