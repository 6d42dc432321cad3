"""The sandbox's pages: whom to be, and what day it is."""

from __future__ import annotations

from typing import Any

from ledstang import Host, Identity, MovableClock, Visit
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang_sandbox.letters import deliver_letters
from ledstang_sandbox.persons import Cast, read_cast

AnyRequest = Request[Any, Any, Any]

STEPS = (1, 7, 30)
"""The days that the demo's clock may be moved by at a time: only ever forward, for what has happened has happened."""


def pages(host: Host) -> list[BaseRouteHandler]:
    """Return the sandbox's handlers. They exist in a demo only."""
    cast = read_cast()
    by_number = {person.identity.number: person for person in cast.persons}

    @get("/")
    async def persons(request: AnyRequest) -> Response[Any]:
        """List the invented persons, each with a button to sign in by."""
        today = host.clock.today()
        rows = [
            {
                "identity": person.identity,
                "called": person.called,
                "age": person.age(today),
                "place": cast.counties[person.county],
                "works": [
                    f"{work.title}, {unit.name}" for work in person.works if (unit := host.instance.unit(work.unit))
                ],
            }
            for person in cast.persons
        ]
        return host.page(request, "sandbox/persons.html", rows=rows, next=request.query_params.get("next", "/start"))

    @post("/signin")
    async def signin(request: AnyRequest) -> Response[Any]:
        """Sign in as one of the invented persons, and as nobody else."""
        form = await request.form()
        person = by_number.get(str(form.get("number")))
        if person is None:
            raise NotFoundException
        if person.works:
            await _appoint(host, cast)
        answer = await host.sign_in(request, person.identity, next=str(form.get("next", "/start")))
        await deliver_letters(host, person.identity)
        return answer

    @get("/clock")
    async def clock(request: AnyRequest) -> Response[Any]:
        """Show the demo's day, and how to move it."""
        return host.page(request, "sandbox/clock.html", now=host.clock.local(), steps=STEPS)

    @post("/clock")
    async def move(request: AnyRequest, visitor: NamedDependency[Visit | None]) -> Response[Any]:
        """Move the demo's clock. Whoever is signed in stays so: nobody sleeps through a demo's days."""
        step = str((await request.form()).get("days"))
        if step not in map(str, STEPS) or not isinstance(host.clock, MovableClock):
            raise HTTPException(status_code=400, detail="the clock moves forward by the steps that are offered")
        host.clock.move(days=int(step))
        if visitor is not None and visitor.actor.number in by_number:
            return await host.sign_in(request, _identity_of(visitor), next="/sandbox/clock")
        return Redirect("/sandbox/clock", status_code=303)

    return [persons, signin, clock, move]


async def _appoint(host: Host, cast: Cast) -> None:
    """Let the invented staff work at those units of theirs that this instance has: all, so that colleagues see them."""
    for person in cast.persons:
        for work in person.works:
            if host.instance.unit(work.unit):
                await host.people.appoint(
                    person.identity, staff=work.staff, title=work.title, unit=work.unit, roles=work.roles
                )


def _identity_of(visit: Visit) -> Identity:
    person = visit.actor
    return Identity(person.number, person.name, person.born, person.county)
