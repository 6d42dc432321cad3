"""Following participants: what treaters see of those who take part in a programme of their unit's. Never what they wrote."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from ledstang import Bound, Host, Permission, Visit, WorkList, WorkRow, prepared
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from ledstang_programmes import participation
from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.settings import Settings
from ledstang_programmes.tables import Participation

FOLLOW = "programmes.follow"
FOLLOWING = Permission(FOLLOW, "Follow how it goes in a programme", who="staff", roles=("treater",))
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
    """Return the handler of a participant's page for treaters."""

    @get("/participants/{id_:uuid}", name="participant")
    async def participant(request: Request[Any, Any, Any], staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show how far somebody has come, and when they were there last."""
        found, done = await host.database.together(_one.bind(id_), participation.steps_of.bind(id_))
        one = msgspec.convert(found[0], Followed) if found else None
        if one is None or not await host.may(staff, FOLLOW, one):
            raise NotFoundException
        programme = await host.content("programmes").version(one.version)
        finished = {row["module"]: row["done"] for row in done if not row["step"]}
        modules = [(module.title, finished.get(module.key)) for module in programme.modules]
        person = await host.people.person(one.person)
        return host.page(
            request, "programmes/participant.html", one=one, programme=programme, modules=modules, person=person,
            family=programme.audience in ANSWERERS,
        )  # fmt: skip

    return [participant]
