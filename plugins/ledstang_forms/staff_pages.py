"""The staff's pages: send a form to somebody, follow it, and read what was answered, with the version it was given under."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec
from ledstang import AtUnit, Author, Filler, Host, PageByPage, Permission, Person, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import escape

from ledstang_forms import sendings
from ledstang_forms.asking import Words
from ledstang_forms.flags import raised_by
from ledstang_forms.loading import Loader, Sheet
from ledstang_forms.offers import Offers
from ledstang_forms.recipients import Recipient, Wanted, read_wanted
from ledstang_forms.statements import CANCELLED, PLACE, STOPPED

HtmlRequest = Request[Any, Any, Any]
SEND, READ = "forms.send", "forms.read"
READERS = ("treater",)
PERMISSIONS = (
    Permission(SEND, "Send a form", who="staff", roles=(*READERS, "citizen-administrator")),
    Permission(READ, "Read the answers to a form", who="staff", roles=READERS),
)


class Wrote(msgspec.Struct, frozen=True):
    """Who gave answers: the person themselves, or somebody who acted for them, by name."""

    author: Author
    person: Person | None


def staff_pages(host: Host, offers: Offers, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers. A personal number is in a form's body, and in no address."""

    async def admit(visit: Visit) -> str:
        if visit.unit is None or not await host.may(visit, SEND, AtUnit(visit.unit)):
            raise NotFoundException
        return visit.unit

    @get("/staff/send")
    async def asking(request: HtmlRequest, staff: Visit) -> Response[bytes]:
        """Ask whom to send which form to, and until when it is to be answered."""
        await admit(staff)
        return form(request, Wanted(once=str(uuid4())), {})

    @post("/staff/send")
    async def send(request: HtmlRequest, staff: Visit) -> Response[Any]:
        """Show what would be sent to whom; when that is right, send it. A page that is posted twice sends once."""
        unit = await admit(staff)
        fields = await request.form()
        wanted, errors = await read_wanted(host, offers, staff, fields)
        if errors or wanted.person is None or wanted.form is None:
            return form(request, wanted, errors)
        if not await host.may(staff, SEND, Recipient(wanted.person.id, unit)):
            raise NotFoundException
        if fields.get("sure") != "yes" or not wanted.once:
            return host.page(request, "forms/staff-check.html", wanted=wanted, once=wanted.once or str(uuid4()))
        one = await sendings.make(
            host,
            sendings.row(
                host, person=wanted.person.id, form=wanted.form.key, version=wanted.version, unit=unit,
                expires=wanted.expires(), due=wanted.due(), sent_by=staff.actor.id, once=f"staff/{unit}/{wanted.once}",
            ),
            Words.of(host, wanted.form, unit),
        )  # fmt: skip
        return Redirect(f"/forms/staff/{one.id}", status_code=303)

    @get("/staff/{id_:uuid}")
    async def follow(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Show how it stands with a form: sent, answered, taken back. Nothing of what was written."""
        sheet = await loader.read(staff, id_, SEND)
        at_work = staff.assignment
        reads = at_work is not None and not at_work.roles.isdisjoint(READERS)  # a way to them is no reading of them
        return await page(request, "staff-sending", sheet, reads=reads)

    @post("/staff/{id_:uuid}/take-back")
    async def take_back(staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Take back a form that has not been answered: it lies in nobody's inbox, and nobody is reminded."""
        sheet = await loader.read(staff, id_, SEND)
        if sheet.one.asked:
            await sendings.end(host, sheet.one, CANCELLED)
        return Redirect(f"/forms/staff/{id_}", status_code=303)

    @get("/staff/{id_:uuid}/answers")
    async def answers(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show what was answered, what it came to, and what staff are to be told of; never what has not been sent."""
        sheet = await loader.read(staff, id_, READ)
        if not sheet.one.completed:
            return Redirect(f"/forms/staff/{id_}", status_code=303)
        later = sheet.later
        filling = PageByPage(sheet, PLACE, sheet.form, sheet.path, Filler(sheet.form.language))
        return await page(
            request, "staff-answers", sheet, filling=filling, raised=raised_by(host, sheet.form, filling, sheet.one.completed),
            later=later if later and later.completed else None,
        )  # fmt: skip

    @post("/staff/{id_:uuid}/noted")
    async def noted(staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Take a form that could not be sent off the list of those."""
        sheet = await loader.read(staff, id_, SEND)
        if sheet.one.state == STOPPED:
            await sendings.see(host, sheet.one)
        return Redirect("/staff/lists/forms/stopped", status_code=303)

    @post("/staff/{id_:uuid}/seen")
    async def seen(staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Take answers off the list of those that nobody has seen to."""
        sheet = await loader.read(staff, id_, READ)
        await sendings.see(host, sheet.one)
        return Redirect("/staff/lists/forms/answered", status_code=303)

    def form(request: HtmlRequest, wanted: Wanted, errors: dict[str, str]) -> Response[bytes]:
        about = {"wanted": wanted, "errors": errors, "choices": choices(offers)}
        return host.page(request, "forms/staff-send.html", status=422 if errors else 200, **about)

    async def page(request: HtmlRequest, name: str, sheet: Sheet, **more: Any) -> Response[bytes]:
        people = await host.people.persons({sheet.one.person, *(author.actor for author in sheet.authors)})
        wrote = [Wrote(author, people.get(author.actor)) for author in sheet.authors]
        about = {"sheet": sheet, "one": sheet.one, "form": sheet.form, "person": people.get(sheet.one.person)}
        return host.page(request, f"forms/{name}.html", wrote=wrote, now=host.clock.now(), **about, **more)

    return [asking, send, follow, take_back, answers, noted, seen]


def choices(offers: Offers) -> list[dict[str, str]]:
    """Return the forms that care may send, to choose among."""
    return [
        {"code": key, "html": str(escape(one.title)), "text": one.title} for key, (one, _, _) in offers.all().items()
    ]
