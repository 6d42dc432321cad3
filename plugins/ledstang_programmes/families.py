"""What staff see of a child's programme: who in the family has answered what, and who has consented. Never what was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from ledstang import (
    Author,
    Bound,
    Filled,
    Host,
    Permission,
    Person,
    Sum,
    Visit,
    WorkList,
    WorkRow,
    prepared,
    read_day,
    text,
)
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledstang_programmes import participation
from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.consenting import PLACE, SPOKEN, asked_of, spoken_mark, write_down
from ledstang_programmes.document import Programme
from ledstang_programmes.index import AFTER, BEFORE, Index
from ledstang_programmes.loading import Loader
from ledstang_programmes.rendering import LOCALE
from ledstang_programmes.series import box_of, split
from ledstang_programmes.tables import Participation

HtmlRequest = Request[Any, Any, Any]
SEE = "programmes.family"
SEEING = Permission(
    SEE, "See who in a family has answered, and write down consent", who="staff",
    roles=("treater", "citizen-administrator"),
)  # fmt: skip
LONGEST = 1000
"""The most letters of a name or a note."""
EMPTY: dict[str, Any] = {"name": "", "note": "", "day": None}
NAME = "Write the name of the guardian who said yes."
SAID = "This guardian has said yes already. Is it another with the same name, write what tells them apart."
DAY = "Write the day on which they said yes, with year, month and day in figures."
AHEAD = "The day has not been yet."
NOTE = "Write in what way they said yes, such as by telephone."


class Household(msgspec.Struct, frozen=True):
    """A child's participation as staff ask for it: whose it is, and the unit that sees to it."""

    id: UUID
    person: UUID
    unit: str


class Answered(msgspec.Struct, frozen=True):
    """One response: to what, who gave it, when it was sent (None: begun), and its scores as they were kept."""

    title: str
    number: str
    authors: tuple[Author, ...]
    sent: datetime | None
    scores: list[tuple[str, Any]]


class Yes(msgspec.Struct, frozen=True):
    """One guardian's consent. Of one that was given orally, `told` is what staff wrote down: name, day and note."""

    author: Author
    when: datetime
    told: dict[str, Any]


class Family(msgspec.Struct, frozen=True):
    """All that the page shows. `names` are those of everybody who wrote."""

    household: Household
    programme: Programme
    needed: int
    yeses: list[Yes]
    answered: list[Answered]
    names: dict[UUID, Person]

    @property
    def waiting(self) -> bool:
        return len(self.yeses) < self.needed

    @property
    def child(self) -> Person:
        return self.names[self.household.person]

    def has_said_yes(self, name: str) -> bool:
        """Say whether a guardian of this name is among those who have."""
        people = [self.names.get(yes.author.actor) for yes in self.yeses if not yes.told]
        known = [person.name for person in people if person] + [yes.told["name"] for yes in self.yeses if yes.told]
        return spoken_mark(self.household.id, name) in {spoken_mark(self.household.id, one) for one in known}


MOST = 200
"""Rows of the list that are read: more than any page shows."""
_unbegun = prepared(
    lambda unit: (
        Participation.select(Participation.id, Participation.person, Participation.version, Participation.started)
        .where(
            (Participation.unit == unit)
            & Participation.ended.is_null()
            & (Participation.active == Participation.started)
        )
        .order_by(Participation.started)
        .limit(MOST)
    )
)


def family_list(host: Host) -> WorkList:
    """Return the list of the families who have done nothing yet, the longest waiting first: staff see to consent there."""

    def statement(visit: Visit) -> Bound:
        return _unbegun.bind(visit.unit or "")

    async def rows(visit: Visit, found: list[dict[str, Any]]) -> list[WorkRow]:
        versions = host.content("programmes")
        programmes = {version: await versions.version(version) for version in {row["version"] for row in found}}
        return [
            WorkRow(
                programmes[row["version"]].title,
                f"/programmes/families/{row['id']}",
                Household(row["id"], row["person"], visit.unit or ""),
                since=row["started"],
            )
            for row in found
            if programmes[row["version"]].audience in ANSWERERS
        ]

    about = "A programme waits for a guardian to consent, or for somebody in the family to begin."
    return WorkList("families", "Families who have not begun", SEE, rows, statement, about)


def family_pages(host: Host, loader: Loader) -> list[HTTPRouteHandler]:
    """Return the handlers: a child's participation as the unit that owns the programme sees it."""

    async def load(visit: Visit, id_: UUID) -> Family:
        """Read it for staff. Raises NotFoundException, also for an open programme: nobody at work sees who takes part."""
        found, _, responses, answers = await host.database.together(
            *participation.statements(id_), *host.answers.statements(id_)
        )
        part = participation.part(found[0]) if found else None
        programme = await host.content("programmes").version(part.version) if part else None
        if part is None or programme is None or programme.sort == "open" or programme.audience not in ANSWERERS:
            raise NotFoundException
        household = Household(part.id, part.person, programme.owner)
        if not await host.may(visit, SEE, household):
            raise NotFoundException
        kept = host.answers.responses(responses)
        index = loader.index(programme, part.version)
        yeses = _yeses(host, answers, part.id, programme, kept)
        answered = _answered(host, answers, part.id, programme, index, kept)
        wrote = {author.actor for one in answered for author in one.authors} | {one.author.actor for one in yeses}
        names = await host.people.persons({part.person, *wrote})
        needed = asked_of(programme, names[part.person])
        return Family(household, programme, needed, yeses, answered, names)

    @get("/families/{id_:uuid}")
    async def family(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[bytes]:
        """Show who in the family has answered what, and how it stands with consent."""
        return _page(request, await load(staff, id_))

    @post("/families/{id_:uuid}/consent")
    async def consent(request: HtmlRequest, staff: Visit, id_: FromPath[UUID]) -> Response[Any]:
        """Write down the consent of a guardian who gave it orally: whose, when, and how."""
        one = await load(staff, id_)
        form = await request.form()
        if one.programme.consent is None or not one.waiting:
            return Redirect(f"/programmes/families/{id_}", status_code=303)
        name, note = (str(form.get(field, "")).strip()[:LONGEST] for field in ("name", "note"))
        day = _day(form)
        late = AHEAD if day and day > host.clock.today() else ""
        again = SAID if name and one.has_said_yes(name) else ""
        faults = {"name": again if name else NAME, "day": late if day else DAY, "note": "" if note else NOTE}
        errors = {field: text(fault, staff.language, (LOCALE,)) for field, fault in faults.items() if fault}
        if errors or day is None:
            return _page(request, one, errors, {"name": name, "note": note, "day": day})
        await write_down(host, staff, id_, one.child, one.programme, name=name, day=day, note=note)
        return Redirect(f"/programmes/families/{id_}", status_code=303)

    def _page(
        request: HtmlRequest,
        one: Family,
        errors: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> Response[bytes]:
        about = {"one": one, "child": one.child, "errors": errors or {}, "values": values or EMPTY}
        return host.page(request, "programmes/family.html", status=422 if errors else 200, **about)

    return [family, consent]


def _yeses(
    host: Host, rows: list[dict[str, Any]], owner: UUID, programme: Programme, kept: Mapping[str, Filled]
) -> list[Yes]:
    """Return the consents to the present text, the first one first."""
    version = programme.consent.version if programme.consent else ""
    found = []
    for stored, one in kept.items():
        if box_of(split(stored)[0]) == PLACE and one.completed and one.form_hash == version:
            told: dict[str, Any] = {
                item: given.value for item, given in host.answers.given(rows, owner, stored, SPOKEN).items()
            }
            told |= {"day": date.fromisoformat(told["day"])} if told else {}
            found.append(Yes(host.answers.authors(rows, owner, stored)[0], one.completed, told))
    return sorted(found, key=lambda yes: yes.when)


def _answered(
    host: Host,
    rows: list[dict[str, Any]],
    owner: UUID,
    programme: Programme,
    index: Index,
    kept: Mapping[str, Filled],
) -> list[Answered]:
    """Return what has been answered, the latest first: each guardian's series apart."""
    measures = {BEFORE: programme.measure_before or "", AFTER: programme.measure_after or ""}
    found = []
    for stored, one in sorted(kept.items(), key=lambda item: item[1].completed or item[1].started, reverse=True):
        place = split(stored)[0]
        box = box_of(place)
        part = index.parts.get(box)
        form = part.form if part else programme.forms.get(measures.get(box, ""))
        authors = host.answers.authors(rows, owner, stored)
        if form and authors:
            title = part.title if part else form.title
            scores = [(sum_.label, _value(one, sum_)) for sum_ in form.sums if one.completed]
            found.append(Answered(title, place.partition("/")[2], authors, one.completed, scores))
    return found


def _value(one: Filled, sum_: Sum) -> Any:
    return one.scores.get(sum_.id, {}).get("value")


def _day(form: FormMultiDict) -> date | None:
    """Read the day, or None where there is no such day, or none was written."""
    try:
        return read_day(str(box) for box in form.getall("day", []))
    except (ValueError, OverflowError):
        return None
