"""Writing to a unit: what one can write about, the page where one writes, and the case with all that was said in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
from ledstang import Conflict, Given, Host, Visit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_inbox.answering import Answering, is_asking, is_empty
from ledstang_inbox.asked import unsent_rows
from ledstang_inbox.attaching import files_in
from ledstang_inbox.case_types import LONGEST, CaseType
from ledstang_inbox.cases import Cases
from ledstang_inbox.doors import WRITE, Doors
from ledstang_inbox.ended import unit_of_case, unit_of_type
from ledstang_inbox.settings import Settings
from ledstang_inbox.sheet import Written, errors_of, fault_of, kept, read_sheet, saved, unkept
from ledstang_inbox.threads import CARE, TEXT, Case, Thread
from ledstang_inbox.unit_texts import absence_of

AnyRequest = Request[Any, Any, Any]
Again = Callable[..., Awaitable[Response[Any]]]


class Mine(msgspec.Struct, frozen=True):
    """The cases of `person` with a unit, or with any: the resource of a question about writing."""

    person: UUID
    unit: str | None = None


def writing_pages(host: Host, cases: Cases) -> list[BaseRouteHandler]:
    """Return the handlers below `/inbox/write` and `/inbox/cases`."""
    doors, answering = Doors(host, cases), Answering(host, cases)

    async def admit(visit: Visit, unit: str | None = None) -> None:
        if not await host.may(visit, WRITE, Mine(visit.subject.id, unit)):
            raise NotFoundException

    async def open_type(visit: Visit, key: str) -> tuple[CaseType, str]:
        """Return a case type that a citizen of the region may start, and its version. Raises NotFoundException."""
        found = host.content("cases").get(key)
        if found is None or not _offered(found.document, visit):
            raise NotFoundException
        await admit(visit, found.document.owner)
        return found.document, found.hash

    def _offered(one: CaseType, visit: Visit) -> bool:
        unit = host.people.current(one.owner)
        return unit is not None and unit.region == visit.region and one.started_by != CARE

    @get("/write")
    async def choose(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """Show what one can write about, unit by unit."""
        await admit(visit)
        units: dict[str, list[CaseType]] = {}
        for found in host.content("cases").values():
            if _offered(found.document, visit):
                units.setdefault(host.people.current(found.document.owner).name, []).append(found.document)
        return host.page(request, "inbox/choose.html", units=sorted(units.items()))

    @get("/write/{key:str}")
    async def write(request: AnyRequest, visit: Visit, key: FromPath[str]) -> Response[bytes]:
        """Show where one writes, with what one has written before and not sent."""
        one, version = await open_type(visit, key)
        id_ = await cases.draft(visit, key)
        thread = await cases.thread(id_, visit.actor.id) if id_ else None
        if thread is None:
            return _write(request, visit, one, uuid4(), None, version=version)
        one, files = await cases.type_of(thread.case), files_in(host, visit, thread)[None]
        asked = answering.looked_at(visit, one, thread.given).shown(visit.language) if one.questions else None
        return _write(
            request, visit, one, thread.case.id, thread.draft, files=files, asked=asked, version=thread.case.version
        )

    @post("/write/{key:str}", unit_of=unit_of_type(host))
    async def begin(request: AnyRequest, visit: Visit, key: FromPath[str]) -> Response[Any]:
        """Keep what is written, and send it when that is asked."""
        one, version = await open_type(visit, key)
        form = await request.form()
        written, id_ = read_sheet(request, form), _uuid(form.get("_case"))
        if one.questions:
            return await _begin_asked(request, visit, (one, version), written, id_)
        if written.saves and fault_of(written):
            return unkept(written)
        if errors := errors_of(written, visit.language):
            given = Given(written.text, written.base, host.clock.now())
            return _write(request, visit, one, id_, given, status=422, errors=errors)
        if not written.text.strip() and not written.attaches and not await cases.draft(visit, key):
            return Redirect(f"/inbox/write/{key}", status_code=303)  # nothing to keep
        case = await cases.begin(visit, one, version, id_)
        if case is None:
            raise NotFoundException

        async def again(given: Given, **more: Any) -> Response[bytes]:
            return _write(request, visit, one, more.pop("case", case.id), given, **more)

        return await _taken(visit, case, one, written, again)

    async def _begin_asked(
        request: AnyRequest, visit: Visit, newest: tuple[CaseType, str], written: Written, id_: UUID
    ) -> Response[Any]:
        """Keep what is answered, in the version of the questions that the page asked, and send it when that is asked."""
        (one, version), form = newest, await request.form()
        earlier = await cases.edition(one.key, str(form.get("_version", "")))
        if earlier and earlier.owner == one.owner:
            one, version = earlier, str(form.get("_version"))
        if not written.attaches and is_empty(one, form) and not await cases.draft(visit, one.key):
            if written.sends:
                shown = answering.nothing(visit, one)
                return _write(request, visit, one, id_, None, status=422, asked=shown, errors=shown["errors"])
            return kept({}) if written.saves else Redirect(f"/inbox/write/{one.key}", status_code=303)
        case = await cases.begin(visit, one, version, id_)
        if case is None:
            raise NotFoundException
        pinned = await cases.type_of(case)

        async def again(given: None, **more: Any) -> Response[bytes]:
            return _write(request, visit, pinned, more.pop("case", case.id), given, **{"version": case.version, **more})

        return await answering.taken(request, visit, case, pinned, written, again)

    @get("/cases/")
    async def listed(request: AnyRequest, visit: Visit) -> Response[bytes]:
        """List somebody's cases, and the drafts of whoever looks."""
        await admit(visit)
        found = await cases.of_person(visit)
        rows = [(case, await cases.type_of(case), host.people.unit(case.unit)) for case in found]
        return host.page(request, "inbox/cases.html", rows=rows)

    @get("/cases/{id_:uuid}")
    async def case(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show a case: all that was written, whether the unit has seen it, and where one writes more."""
        thread = await doors.mine(visit, id_)
        if thread.case.draft:
            return Redirect(f"/inbox/write/{thread.case.type}", status_code=303)
        await cases.seen(visit, thread)
        return await _case(request, visit, thread, thread.draft)

    @post("/cases/{id_:uuid}", unit_of=unit_of_case(cases))
    async def reply(request: AnyRequest, visit: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Keep what is written in a case, and send it when that is asked."""
        thread, form = await doors.mine(visit, id_), await request.form()
        written, one = read_sheet(request, form), await cases.type_of(thread.case)
        given = Given(written.text, written.base, host.clock.now())
        asking = is_asking(one, form) or (one.questions is not None and thread.is_asked)
        if thread.case.closed or thread.case.draft:
            held = answering.held(answering.looked_at(visit, one, {}), form) if asking else thread.given
            return await _case(request, visit, thread, held.get(TEXT, given), status=409, unsent=unsent_rows(one, held))
        if asking:

            async def anew(given: None, **more: Any) -> Response[bytes]:
                return await _case(request, visit, thread, given, **more)

            return await answering.taken(request, visit, thread.case, one, written, anew)
        if written.saves and fault_of(written):
            return unkept(written)
        if errors := errors_of(written, visit.language):
            return await _case(request, visit, thread, given, status=422, errors=errors)

        async def again(given: Given, **more: Any) -> Response[bytes]:
            return await _case(request, visit, thread, given, **more)

        return await _taken(visit, thread.case, one, written, again)

    async def _taken(visit: Visit, case: Case, one: CaseType, written: Written, again: Again) -> Response[Any]:
        """Keep and perhaps send what was written; `again` makes the page anew with it where that cannot be."""
        given = Given(written.text, written.base, host.clock.now())
        outcome = await cases.write(visit, case, one, written.turn, written.text, written.base)
        if written.saves:
            return saved(await cases.thread(case.id, visit.actor.id), outcome)
        if isinstance(outcome, Conflict):
            return await again(msgspec.structs.replace(given, revision=outcome.revision), status=409, theirs=outcome)
        if outcome == "again":
            return await again(msgspec.structs.replace(given, revision=0), status=409, sent_before=True, case=uuid4())
        if written.sends and outcome == "saved" and not await cases.send(visit, case, one, written.turn):
            return Redirect(f"/inbox/cases/{case.id}", status_code=303)  # closed meanwhile, which the page says
        if written.attaches:
            return Redirect(f"/inbox/cases/{case.id}/files", status_code=303)
        return Redirect(f"/inbox/cases/{case.id}" + ("?sent" if written.sends else ""), status_code=303)

    def _write(
        request: AnyRequest, visit: Visit, one: CaseType, id_: UUID, given: Given | None, **more: Any
    ) -> Response[bytes]:
        status = more.pop("status", 200)
        if one.questions and more.get("asked") is None:
            more["asked"] = answering.looked_at(visit, one, {}).shown(visit.language)
        return host.page(
            request, "inbox/write.html", status=status, one=one, case=id_, given=given, away=absence_of(host, one.owner),
            unit=host.people.current(one.owner),
            longest=LONGEST, days=host.settings(Settings).draft_days,
            **{"errors": {}, "theirs": None, "files": [], "asked": None, "version": None, **more},
        )  # fmt: skip

    async def _case(
        request: AnyRequest, visit: Visit, thread: Thread, given: Given | None, **more: Any
    ) -> Response[bytes]:
        status, one = more.pop("status", 200), await cases.type_of(thread.case)
        if one.questions and thread.is_asked and "asked" not in more:
            more["asked"] = answering.looked_at(visit, one, thread.given).shown(visit.language)
        return host.page(
            request, "inbox/case.html", status=status, thread=thread, one=one, given=given, longest=LONGEST,
            unit=host.people.unit(thread.case.unit), away=absence_of(host, thread.case.unit), sent="sent" in request.query_params,
            units={name: host.people.unit(name) for name in {sent.unit for sent in thread.messages}},
            files=files_in(host, visit, thread),
            **{"errors": {}, "theirs": None, "asked": None, "unsent": unsent_rows(one, thread.given), **more},
        )  # fmt: skip

    return [choose, write, begin, listed, case, reply]


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        return uuid4()
