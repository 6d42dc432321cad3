"""Looking over the access log: the list of what waits for it, and saying what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang.access.log.reviews import EMERGENCY, OPENING, SPOT_CHECK, Waiting
from ledstang.access.permissions import AtUnit, Permission
from ledstang.access.visit import Visit
from ledstang.database import Bound
from ledstang.offers import WorkList, WorkRow

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
REVIEW = "access-log.review"
ROLES = ("access-administrator", "data-administrator")
PERMISSIONS = (
    Permission(REVIEW, "Look over who has read", who="staff", roles=ROLES, despite_blocks=True),
)  # fmt: skip
TITLES = {EMERGENCY: "Emergency opening", SPOT_CHECK: "Spot check of what was read"}
OUTCOMES = {"in-order": "It was in order", "follow-up": "It has to be followed up"}
LIST = "/staff/lists/host/reviews"
LONGEST = 2_000
"""The most letters of a note."""
CHOOSE = "Choose what you have come to."
WHY = "Write what has to be followed up."
TOO_LONG = "That is too long. Shorten it."


def review_list(house: House) -> WorkList:
    """Return the list of what is to be looked at in a unit: emergency openings and spot checks, by deadline."""

    def statement(visit: Visit) -> Bound:
        return house.log.reviews.statement(visit.unit or "")

    async def rows(visit: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        unit, reviews = visit.unit or "", house.log.reviews
        waiting = reviews.read(found)
        for gone in house.units.names(unit):  # what waits in a unit that has gone into this one
            waiting += await reviews.waiting(gone) if gone != unit else []
        return [
            WorkRow(TITLES[one.cause], f"/staff/reviews/{one.id}", AtUnit(unit), since=one.drawn, due=reviews.due(one))
            for one in waiting
        ]

    about = "Emergency openings, and what was drawn of what staff have read."
    return WorkList("reviews", "To look over", REVIEW, rows, statement, about)


def review_pages(house: House) -> list[BaseRouteHandler]:
    """Return the handlers below `/staff/reviews/`. Nobody says what came of their own, nor of what is about them."""

    async def one_of(visit: Visit, id_: UUID) -> tuple[Waiting, dict[str, Any]]:
        found = await house.log.reviews.find(id_)
        looking = msgspec.structs.replace(visit, purpose="quality")
        if found is None or not await house.access.may(looking, REVIEW, found[0]):
            raise NotFoundException
        return found

    async def page(request: AnyRequest, visit: Visit, id_: UUID, status: int = 200, **filled: Any) -> Response[Any]:
        one, entry = await one_of(visit, id_)
        say, actor = house.pages.templates.gettext, await house.register.find(one.actor)
        standing = await house.barring.standing(visit, one.subject)
        action = "" if entry["action"] == OPENING else say(visit.language, house.access.title(entry["action"]))
        options = [{"code": code, "html": say(visit.language, title)} for code, title in OUTCOMES.items()]
        return house.pages.render(
            request, "host/review.html", status=status, one=one, entry=entry, action=action, title=TITLES[one.cause],
            actor=actor, subject=standing.person, due=house.log.reviews.due(one), options=options, list=LIST,
            overdue=house.log.reviews.due(one) < house.clock.now(), own=one.concerns(visit.actor.id),
            longest=LONGEST, **{"errors": {}, "outcome": None, "note": "", **filled},
        )  # fmt: skip

    @get("/staff/reviews/{id_:uuid}", name="review")
    async def review(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Show what was opened or read, by whom, and whose it was."""
        return await page(request, staff, id_)

    @post("/staff/reviews/{id_:uuid}", name="judge")
    async def judge(request: AnyRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Keep what came of looking at it."""
        await one_of(staff, id_)
        form, say = await request.form(), house.pages.templates.gettext
        outcome, note = str(form.get("outcome", "")), str(form.get("note", "")).strip()
        faults = {
            "outcome": "" if outcome in OUTCOMES else CHOOSE,
            "note": WHY if outcome == "follow-up" and not note else TOO_LONG if len(note) > LONGEST else "",
        }
        errors = {name: say(staff.language, fault) for name, fault in faults.items() if fault}
        if errors:
            return await page(request, staff, id_, 422, errors=errors, outcome=outcome, note=note)
        if not await house.log.reviews.look_at(id_, staff.actor.id, outcome, note):
            raise NotFoundException
        return Redirect(LIST, status_code=303)

    return [review, judge]
