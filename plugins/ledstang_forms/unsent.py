"""What somebody who acted for another had begun and not sent when they could act no longer: it is no answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from ledstang import Form, Host, Listener, ProxyEnded, Visit
from litestar import Request

from ledstang_forms import sendings
from ledstang_forms.sendings import ANSWER, OWN, Sent, form_of

Rows = list[dict[str, Any]]


async def withhold(host: Host, one: Sent, form: Form, grounds: Collection[str], answers: Rows) -> Rows:
    """Keep what was answered on some grounds sealed for the unit to decide on, and return the rest."""
    begun = [row for row in answers if row["ground"] in grounds]
    if begun:
        await host.people.withhold([row["id"] for row in begun], f"/forms/mine/{one.id}", one.unit or form.owner)
    return [row for row in answers if row not in begun]


async def not_withheld(host: Host, visit: Visit, one: Sent, form: Form, answers: Rows) -> Rows:
    """Return the answers, but for those that somebody had begun who may act no longer: the person never sees them."""

    grounds = {row["ground"] for row in answers} - OWN
    shut = {ground for ground in grounds if host.people.is_shut(visit, ground, ANSWER)}
    return await withhold(host, one, form, shut, answers)


def listener(host: Host) -> Listener[Any]:
    """Return what hears that nobody acts for somebody in a relation any more, and sees to each form that is open."""

    async def hear(told: ProxyEnded, _once: str) -> None:
        for one in map(sendings.sent, await sendings.of_person(told.person)):
            if one.state in sendings.OPEN:
                _, answers = await host.database.together(*host.answers.statements(one.id))
                await withhold(host, one, await form_of(host, one), {told.relation}, answers)

    return Listener("unsent", ProxyEnded, hear)


def owner_of(host: Host) -> Callable[[Request[Any, Any, Any]], Awaitable[str | None]]:
    """Return what tells which unit a posted page's form belongs to: it decides on what could not be sent any more."""

    async def unit_of(request: Request[Any, Any, Any]) -> str | None:
        (found,) = await host.database.together(sendings.statement(request.path_params["id_"]))
        if not found:
            return None
        one = sendings.sent(found[0])
        return one.unit or (await form_of(host, one)).owner or None

    return unit_of
