"""A child whose things guardians see to, and how each of them ceases to: their custody, a block, and a birthday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import httpx
from ledstang.access.facts import Fact
from ledstang.people.persons import Identity
from ledstang.testing import Browser, Place, Town

from .scene import FRONT, Scene, closed

EVE = datetime(2026, 11, 23, 22, 50, tzinfo=UTC)
"""Ten minutes to midnight in Sweden, before the child turns thirteen."""
ENDINGS = ("custody ended", "blocked")
"""How a guardian ceases to be one while the child is a child still."""


class Childhood(Scene):
    """The same instance, where the owner is a child of twelve. Each of three guardians has added her, and begins for her."""

    front = FRONT.replace("sort: öppet", "sort: öppet\nmålgrupp: barn och vårdnadshavare\ntill ålder: 17")

    def __init__(self, town: Town, place: Place) -> None:
        super().__init__(town, place)
        names = (*ENDINGS, "until the birthday")
        self.guardians = {name: town.person(f"Vera Vårdnad {at}", born="1985-01-01") for at, name in enumerate(names)}
        self.owner = town.child("Kanarie Barn", born="2013-11-24", guardians=self.guardians.values())
        self.browser = place.sign_in(self.owner)
        self.links = {name: self._added(guardian) for name, guardian in self.guardians.items()}
        self.attacker = ""
        self._block: UUID | None = None

    def child(self) -> UUID:
        """Return the link of another guardian than the one who attacks."""
        return next(link for name, link in self.links.items() if name != self.attacker)

    def began(self) -> UUID:
        """Begin the programme for the child, anew, as another guardian than the one who attacks."""
        guardian = self.acting(next(name for name in self.guardians if name != self.attacker))
        for row in self.rows("select id from programmes_participation where ended is null"):
            guardian.post(f"/programmes/mine/{row['id']}/end")
        return self._begun(guardian, "min")

    def wrote(self) -> UUID:
        """Write to the unit for the child, as another guardian than the one who attacks."""
        return self._sent(self.acting(next(name for name in self.guardians if name != self.attacker)))

    def family(self) -> UUID:
        """Begin the family's programme for the child, as another guardian than the one who attacks."""
        return self._begun(self.acting(next(name for name in self.guardians if name != self.attacker)), "familj")

    def _begun(self, guardian: Browser, programme: str) -> UUID:
        page = guardian.post(f"/programmes/{programme}/begin", {"consent": "1.0"})
        return UUID(page.url.path.rsplit("/", 1)[1])

    def acting(self, name: str) -> Browser:
        """Return a browser in which a guardian acts for the child, as they may at this moment."""
        browser = self.place.sign_in(self.guardians[name])
        began = browser.post(f"/guardian/{self.links[name]}/act")
        assert began.url.path == "/start", began.url
        return browser

    def end(self, name: str) -> None:
        """Let a guardian's ground end, in the way that they are called by."""
        subject = self.place.visit(self.owner).subject.id
        if name == "blocked":
            fact = Fact("block", self.place.clock.today(), person=self.place.visit(self.guardians[name]).actor.id)
            self._block = self.place.run(self.place.house.facts.keep(subject, fact, decided_by=subject))
        else:
            self._custody(without=self.guardians[name])

    def restore(self, name: str) -> None:
        """Let it stand again."""
        if name == "blocked":
            self.place.run(self.place.house.facts.end(self.place.visit(self.owner).subject.id, self._block))
        else:
            self._custody()

    def _custody(self, without: Identity | None = None) -> None:
        numbers = tuple(one.number for one in self.guardians.values() if one != without)
        self.town.registry.put(self.owner, guardians=numbers)
        self.place.run(self.place.house.checking.changed(self.owner.number))

    def _added(self, guardian: Identity) -> UUID:
        self.place.sign_in(guardian).post("/guardian/add", {"number": self.owner.number})
        who = str(self.place.visit(guardian).actor.id)
        return UUID(str(self.rows("select id from guardian_link where guardian = ?", who)[0]["id"]))


def attack(
    browser: Browser, path: str, fields: dict[str, str], methods: tuple[str, ...], tell: Callable[[str, str], None]
) -> None:
    """Try each method, and tell of what got in. The first answer may be the page that says that it has ended."""
    for method in methods:
        data = {"_csrf": browser.token() or "x" * 43, **fields} if method in ("POST", "PUT", "PATCH") else None
        answer = browser._send(method, path, data=data, follow_redirects=False)
        if not (closed(answer, method) or ended(answer)) or "Kanarie" in answer.text:
            tell(method, f"{answer.status_code}")


def ended(answer: httpx.Response) -> bool:
    """Say whether an answer is the page that says that one can no longer act for somebody, and nothing else."""
    return answer.status_code == 403 and (not answer.content or "kan inte längre" in answer.text)
