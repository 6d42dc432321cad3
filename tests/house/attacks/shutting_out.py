"""Probes of what shuts somebody out altogether: a citizen's block, and an account that is locked."""

from __future__ import annotations

from uuid import UUID

from ledstang.access.facts import Fact

from .fixtures import FIXTURES
from .probes import UNIT
from .scene import Scene


def blocks(scene: Scene) -> list[str]:
    """See as a treater what the owner has blocked, and judge what is about oneself."""
    house, run, treater = scene.place.house, scene.place.run, scene.actors["treater of the unit"]
    target, subject = FIXTURES["/programmes/participants/{id_:uuid}"](scene), scene.place.visit(scene.owner).subject.id
    fact = Fact("block", scene.place.clock.today(), relation="staff", unit=UNIT)
    block = run(house.facts.keep(subject, fact, decided_by=subject))
    answer = scene.browser_of(treater).get(target.path)
    run(house.facts.end(subject, block))
    found = [] if answer.status_code == 403 else [f"blocked: {answer.status_code}"]
    review = UUID(FIXTURES["/staff/reviews/{id_:uuid}"](scene).path[-36:])
    return found + ["about oneself"] * run(house.log.reviews.look_at(review, subject, "in-order"))


def locked(scene: Scene) -> list[str]:
    """Go on in a session that was open when the account was locked, and that nobody has ended."""
    register, run = scene.place.house.register, scene.place.run
    browser, owner = scene.place.sign_in(scene.owner), scene.place.visit(scene.owner).actor.id
    run(register.lock(owner))
    answer = browser.get("/start", follow_redirects=False)
    run(register.lock(owner, locked=False))
    return [] if answer.status_code == 303 else [f"locked: {answer.status_code}"]
