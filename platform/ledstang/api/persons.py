"""Persons for systems: whether somebody is known here, how to reach them, and who has changed anything since."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from ledstang.access.caller import Caller, Everyone, Someone
from ledstang.access.permissions import Permission
from ledstang.access.visit import Visit
from ledstang.api.callers import refuse_scope
from ledstang.api.limits import CHANGES, CONTACT
from ledstang.api.problem import told
from ledstang.people.checking import RegisterAway
from ledstang.people.contact_page import KEEP
from ledstang.people.contacts import Kept
from ledstang.people.numbers import NotANumber, read_number
from ledstang.people.persons import Person
from ledstang.web.errors import AWAY_SECONDS

if TYPE_CHECKING:
    from ledstang.house import House

AnyRequest = Request[Any, Any, Any]
LOOK_UP, READ, LIST = "persons.lookup", "persons.contact", "persons.changes"
PERMISSIONS = (
    Permission(LOOK_UP, "See whether you are known here", who="system", roles=(CONTACT,)),
    Permission(READ, "Read how to reach you", who="system", roles=(CONTACT,)),
    Permission(LIST, "See that something of yours has changed", who="system", roles=(CHANGES,)),
)
CURSOR = r"^c1-[0-9a-f]{1,15}$"
SCHEME = "system"
"""What the document calls the way in which systems prove who they are."""
TAGGED = [ResponseHeader(name="ETag", value="", description="What stands now, in a word", documentation_only=True)]
UNCHANGED = {304: ResponseSpec(None, generate_examples=False, description="It is as the system has it")}
_TAG = re.compile(r'(?:W/)?("[^"]*")')


class WantedPerson(msgspec.Struct):
    """Whom a system asks for: a personal or coordination number, twelve digits."""

    number: Annotated[str, msgspec.Meta(pattern="^[0-9]{12}$", min_length=12, max_length=12)]


class KnownPerson(msgspec.Struct):
    """By which id the system knows somebody from now on. Another system gets another."""

    id: UUID


class Reach(msgspec.Struct, kw_only=True):
    """How somebody wants to be reached, in their own words, and since when we know that what is sent there arrives.

    `phone` is E.164, and empty where there is none; so is `email`. `digital_summons` says yes to summons and reminders
    here, `no_paper` no to the same on paper. `relation` is `self`, or on what ground somebody is reached about another.
    """

    relation: str
    phone: str
    phone_verified: datetime | None
    email: str
    email_verified: datetime | None
    language: str
    interpreter: bool
    comment: str
    digital_summons: bool
    no_paper: bool
    version: int
    changed: datetime


class ContactDetails(msgspec.Struct):
    """How to reach one person: as they want it (`own`, where they have said so), and as each who acts for them does."""

    id: UUID
    own: Reach | None
    representatives: list[Reach]


class Change(msgspec.Struct):
    """Somebody that the system knows: `changed` is to be asked for again, `gone` is to be forgotten."""

    id: UUID
    state: Literal["changed", "gone"]


class Changes(msgspec.Struct):
    """Who has changed, in order. `cursor` is where to go on, `more` whether there is anything there already."""

    changes: list[Change]
    cursor: str
    more: bool


def persons_api(house: House) -> list[HTTPRouteHandler]:
    """Return the handlers of `/api/v1/persons/`."""

    @post(
        "/persons/lookup", status_code=200, responses=told(400, 401, 403, 404, 413, 429, 503), name="api-lookup",
        security=[{SCHEME: [CONTACT]}],
    )  # fmt: skip
    async def lookup(
        request: AnyRequest, caller: NamedDependency[Caller], data: JSONBody[WantedPerson]
    ) -> Response[KnownPerson]:
        """Find somebody by their number, which is in the body: it stands in no address and no log.

        404 says that there is nothing for this system: nobody known here, or nobody about whom anything is told.
        """
        await request.app.state.rates.admit("lookups", caller.client)
        found = await _whom(house, data.number) if CONTACT in caller.scopes else None
        decision = await house.access.may(caller, LOOK_UP, _someone(house, found))
        refuse_scope(decision)
        if not decision or found is None:
            raise NotFoundException
        known = KnownPerson(await house.subjects.id_of(caller.client, found.id))
        return Response(known, headers={"Cache-Control": "no-store"})

    @get(
        "/persons/{person:uuid}/contact", responses={**UNCHANGED, **told(400, 401, 403, 404, 429, 503)}, name="api-contact",
        security=[{SCHEME: [CONTACT]}], response_headers=TAGGED,
    )  # fmt: skip
    async def contact(
        caller: NamedDependency[Caller],
        person: FromPath[UUID],
        if_none_match: Annotated[str, HeaderParameter(name="If-None-Match")] = "",
    ) -> Response[ContactDetails]:
        """Tell how somebody wants to be reached. With the `ETag` of before it is answered 304 while nothing has changed.

        404 says that there is nothing any more: whoever it was has left, or nothing is told of them. Forget what you have.
        """
        found = await _fresh(house, await house.subjects.person(caller.client, person))
        decision = await house.access.may(caller, READ, _someone(house, found))
        refuse_scope(decision)
        if not decision or found is None:
            raise NotFoundException
        body = msgspec.json.encode(await _details(house, person, found))
        tag = f'"{house.keys.index("api contact", body.decode()).hex()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if if_none_match and (if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)):
            return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]
        return Response(body, headers=headers, media_type=MediaType.JSON)  # type: ignore[arg-type]

    @get(
        "/persons/changes", responses=told(400, 401, 403, 429, 503), name="api-changes", security=[{SCHEME: [CHANGES]}]
    )
    async def changes(
        caller: NamedDependency[Caller],
        since: Annotated[str | None, QueryParameter(pattern=CURSOR, max_length=18)] = None,
    ) -> Response[Changes]:
        """List who has changed since a cursor, of those that the system has looked up; without one from the beginning.

        No more than ids. Somebody is listed once, at the place of the latest change. Ask until `more` is false, keep the
        cursor, and come back with it.
        """
        refuse_scope(await house.access.may(caller, LIST, Everyone()))
        start, most = _place(since), house.instance.settings.api.page
        rows = await house.subjects.since(caller.client, start, most + 1)
        shown = rows[:most]
        people = await _people(house, [row.person for row in shown])
        decisions = await asyncio.gather(
            *(house.access.may(caller, LIST, _someone(house, people.get(row.person))) for row in shown if row.person)
        )
        allowed = iter(decisions)
        states: list[Literal["changed", "gone"]] = [
            "changed" if row.person and next(allowed) else "gone" for row in shown
        ]
        listed = [Change(row.id, state) for row, state in zip(shown, states, strict=True)]
        cursor = f"c1-{shown[-1].sequence if shown else start:x}"
        return Response(Changes(listed, cursor, len(rows) > most), headers={"Cache-Control": "no-store"})

    return [lookup, contact, changes]


def _place(cursor: str | None) -> int:
    """Return where a cursor stands, none being the beginning. Raises ValidationException for one that none of ours is."""
    if cursor is None:
        return 0
    if not re.fullmatch(CURSOR, cursor) or cursor.endswith("\n"):
        raise ValidationException(detail="the cursor is none of ours")
    return int(cursor[3:], 16)


def _someone(house: House, found: Person | None) -> Someone:
    region = house.instance.region_of(found.county) if found else None
    return Someone(found, region.id if region else None)


async def _whom(house: House, number: str) -> Person | None:
    """Return who has a number, if they are known here. The register is asked each time, so that all answers are alike.

    Raises HTTPException with 503 where it cannot tell.
    """
    try:
        number = read_number(number, house.clock.today())
        entry = await house.checking.entry(number)
    except NotANumber:
        return None
    except RegisterAway:
        raise _away() from None
    for one in (entry.number, *entry.earlier) if entry else ():
        if entry and await house.register.known(one):
            return await house.register.keep(entry)
    return None


async def _fresh(house: House, person: UUID | None) -> Person | None:
    """Return somebody as the register knows them lately enough. Raises HTTPException with 503 where it cannot tell."""
    found = await house.register.find(person) if person else None
    if found is None or not found.number:
        return None
    fresh = await house.checking.fresh(found)
    if fresh is None:
        raise _away()
    return fresh


async def _details(house: House, id_: UUID, found: Person) -> ContactDetails:
    own, others = None, []
    for holder, ground, kept in await house.contacts.about(found.id):
        if holder == found.id:
            own = _reach("self", kept)
        elif await _represents(house, holder, found, ground):
            others.append(_reach(ground, kept))
    return ContactDetails(id_, own, others)


async def _represents(house: House, holder: UUID, found: Person, ground: str) -> bool:
    """Say whether somebody may see to how another is reached today: on that ground, by the policies, and by what was decided."""
    actor = await house.register.find(holder)
    standing = await house.proxies.standing(actor, found.id, ground) if actor else None
    if actor is None or actor.locked or standing is None:
        return False
    visit = Visit.of(actor, region=_someone(house, standing.subject).region)
    visit = msgspec.structs.replace(visit, subject=standing.subject, ground=ground, facts=standing.facts)
    return house.access.rules.opens(visit, KEEP)


def _reach(relation: str, kept: Kept) -> Reach:
    told, changed = kept.contact, kept.changed
    assert changed is not None, "what is kept was once written"
    return Reach(
        relation=relation, phone=told.phone, phone_verified=kept.phone_verified, email=told.email,
        email_verified=kept.email_verified, language=told.language, interpreter=told.interpreter, comment=told.comment,
        digital_summons=told.digital, no_paper=told.no_paper, version=kept.version, changed=changed,
    )  # fmt: skip


async def _people(house: House, ids: list[UUID | None]) -> dict[UUID | None, Person]:
    """Return people by id, in one round trip."""
    bound = [house.register.by_id(one) for one in ids if one]
    rows = await house.database.together(*bound) if bound else []
    found = [house.register.person(row) for one in rows for row in one]
    return {person.id: person for person in found}


def _away() -> HTTPException:
    return HTTPException(status_code=503, detail="the register cannot tell", headers={"Retry-After": str(AWAY_SECONDS)})
