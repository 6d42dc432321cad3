"""The public pages: the catalogue, a programme's own page, and the way in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from ledstang import Host, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import File, Redirect

from ledstang_programmes import participation, receipts
from ledstang_programmes.catalogue import Offers
from ledstang_programmes.consenting import asked_of, say_yes
from ledstang_programmes.document import Programme
from ledstang_programmes.loading import TAKE_PART
from ledstang_programmes.series import GUARDIAN
from ledstang_programmes.tables import home

HtmlRequest = Request[Any, Any, Any]


class Beginning(msgspec.Struct, frozen=True):
    """A participation that there is not yet, of `person`: what is asked about before it is begun."""

    person: UUID


def public_pages(host: Host, offers: Offers) -> list[HTTPRouteHandler]:
    """Return the handlers that need nobody to be signed in, and those that begin a participation."""

    def known(key: str) -> tuple[Programme, str]:
        found = offers.get(key)
        if found is None:
            raise NotFoundException
        return found

    @get("/")
    async def catalogue(request: HtmlRequest, visitor: Visit | None, q: FromQuery[str] = "") -> Response[bytes]:
        """List the programmes, or those that a search finds."""
        found = offers.search(q[:200], visitor, host.clock.today())
        rows = [(programme, offers.places(programme)) for programme in found]
        return host.page(request, "programmes/catalogue.html", rows=rows, q=q[:200])

    @get("/{key:str}")
    async def programme(request: HtmlRequest, visitor: Visit | None, key: FromPath[str]) -> Response[Any]:
        """Tell what a programme is and let those begin whom it is for."""
        document, _ = known(key)
        refusal = offers.refusal(document, visitor, host.clock.today()) if visitor else None
        mine = await participation.of_person(visitor.subject.id) if visitor else []
        running = next((row for row in mine if row["programme"] == key and row["ended"] is None), None)
        if running and not await host.may(visitor, TAKE_PART, participation.part(running)):
            running = None
        template = "programmes/refused.html" if refusal and not running else "programmes/programme.html"
        return host.page(
            request,
            template,
            programme=document,
            places=offers.places(document),
            refusal=refusal,
            running=running,
            contact=_contact(host, document),
        )

    async def admit(visit: Visit) -> None:
        """Raise NotFoundException for whoever may not take part, such as a child that is too young to act for itself."""
        if not await host.may(visit, TAKE_PART, Beginning(visit.subject.id)):
            raise NotFoundException

    @get("/{key:str}/begin")
    async def consent(request: HtmlRequest, key: FromPath[str], visit: Visit) -> Response[bytes]:
        """Ask for consent before anything is kept."""
        document, _ = known(key)
        if refused := offers.refusal(document, visit, host.clock.today()):
            return _refused(request, document, refused)
        await admit(visit)
        return host.page(request, "programmes/consent.html", programme=document, fault=None)

    @post("/{key:str}/begin")
    async def begin(request: HtmlRequest, key: FromPath[str], visit: Visit) -> Response[Any]:
        """Begin a participation. Pressing twice begins once."""
        document, version = known(key)
        if refused := offers.refusal(document, visit, host.clock.today()):
            return _refused(request, document, refused)
        await admit(visit)
        form = await request.form()
        if document.consent and form.get("consent") != document.consent.version:
            return host.page(request, "programmes/consent.html", status=422, programme=document, fault="consent")
        id_ = await _begin(visit, document, version)
        return Redirect(home(id_), status_code=303)

    async def _begin(visit: Visit, document: Programme, version: str) -> UUID:
        """Begin, with the yes of the guardian who does so."""

        async def work() -> UUID:
            id_ = await participation.begin(host, visit.subject.id, document, version)
            needed, guardian = asked_of(document, visit.subject), visit.ground == GUARDIAN
            if needed > int(guardian):
                await receipts.wait(host, visit.subject.id, id_, document)
            if needed and guardian:
                await say_yes(host, visit, id_, document)
            return id_

        return await host.database.write(work)

    def _refused(request: HtmlRequest, document: Programme, refusal: Any) -> Response[bytes]:
        return host.page(
            request,
            "programmes/refused.html",
            status=403,
            programme=document,
            places=offers.places(document),
            refusal=refusal,
            contact=_contact(host, document),
        )

    @get("/media/{key:str}/{name:str}")
    async def media(key: FromPath[str], name: FromPath[str]) -> File:
        """Send a picture, a film or its captions: nothing that was not compiled with the programme."""
        document, _ = known(key)
        found = document.media.get(name)
        if found is None:
            raise NotFoundException
        return File(
            host.content("programmes")[key].path / "media" / name,
            media_type=found.type,
            content_disposition_type="inline",
            headers={
                "Cache-Control": "public, max-age=31536000, immutable",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            },
        )

    return [catalogue, programme, consent, begin, media]


def _contact(host: Host, programme: Programme) -> list[str]:
    """Return whom to contact about a programme: its owning unit, and the regions it is offered in."""
    unit = host.instance.unit(programme.owner)
    lines = [f"{unit.name}: {unit.contact}"] if unit and unit.contact else []
    return lines + [region.contact for region in host.instance.regions if region.contact]
