"""A guardian's pages: my children, adding one, the child's card, and what may be the matter when a child is not shown."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from uuid import UUID

from ledstang import Host, NotANumber, Person, RegisterAway, Visit, text
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_guardian import links
from ledstang_guardian.links import GUARDIAN, REMOVED, Link
from ledstang_guardian.objections import told
from ledstang_guardian.turns import told_ahead

log = logging.getLogger("ledstang")
LOCALE = Path(__file__).parent / "locale"
AnyRequest = Request[Any, Any, Any]
MANAGE = "guardian.manage"
CANNOT = "We could not add a child with this number. It may be that the register does not name you as a guardian today."
AWAY = "The population register does not answer just now, so we cannot add a child. Try again in a while."
FAULTY = "Write the child's personal number with twelve digits, such as 20170101 and four more."


def guardian_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the handlers. A link is its guardian's own; a child's number is only ever in a form's body."""

    async def mine(visit: Visit, id_: UUID) -> Link:
        """Return one of the visitor's links. Raises NotFoundException for another's, as for one that there is not."""
        rows = await links.of_two(id_)
        one = links.link(rows[0]) if rows else None
        if one is None or not one.lives or not await host.may(visit, MANAGE, one):
            raise NotFoundException
        return one

    @get("/")
    async def children(request: AnyRequest, visit: Visit) -> Response[Any]:
        """List the children that one has added: by name, and nothing more of theirs."""
        if visit.ground != "self":
            return Redirect("/start", status_code=303)
        return await _list(request, visit)

    async def _list(request: AnyRequest, visit: Visit, fault: str = "", number: str = "") -> Response[bytes]:
        rows = [links.link(row) for row in await links.of_guardian(visit.actor.id)]
        standing = await host.people.standings(visit.actor, [one.child for one in rows], GUARDIAN)
        shown = [
            (one, standing[one.child].subject)
            for one in rows
            if one.child in standing and not standing[one.child].objected
        ]
        objecting = [
            sentence for one in standing.values() if one.objected
            for sentence in told(one.subject, one.objections, visit.language)
        ]  # fmt: skip
        errors = {"number": text(fault, visit.language, (LOCALE,))} if fault else {}
        return host.page(
            request, "guardian/children.html", status=422 if fault else 200, rows=shown, objecting=objecting,
            hidden=sum(one.ended is None and one.child not in standing for one in rows), errors=errors, number=number,
            today=host.clock.today(),
        )  # fmt: skip

    @post("/add")
    async def add(request: AnyRequest, visit: Visit) -> Response[Any]:
        """Add a child. Whoever is not named as a guardian hears only that it cannot be done."""
        if visit.ground != "self":
            raise NotFoundException
        written = str((await request.form()).get("number", "")).strip()
        try:
            number = host.people.read_number(written)
            child = await _child(visit.actor, number)
        except NotANumber:
            return await _list(request, visit, FAULTY, written)
        except RegisterAway:
            return await _list(request, visit, AWAY, written)
        if child is None:
            log.warning("a child could not be added: the register names no such guardian, or no policy opens a door")
            return await _list(request, visit, CANNOT, written)
        await links.add(host, visit.actor.id, child.id)
        if await host.people.for_whom(visit.actor, child.id, GUARDIAN) is None:
            one = links.link((await links.of_two(links.id_of(visit.actor.id, child.id)))[0])
            await links.end(host, one, links.OVER)
            log.warning("a child could not be added: the register names no such guardian, or no policy opens a door")
            return await _list(request, visit, CANNOT, written)
        return Redirect("/guardian/", status_code=303)

    async def _child(actor: Person, number: str) -> Person | None:
        """Return the child with a number, if the register names somebody as their guardian. Raises RegisterAway."""
        entry = await host.people.entry(number)
        if entry is None or actor.number not in entry.guardians:
            return None
        return await host.people.changed(number)

    @get("/not-shown")
    async def not_shown(request: AnyRequest) -> Response[bytes]:
        """Say what may be the matter when a child is not shown, what to do tonight, and whom to ring."""
        return host.page(request, "guardian/not-shown.html")

    @get("/{id_:uuid}")
    async def card(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Show a child's card: what a guardian can do, until when, and the way there."""
        one = await mine(visit, id_)
        standing = (await host.people.standings(visit.actor, [one.child], GUARDIAN)).get(one.child)
        if standing is None or standing.objected:
            raise NotFoundException
        child = standing.subject
        return host.page(
            request, "guardian/card.html", one=one, child=child, today=host.clock.today(),
            ahead=told_ahead(host, child, visit.language),
            objecting=told(child, standing.objections, visit.language),
        )  # fmt: skip

    @post("/{id_:uuid}/act")
    async def act(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Go over to act for the child."""
        one = await mine(visit, id_)
        answer = await host.people.act_for(request, one.child, GUARDIAN)
        if one.ended:
            await links.add(host, visit.actor.id, one.child)
        return answer

    @post("/{id_:uuid}/remove")
    async def remove(visit: Visit, id_: FromPath[UUID]) -> Redirect:
        """Take a child away from one's own list. Nothing of the child's changes by it."""
        await links.end(host, await mine(visit, id_), REMOVED)
        return Redirect("/guardian/", status_code=303)

    return [children, add, not_shown, card, act, remove]
