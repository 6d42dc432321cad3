"""Stands in for what a region would send by, and for the systems that it would tell: everything is only written down."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from ledstang import (
    CodeWanted,
    Event,
    FormCompleted,
    Host,
    Listener,
    Message,
    ModuleCompleted,
    NoticeWanted,
    ParticipationEnded,
    ParticipationStarted,
    PersonalData,
    Visit,
    prepared,
)
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler

from ledstang_sandbox.tables import Sent

EVENTS: dict[str, type[Event]] = {
    "notice": NoticeWanted,
    "started": ParticipationStarted,
    "module": ModuleCompleted,
    "ended": ParticipationEnded,
    "form": FormCompleted,
}
"""What the sandbox hears, by what it calls it."""

of_person = prepared(
    lambda person: (
        Sent.select(Sent.kind, Sent.reason, Sent.at)
        .where(Sent.person == person)
        .order_by(Sent.at, ascending=False)
        .limit(100)
    )
)


def listeners(host: Host) -> list[Listener[Any]]:
    """Return what writes down each event that the sandbox hears."""

    def listener(kind: str, event: type[Event]) -> Listener[Any]:
        async def hear(heard: Event, once: str) -> None:
            if getattr(heard, "for_proxies", False):
                return  # of which the person is not told
            reason = getattr(heard, "reason", "")
            row = Sent(once=once, person=heard.person, kind=kind, reason=reason, at=host.clock.now())
            await Sent.insert(row).on_conflict(target=Sent.once, action="DO NOTHING")

        return Listener(kind, event, hear)

    async def hear_code(heard: CodeWanted, once: str) -> None:
        code = await host.people.code(heard.code)
        if code is None:
            return
        row = Sent(once=once, person=heard.person, kind=f"code {code.kind}", reason=code.digits, at=host.clock.now())
        await Sent.insert(row).on_conflict(target=Sent.once, action="DO NOTHING")

    return [*(listener(kind, event) for kind, event in EVENTS.items()), Listener("code", CodeWanted, hear_code)]


class Nowhere:
    """Serves `TextMessages`, `Mail` and `Letters` in the demo: takes every message, and lets none leave the machine."""

    async def send(self, message: Message) -> str:
        """Take a message, and call it by what it is known by already."""
        return message.once

    async def receipts(self, references: Collection[str]) -> dict[str, bool]:
        """Say that all have arrived."""
        return dict.fromkeys(references, True)


def sent_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the page of what was sent to whoever is signed in, and of what others were told about them."""

    @get("/sent")
    async def sent(request: Request[Any, Any, Any], visit: Visit) -> Response[bytes]:
        """Show what would have gone out by SMS and e-mail, and what other systems would have heard."""
        rows, own = await host.database.together(of_person.bind(visit.subject.id), of_person.bind(visit.actor.id))
        codes = [row for row in own if row["kind"].startswith("code ")]
        notices = [row for row in rows if row["kind"] == "notice"]
        told = [row for row in rows if row["kind"] in EVENTS.keys() - {"notice"}]
        notices = sorted([*codes, *notices], key=lambda row: row["at"], reverse=True)
        panels = await host.panels("sent", visit, None)
        return host.page(request, "sandbox/sent.html", notices=notices, told=told, panels=panels)

    return [sent]


def sent_data() -> PersonalData:
    """Return how to hand out and to forget what is kept here of a person."""

    async def export(person: UUID) -> list[dict[str, Any]]:
        return await of_person(person)

    async def erase(person: UUID, _why: str) -> int:
        return len(await Sent.delete().where(Sent.person == person).returning(Sent.once))

    return PersonalData("What was sent to you in the demo", export, erase, "sent", "own", {"at": "When"})
