"""One case as staff of the unit meet it: read, answer, take, hand on, close. Each opening stands in the access log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from ledstang import CareUnit, Conflict, Given, Host, Visit, text
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_inbox.attaching import files_in
from ledstang_inbox.care import meant_for, nobody_reads
from ledstang_inbox.case_types import LONGEST
from ledstang_inbox.cases import Cases
from ledstang_inbox.desk import Desk
from ledstang_inbox.doors import Doors
from ledstang_inbox.sheet import errors_of, fault_of, number_of, put_in, read_sheet, saved, unkept
from ledstang_inbox.threads import Outrun, Thread
from ledstang_inbox.unit_texts import texts_of
from ledstang_inbox.waiting import LOCALE

AnyRequest = Request[Any, Any, Any]


def desk_pages(host: Host, cases: Cases) -> list[BaseRouteHandler]:
    """Return the handlers below `/inbox/desk`."""
    desk, doors = Desk(host, cases), Doors(host, cases)

    @get("/desk/{id_:uuid}")
    async def case(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Show a case; what the citizen wrote has been seen then, unless a browser only looked ahead."""
        thread = await doors.ours(staff, id_)
        if "prefetch" not in request.headers.get("sec-purpose", ""):
            await cases.seen(staff, thread)
        return await _case(request, staff, thread, thread.draft)

    @post("/desk/{id_:uuid}")
    async def answer(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Keep the answer that is being written, and send it when that is asked."""
        form = await request.form()
        thread = await _addressed(staff, await doors.ours(staff, id_), form)
        written, one = put_in(host, staff, form, read_sheet(request, form)), await cases.type_of(thread.case)
        given = Given(written.text, written.base, host.clock.now())
        if written.saves and fault_of(written):
            return unkept(written)
        if errors := errors_of(written, staff.language):
            return await _case(request, staff, thread, given, status=422, errors=errors)
        if thread.case.closed:
            return await _case(request, staff, thread, given, status=409, outrun=True)
        outcome = await cases.write(staff, thread.case, one, written.turn, written.text, written.base)
        if written.saves:
            return saved(await cases.thread(id_, staff.actor.id), outcome)
        if isinstance(outcome, Conflict):
            given = Given(written.text, outcome.revision, given.changed)
            return await _case(request, staff, thread, given, status=409, theirs=outcome)
        if outcome == "again":
            return await _case(
                request, staff, thread, Given(written.text, 0, given.changed), status=409, sent_before=True
            )
        if written.sends and outcome == "saved":
            if unread := await nobody_reads(host, staff, thread.case):
                return await _unsent(request, staff, id_, unread=unread)
            try:
                heard = number_of(form.get("_heard"))
                await desk.send(staff, thread, one, written.turn, heard, part=written.part)
            except Outrun:
                return await _unsent(request, staff, id_, outrun=True)
        if written.attaches:
            return Redirect(f"/inbox/desk/{id_}/files", status_code=303)
        return Redirect(f"/inbox/desk/{id_}" + ("?sent" if written.sends else ""), status_code=303)

    @post("/desk/{id_:uuid}/take")
    async def take(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """See to a case oneself."""
        thread, form = await _sent(staff, id_), await request.form()
        return await _done(request, staff, id_, desk.assign(thread, _uuid(form.get("_keeper")), staff.actor.id))

    @get("/desk/{id_:uuid}/hand-on")
    async def hand_on(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Ask who goes on with a case: a colleague, or another unit."""
        return await _hand_on(request, staff, await _sent(staff, id_))

    @post("/desk/{id_:uuid}/colleague")
    async def colleague(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Hand a case on to a colleague who works at the unit today."""
        thread, form = await _sent(staff, id_), await request.form()
        to = _uuid(form.get("colleague"))
        if to is None or to not in [one for one, _ in await _colleagues(staff, thread)]:
            return await _hand_on(request, staff, thread, colleague="Choose a colleague.")
        return await _done(request, staff, id_, desk.assign(thread, _uuid(form.get("_keeper")), to))

    @post("/desk/{id_:uuid}/unit")
    async def unit(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Hand a case over to another unit of the care provider's."""
        form, to_lists = await request.form(), "/staff/lists/inbox/open"
        to, heard = str(form.get("unit", "")), number_of(form.get("_heard"))
        if await desk.has_moved(staff, id_, heard, to):
            return Redirect(to_lists, status_code=303)
        thread = await _sent(staff, id_)
        if to not in [one.hsa_id for one in _units(staff)]:
            return await _hand_on(request, staff, thread, unit="Choose a unit.")
        one = await cases.type_of(thread.case)
        return await _done(request, staff, id_, desk.move(staff, thread, one, heard, to), to_lists)

    @post("/desk/{id_:uuid}/close")
    async def close(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Close a case that the unit has answered."""
        thread, form = await _sent(staff, id_), await request.form()
        if not thread.is_answered and not await nobody_reads(host, staff, thread.case):
            return await _case(request, staff, thread, thread.draft, status=409, outrun=True)
        return await _done(request, staff, id_, desk.close(staff, thread, number_of(form.get("_heard"))))

    async def _addressed(staff: Visit, thread: Thread, form: Any) -> Thread:
        """Return a case as it is for whom a form says that it is, where that is still to be chosen."""
        case, audience = thread.case, str(form.get("audience"))
        if not case.draft or audience == case.audience or audience not in await meant_for(host, staff, case):
            return thread
        await cases.address(case, audience)
        return msgspec.structs.replace(thread, case=msgspec.structs.replace(case, audience=audience))

    async def _sent(staff: Visit, id_: UUID) -> Thread:
        """Return a case of the unit's in which something has been sent. Raises NotFoundException."""
        thread = await doors.ours(staff, id_)
        if thread.case.draft:
            raise NotFoundException
        return thread

    async def _done(request: AnyRequest, staff: Visit, id_: UUID, work: Any, to: str = "") -> Response[Any]:
        try:
            await work
        except Outrun:
            return await _unsent(request, staff, id_, outrun=True)
        return Redirect(to or f"/inbox/desk/{id_}", status_code=303)

    async def _unsent(request: AnyRequest, staff: Visit, id_: UUID, **why: Any) -> Response[bytes]:
        """Show the case as it is now, with one's own text: somebody was first (`outrun`), or nobody reads it (`unread`)."""
        thread = await doors.ours(staff, id_)
        return await _case(request, staff, thread, thread.draft, status=409, **why)

    async def _case(
        request: AnyRequest, staff: Visit, thread: Thread, given: Given | None, *, status: int = 200, **more: Any
    ) -> Response[bytes]:
        case, one = thread.case, await cases.type_of(thread.case)
        keeper = await _keeper(staff, case.assigned)
        meant = await meant_for(host, staff, case) if case.draft else []
        units = {name: host.people.unit(name) for name in {sent.unit for sent in thread.messages}}
        return host.page(
            request, "inbox/desk.html", status=status, thread=thread, one=one, given=given, longest=LONGEST,
            person=await host.people.person(case.person), keeper=keeper, units=units, sent="sent" in request.query_params,
            overdue=case.due is not None and case.due < host.clock.now(), meant=meant,
            files=files_in(host, staff, thread),
            texts=[(ready.key, ready.title) for ready in texts_of(host, staff.unit or "")],
            **{"errors": {}, "theirs": None, "outrun": False, "unread": "", **more},
        )  # fmt: skip

    async def _keeper(staff: Visit, who: UUID | None) -> str:
        """Return what whoever sees to a case is called; "" when nobody does, or their identity is protected."""
        if who == staff.actor.id:
            return staff.actor.called
        return (await host.people.called([who])).get(who, "") if who else ""

    async def _hand_on(request: AnyRequest, staff: Visit, thread: Thread, **errors: str) -> Response[bytes]:
        said = {name: text(fault, staff.language, (LOCALE,)) for name, fault in errors.items()}
        return host.page(
            request, "inbox/hand-on.html", status=422 if errors else 200, thread=thread, errors=said,
            one=await cases.type_of(thread.case), person=await host.people.person(thread.case.person),
            colleagues=[(str(id_), name) for id_, name in await _colleagues(staff, thread)],
            units=[(one.hsa_id, one.name) for one in _units(staff)],
        )  # fmt: skip

    async def _colleagues(staff: Visit, thread: Thread) -> list[tuple[UUID, str]]:
        """Return those at the unit today who may answer: what they are called, and as what they work."""
        roles = (await cases.type_of(thread.case)).answered_by
        found = {
            one.person.id: one for one in await host.people.colleagues(staff) if not set(roles).isdisjoint(one.roles)
        }
        return [(id_, f"{one.person.called}, {one.title}") for id_, one in found.items()]

    def _units(staff: Visit) -> list[CareUnit]:
        """Return the units of the same care provider in the region: to others it would be a disclosure."""
        here = staff.assignment
        return [
            one
            for one in (host.people.units(here.region) if here else [])
            if one.hsa_id != here.unit and one.provider == here.provider
        ]

    return [case, answer, take, hand_on, colleague, unit, close]


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
