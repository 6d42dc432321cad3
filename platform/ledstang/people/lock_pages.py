"""*Lock an account*: where a citizen administrator sees to it that nobody signs in as somebody, and that they can again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler

from ledstang.access.permissions import AtUnit, Permission
from ledstang.access.visit import Visit
from ledstang.offers import Link
from ledstang.people.numbers import NotANumber
from ledstang.people.persons import Person

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
LOCK = "staff.lock"
PERMISSIONS = (
    Permission(LOCK, "Lock and unlock accounts", who="staff", roles=("citizen-administrator",), despite_blocks=True),
)  # fmt: skip
SERVICE = Link("Lock an account", "/staff/account", "When somebody else may be signing in as a citizen.", action=LOCK)
LONGEST = 2_000
"""The most letters of a reason."""
NUMBER = "Write the personal number with twelve digits, such as 19850506 and four more."
UNKNOWN = "Nobody is known here by this number. Check it, or ask the person to sign in once."
REASON = "Write why, in words."
TOO_LONG = "That is too long. Shorten it."


class Account(msgspec.Struct, frozen=True):
    """Somebody's account, as a citizen administrator at a unit asks to see to it."""

    id: UUID
    person: UUID
    unit: str


def lock_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers of `/staff/account`. The number is never in an address, and each look at an account is logged."""

    async def admit(visit: Visit) -> str:
        if visit.unit is None or not await house.access.may(visit, LOCK, AtUnit(visit.unit)):
            raise NotFoundException
        return visit.unit

    async def found(visit: Visit, unit: str, given: str) -> tuple[Person | None, str]:
        """Return who has a number, and what is wrong with it."""
        try:
            person = await house.register.known(house.checking.read(given))
        except NotANumber:
            return None, NUMBER
        if person is None:
            return None, UNKNOWN
        at_desk = msgspec.structs.replace(visit, purpose="administration")
        if not await house.access.may(at_desk, LOCK, Account(person.id, person.id, unit)):
            raise NotFoundException
        return person, ""

    def asking(request: AnyRequest, number: str = "", fault: str = "", language: str = "sv") -> Response[Any]:
        errors = {"number": house.pages.templates.gettext(language, fault)} if fault else {}
        status = 422 if fault else 200
        return house.pages.render(request, "host/account-find.html", status=status, number=number, errors=errors)

    def account(request: AnyRequest, person: Person, **about: Any) -> Response[Any]:
        filled = {"errors": {}, "reason": "", "done": False, "longest": LONGEST, **about}
        status = 422 if filled["errors"] else 200
        return house.pages.render(request, "host/account.html", status=status, person=person, **filled)

    @get("/staff/account", name="account")
    async def find(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Ask whose account."""
        await admit(staff)
        return asking(request)

    @post("/staff/account", name="lock_account", status_code=200)
    async def lock(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Show the account with a number; with `locked`, lock it or unlock it, for the reason that was written."""
        unit, form = await admit(staff), await request.form()
        given, wanted = str(form.get("number", "")).strip(), str(form.get("locked", ""))
        person, fault = await found(staff, unit, given)
        if person is None:
            return asking(request, given, fault, staff.language)
        if wanted not in ("yes", "no"):
            return account(request, person)
        reason = str(form.get("reason", "")).strip()
        wrong = TOO_LONG if len(reason) > LONGEST else "" if len(reason) >= house.log.settings.reason_least else REASON
        if wrong:
            errors = {"reason": house.pages.templates.gettext(staff.language, wrong)}
            return account(request, person, errors=errors, reason=reason)
        locked = wanted == "yes"
        await house.locks.set(person.id, locked=locked, by=staff.actor.id, unit=unit, reason=reason)
        if locked:
            await request.app.state.sessions.end_everywhere(person.id)
        return account(request, msgspec.structs.replace(person, locked=locked), done=True)

    return [find, lock]
