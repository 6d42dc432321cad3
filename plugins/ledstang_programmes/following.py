"""Following participants: what treaters see of those who take part in a programme of their unit's, and ending it for them.

Never what they wrote.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from ledstang import Bound, Host, Permission, Visit, WorkList, WorkRow, as_written, prepared, text
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_programmes import participation
from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.document import Programme
from ledstang_programmes.rendering import LOCALE
from ledstang_programmes.settings import Settings
from ledstang_programmes.tables import Participation

HtmlRequest = Request[Any, Any, Any]
FOLLOW = "programmes.follow"
FOLLOWING = Permission(FOLLOW, "Follow how it goes in a programme", who="staff", roles=("treater",))
END = "programmes.end-for"
ENDING = Permission(END, "End a programme for somebody", who="staff", roles=("treater",))
LONGEST = 2000
"""The most letters of what a treater writes to whose programme they end."""
TOO_LONG = "Write at most 2000 letters."
MOST = 200
"""Rows of the list that are read: more than any page shows."""


class Followed(msgspec.Struct, frozen=True):
    """A participation as treaters see it. `person` takes part, and `unit` follows; an empty one is nobody's."""

    id: UUID
    person: UUID
    unit: str
    version: str
    started: datetime
    active: datetime
    ended: datetime | None = None


_COLUMNS = tuple(getattr(Participation, name) for name in Followed.__struct_fields__)
_one = prepared(lambda id_: Participation.select(*_COLUMNS).where(Participation.id == id_))
_quiet = prepared(
    lambda unit, before: (
        Participation.select(*_COLUMNS)
        .where((Participation.unit == unit) & Participation.ended.is_null() & (Participation.active < before))
        .order_by(Participation.active)
        .limit(MOST)
    )
)


def quiet_list(host: Host) -> WorkList:
    """Return the list of those who have not been there for some time, who has been gone longest first."""
    days = host.settings(Settings).quiet_days

    def statement(visit: Visit) -> Bound:
        return _quiet.bind(visit.unit or "", host.clock.now() - timedelta(days=days))

    async def rows(_: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        versions = host.content("programmes")
        parts = [msgspec.convert(row, Followed) for row in found]
        titles = {version: (await versions.version(version)).title for version in {one.version for one in parts}}
        return [
            WorkRow(titles[one.version], f"/programmes/participants/{one.id}", one, since=one.active) for one in parts
        ]

    about = "They take part in a programme of the unit's, and have not been there for a while."
    return WorkList("quiet", "Participants who have gone quiet", FOLLOW, rows, statement, about)


def following_pages(host: Host) -> list[BaseRouteHandler]:
    """Return the handlers: a participant's page for treaters, and ending the programme for them."""

    async def load(staff: Visit, id_: UUID, action: str) -> tuple[Followed, list[dict[str, Any]], Programme]:
        """Read a participation for staff. Raises NotFoundException for what is not theirs."""
        found, done = await host.database.together(_one.bind(id_), participation.steps_of.bind(id_))
        one = msgspec.convert(found[0], Followed) if found else None
        if one is None or not await host.may(staff, action, one):
            raise NotFoundException
        return one, done, await host.content("programmes").version(one.version)

    @get("/participants/{id_:uuid}", name="participant")
    async def participant(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show how far somebody has come, and when they were there last."""
        one, done, programme = await load(staff, id_, FOLLOW)
        finished = {row["module"]: row["done"] for row in done if not row["step"]}
        modules = [(module.title, finished.get(module.key)) for module in programme.modules]
        person = await host.people.person(one.person)
        return host.page(
            request, "programmes/participant.html", one=one, programme=programme, modules=modules, person=person,
            family=programme.audience in ANSWERERS,
        )  # fmt: skip

    @get("/participants/{id_:uuid}/end")
    async def ask(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Ask whether the treater really wants to end it, and what they want to say."""
        one, _, programme = await load(staff, id_, END)
        return Redirect(_path(id_), status_code=303) if one.ended else await _asked(request, one, programme)

    @post("/participants/{id_:uuid}/end")
    async def end(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """End it. What was written stays readable for the declared time, and the participant is told in the inbox."""
        one, _, programme = await load(staff, id_, END)
        words = as_written(str((await request.form()).get("words", ""))).strip()
        if len(words) > LONGEST:
            return await _asked(request, one, programme, {"words": text(TOO_LONG, staff.language, (LOCALE,))}, words)
        await participation.end_for(host, id_, programme, words)
        return Redirect(_path(id_), status_code=303)

    async def _asked(
        request: HtmlRequest, one: Followed, programme: Programme, errors: dict[str, str] | None = None, words: str = ""
    ) -> Response[bytes]:
        person = await host.people.person(one.person)
        about = {"one": one, "programme": programme, "person": person, "back": _path(one.id), "longest": LONGEST}
        return host.page(
            request, "programmes/end-for.html", status=422 if errors else 200, errors=errors or {}, words=words, **about
        )

    return [participant, ask, end]


def _path(id_: UUID) -> str:
    return f"/programmes/participants/{id_}"
