"""Whoever presses twice, or sends a page again, has done it once: every route that takes a posted form, from the route table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from ledstang.connectors import Connected
from ledstang.people.persons import Identity
from litestar.routes import HTTPRoute

from .fixtures import FIXTURES, PICTURE, Clean, place_for_files
from .scene import OTHER, Scene, Target

Fields = Callable[[Scene], dict[str, Any]]
LAST = ["2026", "12", "10"]
SENT = "/attachments/at/{use:str}/{item:uuid}"


def with_(**fields: Any) -> Fields:
    """Return fields that are the same for everybody."""
    return lambda _: fields


def number(scene: Scene) -> str:
    """Return the number of the owner, whom the register knows."""
    scene.town.registry.put(scene.owner)
    return scene.owner.number


def colleague(scene: Scene) -> dict[str, str]:
    """Return somebody at the unit to give a case to."""
    other = scene.actors["pupil of the unit"]
    assert other
    return {"colleague": str(scene.place.visit(other).subject.id), "_keeper": ""}


WRITTEN: dict[str, Fields] = {
    "/forms/staff/send": lambda scene: {
        "number": number(scene), "form": "kanarie", "last": LAST, "once": str(uuid4()), "sure": "yes",
    },
    "/forms/staff/send-many": lambda scene: {
        "numbers": number(scene), "form": "kanarie", "days": "9", "times": "2", "every": "7", "once": str(uuid4()),
        "first": ["", "", ""], "sure": "yes",
    },
    "/inbox/write/{key:str}": lambda _: {"_case": str(uuid4()), "text": "En gång", "send": "yes"},
    "/inbox/cases/{id_:uuid}": with_(text="En gång", _turn="1", send="yes"),
    "/inbox/desk/{id_:uuid}": with_(text="En gång", _heard="1", send="yes"),
    "/inbox/desk/begin": lambda scene: {"number": number(scene), "about": "fraga"},
    "/inbox/desk/{id_:uuid}/colleague": colleague,
    "/inbox/desk/{id_:uuid}/unit": with_(unit=OTHER, _heard="1"),
    "/inbox/search": with_(words="Kanarie"),
    "/notices": with_(email="yes", language="sv"),
    "/settings": with_(phone="070-174 06 05", email="kanarie@example.se", version="0"),
    "/settings/code": with_(kind="phone"),
    "/settings/confirm": with_(kind="phone", code="123456"),
    "/problem": lambda _: {"words": "Kanariefågeln syns inte", "page": "/start", "_once": str(uuid4())},
}  # fmt: skip
"""What a page sends, where a fixture's own fields are less than that."""
GONE = {
    "/forms/mine/{id_:uuid}/throw-away",
    "/attachments/{id_:uuid}/remove",
}
"""What removes something: the second time there is nothing there any more, for them as for anybody."""
ELSEWHERE = {
    "/attachments/uploads/{use:str}/{item:uuid}": "each beginning has an address of its own; what is not sent goes by itself",
    "/settings/data/": "asking for a copy, and erasing: tests/platform/rights",
    "/guardian/": "adding, acting, blocking and granting: tests/proxies/guardian",
    "/staff/": "appointing, locking, emergencies, reviews and retention: tests/platform",
    "/signin/": "beginning and ending sessions: tests/platform/signin",
    "/signout": "the same",
    "/api/": "systems, which have keys of their own: tests/platform/api",
    "/testing/": "of the tests alone",
}  # fmt: skip
"""What is not proved here, by how its path begins, and where it is."""


def proved_here(path: str) -> bool:
    """Say whether a route is to be proved here: all that nothing says otherwise of."""
    return not path.startswith(tuple(ELSEWHERE))


def posted(scene: Scene) -> list[str]:
    """Return the paths of all routes that take a posted form, from the running app's own table."""
    routes = [one for one in scene.place.client.app.routes if isinstance(one, HTTPRoute) and "POST" in one.methods]
    return [one.path for one in routes if proved_here(one.path)]


def presser(scene: Scene, path: str, target: Target | None) -> Identity:
    """Return who may do it: by the oracle where the route names something, else who such pages are for."""
    insiders = [scene.owner, *filter(None, scene.actors.values())]
    if target is not None:
        return next(one for one in insiders if scene.may(one, target))
    at_work = scene.actors["treater of the unit"] if "/staff/" in path or "/desk/" in path else None
    return at_work or scene.owner


def twice(scene: Scene, path: str) -> tuple[list[httpx.Response], list[dict[str, list[str]]]]:
    """Post the same page twice, and return both answers, and all that is in the database after each."""
    scene.browser.post("/signin/own")
    target = FIXTURES[path](scene) if path in FIXTURES else None
    actor = presser(scene, path, target)
    browser = scene.browser if actor is scene.owner else scene.browser_of(actor)
    fields = {**(target.fields if target else {}), **(WRITTEN[path](scene) if path in WRITTEN else {})}
    sent: dict[str, Any] = {"data": {"_csrf": browser.token(), **fields}}
    if path == SENT:
        scene.place.house.connected["FileScanner"] = Connected("ward", Clean())
        sent["data"]["_once"] = str(uuid4())
        sent["files"] = [("file", ("a.png", PICTURE)), ("file", ("a.png", PICTURE)), ("file", ("b.png", PICTURE))]
    answers, states = [], []
    for _ in range(2):
        answers.append(browser._send("POST", target.path if target else path, follow_redirects=False, **sent))
        states.append(scene.everything())
    return answers, states


def test_v5_2_3_3_what_is_posted_twice_is_done_once(scene: Scene) -> None:
    """One effect, to the last row of the last table, and the same answer; each had an effect, or could have."""
    paths = posted(scene)
    assert set(WRITTEN) | GONE | {SENT} <= set(paths), "what is written here is of a route that is gone"
    for path in paths:
        (first, second), (once, again) = twice(scene, path)
        assert first.status_code in (200, 303), (path, first.status_code)
        assert again == once, path
        if path in GONE:
            assert second.status_code == 404, path
            continue
        assert second.status_code == first.status_code, path
        assert second.headers.get("location") == first.headers.get("location"), path


@pytest.mark.parametrize(
    "other", [{"_once": str(uuid4())}, {"size": 1}, {"name": "c.png"}], ids=["page", "size", "name"]
)
def test_what_another_page_sends_is_another_file(scene: Scene, other: dict[str, Any]) -> None:
    """Or another file of the same page's: of another name, or of as many bytes as the first has not."""
    scene.place.house.connected["FileScanner"] = Connected("ward", Clean())
    at, before = place_for_files("/attachments/at")(scene).path, len(scene.everything()["attachment"])
    usual = {"_once": str(uuid4()), "size": 0, "name": "a.png"}
    for one in (usual, usual | other):
        data = {"_csrf": scene.browser.token(), "_once": one["_once"]}
        files = {"file": (one["name"], PICTURE + b"\0" * one["size"])}
        scene.browser._send("POST", at, data=data, files=files, follow_redirects=False)
    assert len(scene.everything()["attachment"]) == before + 2
