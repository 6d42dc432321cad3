"""Writing first: staff begin a case with somebody, whose number is only ever in a form's body, and say who may read it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from ledstang import AtUnit, Host, NotANumber, Person, RegisterAway, Visit, text
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from ledstang_inbox.case_types import CaseType
from ledstang_inbox.cases import Cases
from ledstang_inbox.doors import ANSWER, WRITE
from ledstang_inbox.threads import Case
from ledstang_inbox.waiting import LOCALE

AnyRequest = Request[Any, Any, Any]
NUMBER = "Write the personal number with twelve digits."
NOBODY = "Nobody who can read messages here has this number."
AWAY = "The population register does not answer just now. Try again in a while."
ABOUT = "Choose what it is about."


class Letter(msgspec.Struct, frozen=True):
    """What staff of `unit` begin to write to `person`: the resource of a question about beginning."""

    person: UUID
    unit: str


async def meant_for(host: Host, staff: Visit, case: Case) -> list[str]:
    """Return whom a case that staff begin can be meant for: `both`, `subject`, `proxies`; empty where nobody else can act.

    Of those only who can read it today. What is for whoever acts stays theirs when the child begins to read alone.
    """
    person = await host.people.person(case.person)
    relations = await host.people.relations(person, WRITE, staff.unit or "") if person else set()
    if not relations - {"self"}:
        return []
    return ["both", "subject", "proxies"] if "self" in relations else ["both", "proxies"]


async def nobody_reads(host: Host, staff: Visit, case: Case) -> str:
    """Return why nobody can read what is sent in a case: `died`, or `nobody` they are for may; "" where somebody can.

    The population register is asked, since it may have learnt it while somebody wrote.
    """
    person = await host.people.person(case.person)
    if person is None or not person.number:
        return "nobody"
    with suppress(RegisterAway):  # then as it said last
        person = await host.people.by_number(person.number) or person
    if person.deceased:
        return "died"
    relations = await host.people.relations(person, WRITE, staff.unit or "")
    theirs = {"both": relations, "subject": relations & {"self"}, "proxies": relations - {"self"}}
    return "" if theirs[case.audience] else "nobody"


def care_pages(host: Host, cases: Cases) -> list[BaseRouteHandler]:
    """Return the handlers of `/inbox/desk/begin`."""

    def startable(staff: Visit) -> dict[str, tuple[CaseType, str]]:
        """Return the case types that somebody at work may begin, with their versions, by key."""
        roles = staff.assignment.roles if staff.assignment else frozenset()
        here = host.people.current(staff.unit or "")
        found = [
            one for one in host.content("cases").values() if here and here == host.people.current(one.document.owner)
        ]
        return {
            one.document.key: (one.document, one.hash)
            for one in found
            if one.document.started_by != "resident" and not roles.isdisjoint(one.document.answered_by)
        }

    async def addressee(staff: Visit, written: str) -> tuple[Person | None, str]:
        """Return who has a number, as the register says now; else what is wrong."""
        try:
            person = await host.people.by_number(host.people.read_number(written))
        except NotANumber:
            return None, NUMBER
        except RegisterAway:
            return None, AWAY
        if person is None or person.deceased or person.id == staff.actor.id:
            return None, NOBODY
        return person, ""

    def front(
        request: AnyRequest, staff: Visit, errors: dict[str, str], number: str = "", key: str = ""
    ) -> Response[bytes]:
        said = {name: text(fault, staff.language, (LOCALE,)) for name, fault in errors.items()}
        about = [(one.key, one.title) for one, _ in startable(staff).values()]
        return host.page(
            request, "inbox/begin.html", status=422 if said else 200, errors=said, about=about, number=number,
            chosen=key or (about[0][0] if len(about) == 1 else None),
        )  # fmt: skip

    @get("/desk/begin")
    async def begin(request: AnyRequest, staff: Visit) -> Response[bytes]:
        """Ask to whom, and what about."""
        if not await host.may(staff, ANSWER, AtUnit(staff.unit or "")):
            raise NotFoundException
        return front(request, staff, {})

    @post("/desk/begin")
    async def begun(request: AnyRequest, staff: Visit) -> Response[Any]:
        """Begin a draft to somebody; a second press goes on with the same one. Nobody else sees it before it is sent."""
        if not await host.may(staff, ANSWER, AtUnit(staff.unit or "")):
            raise NotFoundException
        form = await request.form()
        number, key = str(form.get("number", "")).strip(), str(form.get("about", ""))
        person, fault = await addressee(staff, number)
        chosen = startable(staff).get(key)
        if person is None or chosen is None:
            errors = {"about": "" if chosen else ABOUT, "number": fault}
            return front(request, staff, {name: one for name, one in errors.items() if one}, number, key)
        if not await host.may(staff, ANSWER, Letter(person.id, staff.unit or "")):
            raise NotFoundException
        case = await cases.begin_as_care(staff, person, *chosen)
        return Redirect(f"/inbox/desk/{case.id}", status_code=303)

    return [begin, begun]
