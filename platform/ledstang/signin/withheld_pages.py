"""The staff's pages of withheld texts: what waits at the unit, one of them, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang.access.permissions import AtUnit, Permission
from ledstang.access.visit import Visit
from ledstang.attachments.uses import WITHHELD
from ledstang.offers import Link
from ledstang.people.persons import Person
from ledstang.signin.withheld import DISCARDED, PASSED_ON, Withheld

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
Persons = dict[UUID, Person]
DECIDE = "withheld.decide"
ROLES = ("treater", "citizen-administrator")
TITLE = "Read what somebody had begun to write for you, and decide what becomes of it"
PERMISSIONS = (Permission(DECIDE, TITLE, who="staff", roles=ROLES),)
SERVICE = Link(
    "Texts to decide on",
    "/staff/withheld",
    "What was being written for somebody when it could no longer be sent.",
    action=DECIDE,
)
MOST = 2000
"""The most letters of a reason."""
OUTCOME = "Choose what becomes of the text."
REASON = "Write why, in at most 2000 letters."


def withheld_pages(house: House) -> list[HTTPRouteHandler]:
    """Return the handlers. Who opens a text is in the access log of the one in whose name it was written, before it shows."""

    async def one_of(staff: Visit, id_: UUID) -> tuple[Withheld, Persons]:
        """Return a text of the visit's unit, and whom it is about.

        Raises NotFoundException for another unit's, as for one that is decided.
        """
        texts, persons, files = await house.database.together(
            *house.withheld.one(id_), house.attachments.statement(WITHHELD, id_)
        )
        found = house.withheld.read(texts)
        if not found or not await house.access.may(staff, DECIDE, found[0]):
            raise NotFoundException
        one = msgspec.structs.replace(found[0], files=tuple(house.attachments.opened(files)))
        return one, {row["id"]: house.register.person(row) for row in persons}

    def shown(
        request: AnyRequest, one: Withheld, persons: Persons, errors: dict[str, str] | None = None, given: Any = None
    ) -> Response[bytes]:
        return house.pages.render(
            request, "host/withheld-text.html", status=422 if errors else 200, one=one, child=persons.get(one.person),
            actor=persons.get(one.actor), errors=errors or {}, given=given or {},
        )  # fmt: skip

    @get("/staff/withheld", name="withheld")
    async def waiting(request: AnyRequest, staff: Visit) -> Response[bytes]:
        """List what waits at the unit: when it was written, and in which service, nothing of what it says."""
        if not await house.access.may(staff, DECIDE, AtUnit(staff.unit or "")):
            raise NotFoundException
        rows = [(one, _service(house, one, staff)) for one in await house.withheld.of_unit(staff.unit or "")]
        return house.pages.render(request, "host/withheld.html", rows=rows)

    @get("/staff/withheld/{id_:uuid}", name="withheld_text")
    async def text(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Show a text, and ask what becomes of it."""
        return shown(request, *await one_of(staff, id_))

    @post("/staff/withheld/{id_:uuid}", name="decide_withheld")
    async def decide(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Pass a text on to the one in whose name it was written, or discard it, with a reason."""
        one, persons = await one_of(staff, id_)
        form = await request.form()
        outcome, reason = str(form.get("outcome", "")), str(form.get("reason", "")).strip()
        faults = {
            "outcome": "" if outcome in (PASSED_ON, DISCARDED) else OUTCOME,
            "reason": "" if 0 < len(reason) <= MOST else REASON,
        }
        say = house.pages.templates.gettext
        errors = {name: say(staff.language, fault) for name, fault in faults.items() if fault}
        if errors:
            return shown(request, one, persons, errors, form)

        async def work() -> None:
            if await house.withheld.decide(one, outcome, staff.actor.id, reason) and outcome == DISCARDED:
                await house.attachments.drop(WITHHELD, one.id)

        await house.database.write(work)
        return Redirect("/staff/withheld", status_code=303)

    return [waiting, text, decide]


def _service(house: House, one: Withheld, staff: Visit) -> str:
    return house.called(one.path.strip("/").partition("/")[0], staff.language)
