"""One real thing for each route that names something: a new route needs a line here, or the suite fails."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from uuid import UUID, uuid4, uuid5

from ledstang import Delivery
from ledstang.access.facts import Fact
from ledstang.access.permissions import Own
from ledstang.attachments.attachments import Spot
from ledstang.connectors import Connected
from ledstang.signin.sessions import id_of
from ledstang_notices.tables import Sent
from litestar.routes import HTTPRoute

from .form_fixtures import FORM_FIXTURES
from .scene import UNIT, WHEREVER, Fixture, Scene, Target

TAKE_PART, END, APPOINT = "programmes.take-part", "signin.end", "staff.appoint"

TUS = {"tus-resumable": "1.0.0", "upload-length": "3"}
PIECE = {**TUS, "content-type": "application/offset+octet-stream", "upload-offset": "0"}
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""A point, as PNG."""
NOTE = UUID("0190b5f0-0000-7000-8000-000000000001")


def taking_part(ending: str, **fields: str) -> Fixture:
    """Return what makes a participation of the owner's, and the address of one of its pages."""

    def make(scene: Scene) -> Target:
        return Target(f"/programmes/mine/{scene.began()}{ending}", TAKE_PART, scene.owner, fields)

    return make


def public(path: str) -> Fixture:
    """Return what names something that everybody may see."""
    return lambda _: Target(path)


def static(scene: Scene) -> Target:
    """The stylesheet, by the address that pages have."""
    return Target(scene.place.house.pages.static.href("host/ledstang.css"))


def rescued(scene: Scene) -> Target:
    """A text of the owner's that was rescued. It has the rule that everything of one's own has."""
    person = scene.place.visit(scene.owner).subject.id
    keeping = scene.place.client.app.state.rescued.keep(person, "/start", [("text", "Kanariefågel")])
    return Target(f"/signin/rescued/{scene.place.run(keeping)}", END, scene.owner)


def session(scene: Scene) -> Target:
    """A session of the owner's on another browser."""
    browser = scene.place.sign_in(scene.owner)
    return Target(f"/signin/sessions/{id_of(browser.cookies['ledstang-development-sid'])}/end", END, scene.owner)


def guardian_link(ending: str) -> Fixture:
    """Return what makes a child of the owner's, added by them, and the address of one of its pages."""

    def make(scene: Scene) -> Target:
        return Target(f"/guardian/{scene.child()}{ending}", "guardian.manage", scene.owner)

    return make


def delivered(ending: str) -> Fixture:
    """Return what puts something into the owner's inbox, and the address of it."""

    def make(scene: Scene) -> Target:
        person = scene.place.visit(scene.owner).subject.id
        one = Delivery(person=person, kind="message", title="Kanariefågel")
        id_ = scene.place.run(scene.place.house.inbox.deliver("attacks", one, str(uuid4())))
        return Target(f"/inbox/{id_}{ending}", "inbox.read", scene.owner)

    return make


class Clean:
    """A scanner to which every file is clean."""

    async def scan(self, content: Any, size: int) -> str:
        """Say so."""
        return "clean"


def file_of(ending: str, *, draft: bool = False) -> Fixture:
    """Return what adds a file of the owner's, one that can be fetched or one that is still being sent."""

    def make(scene: Scene) -> Target:
        house, person = scene.place.house, scene.place.visit(scene.owner).subject.id
        house.connected["FileScanner"] = Connected("ward", Clean())
        use = house.attachments.uses["ward-notes"][1]
        if draft:
            spot = Spot(use, person, person, owner=person, ground="self")
            id_ = scene.place.run(house.attachments.begin(spot, "Kanariefågel.png", 3)).id
        else:
            id_ = scene.place.run(house.attachments.put(Spot(use, person, person), "Kanariefågel.png", PICTURE))
            scene.place.run(house.checking_files.check(id_))
        before = "uploads/" if ending == "upload" else ""
        return Target(
            f"/attachments/{before}{id_}{ending.removeprefix('upload')}", "ward.keep", scene.owner, headers=PIECE
        )

    return make


def place_for_files(path: str) -> Fixture:
    """Return what names the owner's place for files."""

    def make(scene: Scene) -> Target:
        person = scene.place.visit(scene.owner).subject.id
        headers = TUS if "uploads" in path else {}
        return Target(f"{path}/ward-notes/{person}", "ward.keep", scene.owner, headers=headers)

    return make


def told(scene: Scene) -> Target:
    """A notice to the owner, and where it leads."""
    person, now = scene.place.visit(scene.owner).subject.id, scene.place.clock.now()
    row = Sent(
        id=uuid4(), person=person, channel="sms", kind="waits", state="accepted", path="/start", at=now, changed=now
    )
    scene.place.run(Sent.insert(row).run())
    return Target(f"/notices/{row.id}", "notices.open", scene.owner)


def reviewed(scene: Scene) -> Target:
    """An emergency opening of another's, for the access administrator to look at."""
    opener = scene.town.person("Kanarie Öppnare", born="1986-01-01")
    visit = scene.place.visit(opener)
    work = scene.place.run(scene.place.house.staff.acting(scene.place.appoint(opener, "treater"), visit.actor.id))
    opening = scene.place.house.log.open_in_emergency(
        visit.at_work(work), Own(scene.place.visit(scene.owner).subject.id), "Kanariefågeln kunde inte vänta"
    )
    return Target(f"/staff/reviews/{scene.place.run(opening)}", "access-log.review", unit=UNIT)


def followed(scene: Scene) -> Target:
    """A participation of the owner's that treaters of the unit follow."""
    id_ = scene.began()
    scene.write(f"update programmes_participation set unit = '{UNIT}' where id = '{id_}'")
    return Target(f"/programmes/participants/{id_}", "programmes.follow", unit=UNIT)


def ended_for(scene: Scene) -> Target:
    """Where treaters of the unit end it."""
    words = {"words": "Kanariefågeln sjunger"}
    return Target(f"{followed(scene).path}/end", "programmes.end-for", fields=words, unit=UNIT)


def household(ending: str, **fields: str) -> Fixture:
    """Return what begins a programme for the owner's child, and the address of what staff of the unit see of it."""
    return lambda scene: Target(
        f"/programmes/families/{scene.family()}{ending}", "programmes.family", fields=fields, unit=UNIT
    )


def case(scene: Scene) -> Target:
    """A case of the owner's, with one message."""
    return Target(f"/inbox/cases/{scene.wrote()}", "inbox.write", scene.owner, {"text": "Inte jag", "_turn": "1"})


def files_of_case(scene: Scene) -> Target:
    """Where the owner adds files to a case."""
    return Target(f"/inbox/cases/{scene.wrote()}/files", "inbox.write", scene.owner)


def on_desk(ending: str, **fields: str) -> Fixture:
    """Return what writes to the unit as the owner, and the address of one of the pages that its staff have of that."""
    return lambda scene: Target(f"/inbox/desk/{scene.wrote()}{ending}", "inbox.answer", fields=fields, unit=UNIT)


def answered(scene: Scene) -> Target:
    """A case that the unit has answered, for its staff to close."""
    path = f"/inbox/desk/{scene.wrote()}"
    scene.browser_of(scene.actors["pupil of the unit"]).post(path, {"text": "Ja", "send": "yes", "_heard": "1"})
    return Target(f"{path}/close", "inbox.answer", fields={"_heard": "2"}, unit=UNIT)


def correctable(scene: Scene) -> Target:
    """A message of the owner's that nobody has read, to be corrected."""
    case = scene.wrote()
    message = uuid5(case, f"{scene.place.visit(scene.owner).subject.id}/0")
    return Target(f"/inbox/cases/{case}/correct/{message}", "inbox.write", scene.owner, {"text": "Inte jag"})


def own_answer(scene: Scene) -> Target:
    """An answer that staff of the unit have written, and nobody has read."""
    case, staff = scene.wrote(), scene.actors["pupil of the unit"]
    scene.browser_of(staff).post(f"/inbox/desk/{case}", {"text": "Ja", "send": "yes", "_heard": "1"})
    message = uuid5(case, f"{scene.place.visit(staff).subject.id}/0")
    return Target(f"/inbox/desk/{case}/correct/{message}", "inbox.answer", fields={"text": "Inte jag"}, unit=UNIT)


def appointed(ending: str, **fields: str) -> Fixture:
    """Return what appoints somebody new at the unit, and the address of one of the assignment's pages."""

    def make(scene: Scene) -> Target:
        kanarie = scene.town.person("Kanarie Ny", born="1986-01-01")
        return Target(
            f"/staff/people/{scene.place.appoint(kanarie, 'treater')}{ending}", APPOINT, fields=fields, unit=UNIT
        )

    return make


def decided(scene: Scene) -> Target:
    """A block of a guardian of the owner's child, which the unit has decided."""
    scene.child()
    link = scene.rows("select guardian, child from guardian_link where ended is null")[0]
    child, guardian, house = UUID(link["child"]), UUID(link["guardian"]), scene.place.house
    fact = Fact("deny", house.clock.today(), relation="guardian", service="journal")
    id_ = scene.place.run(house.facts.keep(child, fact, decided_by=guardian, at_unit=UNIT, reason="Kanariefågel"))
    number = scene.place.run(house.register.find(child)).number
    return Target(f"/guardian/unit/{id_}/end", "access.end", fields={"number": number}, unit=UNIT)


def withheld(scene: Scene) -> Target:
    """A text that could not be sent any more, for the unit to decide on."""
    person = scene.place.visit(scene.owner).subject.id
    keeping = scene.place.house.withheld.keep(person, person, "/programmes/", [("text", "Kanariefågel")], UNIT)
    fields = {"outcome": "discarded", "reason": "Kanariefågel"}
    return Target(f"/staff/withheld/{scene.place.run(keeping)}", "withheld.decide", fields=fields, unit=UNIT)


def known(scene: Scene) -> Target:
    """The owner as the care system knows them: nobody signs in to that."""
    scene.town.registry.put(scene.owner)
    owner = scene.place.visit(scene.owner).subject.id
    id_ = scene.place.run(scene.place.house.subjects.id_of("journal", owner))
    return Target(f"/api/v1/persons/{id_}/contact", "persons.contact", scene.owner, token=scene.token())


FIXTURES: dict[str, Fixture] = {
    "/attachments/{id_:uuid}": file_of(""),
    "/attachments/{id_:uuid}/remove": file_of("/remove", draft=True),
    "/attachments/uploads/{id_:uuid}": file_of("upload", draft=True),
    "/attachments/at/{use:str}/{item:uuid}": place_for_files("/attachments/at"),
    "/attachments/uploads/{use:str}/{item:uuid}": place_for_files("/attachments/uploads"),
    "/guardian/unit/{id_:uuid}/end": decided,
    "/staff/withheld/{id_:uuid}": withheld,
    "/api/v1/persons/{person:uuid}/contact": known,
    "/guardian/{id_:uuid}": guardian_link(""),
    "/guardian/{id_:uuid}/act": guardian_link("/act"),
    "/guardian/{id_:uuid}/remove": guardian_link("/remove"),
    "/inbox/write/{key:str}": public("/inbox/write/fraga"),
    "/inbox/cases/{id_:uuid}": case,
    "/inbox/cases/{id_:uuid}/correct/{message:uuid}": correctable,
    "/inbox/desk/{id_:uuid}/correct/{message:uuid}": own_answer,
    "/inbox/desk/{id_:uuid}": on_desk("", text="Inte jag", _heard="1"),
    "/inbox/cases/{id_:uuid}/files": files_of_case,
    "/inbox/desk/{id_:uuid}/files": on_desk("/files"),
    "/inbox/desk/{id_:uuid}/hand-on": on_desk("/hand-on"),
    "/inbox/desk/{id_:uuid}/take": on_desk("/take"),
    "/inbox/desk/{id_:uuid}/colleague": on_desk("/colleague"),
    "/inbox/desk/{id_:uuid}/unit": on_desk("/unit"),
    "/inbox/desk/{id_:uuid}/close": answered,
    "/inbox/{id_:uuid}": delivered(""),
    "/inbox/{id_:uuid}/archive": delivered("/archive"),
    "/inbox/{id_:uuid}/return": delivered("/return"),
    "/notices/{id_:uuid}": told,
    "/programmes/{key:str}": public("/programmes/min"),
    "/programmes/{key:str}/begin": public("/programmes/min/begin"),
    "/programmes/media/{key:str}/{name:str}": public("/programmes/media/hantera-oro/brygga.svg"),
    "/programmes/mine/{id_:uuid}": taking_part(""),
    "/programmes/mine/{id_:uuid}/consent": taking_part("/consent"),
    "/programmes/families/{id_:uuid}": household(""),
    "/programmes/families/{id_:uuid}/consent": household("/consent", name="Kanarie"),
    "/programmes/mine/{id_:uuid}/print": taking_part("/print"),
    "/programmes/mine/{id_:uuid}/end": taking_part("/end"),
    "/programmes/mine/{id_:uuid}/module/{module:str}/{step:str}": taking_part(
        "/module/ett/blad", **{"blad.text": "Inte jag"}
    ),
    "/programmes/mine/{id_:uuid}/form/{key:str}": taking_part("/form/langt"),
    "/programmes/mine/{id_:uuid}/form/{key:str}/{number:int}": taking_part("/form/langt/1", **{"langt.a": "Inte jag"}),
    "/programmes/mine/{id_:uuid}/form/{key:str}/check": taking_part("/form/langt/check"),
    "/programmes/mine/{id_:uuid}/form/{key:str}/result": taking_part("/form/langt/result"),
    "/programmes/mine/{id_:uuid}/form/{key:str}/hand-over": taking_part("/form/langt/hand-over"),
    "/programmes/mine/{id_:uuid}/module/{module:str}/{step:str}/hand-over": taking_part("/module/ett/blad/hand-over"),
    "/signin/rescued/{text:uuid}": rescued,
    "/signin/sessions/{session:str}/end": session,
    "/static/{owner:str}/{path:path}": static,
    "/programmes/participants/{id_:uuid}": followed,
    "/programmes/participants/{id_:uuid}/end": ended_for,
    "/staff/lists/{plugin:str}/{name:str}": lambda _: Target(
        "/staff/lists/host/reviews", "access-log.review", unit=WHEREVER
    ),
    "/staff/reviews/{id_:uuid}": reviewed,
    "/ward/{note:uuid}": lambda _: Target(f"/ward/{NOTE}", "ward.read", unit=UNIT),
    "/staff/people/{id_:uuid}": appointed(""),
    "/staff/people/{id_:uuid}/end": appointed("/end"),
    "/staff/people/{id_:uuid}/absence": appointed("/absence", first="2026"),
    **FORM_FIXTURES,
}


def routes_of(app: Any) -> dict[str, HTTPRoute]:
    """Return the routes that name something, by path."""
    return {one.path: one for one in app.routes if isinstance(one, HTTPRoute) and one.path_parameters}


def missing(app: Any) -> set[str]:
    """Return the routes that no fixture is there for."""
    return set(routes_of(app)) - set(FIXTURES)
