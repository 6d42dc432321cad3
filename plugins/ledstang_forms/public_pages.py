"""The public pages: which forms there are to choose, what each is, and the way in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ledstang import Form, Host, Offer, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_forms import sendings, statements
from ledstang_forms.asking import Words
from ledstang_forms.offers import LENDS, Offers, Refusal
from ledstang_forms.settings import Settings
from ledstang_forms.statements import ANSWER, EXPIRED, OPEN, Sent

HtmlRequest = Request[Any, Any, Any]


def public_pages(host: Host, offers: Offers) -> list[HTTPRouteHandler]:
    """Return the handlers that need nobody to be signed in, and the one that begins a form."""

    def known(key: str) -> tuple[Form, Offer, str]:
        found = offers.get(key, chosen=True)
        if found is None:
            raise NotFoundException
        return found

    def about(request: HtmlRequest, form: Form, offer: Offer, refusal: Refusal | None, **more: Any) -> Response[bytes]:
        lends = refusal is not None and refusal.code == LENDS
        template = "forms/about.html" if refusal is None or lends else "forms/refused.html"
        contact = [region.contact for region in host.instance.regions if region.contact]
        return host.page(
            request, template, form=form, offer=offer, refusal=refusal, lends=lends, contact=contact, safety=form.safety,
            unit=host.people.current(form.owner), **more,
        )  # fmt: skip

    @get("/")
    async def catalogue(request: HtmlRequest, visitor: Visit | None) -> Response[bytes]:
        """List what somebody has to answer and has answered, and the forms that one may choose."""
        mine = await _mine(host, visitor) if visitor else []
        titles = {one.id: (await sendings.form_of(host, one)).title for one in mine}
        now = host.clock.now()
        waiting = sorted(
            (one for one in mine if one.is_open(now)), key=lambda one: (one.due is None, one.due or one.changed)
        )
        done = [one for one in mine if one.completed]
        forms = offers.chosen(visitor, host.clock.today())
        return host.page(request, "forms/list.html", forms=forms, waiting=waiting, done=done, titles=titles)

    @get("/{key:str}")
    async def form(request: HtmlRequest, visitor: Visit | None, key: FromPath[str]) -> Response[Any]:
        """Tell what a form is and let those begin whom it is for."""
        document, offer, _ = known(key)
        refusal = offers.refusal(offer, visitor, host.clock.today()) if visitor else None
        now = host.clock.now()
        mine = await _mine(host, visitor) if visitor else []
        running = next((one for one in mine if one.form == key and one.is_open(now)), None)
        if running and refusal and refusal.code != LENDS:
            refusal = None
        return about(request, document, offer, refusal, running=running)

    @post("/{key:str}/begin")
    async def begin(request: HtmlRequest, key: FromPath[str], visit: Visit) -> Response[Any]:
        """Begin a form. Pressing twice begins once. What a child answers by itself, whoever acts for it hands over."""
        document, offer, version = known(key)
        refused = offers.refusal(offer, visit, host.clock.today())
        if refused and refused.code != LENDS:
            return about(request, document, offer, refused)
        if not await host.may(visit, ANSWER, Beginning(visit)):
            raise NotFoundException
        one = await _begin(visit, document, version)
        if one.state in OPEN and not one.is_open(host.clock.now()):
            await sendings.end(host, one, EXPIRED)
            one = await _begin(visit, document, version)
        return Redirect(f"/forms/mine/{one.id}/{'hand-over' if refused else 'next'}", status_code=303)

    async def _begin(visit: Visit, form: Form, version: str) -> Sent:
        reader = host.people.current(form.owner)
        unit = reader.hsa_id if reader else ""
        expires = host.clock.now() + timedelta(days=host.settings(Settings).draft_days)
        new = sendings.row(
            host, person=visit.subject.id, form=form.key, version=version, unit=unit, expires=expires,
            once=sendings.chosen_once(visit.subject.id, form.key),
        )  # fmt: skip
        return await sendings.make(host, new, Words.of(host, form, unit))

    return [catalogue, form, begin]


class Beginning:
    """A sending that there is not yet, of `person`: what is asked about before it is begun."""

    def __init__(self, visit: Visit) -> None:
        self.person = visit.subject.id


async def _mine(host: Host, visit: Visit) -> list[Sent]:
    """Return the sendings of a visit's subject, where the visit may answer forms for them."""
    found = [statements.sent(row) for row in await statements.of_person(visit.subject.id)]
    return found if found and await host.may(visit, ANSWER, Beginning(visit)) else []
