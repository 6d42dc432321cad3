"""What somebody who acted for another had begun to write to care when they could act no longer: the unit's to decide on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from ledstang import Host, Listener, ProxyEnded
from litestar import Request

from ledstang_inbox.cases import Cases
from ledstang_inbox.keeping import cases_of

AnyRequest = Request[Any, Any, Any]


def listener(host: Host) -> Listener[Any]:
    """Return what hears that nobody acts for somebody in a relation any more, and takes out what was not sent."""

    async def hear(told: ProxyEnded, _once: str) -> None:
        for case in await cases_of(told.person):
            responses, answers = await host.database.together(*host.answers.statements(case.id))
            begun = {one.id for one in host.answers.responses(responses).values() if one.completed is None}
            theirs = [row["id"] for row in answers if row["ground"] == told.relation and row["response"] in begun]
            if theirs:
                path = f"/inbox/write/{case.type}" if case.draft else f"/inbox/cases/{case.id}"
                await host.people.withhold(theirs, path, case.unit)

    return Listener("unsent", ProxyEnded, hear)


def unit_of_type(host: Host) -> Callable[[AnyRequest], Awaitable[str | None]]:
    """Return what tells which unit a posted page was meant for, by what it was about."""

    async def unit_of(request: AnyRequest) -> str | None:
        found = host.content("cases").get(request.path_params["key"])
        unit = host.people.current(found.document.owner) if found else None
        return unit.hsa_id if unit else None

    return unit_of


def unit_of_case(cases: Cases) -> Callable[[AnyRequest], Awaitable[str | None]]:
    """Return the same, by the case that it was written in."""

    async def unit_of(request: AnyRequest) -> str | None:
        id_: UUID = request.path_params["id_"]
        return await cases.unit_of(id_)

    return unit_of
