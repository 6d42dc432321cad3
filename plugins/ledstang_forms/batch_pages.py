"""The staff's pages of a list, or of several occasions: fill in, look through, queue, follow, stop."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from ledstang import AtUnit, Host, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_forms import batches
from ledstang_forms.batches import Batch
from ledstang_forms.many import Many, nothing_yet, read_many
from ledstang_forms.offers import Offers
from ledstang_forms.recipients import Recipient
from ledstang_forms.staff_pages import SEND, choices

HtmlRequest = Request[Any, Any, Any]


def batch_pages(host: Host, offers: Offers) -> list[HTTPRouteHandler]:
    """Return the handlers. Personal numbers are in forms' bodies, and in no address."""

    async def admit(visit: Visit) -> str:
        if visit.unit is None or not await host.may(visit, SEND, AtUnit(visit.unit)):
            raise NotFoundException
        return visit.unit

    async def load(visit: Visit, batch: UUID) -> Batch:
        found = await batches.read(batch)
        if found is None or not await host.may(visit, SEND, AtUnit(found.unit)):
            raise NotFoundException
        return found

    def form(request: HtmlRequest, wanted: Many, errors: dict[str, str]) -> Response[bytes]:
        about = {"wanted": wanted, "errors": errors, "choices": choices(offers)}
        return host.page(request, "forms/staff-many.html", status=422 if errors else 200, **about)

    @get("/staff/send-many")
    async def asking(request: HtmlRequest, staff: Visit) -> Response[bytes]:
        """Ask to whom, which form, and when."""
        await admit(staff)
        return form(request, nothing_yet(host, str(uuid4())), {})

    @post("/staff/send-many")
    async def send(request: HtmlRequest, staff: Visit) -> Response[Any]:
        """Show what would go out to whom and when; when that is right, queue it. A page that is posted twice queues once."""
        unit = await admit(staff)
        fields = await request.form()
        wanted, errors = await read_many(host, offers, staff, fields)
        if errors or wanted.form is None:
            return form(request, wanted, errors)
        for person in wanted.people:
            if not await host.may(staff, SEND, Recipient(person.id, unit)):
                raise NotFoundException
        times = batches.occasions(host, wanted.first, wanted.days, wanted.times, wanted.every)
        if fields.get("sure") != "yes" or not wanted.once:
            return host.page(
                request, "forms/staff-many-check.html", wanted=wanted, times=times, once=wanted.once or str(uuid4())
            )
        await batches.queue(host, staff, UUID(wanted.once), wanted.people, wanted.form, wanted.version, times)
        return Redirect(f"/forms/staff/batch/{wanted.once}", status_code=303)

    @get("/staff/batch/{batch:uuid}")
    async def follow(request: HtmlRequest, staff: Visit, batch: FromPath[UUID]) -> Response[bytes]:
        """Show how many have been sent, answered and stopped: numbers, and nobody's name."""
        found = await load(staff, batch)
        document = await host.content("forms").version(found.form)
        return host.page(request, "forms/staff-batch.html", batch=found, form=document)

    @post("/staff/batch/{batch:uuid}/stop")
    async def stop(staff: Visit, batch: FromPath[UUID]) -> Response[Any]:
        """Stop what has not gone out."""
        await load(staff, batch)
        await batches.stop(host, batch)
        return Redirect(f"/forms/staff/batch/{batch}", status_code=303)

    return [asking, send, follow, stop]
