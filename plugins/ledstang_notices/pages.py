"""What somebody chooses of how they are told, and where the link in a notice leads once they have signed in."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from ledstang import Host, Panel, Visit, text
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from ledstang_notices import kept
from ledstang_notices.choosing import choose, chosen
from ledstang_notices.sending import LETTER, channels, words

AnyRequest = Request[Any, Any, Any]
CHOOSE, OPEN = "notices.choose", "notices.open"
LOCALE = [Path(__file__).parent / "locale"]


class Mine(msgspec.Struct, frozen=True):
    """Something of `person`'s: the resource of a question about it."""

    person: UUID


def pages(host: Host) -> list[BaseRouteHandler]:
    """Return the handlers."""

    async def admit(visit: Visit) -> None:
        """Let those in who are here for themselves: how somebody is told is theirs to say. Raises NotFoundException."""
        if visit.ground != "self" or not await host.may(visit, CHOOSE, Mine(visit.actor.id)):
            raise NotFoundException

    async def addressed(visit: Visit, id_: UUID) -> dict[str, Any]:
        """Return a notice that was sent to whoever acts. Raises NotFoundException for another's, and for a code."""
        rows = await kept.by_id(id_)
        if not rows or rows[0]["person"] != visit.actor.id or not rows[0]["path"]:
            raise NotFoundException
        if visit.ground == "self" and not await host.may(visit, OPEN, Mine(rows[0]["person"])):
            raise NotFoundException
        return rows[0]

    @get("/")
    async def choices(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show what somebody has chosen, and what was sent to them."""
        await admit(visit)
        found, choice = await kept.of_person(visit.actor.id), await chosen(host, visit.actor.id)
        opened = [channel.name for channel in channels(host)]
        return host.page(
            request, "notices/choices.html", choice=choice, sent=found, channels=opened,
            states=kept.STATES, how=kept.HOW, saved="saved" in request.query_params,
        )  # fmt: skip

    @post("/")
    async def keep(request: AnyRequest, visit: Visit) -> Redirect:
        """Keep what was chosen."""
        await admit(visit)
        await choose(host, visit.actor.id, await request.form())
        return Redirect("/notices/?saved", status_code=303)

    @get("/{id_:uuid}")
    async def follow(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Lead to what a notice was about; where that is another's than whom one acts for, ask first."""
        row = await addressed(visit, id_)
        if kept.leads_to(row) == visit.subject.id and visit.ground == (row["ground"] or "self"):
            return Redirect(row["path"], status_code=303)
        other = None
        if row["about"]:
            other = await host.people.for_whom(visit.actor, row["about"], row["ground"])
            if other is None:
                return host.page(request, "notices/over.html", status=403)
        return host.page(request, "notices/for-whom.html", row=row, other=other)

    @post("/{id_:uuid}")
    async def go_over(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Act for whom a notice is about, as was confirmed, and go to it."""
        row = await addressed(visit, id_)
        if not row["about"]:
            return Redirect(f"/notices/{id_}", status_code=303)
        return await host.people.act_for(request, row["about"], row["ground"], row["path"])

    return [choices, keep, follow, go_over]


def panels(host: Host) -> list[Panel]:
    """Return the way to what one has chosen, and for the demo's page the words of what was sent."""

    async def way(visit: Visit, _about: Any) -> Markup | None:
        if visit.ground != "self":
            return None
        said = text("Choose how you are told that there is something new", visit.language, LOCALE)
        return Markup('<p><a href="/notices/">{}</a></p>').format(said)

    async def said(visit: Visit, _about: Any) -> Markup | None:
        choice = await chosen(host, visit.actor.id)
        rows = [row for row in await kept.of_person(visit.actor.id) if row["kind"] != "code"]
        items = [_item(host, row, choice.language, visit.language) for row in rows]
        return Markup("<ul>{}</ul>").format(Markup("").join(items)) if items else None

    shown = [Panel("settings", "How you are told", way)] if channels(host) else []
    return [*shown, Panel("sent", "In these words", said)] if host.instance.demo else shown


def _item(host: Host, row: dict[str, Any], language: str, reading: str) -> Markup:
    how = text(kept.HOW[row["channel"]], reading, LOCALE)
    path = "/" if row["channel"] == LETTER.name else f"/notices/{row['id']}"
    here = Markup('<a href="{0}">{0}</a>').format(path)
    said = Markup("{}").format(words(host, row["kind"], language).text.replace("{link}", "%s")) % here
    return Markup("<li>{}: {}</li>").format(how, said)
