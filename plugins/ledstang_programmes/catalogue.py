"""The public catalogue: what there is, for whom, and a kind answer to those whom a programme is not for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from ledstang import Host, Person, Visit

from ledstang_programmes.audience import ANSWERERS
from ledstang_programmes.document import Programme
from ledstang_programmes.series import GUARDIAN


class Refusal(msgspec.Struct, frozen=True):
    """Why somebody cannot begin: `code` is `too-young`, `too-old` or `elsewhere`; `limit` the age, `where` the places.

    Or it is for others of a family: `for-oneself` where one acts for another, `act-first` where a grown-up would begin
    what is a child's, `for-guardians` where a child would begin what its guardian takes part in.
    """

    code: str
    limit: int = 0
    where: tuple[str, ...] = ()


class Offers:
    """Answers which programmes there are, and to whom they are offered."""

    def __init__(self, host: Host, *, to_everybody: bool) -> None:
        self._host, self._to_everybody = host, to_everybody

    def all(self) -> list[Programme]:
        """Return the programmes that are published now, by title."""
        documents = [compiled.document for compiled in self._host.content("programmes").values()]
        return sorted(documents, key=lambda programme: programme.title.casefold())

    def get(self, key: str) -> tuple[Programme, str] | None:
        """Return a published programme and its version's hash, or None."""
        compiled = self._host.content("programmes").get(key)
        return (compiled.document, compiled.hash) if compiled else None

    def search(self, words: str, visitor: Visit | None, today: date) -> list[Programme]:
        """Return the programmes that hold all the words.

        Whoever is signed in does not find those offered elsewhere, nor those for others of a family than they are now;
        a grown-up finds what is for children, to read about it.
        """
        wanted = words.casefold().split()
        return [
            programme
            for programme in self.all()
            if all(word in _text(programme) for word in wanted)
            and not (visitor and self.elsewhere(programme, visitor.subject))
            and not (visitor and _for_others(programme, visitor, today) in ("for-oneself", "for-guardians"))
        ]

    def elsewhere(self, programme: Programme, person: Person) -> bool:
        """Say whether a programme is offered to residents of other places only."""
        return bool(programme.residence) and not self._to_everybody and person.county not in programme.residence

    def places(self, programme: Programme) -> tuple[str, ...]:
        """Return the names of the regions that a programme is offered to the residents of; none means everywhere."""
        if self._to_everybody:
            return ()
        regions = [self._host.instance.region_of(county) for county in programme.residence]
        return tuple(dict.fromkeys(region.name for region in regions if region))

    def refusal(self, programme: Programme, visit: Visit, today: date) -> Refusal | None:
        """Say why a visit may not begin, or None when it may. Ages and places are the participant's: the child's."""
        person, age = visit.subject, visit.subject.age(today)
        if self.elsewhere(programme, person):
            return Refusal("elsewhere", where=self.places(programme))
        if others := _for_others(programme, visit, today):
            return Refusal(others, limit=programme.to_age or 0)
        if programme.from_age is not None and age < programme.from_age:
            return Refusal("too-young", limit=programme.from_age)
        if programme.to_age is not None and age > programme.to_age:
            return Refusal("too-old", limit=programme.to_age)
        return None


def _for_others(programme: Programme, visit: Visit, today: date) -> str | None:
    """Say for whom else in a family a programme is: the code of the refusal, or None where it is for this visit."""
    if programme.audience not in ANSWERERS:
        return "for-oneself" if visit.ground == GUARDIAN else None
    if visit.ground != "self":
        return None
    if programme.to_age is not None and visit.subject.age(today) > programme.to_age:
        return "act-first"
    return "for-guardians" if programme.audience == "guardian of a child" else None


def _text(programme: Programme) -> str:
    titles: Iterable[str] = (module.title for module in programme.modules)
    return " ".join((programme.title, programme.summary, *titles)).casefold()
