"""The young person's own room: what guardians could see and can see now, who has acted for them, and their objection."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from ledstang import Decided, Fact, Host, NoticeWanted, Person, ProxyEnded, Visit, door_name
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang_guardian import links
from ledstang_guardian.links import GUARDIAN
from ledstang_guardian.objections import told
from ledstang_guardian.turns import told_ahead, turns

AnyRequest = Request[Any, Any, Any]
DAY = timedelta(days=1)


class Row(msgspec.Struct, frozen=True):
    """A door as the page shows it: what it is called, how it stood and stands for guardians, and how for oneself.

    `objectable` says that one may object, and `objected` that one has. `href` is what a form names the door by.
    """

    name: str
    before: bool
    now: bool
    own: bool
    objectable: bool
    objected: bool
    href: str


async def is_for(host: Host, visit: Visit) -> bool:
    """Say whether the room is for a visit: somebody with guardians, to whom the tables have shut a door or let one object."""
    if visit.ground != "self" or not visit.subject.guardians:
        return False
    return _since(host, visit.subject) is not None or any(one.objection for one in _now(host, visit.subject))


def own_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the handlers of the room. It is found by nobody but those whom it is for, and by nobody who acts for them."""

    async def mine(visit: Visit) -> None:
        if not await is_for(host, visit):
            raise NotFoundException

    @get("/own")
    async def own(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show the room."""
        await mine(visit)
        decisions = await host.people.decisions(visit, visit.subject.id)
        since, (deeds, passed_on) = _since(host, visit.subject), await host.people.acted_for(visit)
        rows = [row for row in _rows(host, visit, since) if row.before or row.now or row.objectable]
        return host.page(
            request,
            "guardian/own.html",
            rows=rows,
            ahead=told_ahead(host, visit.subject, visit.language),
            before=since - DAY if since else None,
            objections=told(visit.subject, [one.fact for one in decisions], visit.language),
            decisions=[(one, _about(one, visit.language)) for one in decisions if one.fact.kind != "objection"],
            deeds=deeds,
            passed_on=passed_on,
        )

    @post("/own/object")
    async def objects(request: AnyRequest, visit: Visit) -> Redirect:
        """Object, to everything or to one door. It counts from the guardian's next page on, and they are told the same."""
        await mine(visit)
        service, _, action = str((await request.form()).get("door", "*.*")).partition(".")
        fact = Fact("objection", host.clock.today(), relation=GUARDIAN, service=service, action=action)
        told = await _whom(host, visit.subject.id)

        async def work() -> None:
            await host.people.decide(visit, visit.subject.id, fact)
            if fact.leads == ("*", "*"):
                await host.emit(ProxyEnded(person=visit.subject.id, relation=GUARDIAN))
            await _tell(host, told)

        await host.database.write(work)
        return Redirect("/guardian/own", status_code=303)

    @post("/own/withdraw")
    async def withdraws(visit: Visit) -> Redirect:
        """Take all one's objections back. Guardians may act again where the rules let them, and are told."""
        await mine(visit)
        told = await _whom(host, visit.subject.id)

        async def work() -> None:
            for one in await host.people.decisions(visit, visit.subject.id):
                if one.fact.kind == "objection":
                    await host.people.end_decision(visit, visit.subject.id, one.id)
            await _tell(host, told)

        await host.database.write(work)
        return Redirect("/guardian/own", status_code=303)

    return [own, objects, withdraws]


async def _whom(host: Host, child: UUID) -> list[UUID]:
    """Return each guardian who acts for a child, or could but for the child's objection: they have something to see."""
    found = []
    for row in await links.of_child(child):
        guardian = await host.people.person(row["guardian"])
        if guardian and child in await host.people.standings(guardian, [child], GUARDIAN):
            found.append(guardian.id)
    return found


async def _tell(host: Host, guardians: list[UUID]) -> None:
    """Tell guardians that there is something to see; their own page says what."""
    for guardian in guardians:
        await host.emit(NoticeWanted(person=guardian, reason="waits", alone=True, path="/guardian/"))


def _now(host: Host, child: Person) -> tuple[Any, ...]:
    return host.people.doorways(child, GUARDIAN)


def _since(host: Host, child: Person) -> date | None:
    """Return the day on which something last ended for guardians, None where nothing has."""
    return max((one.on for one in turns(host, child, ahead=False) if one.ends), default=None)


def _rows(host: Host, visit: Visit, since: date | None) -> list[Row]:
    child = visit.subject
    then = {one.key: one.open for one in host.people.doorways(child, GUARDIAN, since - DAY)} if since else {}
    own = {one.key: one.open for one in host.people.doorways(child, "self")}
    said = {fact.leads for fact in visit.facts if fact.kind == "objection"}
    rows = []
    for one in _now(host, child):
        objected = one.objection and bool({one.key, ("*", "*")} & said)
        rows.append(
            Row(
                door_name(*one.key, visit.language),
                then.get(one.key, one.open),
                one.open and not objected,
                own.get(one.key, own.get(("*", "*"), False)),
                one.objection,
                objected,
                ".".join(one.key),
            )
        )
    return sorted(rows, key=lambda row: row.href == "*.*")


def _about(one: Decided, language: str) -> str:
    return door_name(*one.fact.leads, language)
