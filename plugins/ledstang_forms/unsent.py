"""What somebody who acted for another had begun and not sent when they could act no longer: it is no answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from ledstang import OWN_GROUNDS, Form, Host, Listener, ProxyEnded, Visit
from litestar import Request

from ledstang_forms import statements
from ledstang_forms.sendings import form_of
from ledstang_forms.statements import ANSWER, Sent

Rows = list[dict[str, Any]]


async def withhold(host: Host, one: Sent, form: Form, grounds: Collection[str], answers: Rows) -> Rows:
    """Keep what was answered on some grounds sealed for the unit to decide on, and return the rest."""
    begun = [row for row in answers if row["ground"] in grounds]
    if begun:
        await host.people.withhold([row["id"] for row in begun], f"/forms/mine/{one.id}", one.unit or form.owner)
    return [row for row in answers if row not in begun]


async def not_withheld(host: Host, visit: Visit, one: Sent, form: Form, answers: Rows) -> Rows:
    """Return the answers, but for those that somebody had begun who may act no longer: the person never sees them."""

    grounds = {row["ground"] for row in answers} - OWN_GROUNDS
    shut = {ground for ground in grounds if host.people.is_shut(visit, ground, ANSWER)}
    return await withhold(host, one, form, shut, answers)


def listener(host: Host) -> Listener[Any]:
    """Return what hears that nobody acts for somebody in a relation any more, and sees to each form that is open."""

    async def hear(told: ProxyEnded, _once: str) -> None:
        for one in map(statements.sent, await statements.of_person(told.person)):
            if one.state in statements.OPEN:
                _, answers = await host.database.together(*host.answers.statements(one.id))
                await withhold(host, one, await form_of(host, one), {told.relation}, answers)

    return Listener("unsent", ProxyEnded, hear)


def owner_of(host: Host) -> Callable[[Request[Any, Any, Any]], Awaitable[str | None]]:
    """Return what tells which unit a posted page's form belongs to: it decides on what could not be sent any more."""

    async def unit_of(request: Request[Any, Any, Any]) -> str | None:
        (found,) = await host.database.together(statements.by_id.bind(request.path_params["id_"]))
        if not found:
            return None
        one = statements.sent(found[0])
        return one.unit or (await form_of(host, one)).owner or None

    return unit_of
