"""Forms to attack: one that the owner has begun, and one that the unit has sent and the owner has answered."""

from __future__ import annotations

from uuid import uuid4

from .scene import UNIT, Fixture, Scene, Target

ANSWER, SEND, READ = "forms.answer", "forms.send", "forms.read"


def _made(scene: Scene, state: str, sent_by: str | None) -> str:
    """Write a sending of the owner's into the database, past the application, and return its id."""
    id_, person = str(uuid4()), scene.place.visit(scene.owner).subject.id
    version, now = scene.place.house.published.of("forms")["kanarie"].hash, scene.place.clock.now()
    row = {
        "id": id_, "person": str(person), "form": "kanarie", "version": version, "unit": UNIT, "sent_by": sent_by,
        "created": now, "changed": now, "expires": "2099-01-01 00:00:00+00:00", "state": state,
        "completed": now if state == "completed" else None, "number": 1, "rank": 3, "reason": "",
        "due": now if sent_by else None, "about_kind": "", "about_title": "", "about_path": "", "about_staff_path": "",
        "moved": 0,
    }  # fmt: skip
    shown = ["null" if value is None else f"'{value}'" for value in row.values()]
    scene.write(f"insert into forms_sending ({', '.join(row)}) values ({', '.join(shown)})")
    return id_


def mine(ending: str, state: str = "ongoing", **fields: str) -> Fixture:
    """Return what makes a form of the owner's, and the address of one of its pages."""
    return lambda scene: Target(f"/forms/mine/{_made(scene, state, None)}{ending}", ANSWER, scene.owner, fields)


def at_work(ending: str, action: str, state: str = "ongoing") -> Fixture:
    """Return what makes a form that the unit has sent, and the address of one of the staff's pages."""
    return lambda scene: Target(f"/forms/staff/{_made(scene, state, str(uuid4()))}{ending}", action, unit=UNIT)


def together(ending: str) -> Fixture:
    """Return what queues a form of the unit's, and the address of one of the pages of what was sent together."""

    def make(scene: Scene) -> Target:
        id_, batch = _made(scene, "queued", str(uuid4())), str(uuid4())
        scene.write(f"update forms_sending set batch = '{batch}' where id = '{id_}'")
        return Target(f"/forms/staff/batch/{batch}{ending}", SEND, unit=UNIT)

    return make


def public(path: str) -> Fixture:
    """Return what names something that everybody may see."""
    return lambda _: Target(path)


FORM_FIXTURES: dict[str, Fixture] = {
    "/forms/{key:str}": public("/forms/kanarie"),
    "/forms/{key:str}/begin": public("/forms/kanarie/begin"),
    "/forms/{key:str}/print": public("/forms/kanarie/print"),
    "/forms/{key:str}/plain": public("/forms/kanarie/plain"),
    "/forms/mine/{id_:uuid}": mine(""),
    "/forms/mine/{id_:uuid}/next": mine("/next"),
    "/forms/mine/{id_:uuid}/hand-over": mine("/hand-over"),
    "/forms/mine/{id_:uuid}/{number:int}": mine("/1", **{"form.text": "Inte jag"}),
    "/forms/mine/{id_:uuid}/check": mine("/check"),
    "/forms/mine/{id_:uuid}/print": mine("/print"),
    "/forms/mine/{id_:uuid}/correct": mine("/correct", "completed"),
    "/forms/mine/{id_:uuid}/throw-away": mine("/throw-away"),
    "/forms/staff/{id_:uuid}": at_work("", SEND),
    "/forms/staff/{id_:uuid}/take-back": at_work("/take-back", SEND),
    "/forms/staff/{id_:uuid}/answers": at_work("/answers", READ, "completed"),
    "/forms/staff/{id_:uuid}/noted": at_work("/noted", SEND, "stopped"),
    "/forms/staff/batch/{batch:uuid}": together(""),
    "/forms/staff/batch/{batch:uuid}/stop": together("/stop"),
    "/forms/staff/{id_:uuid}/seen": at_work("/seen", READ, "completed"),
}
